/** An ExternalDNS gave its cluster's record of a name a weight that it did not have. */
import type { Invariant } from './invariant.ts';

export interface ZombieWrite {
  name: string;
  zone: string;
  cluster: string;
  /** The pair moved away from this cluster without its help, so many seconds ago; undefined: it did not. */
  leftSeconds: number | undefined;
}

/** One interval of its loop, a plan that takes long to land, and two minutes of the watch, if the run itself could not. */
const SECONDS_MAX = 240;

export const zombiesAreKeptAway: Invariant<ZombieWrite> = {
  id: 'S3',
  says: 'after an unplanned move the ExternalDNS of the old side raises nothing but what it had planned before',
  breach({ name, zone, cluster, leftSeconds }) {
    return leftSeconds !== undefined && leftSeconds > SECONDS_MAX
      ? `${cluster} raised ${name} of ${zone}, ${Math.round(leftSeconds)} s after the pair had left it`
      : undefined;
  },
};
