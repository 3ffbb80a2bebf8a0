/** What every pod of the clusters stands on, for doctor: on a standby nobody notices that it is broken until pods start. */
import { platformBroken } from '../../core/gates/target-ready.ts';
import { stoppedIn } from '../../core/observe/control-plane.ts';
import type { ClusterFenceRead, Clusters } from '../../core/ports.ts';
import type { NamedPair } from '../../core/topology/pair.ts';
import { sentenceOf } from '../reach.ts';
import type { Finding } from './findings.ts';

type Asked = Pick<Clusters, 'leases' | 'platform'>;

const ALL = 1;
const NO_RIGHT = 'the ClusterRole throwover-probe of clusters/, for whoever asks';

/** @param configMaps which clusters answered: of one that did not nothing more is said */
export async function platformFindings(
  pair: NamedPair,
  configMaps: Readonly<Record<string, ClusterFenceRead>>,
  clusters: Asked,
): Promise<Finding[]> {
  const answering = Object.entries(configMaps).flatMap(([cluster, { kind }]) =>
    kind === 'unreachable' ? [] : [cluster],
  );
  const looked = await Promise.all(
    answering.flatMap((cluster) => [
      found(cluster, 'the Leases', () => controlPlane(cluster, pair, clusters)),
      found(cluster, 'the CNI and the DNS', () => platform(cluster, clusters)),
    ]),
  );
  return looked.flat();
}

async function found(cluster: string, what: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (cause) {
    return [{ level: 'SHOULD', what: `${what} of ${cluster} could not be read: ${sentenceOf(cause)}`, fix: NO_RIGHT }];
  }
}

async function controlPlane(cluster: string, { probe }: NamedPair, clusters: Asked): Promise<Finding[]> {
  const stopped = stoppedIn(await clusters.leases(cluster), probe.leaseAgeSecondsMax);
  if (stopped === undefined) return [];
  return [
    {
      level: 'MUST',
      what: `${cluster}: ${stopped}`,
      fix: `nothing is moved to ${cluster} while that is so; on EKS a case for AWS: kubectl --context ${cluster} -n kube-system get leases`,
    },
  ];
}

async function platform(cluster: string, clusters: Asked): Promise<Finding[]> {
  return platformBroken(await clusters.platform(cluster), ALL).map((what) => ({
    level: 'SHOULD',
    what: `${cluster}: ${what}`,
    fix: `kubectl --context ${cluster} -n kube-system get daemonsets,deployments; a planned move to ${cluster} waits for it`,
  }));
}
