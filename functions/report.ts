/** Report: the record of a run. Every ending says where the traffic is, read from the zones now, not from what was meant. */
import * as z from 'zod/mini';
import { decisionOf } from '../core/decision.ts';
import type { ZoneFacts } from '../core/facts.ts';
import type { Gate } from '../core/gates/gate.ts';
import { isPlanned, type Ledger } from '../core/ledger/ledger.ts';
import { endingNotice } from '../core/notices/ending.ts';
import { commandIn } from '../core/observe/commands.ts';
import type { Observation } from '../core/observe/observation.ts';
import { namesOfRun, weightOf, type ZoneAsRead } from '../core/plan/reading.ts';
import { type Marks, OUTCOMES, type RunRecord, secondsOf, type ZoneRecord } from '../core/record.ts';
import { servedIn } from '../core/served.ts';
import { clusterNames, type NamedPair, pairOf, ringsOf, titleOf } from '../core/topology/pair.ts';
import { noteDecision } from './decisions.ts';
import { keepForGood } from './keep-for-good.ts';
import { Run } from './run.ts';
import { tellOrOwe } from './tell-or-owe.ts';
import { causeOf } from './troubles.ts';
import type { World } from './world.ts';
import { answersOf, balancerAddresses, effectiveOf } from './zone-answers.ts';
import { readStanding, readZones } from './zones-read.ts';

type SeenOutside = Pick<Observation, 'cluster' | 'at' | 'services'>;

export const ReportInput = z.object({
  run: Run,
  outcome: z.enum(OUTCOMES),
  because: z.array(z.string()),
  next: z._default(z.string(), ''),
  situation: z._default(z.string(), ''),
  gates: z._default(z.array(z.custom<Gate>()), []),
  /** When the run came how far. */
  marks: z._default(z.record(z.string(), z.number()), {}),
  /** What the observer outside saw in the looks of this run. */
  looks: z._default(z.array(z.custom<SeenOutside>()), []),
  /** Names of the gates that alone kept a right move back. */
  blocks: z._default(z.array(z.string()), []),
  /** Ledger or zones did not answer when this was reported before: people are told all the same. */
  unread: z._default(z.string(), ''),
});

type ReportWorld = Pick<
  World,
  'topology' | 'ledger' | 'notes' | 'announcer' | 'records' | 'zones' | 'dns' | 'inside' | 'clock'
>;

export async function report(
  { run, outcome, because, next, situation, gates, blocks, marks, looks, unread }: z.output<typeof ReportInput>,
  world: ReportWorld,
): Promise<RunRecord> {
  const { ledger, zones } = unread === '' ? await readTruth(run, outcome, world) : NOTHING_READ;
  const reasons = unread === '' ? because : [...because, `ledger and zones could not be read: ${unread}`];
  const record: RunRecord = {
    outcome,
    pair: run.pair,
    mode: run.mode,
    from: run.from,
    to: run.to,
    ...(run.epoch === undefined ? {} : { epoch: run.epoch }),
    ...(ledger?.active === undefined ? {} : { active: ledger.active }),
    ...(run.caller === undefined ? {} : { caller: run.caller }),
    situation,
    because: reasons.map(readable),
    next: next !== '' ? next : (commandIn(because) ?? `throwover status --pair ${run.pair}`),
    zones,
    gates,
    debts: ledger?.debts ?? [],
    ...measured(run, marks, looks, world),
  };
  const epoch = run.epoch ?? ledger?.epoch ?? 0;
  // people first: what follows is for those who read later
  const untold = await tell(record, run, blocks, world);
  const at = marks.began ?? world.clock.now();
  const told = withTroubles(record, untold);
  const unkept = await keepForGood({ pair: run.pair, of: 'runs', name: run.run, at, epoch, record: told }, world);
  const whole = withTroubles(record, [...untold, ...unkept]);
  const event = { epoch, key: `report#${run.run}`, at: world.clock.now(), what: outcome, facts: { record: whole } };
  if (unread === '') await world.ledger.note(run.pair, event);
  return unread === '' ? whole : withTroubles(whole, await orTrouble(world.ledger.note(run.pair, event)));
}

/** Nothing of a run that ended before it went through its steps. */
function measured(
  run: Run,
  marks: Marks,
  looks: readonly SeenOutside[],
  { topology }: Pick<World, 'topology'>,
): Pick<RunRecord, 'timeline' | 'secondsTo' | 'notRestored' | 'requests'> {
  if (Object.keys(marks).length === 0) return {};
  const { dnsTtlSecondsMax } = pairOf(topology, run.pair).timing;
  const move = { from: run.from, to: run.to, hurt: !isPlanned(run.kind) };
  const ofServices = looks.flatMap(({ cluster, at, services }) =>
    services === undefined ? [] : { cluster, at, asked: services.asked, failed: services.failed },
  );
  const { requests, restore, because } = servedIn(ofServices, move, marks, dnsTtlSecondsMax);
  const timeline = restore === undefined ? marks : { ...marks, restore };
  return {
    timeline,
    secondsTo: secondsOf(timeline),
    ...(because === undefined || marks.claim === undefined ? {} : { notRestored: because }),
    ...(requests === undefined ? {} : { requests }),
  };
}

interface Truth {
  ledger: Ledger | undefined;
  zones: ZoneRecord[];
}

const NOTHING_READ: Truth = { ledger: undefined, zones: [] };

async function readTruth(run: Run, outcome: RunRecord['outcome'], world: ReportWorld): Promise<Truth> {
  const pair = pairOf(world.topology, run.pair);
  const read = outcome === 'Switched' ? readStanding : readZones;
  const [ledger, zones, answers] = await Promise.all([
    world.ledger.read(run.pair),
    read(pair, world),
    answersByZone(pair, world),
  ]);
  return { ledger, zones: zones.flatMap((zone) => zoneRecords(pair, zone, answers.get(zone.zone.id) ?? [])) };
}

/**
 * A run has ended, however it is told of: what cannot be told now is owed.
 * @returns what went wrong
 */
async function tell(
  record: RunRecord,
  { run, kind, epoch = 0 }: Run,
  blocks: readonly string[],
  world: Pick<World, 'notes' | 'ledger' | 'announcer' | 'clock'>,
): Promise<string[]> {
  const decision = decisionOf(record, { run, kind, epoch, blocks, at: world.clock.now() });
  if (decision === undefined) return [];
  let isNews = true;
  const unlisted = await orTrouble(
    noteDecision(decision, world).then((news) => {
      isNews = news;
    }),
    'not on the list of decisions',
  );
  const notice = isNews ? endingNotice(record, decision) : undefined;
  return notice === undefined ? unlisted : [...unlisted, ...(await tellOrOwe(record.pair, run, notice, world))];
}

async function orTrouble(work: Promise<void>, what = 'not noted'): Promise<string[]> {
  try {
    await work;
    return [];
  } catch (cause) {
    return [`${what}: ${causeOf(cause)}`];
  }
}

function withTroubles(record: RunRecord, troubles: readonly string[]): RunRecord {
  const all = [...(record.troubles ?? []), ...troubles];
  return all.length === 0 ? record : { ...record, troubles: all };
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
