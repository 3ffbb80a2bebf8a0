/** Report: the record of a run. Every ending says where the traffic is, read from the zones now, not from what was meant. */
import * as z from 'zod/mini';
import { decisionOf } from '../core/decision.ts';
import type { ZoneFacts } from '../core/facts.ts';
import type { Gate } from '../core/gates/gate.ts';
import { endingNotice } from '../core/notices/ending.ts';
import { commandIn } from '../core/observe/commands.ts';
import { namesOfRun, weightOf, type ZoneAsRead } from '../core/plan/reading.ts';
import { OUTCOMES, type RunRecord, secondsOf, type ZoneRecord } from '../core/record.ts';
import { clusterNames, type NamedPair, pairOf, ringsOf, titleOf } from '../core/topology/pair.ts';
import { noteDecision } from './decisions.ts';
import { keepForGood } from './keep-for-good.ts';
import { Run } from './run.ts';
import type { World } from './world.ts';
import { answersOf, balancerAddresses, effectiveOf } from './zone-answers.ts';
import { readStanding, readZones } from './zones-read.ts';

export const ReportInput = z.object({
  run: Run,
  outcome: z.enum(OUTCOMES),
  because: z.array(z.string()),
  next: z._default(z.string(), ''),
  situation: z._default(z.string(), ''),
  gates: z._default(z.array(z.custom<Gate>()), []),
  /** When the run came how far. */
  marks: z._default(z.record(z.string(), z.number()), {}),
  /** Names of the gates that alone kept a right move back. */
  blocks: z._default(z.array(z.string()), []),
});

export async function report(
  { run, outcome, because, next, situation, gates, blocks, marks }: z.output<typeof ReportInput>,
  world: Pick<World, 'topology' | 'ledger' | 'notes' | 'announcer' | 'records' | 'zones' | 'dns' | 'inside' | 'clock'>,
): Promise<RunRecord> {
  const pair = pairOf(world.topology, run.pair);
  const read = outcome === 'Switched' ? readStanding : readZones;
  const [ledger, zones, answers] = await Promise.all([
    world.ledger.read(run.pair),
    read(pair, world),
    answersByZone(pair, world),
  ]);
  const record: RunRecord = {
    outcome,
    pair: run.pair,
    mode: run.mode,
    from: run.from,
    to: run.to,
    ...(run.epoch === undefined ? {} : { epoch: run.epoch }),
    ...(ledger?.active === undefined ? {} : { active: ledger.active }),
    situation,
    because: because.map(readable),
    next: next !== '' ? next : (commandIn(because) ?? `throwover status --pair ${run.pair}`),
    zones: zones.flatMap((zone) => zoneRecords(pair, zone, answers.get(zone.zone.id) ?? [])),
    gates,
    debts: ledger?.debts ?? [],
    ...(Object.keys(marks).length === 0 ? {} : { timeline: marks, secondsTo: secondsOf(marks) }),
  };
  const epoch = run.epoch ?? ledger?.epoch ?? 0;
  await world.ledger.note(run.pair, {
    epoch,
    key: `report#${run.run}`,
    at: world.clock.now(),
    what: outcome,
    facts: { record },
  });
  await tell(record, run, blocks, world);
  const at = marks.began ?? world.clock.now();
  await keepForGood({ pair: run.pair, of: 'runs', name: run.run, at, epoch, record }, world);
  return record;
}

/** A run has ended, however it is told of: what cannot be told now stands in the ledger. */
async function tell(
  record: RunRecord,
  { run, kind, epoch = 0 }: Run,
  blocks: readonly string[],
  world: Pick<World, 'notes' | 'announcer' | 'clock'>,
): Promise<void> {
  const decision = decisionOf(record, { run, kind, epoch, blocks, at: world.clock.now() });
  if (decision === undefined) return;
  const isNews = await noteDecision(decision, world).catch(() => true);
  const notice = isNews ? endingNotice(record, decision) : undefined;
  if (notice !== undefined) await world.announcer.announce(notice).catch(() => {});
}

/** The Cause of a function's error is JSON, as Lambda reports it; people want the sentence in it. */
function readable(because: string): string {
  const at = because.indexOf('{"errorType"');
  if (at < 0) return because;
  try {
    const { errorMessage } = JSON.parse(because.slice(at)) as { errorMessage?: string };
    return `${because.slice(0, at)}${errorMessage}`;
  } catch {
    return because;
  }
}

/** By the zone's id. A run is told of also when nobody answers. */
async function answersByZone(
  pair: NamedPair,
  world: Pick<World, 'dns' | 'inside'>,
): Promise<Map<string, ZoneFacts['answers']>> {
  const owner = await balancerAddresses(pair, world);
  return new Map(
    await Promise.all(
      pair.zones.map(async (zone) => [zone.id, await answersOf(pair, zone, owner, world).catch(() => [])] as const),
    ),
  );
}

/** For each ring the average share of each cluster over its names, and what was answered. */
export function zoneRecords(pair: NamedPair, zone: ZoneAsRead, answers: ZoneFacts['answers']): ZoneRecord[] {
  return ringsOf(pair).flatMap((ring) => {
    const groups = namesOfRun(zone, ring).flatMap((name) => name.groups);
    if (groups.length === 0) return [];
    const clusters = clusterNames(pair);
    const shares = groups.map((group) => {
      const sum = clusters.reduce((total, cluster) => total + weightOf(group, cluster), 0);
      return clusters.map((cluster) => (sum === 0 ? 1 / clusters.length : weightOf(group, cluster) / sum));
    });
    const percents = clusters.map((_, at) =>
      Math.round((100 * shares.reduce((sum, share) => sum + (share[at] ?? 0), 0)) / groups.length),
    );
    const weights = Object.fromEntries(clusters.map((cluster, at) => [cluster, percents[at] ?? 0]));
    return [{ zone: titleOf(zone.zone), ring, weights, effective: effectiveOf(pair, zone.zone, ring, answers) }];
  });
}
