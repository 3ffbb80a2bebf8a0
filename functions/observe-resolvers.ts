/**
 * Where public resolvers lead users. An address says nothing about what is behind it, so this class calls no cluster well or
 * dead; it notices when nobody finds either cluster any more: then it is the domain that is down, and moving helps nobody.
 */
import type { Observation } from '../core/observe/observation.ts';
import type { DnsAnswer } from '../core/ports.ts';
import { clusterNames, type NamedPair, zonesOfHost } from '../core/topology/pair.ts';
import { judgedServices } from './probe-cluster.ts';
import type { World } from './world.ts';
import { balancerAddresses } from './zone-answers.ts';

export async function observeResolvers(
  pair: NamedPair,
  ring: number | undefined,
  { dns, clock }: Pick<World, 'dns' | 'clock'>,
): Promise<Observation[]> {
  const { publicResolvers } = pair.probe;
  if (publicResolvers.length === 0) return [];
  const hosts = judgedServices(pair, ring)
    .map(({ host }) => host)
    .filter((host) => zonesOfHost(pair.zones, host).some((zone) => !zone.private));
  const [owner, ...answers] = await Promise.all([
    balancerAddresses(pair, { dns }),
    ...publicResolvers.flatMap((resolver) => hosts.map((host) => dns.askResolver(resolver, `${host}.`, 'A'))),
  ]);
  const found = answers.filter(isAnswer);
  const at = clock.now();
  return clusterNames(pair).map((cluster): Observation => {
    const here = found.filter(({ addresses }) => addresses.some((address) => owner.get(address) === cluster));
    const other = found.filter(({ addresses }) =>
      addresses.some((address) => (owner.get(address) ?? cluster) !== cluster),
    );
    const nowhere = found.length > 0 && found.every(({ addresses }) => addresses.length === 0);
    const leads = nowhere ? 'nowhere' : here.length > 0 ? 'here' : other.length > 0 ? 'elsewhere' : undefined;
    return {
      observer: 'resolvers',
      cluster,
      at,
      answers: found.length > 0,
      canary: found.length === 0 ? 'unreachable' : 'unknown',
      ...(leads === undefined ? {} : { leads }),
      evidence: `${here.length} of ${answers.length} answers of ${publicResolvers.join(', ')} lead to ${cluster}, ${answers.length - found.length} did not come`,
    };
  });
}

/** A resolver that fails says nothing about the name. */
function isAnswer({ rcode }: DnsAnswer): boolean {
  return rcode === 'NOERROR' || rcode === 'NXDOMAIN';
}
