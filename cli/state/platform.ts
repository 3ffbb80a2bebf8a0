/** What every pod of the clusters stands on, for doctor: on a standby nobody notices that it is broken until pods start. */
import { platformBroken } from '../../core/gates/target-ready.ts';
import { withoutNetwork } from '../../core/observe/causes.ts';
import { stoppedIn } from '../../core/observe/control-plane.ts';
import { stuckNow } from '../../core/observe/stuck-pods.ts';
import { refusing } from '../../core/observe/webhooks.ts';
import type { Few } from '../../core/observe/workloads.ts';
import type { ClusterFenceRead, Clusters } from '../../core/ports.ts';
import type { NamedPair } from '../../core/topology/pair.ts';
import { sentenceOf } from '../reach.ts';
import type { Finding } from './findings.ts';

type Asked = Pick<Clusters, 'extensions' | 'leases' | 'platform' | 'stuckPods'>;

const ALL = 1;
const NO_RIGHT = 'the ClusterRole throwover-probe of clusters/, for whoever asks';

/** @param configMaps which clusters answered: of one that did not nothing more is said */
export async function platformFindings(
  pair: NamedPair,
  configMaps: Readonly<Record<string, ClusterFenceRead>>,
  clusters: Asked,
  now: number,
): Promise<Finding[]> {
  const answering = Object.entries(configMaps).flatMap(([cluster, { kind }]) =>
    kind === 'unreachable' ? [] : [cluster],
  );
  const looked = await Promise.all(
    answering.flatMap((cluster) => [
      found(cluster, 'the Leases', () => controlPlane(cluster, pair, clusters)),
      found(cluster, 'the CNI and the DNS', () => platform(cluster, pair, clusters)),
      found(cluster, 'the pods that hang', () => hangingPods(cluster, now, clusters)),
      found(cluster, 'the webhooks and APIServices', () => extensions(cluster, clusters)),
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

async function platform(cluster: string, pair: NamedPair, clusters: Asked): Promise<Finding[]> {
  const cni = pair.clusters[cluster]?.cni ?? 'none';
  return platformBroken(await clusters.platform(cluster, cni), ALL).map((what) => ({
    level: 'SHOULD',
    what: `${cluster}: ${what}`,
    fix: `kubectl --context ${cluster} get daemonsets,deployments -n kube-system; a planned move to ${cluster} waits for it`,
  }));
}

async function hangingPods(cluster: string, now: number, clusters: Asked): Promise<Finding[]> {
  const { stuckPods, creatingPods } = stuckNow(await clusters.stuckPods(cluster), now);
  const fix = `kubectl --context ${cluster} get events -A --field-selector reason=FailedCreatePodSandBox`;
  return [
    ...(stuckPods.count === 0
      ? []
      : [{ level: 'MUST', what: `${cluster}: ${withoutNetwork(stuckPods)}`, fix } as const]),
    ...(creatingPods.count <= stuckPods.count
      ? []
      : [
          {
            level: 'SHOULD',
            what: `${cluster}: ${hanging(creatingPods)}`,
            fix: described(cluster, creatingPods),
          } as const,
        ]),
  ];
}

function hanging({ count, some }: Few): string {
  return `${count} pods hang in ContainerCreating: ${some.join(', ')}`;
}

function described(cluster: string, { some: [first = ''] }: Few): string {
  const [namespace, pod] = first.split('/');
  return `kubectl --context ${cluster} -n ${namespace} describe pod ${pod}`;
}

/** What would stop a ring from waking holds a planned move; the rest is told, because somebody will need it. */
async function extensions(cluster: string, clusters: Asked): Promise<Finding[]> {
  const { webhooks, unavailable } = await clusters.extensions(cluster);
  const { waking, other } = refusing(webhooks);
  const fix = `bring its pods back, or give it failurePolicy: Ignore while they are away`;
  const told = (level: Finding['level']) => (what: string) => ({ level, what: `${cluster}: ${what}`, fix });
  return [
    ...waking.map(told('MUST')),
    ...other.map(told('SHOULD')),
    ...unavailable.map(
      ({ name, because }): Finding => ({
        level: 'SHOULD',
        what: `${cluster}: APIService ${name} is not available: ${because}`,
        fix: `kubectl --context ${cluster} get apiservice ${name}; what asks it meanwhile, such as an autoscaler, is blind`,
      }),
    ),
  ];
}
