/**
 * Prepare: pods start on the target while its role is still standby and its weight 0. Works for a while and then says
 * `more`; waits for a *fraction* of the wanted capacity, never for "something is ready".
 */
import * as z from 'zod/mini';
import { Superseded } from '../core/errors.ts';
import { isPlanned } from '../core/ledger/ledger.ts';
import { readyFraction } from '../core/observe/readiness.ts';
import { preparing } from '../core/plan/cluster-fence.ts';
import { pairOf } from '../core/topology/pair.ts';
import { touchAll, writeFence } from './cluster-work.ts';
import { mustHold } from './holding.ts';
import { ClaimedRun } from './run.ts';
import type { World } from './world.ts';

export const PrepareInput = z.object({
  run: ClaimedRun,
  /** When Prepare began, from its first answer. */
  since: z.exactOptional(z.number()),
});

const LOOK_MILLISECONDS = 5_000;

export async function prepare(
  { run, since }: z.output<typeof PrepareInput>,
  world: Pick<World, 'topology' | 'ledger' | 'clusters' | 'clock'>,
) {
  const { timing } = pairOf(world.topology, run.pair);
  await mustHold(run, world);
  const { clock, clusters } = world;
  const began = since ?? clock.now();
  const end = clock.now() + (timing.taskSecondsMax - 5) * 1000;
  const ofRun = { epoch: run.epoch, run: run.run, ...(run.ring === undefined ? {} : { ring: run.ring }) };
  const moving = async () =>
    (await clusters.workloads(run.to))
      // what is exclusive starts with batch work, when the old side's has ended
      .filter(({ ring, exclusive }) => !exclusive && (run.ring === undefined || ring === run.ring))
      .sort((a, b) => a.tier - b.tier);

  if (since === undefined) {
    const refused = await writeFence(clusters, run.to, (data) => preparing(ofRun, data));
    if (refused?.kind === 'older') throw new Superseded(refused.because, { cluster: run.to });
    if (refused !== undefined)
      return { more: false, ready: false, since: began, because: refused.kind === 'done' ? '' : refused.because };
    const asleep = (await moving()).filter(({ replicas, wanted }) => replicas === 0 && wanted > 0);
    const touched = await touchAll(world, run.to, run.run, asleep, ({ replicas }) => replicas !== 0);
    if (touched.kind !== 'done') return { more: false, ready: false, since: began, because: touched.because };
  }
  for (;;) {
    const fraction = readyFraction(await moving());
    const because = `${fraction.ready} of ${fraction.wanted} pods of ${run.to} ready after ${Math.round((clock.now() - began) / 1000)} s`;
    const enough = isPlanned(run.kind) ? 1 : timing.readyFractionWanted;
    if (fraction.wanted > 0 && fraction.ready / fraction.wanted >= enough)
      return { more: false, ready: true, since: began, because };
    if (clock.now() - began >= timing.readyWaitSecondsMax * 1000)
      return { more: false, ready: false, since: began, because };
    if (clock.now() + LOOK_MILLISECONDS > end) return { more: true, ready: false, since: began, because };
    await clock.wait(LOOK_MILLISECONDS);
  }
}
