import { apiVersionOf, type Kind, type Plural } from './kinds.ts';
import type { Rendered } from './objects.ts';

type Cell = string | number | boolean;
type Column = readonly [name: string, type: string, cell: (object: Rendered, now: number) => Cell, wide?: true];
type Any = Readonly<Record<string, unknown>>;

/** `meta.k8s.io/v1 Table`: what kubectl prints, made by the server. */
export function tableOf(kind: Kind, objects: readonly Rendered[], metadata: object, now: number): unknown {
  const columns = columnsOf[kind.plural as Plural] ?? [name, created];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(([title, type, , wide]) => ({
      name: title,
      type,
      format: title === 'Name' ? 'name' : '',
      description: `${title} of the ${kind.kind} (${apiVersionOf(kind)})`,
      priority: wide === true ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map(([, , cell]) => cell(object, now)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

const name: Column = ['Name', 'string', ({ metadata }) => metadata.name];
const age: Column = ['Age', 'string', ({ metadata }, now) => since(metadata.creationTimestamp, now)];
const created: Column = ['Created At', 'date', ({ metadata }) => metadata.creationTimestamp];
const containers: Column = ['Containers', 'string', (object) => templates(object, 'name'), true];
const images: Column = ['Images', 'string', (object) => templates(object, 'image'), true];
const selector: Column = ['Selector', 'string', ({ spec }) => pairs(at(spec, 'selector', 'matchLabels')), true];

const columnsOf: Partial<Record<Plural, readonly Column[]>> = {
  namespaces: [name, ['Status', 'string', ({ status }) => text(status, 'phase')], age],
  configmaps: [name, ['Data', 'integer', ({ data }) => Object.keys((data as Any | undefined) ?? {}).length], age],
  nodes: [
    name,
    ['Status', 'string', nodeStatus],
    ['Roles', 'string', () => '<none>'],
    age,
    ['Version', 'string', ({ status }) => text(status, 'nodeInfo', 'kubeletVersion')],
    ['Internal-IP', 'string', ({ status }) => text(list(status, 'addresses')[0], 'address') || '<none>', true],
    ['External-IP', 'string', () => '<none>', true],
    ['OS-Image', 'string', ({ status }) => text(status, 'nodeInfo', 'osImage'), true],
    ['Kernel-Version', 'string', ({ status }) => text(status, 'nodeInfo', 'kernelVersion'), true],
    ['Container-Runtime', 'string', ({ status }) => text(status, 'nodeInfo', 'containerRuntimeVersion'), true],
  ],
  pods: [
    name,
    ['Ready', 'string', ({ status, spec }) => `${readyContainers(status)}/${list(spec, 'containers').length}`],
    ['Status', 'string', podStatus],
    ['Restarts', 'integer', ({ status }) => count(list(status, 'containerStatuses')[0], 'restartCount')],
    age,
    ['IP', 'string', ({ status }) => text(status, 'podIP') || '<none>', true],
    ['Node', 'string', ({ spec }) => text(spec, 'nodeName') || '<none>', true],
    ['Nominated Node', 'string', () => '<none>', true],
    ['Readiness Gates', 'string', () => '<none>', true],
  ],
  services: [
    name,
    ['Type', 'string', ({ spec }) => text(spec, 'type')],
    ['Cluster-IP', 'string', ({ spec }) => text(spec, 'clusterIP') || '<none>'],
    ['External-IP', 'string', ({ status }) => balancers(status) || '<none>'],
    ['Port(s)', 'string', ({ spec }) => list(spec, 'ports').map(servicePort).join(',') || '<none>'],
    age,
    ['Selector', 'string', ({ spec }) => pairs(at(spec, 'selector')), true],
  ],
  deployments: [
    name,
    ['Ready', 'string', ({ spec, status }) => `${count(status, 'readyReplicas')}/${count(spec, 'replicas')}`],
    ['Up-to-date', 'integer', ({ status }) => count(status, 'updatedReplicas')],
    ['Available', 'integer', ({ status }) => count(status, 'availableReplicas')],
    age,
    containers,
    images,
    selector,
  ],
  statefulsets: [
    name,
    ['Ready', 'string', ({ spec, status }) => `${count(status, 'readyReplicas')}/${count(spec, 'replicas')}`],
    age,
    containers,
    images,
  ],
  daemonsets: [
    name,
    ['Desired', 'integer', ({ status }) => count(status, 'desiredNumberScheduled')],
    ['Current', 'integer', ({ status }) => count(status, 'currentNumberScheduled')],
    ['Ready', 'integer', ({ status }) => count(status, 'numberReady')],
    ['Up-to-date', 'integer', ({ status }) => count(status, 'updatedNumberScheduled')],
    ['Available', 'integer', ({ status }) => count(status, 'numberAvailable')],
    ['Node Selector', 'string', () => '<none>'],
    age,
    containers,
    images,
    selector,
  ],
  cronjobs: [
    name,
    ['Schedule', 'string', ({ spec }) => text(spec, 'schedule')],
    ['Timezone', 'string', ({ spec }) => text(spec, 'timeZone') || '<none>'],
    ['Suspend', 'boolean', ({ spec }) => (at(spec, 'suspend') === true ? 'True' : 'False')],
    ['Active', 'integer', ({ status }) => list(status, 'active').length],
    ['Last Schedule', 'string', ({ status }, now) => sinceText(text(status, 'lastScheduleTime'), now)],
    age,
  ],
  jobs: [
    name,
    ['Status', 'string', ({ status }) => (count(status, 'succeeded') > 0 ? 'Complete' : 'Running')],
    ['Completions', 'string', ({ status }) => `${count(status, 'succeeded')}/1`],
    ['Duration', 'string', jobDuration],
    age,
    containers,
    images,
  ],
  ingresses: [
    name,
    ['Class', 'string', ({ spec }) => text(spec, 'ingressClassName') || '<none>'],
    ['Hosts', 'string', ({ spec }) => hosts(list(spec, 'rules'))],
    ['Address', 'string', ({ status }) => balancers(status)],
    ['Ports', 'string', ({ spec }) => (at(spec, 'tls') === undefined ? '80' : '80, 443')],
    age,
  ],
  leases: [name, ['Holder', 'string', ({ spec }) => text(spec, 'holderIdentity')], age],
  endpointslices: [
    name,
    ['AddressType', 'string', ({ addressType }) => String(addressType)],
    ['Ports', 'string', ({ ports }) => (ports as Any[]).map((port) => String(port.port)).join(',') || '<unset>'],
    [
      'Endpoints',
      'string',
      ({ endpoints }) => (endpoints as Any[]).flatMap((one) => one.addresses).join(',') || '<unset>',
    ],
    age,
  ],
  events: [
    ['Last Seen', 'string', ({ lastTimestamp }, now) => sinceText(String(lastTimestamp), now)],
    ['Type', 'string', ({ type }) => String(type)],
    ['Reason', 'string', ({ reason }) => String(reason)],
    ['Object', 'string', ({ involvedObject }) => `pod/${text(involvedObject, 'name')}`],
    ['Message', 'string', ({ message }) => String(message)],
  ],
};

function nodeStatus({ status, spec }: Rendered): string {
  const ready = list(status, 'conditions').find((condition) => text(condition, 'type') === 'Ready');
  const unschedulable = at(spec, 'unschedulable') === true ? ',SchedulingDisabled' : '';
  return `${text(ready, 'status') === 'True' ? 'Ready' : 'NotReady'}${unschedulable}`;
}

function podStatus({ metadata, status }: Rendered): string {
  if ('deletionTimestamp' in metadata) return 'Terminating';
  const scheduled = list(status, 'conditions').find((condition) => text(condition, 'type') === 'PodScheduled');
  if (text(scheduled, 'reason') === 'SchedulingGated') return 'SchedulingGated';
  const waiting = text(list(status, 'containerStatuses')[0], 'state', 'waiting', 'reason');
  return waiting || text(status, 'phase');
}

function readyContainers(status: unknown): number {
  return list(status, 'containerStatuses').filter((container) => at(container, 'ready') === true).length;
}

function jobDuration({ status }: Rendered, now: number): string {
  const started = Date.parse(text(status, 'startTime'));
  const ended = text(status, 'completionTime');
  return humanDuration((ended === '' ? now : Date.parse(ended)) - started);
}

/** The first three hosts, as kubectl prints them. */
function hosts(rules: readonly unknown[]): string {
  const named = rules.map((rule) => text(rule, 'host') || '*');
  if (named.length === 0) return '*';
  return named.length > 3 ? `${named.slice(0, 3).join(',')} + ${named.length - 3} more...` : named.join(',');
}

function balancers(status: unknown): string {
  return list(at(status, 'loadBalancer'), 'ingress')
    .map((one) => text(one, 'hostname'))
    .join(',');
}

function servicePort(port: unknown): string {
  const node = at(port, 'nodePort');
  return `${text(port, 'port')}${node === undefined ? '' : `:${node}`}/${text(port, 'protocol') || 'TCP'}`;
}

function templates({ spec }: Rendered, member: 'name' | 'image'): string {
  return list(at(spec, 'template', 'spec'), 'containers')
    .map((container) => text(container, member))
    .join(',');
}

function pairs(labels: unknown): string {
  const entries = Object.entries((labels as Any | undefined) ?? {});
  return entries.length === 0 ? '<none>' : entries.map(([key, value]) => `${key}=${value}`).join(',');
}

function since(time: string, now: number): string {
  return humanDuration(now - Date.parse(time));
}

function sinceText(time: string, now: number): string {
  return time === '' ? '<none>' : since(time, now);
}

/** Ages as kubectl writes them: `57s`, `3m12s`, `45m`, `7h5m`, `30h`, `5d3h`, `41d`, `2y30d`. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const two = (whole: number, unit: string, rest: number, small: string) =>
    rest === 0 ? `${whole}${unit}` : `${whole}${unit}${rest}${small}`;
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (hours < 3) return `${minutes}m`;
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  return two(Math.floor(days / 365), 'y', days % 365, 'd');
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inside, key) => (inside as Any | undefined)?.[key], value);
}

function text(value: unknown, ...path: readonly string[]): string {
  return String(at(value, ...path) ?? '');
}

function count(value: unknown, member: string): number {
  return Number(at(value, member) ?? 0);
}

function list(value: unknown, member: string): readonly unknown[] {
  return (at(value, member) as readonly unknown[] | undefined) ?? [];
}
