/** Where names are asked, the hosted zones, and the share of Route 53 that a pair may use. */
import * as z from 'zod/mini';
import { address, described, dnsName, seconds, zoneId } from './fields.ts';

export const dns = z.strictObject({
  resolver: described(
    z.exactOptional(address('an IP address and a port, as in 127.0.0.1:5300 or [::1]:53')),
    'Who is asked for names, as address:port. Left out: the resolver of the system. Its port is used for the name servers of the zones too. THROWOVER_DNS overrides it.',
  ),
});

export const zone = z.strictObject({
  name: described(dnsName(), 'Name of the hosted zone.'),
  id: described(zoneId(), 'Hosted zone id.'),
  layout: described(
    z.enum(['records', 'pivot']),
    'How traffic is moved here. `records`: the weights of every name’s own records. `pivot`: every name is an alias of `live-<ring>.<zone>`, and only that one is moved.',
  ),
  private: described(
    z._default(z.boolean(), false),
    'A private hosted zone: its names are verified through the resolver of the VPC, not at public name servers.',
  ),
  roleArn: described(
    z.exactOptional(z.string().check(z.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[!-~]+$/, 'the ARN of an IAM role'))),
    'IAM role to take for this zone when it lives in another account.',
  ),
});

export const route53 = z.strictObject({
  requestsPerSecond: described(
    z._default(z.int().check(z.minimum(1)), 10),
    'Requests per second this pair allows itself.',
  ),
  requestBurst: described(z._default(z.int().check(z.minimum(1)), 50), 'Requests it may send at once after a rest.'),
  changesPerSecond: described(
    z._default(z.int().check(z.minimum(1)), 100),
    'Change tokens per second this pair allows itself (one per record created, changed or deleted).',
  ),
  changeBurst: described(
    z._default(z.int().check(z.minimum(1)), 1_500),
    'Change tokens it may spend at once after a rest.',
  ),
  pollSeconds: described(z._default(seconds(2, 5), 3), 'Time between two questions whether a change is in sync.'),
});

export type Zone = z.output<typeof zone>;
export type Layout = Zone['layout'];
export type Route53Budget = z.output<typeof route53>;
