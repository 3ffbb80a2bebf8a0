import { readFileSync } from 'node:fs';
import { shippedSet } from '../../../lab/kubernetes/shipped-set.ts';
import type { ApiAnswer } from '../../../models/kubernetes/api-request.ts';
import type { Cluster } from '../../../models/kubernetes/cluster.ts';
import { type StandardOptions, standardCluster } from '../../../models/kubernetes/standard-cluster.ts';
import { seeded } from '../../../models/random.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';

export const begin = Date.UTC(2026, 10, 20, 7);

export const services = [
  { name: 'example', hosts: ['example.example.test'], ring: 0 },
  { name: 'shop', hosts: ['shop.example.test'], ring: 1, replicas: 4 },
];

export interface World {
  readonly clock: SteppedClock;
  readonly cluster: Cluster;
}

/** A cluster of the pair: `throwover` is of the operators' group, `admin` may everything, `nobody` nothing. */
export function world(options: Partial<StandardOptions> = {}): World {
  const clock = (options.clock as SteppedClock | undefined) ?? new SteppedClock(begin);
  const cluster = standardCluster({
    set: shippedSet(),
    name: 'blue',
    clock,
    random: seeded(7),
    role: 'standby',
    services,
    canaryHost: 'canary.blue.example.test',
    balancerHost: 'blue-lb.elb.test',
    authenticate: (token) => users.get(token),
    ...options,
  });
  return { clock, cluster };
}

const users = new Map([
  ['throwover', { username: 'throwover', groups: ['throwover:operators'] }],
  ['admin', { username: 'admin', groups: ['system:masters'] }],
  ['nobody', { username: 'nobody', groups: [] }],
]);

export interface Asked {
  readonly as?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export function ask(
  cluster: Cluster,
  method: string,
  path: string,
  { as = 'throwover', headers = {}, body }: Asked = {},
) {
  const authorization = as === '' ? {} : { authorization: `Bearer ${as}` };
  const answer = cluster.handle({
    method,
    path,
    headers: { ...authorization, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { ...answer, json: parsed(answer) };
}

export function get(cluster: Cluster, path: string, asked: Asked = {}) {
  return ask(cluster, 'GET', path, asked);
}

export function patch(cluster: Cluster, path: string, body: unknown, asked: Asked & { type?: string } = {}) {
  const type = asked.type ?? 'application/merge-patch+json';
  return ask(cluster, 'PATCH', path, { ...asked, body, headers: { 'content-type': type, ...asked.headers } });
}

export const config = '/api/v1/namespaces/throwover-system/configmaps/throwover';
export const deployment = (name: string) => `/apis/apps/v1/namespaces/${name}/deployments/${name}`;
export const ingress = (name: string) => `/apis/networking.k8s.io/v1/namespaces/${name}/ingresses/${name}`;

export function touch(cluster: Cluster, path: string, run = 'run-43', asked: Asked = {}) {
  const body = { metadata: { annotations: { 'throwover.dev/touched': run } } };
  return patch(cluster, `${path}?fieldManager=throwover`, body, asked);
}

/** An object of an answer, as tests look into it: any member may be missing. */
// biome-ignore lint/suspicious/noExplicitAny: a test asserts on members that the type would only repeat
export type Loose = any;

function parsed({ headers, body }: ApiAnswer): Loose {
  return headers['content-type'] === 'application/json' ? JSON.parse(body) : undefined;
}

/** A recorded answer of a real API server. */
export function fixture(name: string): Loose {
  const text = fixtureText(name);
  return JSON.parse(text);
}

export function fixtureText(name: string): string {
  return readFileSync(new URL(`../../fixtures/kubernetes/${name}`, import.meta.url), 'utf8');
}
