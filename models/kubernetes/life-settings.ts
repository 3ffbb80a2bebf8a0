import type { Random } from '../random.ts';

/** From, to: a number between them is drawn for each case. */
export type Range = readonly [from: number, to: number];

/** How fast things happen in a cluster. Facts: kubernetes.md, sections 5 and 10. */
export interface LifeSettings {
  /** From a write to what the controllers make of it. */
  readonly controllerMs: Range;
  /** From the first unschedulable pod to the order for nodes (Cluster Autoscaler: within 30 s). */
  readonly autoscalerMs: Range;
  /** From the order to a node that is ready; an instance that has to boot. */
  readonly nodeReadyMs: Range;
  /** The first time an image comes to a node. */
  readonly imagePullMs: Range;
  /** From container created to ready. */
  readonly podStartMs: Range;
  /** From the end of a pod to its absence. */
  readonly podStopMs: Range;
  /** From the return of a dead cluster to nodes that are ready. */
  readonly rebootMs: Range;
  /** How long a Job runs. */
  readonly jobMs: Range;
  /** A node that was empty for so long is taken away, down to the group's minimum. */
  readonly emptyNodeMs: number;
  readonly nodeMillicores: number;
  readonly nodeMebibytes: number;
  readonly podsPerNode: number;
}

export const usualLife: LifeSettings = {
  controllerMs: [20, 120],
  autoscalerMs: [10_000, 30_000],
  nodeReadyMs: [40_000, 90_000],
  imagePullMs: [1_000, 6_000],
  podStartMs: [1_500, 5_000],
  podStopMs: [1_000, 3_000],
  rebootMs: [10_000, 30_000],
  jobMs: [20_000, 60_000],
  emptyNodeMs: 600_000,
  nodeMillicores: 4_000,
  nodeMebibytes: 16_384,
  podsPerNode: 58,
};

export function drawn([from, to]: Range, random: Random): number {
  return Math.round(from + (to - from) * random());
}
