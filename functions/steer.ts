/**
 * Steer: the batches that move users. Everything is read here, after Fence, and planned from that alone; so a second call
 * finds less to do, and a call with nothing left to do sends nothing. Zones go in parallel, one batch in flight in each.
 */
import * as z from 'zod/mini';
import { anotherTopology, pausedAt } from '../core/ledger/ledger.ts';
import type { Budget } from '../core/plan/budget.ts';
import type { Move } from '../core/plan/steer.ts';
import { pairOf } from '../core/topology/pair.ts';
import { allowanceFor, BudgetLeft } from './allowance.ts';
import { mustHold } from './holding.ts';
import { ClaimedRun } from './run.ts';
import { senderOf } from './send.ts';
import { type Steering, steerZone, type ZoneSteered } from './steer-zone.ts';
import type { World } from './world.ts';

export const SteerInput = z.object({
  run: ClaimedRun,
  /** What `to` shall have, of 100. */
  share: z.int().check(z.minimum(0), z.maximum(100)),
  /** Where the pair stood when the run claimed it. */
  active: z.string(),
  /** When steering to this share began, from its first answer. */
  since: z.exactOptional(z.number()),
  /** By zone, the first name that the call before this one left; those before it are where the move wants them. */
  next: z.exactOptional(z.record(z.string(), z.string())),
  budget: z.exactOptional(BudgetLeft),
});

export interface Steered {
  kind: 'Steered' | 'More' | 'Stopped' | 'Behind' | 'Uncertain' | 'Nothing moved';
  since: number;
  zones: ZoneSteered[];
  /** By zone, where the next call goes on. */
  next: Record<string, string>;
  /** What is left of the tokens. */
  budget?: Budget;
  because: string;
}

type Needs = Pick<World, 'topology' | 'digest' | 'ledger' | 'zones' | 'clock'>;

export async function steer(
  { run, share, active, since, next = {}, budget }: z.output<typeof SteerInput>,
  world: Needs,
): Promise<Steered> {
  const pair = pairOf(world.topology, run.pair);
  const began = since ?? world.clock.now();
  const move: Move = { ...run, by: world.ledger.by, share, active };
  const permit = () => reasonToStop(run, share, world);
  const stop = await reasonToStop(run, share, world, since === undefined);
  if (stop !== undefined) return { kind: 'Stopped', since: began, zones: [], next, because: stop };
  const until = world.clock.now() + (pair.timing.taskSecondsMax - 5) * 1000;
  const steering: Steering = {
    pair,
    run,
    move,
    world,
    sender: await senderOf(run, world, permit),
    allowance: allowanceFor(pair, world.clock, budget),
    until,
    next: { ...next },
  };
  // a zone that fails must not leave the others running behind the back of whoever acts next
  const ended = await Promise.allSettled(pair.zones.map((zone) => steerZone(steering, zone)));
  const zones = ended.map((zone) => {
    if (zone.status === 'rejected') throw zone.reason;
    return zone.value;
  });
  const retry = world.clock.now() - began < pair.timing.zoneRetrySeconds * 1000;
  return { ...summary(zones, retry), since: began, zones, next: steering.next, budget: steering.allowance.left() };
}

function summary(zones: readonly ZoneSteered[], retry: boolean): Pick<Steered, 'kind' | 'because'> {
  const because = zones.map((zone) => `${zone.zone}: ${zone.because}`).join('; ');
  const having = (state: ZoneSteered['state']) => zones.filter((zone) => zone.state === state);
  if (having('stopped').length > 0) return { kind: 'Stopped', because };
  if (having('contested').length > 0) return { kind: 'Uncertain', because };
  const denied = having('denied');
  if (having('going on').length > 0 || (denied.length > 0 && retry)) return { kind: 'More', because };
  if (denied.length === zones.length) return { kind: 'Nothing moved', because };
  return { kind: denied.length > 0 ? 'Behind' : 'Steered', because };
}

/**
 * Why no further batch may leave, read from the ledger before each. Throws `Superseded`.
 * @param begins nothing was sent for this share yet: names, rings and clusters of a topology that was deployed since the run
 *   took the pair were judged by nobody. What is under way goes on, and back is always open
 */
async function reasonToStop(run: ClaimedRun, share: number, world: Needs, begins = false): Promise<string | undefined> {
  const read = await mustHold(run, world);
  const deployed = begins && share > 0 ? anotherTopology(read, world.digest) : undefined;
  if (deployed !== undefined) return deployed;
  const { clock, topology } = world;
  const pause = run.startedBy === 'machine' ? pausedAt(read, clock.now()) : undefined;
  if (pause !== undefined) return `paused by ${pause.by}: ${pause.reason}`;
  const { runSecondsMax } = pairOf(topology, run.pair).timing;
  if (read.holder !== undefined && clock.now() - read.holder.since > runSecondsMax * 1000)
    return `this run lasts longer than ${runSecondsMax} s`;
  // going back is what a person asked for; only their word to stay stops that
  if (read.abort === undefined || (share === 0 && read.abort.then === 'back')) return undefined;
  return `${read.abort.by} asked to ${read.abort.then === 'back' ? 'go back' : 'stay'}: ${read.abort.reason}`;
}
