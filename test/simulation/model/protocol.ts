/**
 * The protocol of a run as a small explicit model: two zones, two runs, one after the other or one that takes the pair from
 * the other, each of which may die at any step while its last batch is still on its way. It is written from the design
 * alone and shares no line with the code.
 */
import type { Model } from './explore.ts';

export type Variant =
  | 'as designed'
  /** No run raises the fence before it reads: the zone is fenced by the batch that moves it. */
  | 'no fence-up'
  /** Only the anchor is fenced before reading. */
  | 'only the anchor'
  | 'read before fence'
  /** Repair brings everything where the ledger says. */
  | 'repair towards the ledger'
  /** A batch does not name the fence that it replaces: every zone takes every batch. */
  | 'no fence in the batch'
  /** Nobody asks the ledger before a batch. The zones refuse what is old by themselves. */
  | 'no look at the ledger';

/** What the second run is: repair of the first one, or a person who takes the pair back to blue. */
export type Second = 'repair' | 'break-glass';

type Cluster = 'blue' | 'green';

interface Zone {
  on: Cluster;
  epoch: number;
  /** No value of a fence ever comes back. */
  seq: number;
}

interface Batch {
  run: 0 | 1;
  zone: 0 | 1;
  /** The fence that it replaces. */
  expects: readonly [epoch: number, seq: number];
  epoch: number;
  /** Missing: only the fence. */
  moves?: Cluster;
}

type Does = 'claim' | 'fence 0' | 'fence 1' | 'read' | 'swap' | 'commit' | 'ended';

interface Run {
  does: Does;
  /** So many batches of its own are on their way, for whose answers it waits. */
  waits: number;
  epoch: number;
  /** Where the zones stood, and under which fences, when it read. */
  read: readonly Zone[];
  goal: Cluster;
}

interface State {
  zones: readonly [Zone, Zone];
  ledger: { epoch: number; active: Cluster; holder: 0 | 1 | -1; interrupted: boolean };
  runs: readonly [Run, Run];
  /** Batches on their way, also those of a run that is dead. */
  flying: readonly Batch[];
}

/** Blue has been dead since before the first run, but where a person takes the pair back to it. */
export function protocol(second: Second, variant: Variant): Model<State> {
  const blank: Run = { does: 'claim', waits: 0, epoch: 0, read: [], goal: 'green' };
  const zone: Zone = { on: 'blue', epoch: 0, seq: 0 };
  return {
    begin: {
      zones: [zone, zone],
      ledger: { epoch: 0, active: 'blue', holder: -1, interrupted: false },
      runs: [blank, { ...blank, goal: 'blue' }],
      flying: [],
    },
    next: (state) => [
      ...lands(state, variant),
      ...([0, 1] as const).flatMap((run) => [...acts(state, run, second, variant), ...dies(state, run)]),
      ...reaps(state),
    ],
    wrong(before, after) {
      for (const [index, now] of after.zones.entries()) {
        const was = before.zones[index] as Zone;
        if (now.epoch < was.epoch) return `zone ${index} went from epoch ${was.epoch} back to ${now.epoch}`;
        if (second === 'repair' && was.on === 'green' && now.on === 'blue')
          return `zone ${index} went back to the dead cluster`;
      }
      return undefined;
    },
    wrongAtEnd({ zones: [anchor, other], ledger }) {
      // what is known to be unfinished is repaired: the next watch starts the next run
      if (ledger.interrupted) return undefined;
      if (ledger.holder !== -1) return 'nobody lives and somebody holds the pair';
      if (anchor.on !== other.on) return `the zones stay apart: ${anchor.on} and ${other.on}`;
      return anchor.on === ledger.active ? undefined : `users are on ${anchor.on}, the ledger says ${ledger.active}`;
    },
  };
}

type Steps = (readonly [string, State])[];

/** A batch arrives, however late. */
function lands(state: State, variant: Variant): Steps {
  return state.flying.map((batch, index) => {
    const there = state.zones[batch.zone];
    const fits =
      variant === 'no fence in the batch' || (there.epoch === batch.expects[0] && there.seq === batch.expects[1]);
    const moved: Zone = { on: batch.moves ?? there.on, epoch: Math.max(batch.epoch, 0), seq: there.seq + 1 };
    const zones = fits ? replaced(state.zones, batch.zone, moved) : state.zones;
    const run = state.runs[batch.run];
    const answered: Run = run.waits > 0 ? { ...run, waits: run.waits - 1, ...(fits ? {} : { does: 'ended' }) } : run;
    const then: State = {
      ...state,
      zones,
      runs: replaced(state.runs, batch.run, answered),
      flying: state.flying.filter((_, at) => at !== index),
    };
    return [`batch of run ${batch.run} ${fits ? 'lands in' : 'is refused by'} zone ${batch.zone}`, then] as const;
  });
}

const ORDER: Readonly<Record<'designed' | 'unfenced' | 'anchor' | 'read first', readonly Does[]>> = {
  designed: ['claim', 'fence 0', 'fence 1', 'read', 'swap', 'commit', 'ended'],
  unfenced: ['claim', 'read', 'swap', 'commit', 'ended'],
  anchor: ['claim', 'fence 0', 'read', 'swap', 'commit', 'ended'],
  'read first': ['claim', 'read', 'fence 0', 'fence 1', 'swap', 'commit', 'ended'],
};

function orderOf(variant: Variant): readonly Does[] {
  if (variant === 'no fence-up') return ORDER.unfenced;
  if (variant === 'only the anchor') return ORDER.anchor;
  return variant === 'read before fence' ? ORDER['read first'] : ORDER.designed;
}

function acts(state: State, index: 0 | 1, second: Second, variant: Variant): Steps {
  const run = state.runs[index];
  if (run.does === 'ended' || run.waits > 0) return [];
  const order = orderOf(variant);
  const onward: Run = { ...run, does: order[order.indexOf(run.does) + 1] ?? 'ended' };
  const as = (changed: Run, more: Partial<State> = {}): Steps => [
    [`run ${index}: ${run.does}`, { ...state, ...more, runs: replaced(state.runs, index, changed) }],
  ];
  const stops = () => as({ ...run, does: 'ended', waits: 0 });
  const { ledger, zones } = state;
  if (run.does === 'claim') {
    const free = index === 0 ? ledger.holder === -1 && !ledger.interrupted : mayClaim(state, second);
    if (!free) return [];
    const epoch = Math.max(ledger.epoch, zones[0].epoch, zones[1].epoch) + 1;
    const interrupted = ledger.interrupted || ledger.holder !== -1;
    return as({ ...onward, epoch }, { ledger: { ...ledger, epoch, holder: index, interrupted } });
  }
  if (run.does === 'read') {
    // what stands under somebody else's fence is not this run's to plan from
    if (variant !== 'read before fence' && fencedZones(variant).some((zone) => zones[zone].epoch !== run.epoch))
      return stops();
    const goal = index === 0 || second === 'break-glass' ? run.goal : repairGoal(state, variant);
    return as({ ...onward, read: zones, goal });
  }
  const asks = run.does === 'commit' || variant !== 'no look at the ledger';
  if (asks && ledger.holder !== index) return stops();
  if (run.does === 'commit')
    return as(onward, { ledger: { ...ledger, active: run.goal, holder: -1, interrupted: false } });
  if (run.does === 'swap') return as(...swap(state, index, onward, variant));
  const at = run.does === 'fence 0' ? 0 : 1;
  const there = zones[at];
  if (there.epoch > run.epoch) return stops();
  return as({ ...onward, waits: 1 }, { flying: sent(state, { run: index, zone: at, epoch: run.epoch }, there) });
}

/** One batch to each zone that is not there yet, all at once. */
function swap(state: State, index: 0 | 1, onward: Run, variant: Variant): [Run, Partial<State>] {
  const run = state.runs[index];
  let { flying } = state;
  let waits = 0;
  for (const zone of [0, 1] as const) {
    const read = run.read[zone] as Zone;
    if (read.on === run.goal) continue;
    // whoever read before it fenced knows the fence that it wrote since, and nothing else that changed
    const there = state.zones[zone];
    const expected = variant === 'read before fence' && there.epoch === run.epoch ? there : read;
    flying = sent({ ...state, flying }, { run: index, zone, epoch: run.epoch, moves: run.goal }, expected);
    waits++;
  }
  return [{ ...onward, waits }, { flying }];
}

function fencedZones(variant: Variant): readonly (0 | 1)[] {
  if (variant === 'no fence-up') return [];
  return variant === 'only the anchor' ? [0] : [0, 1];
}

/** Repair comes when the first run is gone; a person with break-glass whenever they like. */
function mayClaim({ ledger, runs }: State, second: Second): boolean {
  if (second === 'break-glass') return runs[0].does !== 'claim';
  return ledger.holder === -1 && ledger.interrupted;
}

/** Blue is dead: mixed goes to green; all on one side is settled there. */
function repairGoal({ zones: [anchor, other], ledger }: State, variant: Variant): Cluster {
  if (variant === 'repair towards the ledger') return ledger.active;
  return anchor.on === other.on ? anchor.on : 'green';
}

function sent({ flying }: State, batch: Omit<Batch, 'expects'>, { epoch, seq }: Zone): readonly Batch[] {
  return [...flying, { ...batch, expects: [epoch, seq] }];
}

/** Its process, or the execution, is gone. What it has sent is not. */
function dies(state: State, index: 0 | 1): Steps {
  const run = state.runs[index];
  if (run.does === 'ended' || run.does === 'claim') return [];
  return [[`run ${index} dies`, { ...state, runs: replaced(state.runs, index, { ...run, does: 'ended', waits: 0 }) }]];
}

/** The watch takes the pair from a run that has ended, at a new epoch. */
function reaps(state: State): Steps {
  const { ledger, runs } = state;
  if (ledger.holder === -1 || runs[ledger.holder].does !== 'ended') return [];
  const free = { ...ledger, holder: -1 as const, epoch: ledger.epoch + 1, interrupted: true };
  return [['the watch reaps', { ...state, ledger: free }]];
}

function replaced<T>(both: readonly [T, T], index: 0 | 1, by: T): readonly [T, T] {
  return index === 0 ? [by, both[1]] : [both[0], by];
}
