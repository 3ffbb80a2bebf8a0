/**
 * Pods that do not get as far as a container, from what Kubernetes itself keeps of them. Events alone would lie both ways: the kubelet
 * stops repeating one after some minutes (25 at once, then one in five minutes), and they stay for an hour after all is well.
 */
import type { StuckPod } from '../../core/ports.ts';
import { listed } from './lists.ts';
import type { Event, Pod } from './objects.ts';
import type { Transport } from './transport.ts';

/** What a container says that waits for the sandbox of its pod; one whose image cannot be had says something else. */
const BEFORE = ['ContainerCreating', 'PodInitializing'];

/** Every pod that waits on its node or was said to get no network, each once. Throws `ClusterUnreachable`. */
export async function stuckPodsOf(transport: Transport, cluster: string): Promise<StuckPod[]> {
  const [events, pending] = await Promise.all([
    listed<Event>(transport, cluster, '/api/v1/events', { fieldSelector: 'reason=FailedCreatePodSandBox' }),
    listed<Pod>(transport, cluster, '/api/v1/pods', { fieldSelector: 'status.phase=Pending,spec.nodeName!=' }),
  ]);
  const found = new Map<string, StuckPod>();
  for (const { involvedObject, lastTimestamp, eventTime } of events) {
    const pod = `${involvedObject.namespace ?? ''}/${involvedObject.name ?? ''}`;
    const at = Date.parse(lastTimestamp ?? eventTime ?? '');
    found.set(pod, { pod, noNetworkAt: Math.max(found.get(pod)?.noNetworkAt ?? 0, Number.isNaN(at) ? 0 : at) });
  }
  for (const one of pending) {
    const creatingSince = creatingSinceOf(one);
    const pod = `${one.metadata.namespace ?? ''}/${one.metadata.name}`;
    if (creatingSince !== undefined) found.set(pod, { ...(found.get(pod) ?? { pod }), creatingSince });
  }
  return [...found.values()];
}

/** Since when it has its node and no sandbox. */
function creatingSinceOf({ status }: Pod): number | undefined {
  const { conditions = [], containerStatuses = [], initContainerStatuses = [] } = status;
  const condition = (type: string) => conditions.find((one) => one.type === type);
  const sandbox = condition('PodReadyToStartContainers');
  const waits = [...initContainerStatuses, ...containerStatuses].every(({ state }) =>
    BEFORE.includes(state?.waiting?.reason ?? ''),
  );
  if (sandbox === undefined ? !waits : sandbox.status === 'True') return undefined;
  const since = Date.parse(condition('PodScheduled')?.lastTransitionTime ?? status.startTime ?? '');
  return Number.isNaN(since) ? undefined : since;
}
