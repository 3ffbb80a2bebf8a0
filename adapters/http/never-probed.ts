/**
 * Where no load balancer and no Prometheus is: the own machine, the link with its metadata services, "any", groups, and every
 * form of IPv6 in which one of these IPv4 addresses may stand. Private addresses are not among them: balancers inside a VPC have
 * those. Source: IANA special-purpose address registries; facts/aws-semantics.md, section 6.
 */
import { BlockList, isIP } from 'node:net';

/** Apart, because a list takes an IPv4 address for its form in IPv6 as well. */
const never = { 4: new BlockList(), 6: new BlockList() };
for (const [range, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  // groups, what is reserved, and everybody
  ['224.0.0.0', 3],
] as const)
  never[4].addSubnet(range, bits, 'ipv4');
for (const [range, bits] of [
  // any, loopback, and IPv4 in the form that nobody uses any more
  ['::', 96],
  ['::ffff:0:0', 96],
  // what a NAT64 would make of 0/8, 127/8 and 169.254/16
  ['64:ff9b::', 104],
  ['64:ff9b::7f00:0', 104],
  ['64:ff9b::a9fe:0', 112],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fd00:ec2::', 32],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  never[6].addSubnet(range, bits, 'ipv6');

/** Also what is no address, or one with a zone: nobody guesses what it may mean. */
export function isNeverProbed(address: string): boolean {
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return true;
  return family === 4 ? never[4].check(address, 'ipv4') : never[6].check(address, 'ipv6');
}
