/**
 * Prepare: pods start on the target while its role is still standby and its weight 0. Works for a while and then says
 * `more`; waits for a *fraction* of the wanted capacity, never for "something is ready".
 */
import * as z from 'zod/mini';
import { Superseded } from '../core/errors.ts';
import { isPlanned } from '../core/ledger/ledger.ts';
import { readyFraction } from '../core/observe/readiness.ts';
import { remembered, wakingSizes } from '../core/plan/capacity-memory.ts';
import { preparing } from '../core/plan/cluster-fence.ts';
import type { Workload } from '../core/ports.ts';
import { pairOf } from '../core/topology/pair.ts';
import { recallCapacity } from './capacity-memory.ts';
import { touchAll, writeFence } from './cluster-work.ts';
import { mustHold } from './holding.ts';
import { ClaimedRun } from './run.ts';
import type { World } from './world.ts';

export const PrepareInput = z.object({
  run: ClaimedRun,
  /** When Prepare began, from its first answer. */
  since: z.exactOptional(z.number()),
  /** What its first call said about the sizes that pods wake with. */
  sized: z.exactOptional(z.string()),
});

const LOOK_MILLISECONDS = 5_000;

export interface Prepared {
  more: boolean;
  ready: boolean;
  since: number;
  sized: string;
  because: string;
}

type Needs = Pick<World, 'topology' | 'ledger' | 'notes' | 'clusters' | 'clock'>;

export async function prepare(
  { run, since, sized = '' }: z.output<typeof PrepareInput>,
  world: Needs,
): Promise<Prepared> {
  const { timing } = pairOf(world.topology, run.pair);
  await mustHold(run, world);
  const { clock } = world;
  const began = since ?? clock.now();
  const end = clock.now() + (timing.taskSecondsMax - 5) * 1000;
  if (since === undefined) {
    const woken = await wakeUp(run, world);
    if ('refused' in woken) return { more: false, ready: false, since: began, sized, because: woken.refused };
    sized = woken.sized;
  }
  for (;;) {
    const fraction = readyFraction(await movingOf(run, world));
    const seconds = Math.round((clock.now() - began) / 1000);
    const because = `${fraction.ready} of ${fraction.wanted} pods of ${run.to} ready after ${seconds} s${sized}`;
    const answer = { since: began, sized, because };
    const enough = isPlanned(run.kind) ? 1 : timing.readyFractionWanted;
    if (fraction.wanted > 0 && fraction.ready / fraction.wanted >= enough)
      return { more: false, ready: true, ...answer };
    if (clock.now() - began >= timing.readyWaitSecondsMax * 1000) return { more: false, ready: false, ...answer };
    if (clock.now() + LOOK_MILLISECONDS > end) return { more: true, ready: false, ...answer };
    await clock.wait(LOOK_MILLISECONDS);
  }
}

/** The ConfigMap, then a touch for whatever sleeps, lowest tier first; each with the size that it is to wake with. */
async function wakeUp(run: ClaimedRun, world: Needs): Promise<{ sized: string } | { refused: string }> {
  const ofRun = { epoch: run.epoch, run: run.run, ...(run.ring === undefined ? {} : { ring: run.ring }) };
  const refused = await writeFence(world.clusters, run.to, (data) => preparing(ofRun, data));
  if (refused?.kind === 'older') throw new Superseded(refused.because, { cluster: run.to });
  if (refused !== undefined) return { refused: refused.kind === 'done' ? '' : refused.because };
  // a table that does not answer costs the sizes, and nothing else
  const memory = await recallCapacity(run.pair, world).catch(() => undefined);
  const { counts, because } = remembered(memory, world.clock.now());
  const sizeOf = wakingSizes(counts);
  const asleep = (await movingOf(run, world)).filter((one) => one.replicas === 0 && sizeOf(one) > 0);
  const touched = await touchAll(
    world,
    run.to,
    run.run,
    asleep,
    ({ replicas, held }) => replicas !== 0 && held !== true,
    sizeOf,
  );
  // who wakes with its own wish needs no explanation
  const matters = asleep.some((one) => one.scaled !== undefined || sizeOf(one) !== one.wanted);
  const said = matters ? `; ${because}` : '';
  if (touched.kind === 'done') return { sized: said };
  // users have nobody else: pods of all others may be enough, and are counted
  if (touched.kind === 'not taken over' && !isPlanned(run.kind)) return { sized: `${said}; ${touched.because}` };
  return { refused: touched.because };
}

/** What is exclusive starts with batch work, when the old side's has ended. */
async function movingOf({ to, ring }: ClaimedRun, { clusters }: Needs): Promise<Workload[]> {
  return (await clusters.workloads(to))
    .filter((one) => !one.exclusive && (ring === undefined || one.ring === ring))
    .sort((a, b) => a.tier - b.tier);
}
