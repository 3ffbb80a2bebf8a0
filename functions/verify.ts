/**
 * Verify: has what was steered reached every server? Route 53 says INSYNC, the fence on each authoritative server says
 * which batch it has, and for a whole side the names themselves must lead to it in the end. A lost ChangeId is no hole: the fence
 * and the names came in one batch.
 */
import * as z from 'zod/mini';
import { parseFence } from '../core/plan/fence.ts';
import { steeredNames } from '../core/plan/reading.ts';
import type { DnsAnswer } from '../core/ports.ts';
import { fenceName, type NamedPair, pairOf, titleOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import { lookingForPlan } from './look-for-plan.ts';
import { ClaimedRun } from './run.ts';
import type { World } from './world.ts';
import { serversOf, type ZoneServer } from './zone-servers.ts';

export const VerifyInput = z.object({
  run: ClaimedRun,
  share: z.int(),
  zones: z.array(z.object({ zone: z.string(), seq: z.int(), change: z.exactOptional(z.string()) })),
  since: z.exactOptional(z.number()),
  /** Whether the names of a whole side are asked, too. Not yet, while the losing side may still publish its old weight. */
  names: z.boolean(),
  /** Until then a plan that the old side's ExternalDNS made as the owner may land: it is looked for. Left out: none is. */
  plansUntil: z.exactOptional(z.number()),
  /** Every server has it. What is left is to look for such a plan until none can land any more. */
  everywhere: z._default(z.boolean(), false),
});
type VerifyInput = z.output<typeof VerifyInput>;

export interface Verified {
  more: boolean;
  verified: boolean;
  since: number;
  /** What the old side's ExternalDNS wrote over us since: names have to be steered again. */
  wrote?: string;
  because: string;
}

type Needs = Pick<World, 'topology' | 'zones' | 'dns' | 'inside' | 'clock'>;

export async function verify(input: VerifyInput, world: Needs): Promise<Verified> {
  const { run, share, zones, since, names, plansUntil = 0, everywhere } = input;
  const pair = pairOf(world.topology, run.pair);
  const { clock } = world;
  const began = since ?? clock.now();
  const until = clock.now() + (pair.timing.taskSecondsMax - 5) * 1000;
  const waiting = new Set(zones.flatMap(({ change }) => change ?? []));
  const steered = zones.map(({ zone }) => zone);
  const look = lookingForPlan(pair, run, steered, plansUntil, world);
  for (let asked = false; ; asked = true) {
    // no change is everywhere at once: the first question, too, comes after a while
    if (asked || waiting.size > 0) await clock.wait(pair.route53.pollSeconds * 1000);
    const wrote = await look();
    if (wrote !== undefined) return { more: false, verified: false, since: began, wrote, because: wrote };
    if (everywhere && clock.now() < Math.min(plansUntil, until)) continue;
    if (everywhere)
      return {
        more: clock.now() < plansUntil,
        verified: true,
        since: began,
        because: 'no plan of the old side landed',
      };
    for (const change of [...waiting]) if (await world.zones.isInsync(change)) waiting.delete(change);
    const missing =
      waiting.size > 0
        ? [`${waiting.size} changes PENDING`]
        : await missingIn(pair, run, names ? share : undefined, zones, world);
    const seconds = Math.round((clock.now() - began) / 1000);
    if (missing.length === 0)
      return { more: false, verified: true, since: began, because: `on every server after ${seconds} s` };
    const because = `after ${seconds} s: ${missing.slice(0, 5).join('; ')}`;
    if (clock.now() - began >= pair.timing.insyncWaitSecondsMax * 1000)
      return { more: false, verified: false, since: began, because };
    if (clock.now() + pair.route53.pollSeconds * 1000 > until)
      return { more: true, verified: false, since: began, because };
  }
}

const UNHEARD: DnsAnswer = { rcode: 'unreachable', addresses: [], texts: [] };

async function missingIn(
  pair: NamedPair,
  run: ClaimedRun,
  share: number | undefined,
  zones: VerifyInput['zones'],
  world: Needs,
): Promise<string[]> {
  const missing = await Promise.all(
    zones.map(async ({ zone: title, seq }) => {
      const zone = pair.zones.find((candidate) => titleOf(candidate) === title);
      if (zone === undefined) return [];
      const servers = await serversOf(zone, world);
      const found = await Promise.all(servers.map((server) => missingOn(pair, zone, server, seq, run, share, world)));
      return found.flat();
    }),
  );
  return missing.flat();
}

async function missingOn(
  pair: NamedPair,
  zone: Zone,
  server: ZoneServer,
  seq: number,
  run: ClaimedRun,
  share: number | undefined,
  { dns }: Needs,
): Promise<string[]> {
  const where = `${titleOf(zone)} at ${server.name}`;
  const [said] = await server.ask([{ name: fenceName(pair.name, zone), type: 'TXT' }]);
  if (said?.rcode === 'unreachable') return [`${where}: nobody answers`];
  const [text = ''] = said?.texts ?? [];
  const fence = parseFence(text);
  if (typeof fence === 'string' || fence.epoch < run.epoch || fence.seq < seq) return [`${where} shows an older fence`];
  if (share !== 0 && share !== 100) return [];
  const wanted = share === 100 ? run.to : run.from;
  const balancer = `${pair.clusters[wanted]?.loadBalancer.host ?? ''}.`;
  const names = steeredNames(pair, zone).filter(({ ring }) => run.ring === undefined || ring === run.ring);
  const missing = await Promise.all(
    (['A', 'AAAA'] as const).map(async (type) => {
      const owned = await dns.ask(balancer, type);
      const addresses = new Set(owned.addresses);
      // a balancer without IPv6 has no AAAA names either; anything else without addresses is an answer that is wanting
      if (addresses.size === 0 && type === 'AAAA' && owned.rcode === 'NOERROR') return [];
      if (addresses.size === 0) return [`nobody says which ${type} addresses ${balancer} has (${owned.rcode})`];
      const answers = await server.ask(names.map(({ name }) => ({ name, type })));
      return names
        .map(({ name }, at) => ({ name, answer: answers[at] ?? UNHEARD }))
        .filter(
          ({ answer }) => answer.addresses.length === 0 || !answer.addresses.every((address) => addresses.has(address)),
        )
        .map(
          ({ name, answer }) =>
            `${where}: ${name} ${type} answers ${answer.addresses.join(', ') || answer.rcode}, not ${wanted}`,
        );
    }),
  );
  return missing.flat();
}
