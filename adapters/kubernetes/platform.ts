/** What every pod of a cluster stands on: the network of its nodes, and its DNS. Both are read by quorum, as everything here. */
import type { Platform } from '../../core/ports.ts';
import { listed } from './lists.ts';
import { type DaemonSet, type Deployment, readyOf } from './objects.ts';
import type { Transport } from './transport.ts';

const SYSTEM = '/apis/apps/v1/namespaces/kube-system';
/** Agents of the usual CNIs by the names of their DaemonSets; EKS brings the first. */
const CNI = ['aws-node', 'cilium', 'calico-node', 'antrea-agent'];
const DNS = 'coredns';

/** Throws `ClusterUnreachable`, also when the cluster gives no right to look. */
export async function platformOf(transport: Transport, cluster: string): Promise<Platform> {
  const [sets, deployments] = await Promise.all([
    listed<DaemonSet>(transport, cluster, `${SYSTEM}/daemonsets`),
    listed<Deployment>(transport, cluster, `${SYSTEM}/deployments`, { fieldSelector: `metadata.name=${DNS}` }),
  ]);
  const cni = CNI.flatMap((name) => sets.find(({ metadata }) => metadata.name === name) ?? [])[0];
  const dns = deployments.find(({ metadata }) => metadata.name === DNS);
  return {
    ...(cni === undefined ? {} : { cni: rolloutOf(cni) }),
    ...(dns === undefined ? {} : { dns: { wanted: dns.spec.replicas ?? 1, ready: readyOf(dns) } }),
  };
}

/** While the controller has not seen the newest generation, nothing of it is anywhere. */
function rolloutOf({ metadata, status }: DaemonSet): NonNullable<Platform['cni']> {
  const {
    observedGeneration = 0,
    desiredNumberScheduled = 0,
    updatedNumberScheduled = 0,
    numberReady = 0,
  } = status ?? {};
  const updated = observedGeneration < (metadata.generation ?? 0) ? 0 : updatedNumberScheduled;
  return { name: metadata.name, wanted: desiredNumberScheduled, updated, ready: numberReady };
}
