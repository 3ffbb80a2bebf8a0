import type { Life } from '../life.ts';
import { type Labels, nameSuffix, type Rendered, type Stored, timestamp, uidOf } from '../objects.ts';
import { podName, type Workload } from '../workloads.ts';
import { addressOf } from './pods.ts';

export function renderIngress(object: Stored, balancer: string): Rendered {
  const ports = [{ port: 80, protocol: 'TCP' }];
  const status = { loadBalancer: { ingress: [{ hostname: balancer, ports }] } };
  return { metadata: object.metadata, spec: object.spec, status };
}

export function renderService(object: Stored, balancer: string): Rendered {
  const published = object.spec?.type === 'LoadBalancer';
  const status = { loadBalancer: published ? { ingress: [{ hostname: balancer }] } : {} };
  return { metadata: object.metadata, spec: object.spec, status };
}

/** The workload behind a Service: the one whose pods carry all labels of the selector. */
export function workloadBehind(service: Stored, life: Life): Workload | undefined {
  const selector = service.spec?.selector as Labels | undefined;
  if (selector === undefined) return undefined;
  const wanted = Object.entries(selector);
  for (const workload of life.workloads) {
    if (workload.namespace !== service.metadata.namespace) continue;
    if (wanted.every(([key, value]) => workload.labels[key] === value)) return workload;
  }
  return undefined;
}

/** One slice per Service, with the pods that are ready or going. */
export function renderEndpointSlice(service: Stored, life: Life, revision: number): Rendered {
  const { name, namespace = '' } = service.metadata;
  const pods = [...(workloadBehind(service, life)?.pods ?? [])].filter(({ state }) => state === 'running');
  const ports = (service.spec?.ports as { name?: string; port: number; protocol?: string }[] | undefined) ?? [];
  const slice = `${name}-${nameSuffix(`${namespace}/${name}`, 5)}`;
  return {
    metadata: {
      name: slice,
      generateName: `${name}-`,
      namespace,
      uid: uidOf(`slice ${namespace}/${slice}`),
      resourceVersion: String(revision),
      generation: 1,
      creationTimestamp: service.metadata.creationTimestamp,
      labels: {
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': name,
      },
    },
    addressType: 'IPv4',
    endpoints: pods.map((pod) => ({
      addresses: [addressOf(pod)],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: pod.node?.name,
      targetRef: { kind: 'Pod', namespace, name: podName(pod), uid: uidOf(`pod ${namespace}/${podName(pod)}`) },
      zone: pod.node?.zone,
    })),
    ports: ports.map(({ name: port = '', protocol = 'TCP', port: number }) => ({ name: port, protocol, port: number })),
  };
}

/** The controllers renew their leases every two seconds while they can write. */
export function renderLeases(renewedAt: number, bornAt: number, revision: number): Rendered[] {
  return ['kube-controller-manager', 'kube-scheduler'].map((name) => ({
    metadata: {
      name,
      namespace: 'kube-system',
      uid: uidOf(`lease ${name}`),
      resourceVersion: String(revision),
      creationTimestamp: timestamp(bornAt),
    },
    spec: {
      holderIdentity: `ip-172-16-0-10.ec2.internal_${uidOf(name)}`,
      leaseDurationSeconds: 15,
      acquireTime: `${new Date(bornAt).toISOString().slice(0, -1)}000Z`,
      renewTime: `${new Date(renewedAt - (renewedAt % 2_000)).toISOString().slice(0, -1)}000Z`,
      leaseTransitions: 1,
    },
  }));
}
