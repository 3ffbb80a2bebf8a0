import { remembered } from '../../remembered.ts';
import type { LifeSettings } from '../life-settings.ts';
import type { NodeGroup } from '../node-group.ts';
import { hashOf, type Rendered, timestamp, uidOf } from '../objects.ts';
import type { Node } from '../workloads.ts';
import { nodeAddress } from './pods.ts';

export const KUBELET_VERSION = 'v1.36.2-eks-0000000';

const pressures = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['NetworkUnavailable', 'RouteCreated', 'the VPC has a route to this node'],
] as const;

/** What a node is known by, all its life. */
const identityOf = remembered((name: string) => ({
  instance: `i-${hashOf(name).toString(16).padStart(8, '0')}${hashOf(`${name}.`).toString(16).padStart(9, '0')}`,
  uid: uidOf(`node ${name}`),
  machineID: uidOf(`machine ${name}`).replaceAll('-', ''),
  systemUUID: uidOf(`system ${name}`),
}));

export function renderNode(
  node: Node,
  group: Pick<NodeGroup, 'name' | 'pool'>,
  settings: LifeSettings,
  revision: number,
  now: number,
): Rendered {
  const since = timestamp(node.readySince);
  const heartbeat = timestamp(now - (now % 10_000));
  const size = {
    cpu: String(settings.nodeMillicores / 1000),
    memory: `${settings.nodeMebibytes / 1024}Gi`,
    pods: String(settings.podsPerNode),
  };
  const { instance, uid, machineID, systemUUID } = identityOf(node.name);
  return {
    metadata: {
      name: node.name,
      uid,
      resourceVersion: String(revision),
      creationTimestamp: timestamp(node.createdAt),
      labels: {
        'beta.kubernetes.io/os': 'linux',
        [group.pool ? 'karpenter.sh/nodepool' : 'eks.amazonaws.com/nodegroup']: group.name,
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'm6i.xlarge',
        'topology.kubernetes.io/region': node.zone.slice(0, -1),
        'topology.kubernetes.io/zone': node.zone,
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
    },
    spec: {
      providerID: `aws:///${node.zone}/${instance}`,
      ...(node.ready
        ? {}
        : { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule', timeAdded: since }] }),
    },
    status: {
      capacity: size,
      allocatable: size,
      conditions: [
        {
          type: 'Ready',
          status: node.ready ? 'True' : 'False',
          lastHeartbeatTime: heartbeat,
          lastTransitionTime: since,
          reason: node.ready ? 'KubeletReady' : 'KubeletNotReady',
          message: node.ready ? 'kubelet is posting ready status' : 'container runtime network not ready',
        },
        ...pressures.map(([type, reason, message]) => ({
          type,
          status: 'False',
          lastHeartbeatTime: heartbeat,
          lastTransitionTime: since,
          reason,
          message,
        })),
      ],
      addresses: [
        { type: 'InternalIP', address: nodeAddress(node) },
        { type: 'Hostname', address: node.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        machineID,
        systemUUID,
        bootID: uidOf(`boot ${node.name} ${node.readySince}`),
        kernelVersion: '6.12.0 (model)',
        osImage: 'Amazon Linux 2023 (model)',
        containerRuntimeVersion: 'containerd://2.1.0 (model)',
        kubeletVersion: KUBELET_VERSION,
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  };
}
