/** What is known of a cluster's way to its datastores: what its own pods answer, and what metrics say. */
import type { Facts } from '../facts.ts';
import type { DataPath, Observation } from './observation.ts';

/** The newest word of metrics about each datastore of the cluster. */
export function dataPathsByMetric(observations: readonly Observation[], cluster: string): readonly DataPath[] {
  const newest = observations
    .filter((one) => one.cluster === cluster && one.dataPaths !== undefined)
    .reduce<Observation | undefined>((best, one) => (best === undefined || one.at >= best.at ? one : best), undefined);
  return newest?.dataPaths ?? [];
}

/** Both ways together, for the cluster that shall receive traffic or the one that has it. */
export function dataPathsOf(side: 'target' | 'source', facts: Facts): readonly DataPath[] {
  const cluster = side === 'target' ? facts.to : facts.from;
  const looked = facts[side];
  const answered = looked?.cluster === cluster ? (looked.dataPaths ?? []) : [];
  return [...answered, ...dataPathsByMetric(facts.observations, cluster)];
}
