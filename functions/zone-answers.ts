/** What the servers of a zone answer, which is what users get: weights times health, and not what was meant. */
import type { ZoneFacts } from '../core/facts.ts';
import { steeredNames } from '../core/plan/reading.ts';
import { clusterNames, type NamedPair, ringsOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import type { World } from './world.ts';
import { serversOf } from './zone-servers.ts';

type Answers = ZoneFacts['answers'];

/** Which cluster an address belongs to: the load balancers' own names say. */
export async function balancerAddresses(pair: NamedPair, { dns }: Pick<World, 'dns'>): Promise<Map<string, string>> {
  const owner = new Map<string, string>();
  await Promise.all(
    clusterNames(pair).map(async (cluster) => {
      const answer = await dns.ask(`${pair.clusters[cluster]?.loadBalancer.host}.`, 'A');
      for (const address of answer.addresses) owner.set(address, cluster);
    }),
  );
  return owner;
}

/**
 * One name of each ring, asked at every server of the zone: enough to see where it sends people by itself. Throws
 * `ZoneUnreadable` when a public zone has no servers.
 */
export async function answersOf(
  pair: NamedPair,
  zone: Zone,
  owner: ReadonlyMap<string, string>,
  world: Pick<World, 'dns' | 'inside'>,
): Promise<Answers> {
  const steered = steeredNames(pair, zone);
  const names = ringsOf(pair).flatMap((ring) => steered.find((name) => name.ring === ring)?.name ?? []);
  const answered = (await serversOf(zone, world)).map(async (server) => {
    const answers = await server.ask(names.map((name) => ({ name, type: 'A' })));
    return names.map((name, at) => {
      const clusters = new Set(answers[at]?.addresses.map((address) => owner.get(address) ?? 'neither'));
      const [cluster = 'no answer', ...others] = clusters;
      return { name, server: server.name, cluster: others.length > 0 ? 'both' : cluster };
    });
  });
  return (await Promise.all(answered)).flat();
}

export const NOT_ASKED = 'not asked';

/** Where a ring leads by these answers, in words: `green`, `blue and green`, `green (no answer of 127.0.0.2)`. */
export function effectiveOf(pair: NamedPair, zone: Zone, ring: number, answers: Answers): string {
  const names = new Set(steeredNames(pair, zone).flatMap((name) => (name.ring === ring ? [name.name] : [])));
  const asked = answers.filter(({ name }) => names.has(name));
  if (asked.length === 0) return NOT_ASKED;
  const heard = asked.filter(({ cluster }) => cluster !== 'no answer');
  if (heard.length === 0) return 'no answer';
  const clusters = [...new Set(heard.map(({ cluster }) => cluster))].sort().join(' and ');
  const silent = [...new Set(asked.filter((one) => !heard.includes(one)).map(({ server }) => server))].join(', ');
  return silent === '' ? clusters : `${clusters} (no answer of ${silent})`;
}
