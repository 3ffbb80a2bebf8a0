/** The pairs, clusters, names, services, rings and datastores a user declares. */
export { functionTimeoutSeconds, taskTimeoutSeconds } from './checks/timings.ts';
export { topologyDigest } from './digest.ts';
export { fenceTextLengthMax, runNameLengthMax } from './fence-room.ts';
export {
  clusterNames,
  clusterOf,
  fenceName,
  type ManagedName,
  type NamedPair,
  namesInZone,
  otherCluster,
  pairOf,
  pivotName,
  ringsOf,
  UnknownCluster,
  UnknownPair,
  zonesOfHost,
} from './pair.ts';
export type { Problem } from './problem.ts';
export { type Parsed, parseTopology, problemsOf } from './problems.ts';
export { type Remark, remarksOf } from './remarks.ts';
export type {
  Cluster,
  ClusterName,
  Concurrency,
  Datastore,
  Drills,
  Layout,
  Mode,
  Objectives,
  Pair,
  Probe,
  Route53Budget,
  Service,
  Timing,
  Topology,
  Zone,
} from './schema.ts';
export { topologySchema } from './schema.ts';
