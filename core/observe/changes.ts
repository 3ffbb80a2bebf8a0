/** What EKS is changing about the clusters of a pair, and which of that somebody else began. */
import type { Facts } from '../facts.ts';
import { updatesOfOurs } from '../ledger/raised.ts';
import { clusterNames } from '../topology/pair.ts';
import type { ControlPlaneChange } from './observation.ts';

export interface ForeignChange extends ControlPlaneChange {
  cluster: string;
}

export interface ChangesSeen {
  /** Neither ours nor over. */
  found: readonly ForeignChange[];
  /** Clusters of which nobody knows, and why. */
  unknown: readonly string[];
}

/**
 * As the newest looks say. An update that we began ourselves, to have nodes before pods or to let them go again, is no
 * change of somebody else's.
 */
export function changesIn({ observations, ledger, pair, now }: Facts): ChangesSeen {
  const ours = updatesOfOurs(ledger ?? {});
  const seen = clusterNames(pair).map((cluster) => {
    const newest = observations.findLast((one) => one.cluster === cluster && one.changes !== undefined)?.changes;
    const age = newest === undefined ? undefined : Math.abs(now - newest.at) / 1_000;
    if (newest === undefined || age === undefined)
      return { unknown: [`EKS did not say what it changes in ${cluster}`] };
    if (age > pair.probe.evidenceAgeSecondsMax)
      return { unknown: [`what EKS changes in ${cluster} is known as of ${Math.round(age)} s ago`] };
    return {
      found: newest.found.filter(({ update = '' }) => !ours.has(update)).map((change) => ({ ...change, cluster })),
    };
  });
  return {
    found: seen.flatMap(({ found = [] }) => found),
    unknown: seen.flatMap(({ unknown = [] }) => unknown),
  };
}
