/** What every pod of a cluster stands on: the network of its nodes, and its DNS. Both are read by quorum, as everything here. */
import type { Platform } from '../../core/ports.ts';
import type { Cluster } from '../../core/topology/schema/cluster.ts';
import { listed } from './lists.ts';
import { type DaemonSet, type Deployment, readyOf } from './objects.ts';
import type { Transport } from './transport.ts';

const DNS = 'coredns';

/** Throws `ClusterUnreachable`, also when the cluster gives no right to look. */
export async function platformOf(transport: Transport, cluster: string, cni: Cluster['cni']): Promise<Platform> {
  const one = <T extends { metadata: { name: string } }>(namespace: string, plural: string, name: string) =>
    listed<T>(transport, cluster, `/apis/apps/v1/namespaces/${namespace}/${plural}`, {
      fieldSelector: `metadata.name=${name}`,
    }).then((found) => found.find(({ metadata }) => metadata.name === name));
  const [network, dns] = await Promise.all([
    cni === 'none' ? undefined : one<DaemonSet>(cni.namespace, 'daemonsets', cni.daemonSet),
    one<Deployment>('kube-system', 'deployments', DNS),
  ]);
  const isMissing = cni !== 'none' && network === undefined;
  return {
    ...(network === undefined ? {} : { cni: rolloutOf(network) }),
    ...(isMissing ? { cniMissing: `${cni.namespace}/${cni.daemonSet}` } : {}),
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
