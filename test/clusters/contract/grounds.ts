/**
 * Where the contract is tried: namespaces of its own in rings of its own, so that a cluster that is in use elsewhere may be
 * asked as well. What was not there before is gone afterwards.
 */
import { type Answer, type Api, type How, type Loose, type Manifest, pathOf } from '../../../cli/clusters/api.ts';
import { shippedObjects } from '../../../lab/kubernetes/shipped-set.ts';

export interface Grounds {
  readonly api: Api;
  /** Ends our names. */
  readonly suffix: string;
  /** Namespaces: of the ring that is flipped, of another ring, of none. */
  readonly inRing: string;
  readonly besides: string;
  readonly plain: string;
  readonly ring: string;
  readonly otherRing: string;
  /** The set was not there before us, so its ConfigMap is ours to try things with. */
  readonly own: boolean;
  /** `data.cluster` of its ConfigMap. */
  readonly setIdentifier: string;
  wait(milliseconds: number): Promise<void>;
}

export const CONFIG = '/api/v1/namespaces/throwover-system/configmaps/throwover';
export const OPERATOR: How = { as: { user: 'throwover', groups: ['throwover:operators', 'system:authenticated'] } };
/** The epoch of an installation of ours, so that there is an older one. */
export const EPOCH = 5;

const RING = 'throwover.dev/ring';
const TRIES = 60;

export class Unexpected extends Error {
  override readonly name = 'Unexpected';
}

/** What cannot be tried here, and why. */
export class NotTried extends Error {
  override readonly name = 'NotTried';
}

/** The object of an answer that must have this status. */
export function expectStatus(answer: Answer, ...statuses: number[]): Loose {
  if (statuses.includes(answer.status)) return answer.object;
  throw new Unexpected(`answered ${answer.status}, not ${statuses.join(' or ')}: ${answer.text.slice(0, 300)}`);
}

/** Until it holds: caches of an API server are milliseconds late, controllers seconds. */
export async function eventually<T>({ wait }: Pick<Grounds, 'wait'>, holds: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await holds();
    } catch (error) {
      if (attempt === TRIES) throw error;
      await wait(Math.min(1_000, 20 * 2 ** attempt));
    }
  }
}

export async function open(api: Api, suffix: string, wait: Grounds['wait']): Promise<Grounds> {
  const before = await api.get(CONFIG);
  const own = before.status === 404;
  if (own) await install(api, `contract-${suffix}`);
  const config = expectStatus(await api.get(CONFIG), 200);
  const grounds: Grounds = {
    api,
    suffix,
    wait,
    own,
    inRing: `throwover-contract-ring-${suffix}`,
    besides: `throwover-contract-besides-${suffix}`,
    plain: `throwover-contract-plain-${suffix}`,
    ring: `contract-${suffix}`,
    otherRing: `besides-${suffix}`,
    setIdentifier: config.data.cluster,
  };
  const { inRing, besides, plain, ring, otherRing } = grounds;
  for (const [name, labels] of [
    [inRing, { [RING]: ring }],
    [besides, { [RING]: otherRing }],
    [plain, {}],
  ] as const) {
    expectStatus(await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }), 201);
  }
  await flip(grounds, { [`role.${ring}`]: 'standby', [`role.${otherRing}`]: 'standby' });
  await eventually(grounds, async () => {
    const { spec } = expectStatus(await api.create(deployment(grounds, 'first'), { dryRun: true }), 201);
    if (spec.replicas !== 0) throw new Unexpected('the policies do not act yet');
  });
  return grounds;
}

/** Writes the ConfigMap; `null` drops a line. */
export async function flip(
  { api }: Pick<Grounds, 'api'>,
  data: Readonly<Record<string, string | null>>,
): Promise<Loose> {
  return expectStatus(await api.patch(CONFIG, { data }), 200);
}

export async function close(grounds: Grounds): Promise<void> {
  const { api, inRing, besides, plain, ring, otherRing, own } = grounds;
  const lines = ['role', 'workloads', 'batch', 'weight'].flatMap((key) => [`${key}.${ring}`, `${key}.${otherRing}`]);
  await api.patch(CONFIG, { data: Object.fromEntries(lines.map((line) => [line, null])) });
  for (const namespace of [inRing, besides, plain]) await api.delete(`/api/v1/namespaces/${namespace}`);
  if (!own) return;
  const objects = setObjects().reverse();
  const bindings = objects.filter(({ kind }) => kind.endsWith('PolicyBinding'));
  const rest = objects.filter(({ kind }) => !kind.endsWith('PolicyBinding') && kind !== 'ConfigMap');
  for (const object of bindings) expectStatus(await api.delete(pathOf(object)), 200, 202, 404);
  for (const object of rest) {
    await eventually(grounds, async () => expectStatus(await api.delete(pathOf(object)), 200, 202, 404));
  }
}

async function install(api: Api, cluster: string): Promise<void> {
  for (const object of setObjects()) {
    const data = { cluster, epoch: String(EPOCH), role: 'standby' };
    const named = object.kind === 'ConfigMap' ? { ...object, data } : object;
    expectStatus(await api.create(named), 201, 409);
  }
}

/** All but the canary, whose image a cluster without nodes cannot run. */
function setObjects(): Manifest[] {
  const all = shippedObjects() as unknown as Manifest[];
  return all.filter(
    ({ metadata }) => metadata.namespace !== 'throwover-canary' && metadata.name !== 'throwover-canary',
  );
}

const template = (name: string, labels = {}) => ({
  metadata: { labels: { app: name, ...labels } },
  spec: { containers: [{ name: 'main', image: 'registry.invalid/none:1' }] },
});

type More = Readonly<Record<string, unknown>>;

export function deployment(
  { inRing }: Pick<Grounds, 'inRing'>,
  name: string,
  spec: More = {},
  metadata: More = {},
  labels: More = {},
): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: inRing, ...metadata },
    spec: { replicas: 3, selector: { matchLabels: { app: name } }, template: template(name, labels), ...spec },
  };
}

export function statefulSet(grounds: Pick<Grounds, 'inRing'>, name: string, spec: More = {}): Manifest {
  return { ...deployment(grounds, name, { serviceName: name, ...spec }), kind: 'StatefulSet' };
}

export function cronJob({ inRing }: Pick<Grounds, 'inRing'>, name: string, spec: More = {}): Manifest {
  const pod = { ...template(name), spec: { ...template(name).spec, restartPolicy: 'Never' } };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace: inRing },
    // the thirtieth of February: it never comes
    spec: { schedule: '0 0 30 2 *', startingDeadlineSeconds: 20, jobTemplate: { spec: { template: pod } }, ...spec },
  };
}

export function job({ inRing }: Pick<Grounds, 'inRing'>, name: string): Manifest {
  const pod = { ...template(name), spec: { ...template(name).spec, restartPolicy: 'Never' } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: inRing }, spec: { template: pod } };
}

export function pod({ inRing }: Pick<Grounds, 'inRing'>, name: string, labels: More = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: inRing, labels },
    spec: template(name).spec,
  };
}

export function ingress({ inRing }: Pick<Grounds, 'inRing'>, name: string, annotations: More = {}): Manifest {
  const backend = { service: { name, port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: inRing, annotations },
    spec: { rules: [{ host: `${name}.invalid`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
  };
}

export function service({ inRing }: Pick<Grounds, 'inRing'>, name: string, type: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: inRing },
    spec: { type, selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
  };
}
