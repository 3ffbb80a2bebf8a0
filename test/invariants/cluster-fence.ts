/** The ConfigMap of one cluster before and after, as often as somebody looked. */
import type { Invariant } from './invariant.ts';

export interface ClusterFenceSeen {
  cluster: string;
  before: Readonly<Record<string, string>> | undefined;
  after: Readonly<Record<string, string>> | undefined;
}

export const clusterEpochNeverDecreases: Invariant<ClusterFenceSeen> = {
  id: 'S3',
  says: 'the epoch of a cluster’s ConfigMap never decreases',
  breach({ cluster, before, after }) {
    const [old, next] = [Number(before?.epoch ?? 0), Number(after?.epoch ?? 0)];
    return after !== undefined && next < old ? `${cluster} went from epoch ${old} to ${next}` : undefined;
  },
};
