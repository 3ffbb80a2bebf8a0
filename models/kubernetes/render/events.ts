import type { Life } from '../life.ts';
import { type Rendered, timestamp, uidOf } from '../objects.ts';
import { type Pod, podName } from '../workloads.ts';

interface Happened {
  readonly pod: Pod;
  readonly at: number;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** Events are made from the pods that are in trouble now; history is not kept. */
export function renderEvents(life: Life, revision: number): Rendered[] {
  return troubles(life).map((event) => {
    const { pod } = event;
    const { namespace } = pod.workload;
    const involved = podName(pod);
    const name = `${involved}.${uidOf(`${involved} ${event.reason}`).slice(0, 16).replaceAll('-', '')}`;
    const first = timestamp(event.at);
    const last = timestamp(life.now);
    return {
      metadata: {
        name,
        namespace,
        uid: uidOf(`event ${namespace}/${name}`),
        resourceVersion: String(revision),
        creationTimestamp: first,
      },
      involvedObject: {
        kind: 'Pod',
        namespace,
        name: involved,
        uid: uidOf(`pod ${namespace}/${involved}`),
        apiVersion: 'v1',
      },
      reason: event.reason,
      message: event.message,
      source: { component: event.component },
      firstTimestamp: first,
      lastTimestamp: last,
      count: 1 + Math.floor((life.now - event.at) / 15_000),
      type: event.type,
      eventTime: null,
      reportingComponent: event.component,
      reportingInstance: '',
    };
  });
}

function troubles(life: Life): Happened[] {
  const nodes = life.nodes.all.length;
  return [...life.pods].flatMap((pod): Happened[] => {
    if (pod.stuckSince !== undefined) {
      const message =
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: ' +
        'plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container';
      return [
        { pod, at: pod.stuckSince, type: 'Warning', reason: 'FailedCreatePodSandBox', message, component: 'kubelet' },
      ];
    }
    if (pod.unschedulableSince !== undefined && pod.state === 'pending') {
      const message = `0/${nodes} nodes are available: ${life.nodes.whyNot(pod)}.`;
      const at = pod.unschedulableSince;
      return [{ pod, at, type: 'Warning', reason: 'FailedScheduling', message, component: 'default-scheduler' }];
    }
    return [];
  });
}
