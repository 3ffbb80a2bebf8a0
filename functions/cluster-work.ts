/** How a cluster is changed: the ConfigMap first, by compare-and-set, then a touch for every object, checked by its effect. */
import { ClusterUnreachable } from '../core/errors.ts';
import type { FenceChange } from '../core/plan/cluster-fence.ts';
import type { Clock, ClusterFenceAnswer, ClusterObject, Clusters, Touched, Workload } from '../core/ports.ts';

export type WorkDone =
  | { kind: 'done'; touched: number; sources?: readonly string[] }
  | { kind: 'older' | 'refused' | 'unreachable' | 'not taken over' | 'still running'; because: string };

const WRITE_TRIES = 4;
const FIRST_WAIT_MILLISECONDS = 20;
const LONGEST_MILLISECONDS = 5_000;
/** For all objects together; later ones are touched once. A task has little more. */
const ALL_MILLISECONDS = 30_000;
const AT_ONCE = 16;

/**
 * Writes the cluster fence; a conflict means somebody else wrote it, so it is read again: the epoch decides, not we.
 * @param changeFor what to write in the place of what stands there
 */
export async function writeFence(
  clusters: Clusters,
  cluster: string,
  changeFor: (data: Readonly<Record<string, string>>) => FenceChange,
): Promise<WorkDone | undefined> {
  for (let attempt = 0; attempt < WRITE_TRIES; attempt++) {
    const read = await clusters.readFence(cluster);
    if (read.kind === 'missing')
      return { kind: 'refused', because: `${cluster} has no ConfigMap throwover-system/throwover` };
    // who says that we are not known answers: to be dead is something else
    if (read.kind === 'unauthorized') return { kind: 'refused', because: read.because };
    if (read.kind !== 'fence') return { kind: 'unreachable', because: read.because };
    const change = changeFor(read.data);
    if (Number(read.data.epoch) > Number(change.epoch)) return older(cluster, read.data.epoch, change.epoch);
    const answer: ClusterFenceAnswer = await clusters.writeFence(cluster, change, read.version);
    if (answer === 'written') return undefined;
    if (answer === 'older') return older(cluster, 'a newer one', change.epoch);
    if (answer === 'refused') return { kind: 'refused', because: `${cluster} refused ${JSON.stringify(change)}` };
    if (answer === 'unreachable') return { kind: 'unreachable', because: `${cluster} did not answer the write` };
  }
  return { kind: 'refused', because: `the ConfigMap of ${cluster} was changed by somebody else ${WRITE_TRIES} times` };
}

function older(cluster: string, theirs: string | undefined, ours: string | null | undefined): WorkDone {
  return { kind: 'older', because: `${cluster} is at epoch ${theirs}, this run has ${ours}` };
}

/**
 * Touches objects, a few at a time, until each shows the effect: for some milliseconds after the ConfigMap was written
 * admission may still follow the old one, and answers 200 all the same (facts/kubernetes.md, section 5).
 * @param sizeOf with how many pods each is to wake; said to admission only where it remembers another count
 */
export async function touchAll<One extends ClusterObject>(
  world: { clusters: Clusters; clock: Clock },
  cluster: string,
  run: string,
  objects: readonly One[],
  hasEffect: (touched: Touched, object: One) => boolean,
  sizeOf?: (object: One) => number,
): Promise<WorkDone> {
  const waiting = [...objects];
  const stubborn: string[] = [];
  const patience = world.clock.now() + ALL_MILLISECONDS;
  const worker = async () => {
    for (let object = waiting.shift(); object !== undefined; object = waiting.shift()) {
      const [one, size] = [object, sizeOf?.(object)];
      // what admission remembers by itself stays as the chart said it
      const desired = size === (one as Partial<Workload>).wanted ? undefined : size;
      const touch = () => world.clusters.touch(cluster, one, run, desired);
      const end = Math.min(world.clock.now() + LONGEST_MILLISECONDS, patience);
      const left = await untilEffect(touch, (touched) => hasEffect(touched, one), world.clock, end);
      if (left !== undefined) stubborn.push(`${one.kind}/${one.namespace}/${one.name} ${left}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, objects.length) }, worker));
  } catch (cause) {
    if (cause instanceof ClusterUnreachable) return { kind: 'unreachable', because: cause.message };
    throw cause;
  }
  if (stubborn.length === 0) return { kind: 'done', touched: objects.length };
  return {
    kind: 'not taken over',
    because: `${stubborn.length} of ${objects.length} objects of ${cluster}: ${stubborn.slice(0, 5).join('; ')}`,
  };
}

/**
 * A pipeline may write beside us: an object that it deleted needs nothing, one that it is writing is touched again. What is
 * refused stays as it is, and the others go on: one webhook that refuses one object holds nobody else back.
 * @returns why it did not follow; undefined: it did
 */
async function untilEffect(
  touch: () => ReturnType<Clusters['touch']>,
  hasEffect: (touched: Touched) => boolean,
  clock: Clock,
  end: number,
): Promise<string | undefined> {
  for (let wait = FIRST_WAIT_MILLISECONDS; ; wait *= 2) {
    const touched = await touch();
    if (touched === 'gone') return undefined;
    if (touched !== 'busy') {
      if ('refused' in touched) return `was refused: ${touched.refused}`;
      if (hasEffect(touched)) return undefined;
    }
    if (clock.now() + wait > end) return `did not follow in ${LONGEST_MILLISECONDS / 1000} s`;
    await clock.wait(wait);
  }
}
