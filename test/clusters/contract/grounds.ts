/**
 * Where the contract is tried: namespaces of its own in rings of its own, so that a cluster that is in use elsewhere may be
 * asked as well. What was not there before is gone afterwards, but for what must stay (clusters/base/65-reader.yaml).
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
  /** What was installed by us: it goes with us. */
  readonly brought: Manifest[];
  /** `data.cluster` of its ConfigMap. */
  readonly setIdentifier: string;
  wait(milliseconds: number): Promise<void>;
}

export const CONFIG = '/api/v1/namespaces/throwover-system/configmaps/throwover';
export const OPERATOR: How = { as: { user: 'throwover', groups: ['throwover:operators', 'system:authenticated'] } };
/** The epoch of an installation of ours, so that there is an older one. */
export const EPOCH = 5;

const RING = 'throwover.dev/ring';
const STAYS = 'throwover.dev/stays';
/** An API server takes a second to see that bindings came or went. */
const SEEN_MILLISECONDS = 3_000;
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

/** Where we are, before anything is changed: whoever has this can clean up, however far `open` came. */
export async function survey(api: Api, suffix: string, wait: Grounds['wait']): Promise<Grounds> {
  const { status, object } = await api.get(CONFIG);
  const own = status === 404;
  return {
    api,
    suffix,
    wait,
    own,
    brought: [],
    inRing: `throwover-contract-ring-${suffix}`,
    besides: `throwover-contract-besides-${suffix}`,
    plain: `throwover-contract-plain-${suffix}`,
    ring: `contract-${suffix}`,
    otherRing: `besides-${suffix}`,
    setIdentifier: own ? `contract-${suffix}` : object?.data?.cluster,
  };
}

export async function open(grounds: Grounds): Promise<void> {
  const { api, own, inRing, besides, plain, ring, otherRing } = grounds;
  if (own) await install(grounds, setObjects());
  expectStatus(await api.get(CONFIG), 200);
  for (const [name, labels] of [
    [inRing, { [RING]: ring }],
    [besides, { [RING]: otherRing }],
    [plain, {}],
  ] as const) {
    expectStatus(await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }), 201);
  }
  await flip(grounds, { [`role.${ring}`]: 'standby', [`role.${otherRing}`]: 'standby' });
  await eventually(grounds, () => everyPolicyActs(grounds));
}

/** Mutating and validating policies are taken up apart, in the order of their bindings: the last of each is asked. */
async function everyPolicyActs(grounds: Grounds): Promise<void> {
  const { api } = grounds;
  const dryRun = { dryRun: true };
  const stopped = expectStatus(await api.create(deployment(grounds, 'first'), dryRun), 201);
  const gated = expectStatus(await api.create(pod(grounds, 'first'), dryRun), 201);
  const lossy = { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' } };
  expectStatus(await api.create(statefulSet(grounds, 'first', lossy), dryRun), 403);
  if (stopped.spec.replicas !== 0 || gated.spec.schedulingGates === undefined)
    throw new Unexpected('the policies do not act yet');
}

/** Writes the ConfigMap; `null` drops a line. */
export async function flip(
  { api }: Pick<Grounds, 'api'>,
  data: Readonly<Record<string, string | null>>,
): Promise<Loose> {
  return expectStatus(await api.patch(CONFIG, { data }), 200);
}

/** Deletes the bindings that we brought, until the API server has seen it: nothing is enforced any more. */
export async function unbind({ api, brought, wait }: Grounds): Promise<Manifest[]> {
  const bindings = brought.filter((object) => isBinding(object) && !stays(object));
  for (const object of bindings) expectStatus(await api.delete(pathOf(object)), 200, 202, 404);
  if (bindings.length > 0) await wait(SEEN_MILLISECONDS);
  return bindings;
}

export async function close(grounds: Grounds): Promise<void> {
  const { api, inRing, besides, plain, ring, otherRing, brought } = grounds;
  const lines = ['role', 'workloads', 'batch', 'weight'].flatMap((key) => [`${key}.${ring}`, `${key}.${otherRing}`]);
  await api.patch(CONFIG, { data: Object.fromEntries(lines.map((line) => [line, null])) });
  const paths = [inRing, besides, plain].map((namespace) => `/api/v1/namespaces/${namespace}`);
  for (const path of paths) await api.delete(path);
  await unbind(grounds);
  const rest = brought.filter((object) => !isBinding(object) && !stays(object) && object.kind !== 'ConfigMap');
  for (const object of rest.reverse()) {
    await eventually(grounds, async () => expectStatus(await api.delete(pathOf(object)), 200, 202, 404, 409));
    if (object.kind === 'Namespace') paths.push(pathOf(object));
  }
  // a namespace that is still on its way out would refuse the next installation
  for (const path of paths) await eventually(grounds, async () => expectStatus(await api.get(path), 404));
}

/** What is there already is left as it is. */
export async function install(
  { api, brought, setIdentifier, wait }: Grounds,
  objects: readonly Manifest[],
): Promise<void> {
  for (const object of objects) {
    const data = { cluster: setIdentifier, epoch: String(EPOCH), role: 'standby' };
    const answer = await api.create(object.kind === 'ConfigMap' ? { ...object, data } : object);
    expectStatus(answer, 201, 409);
    if (answer.status === 201 && !brought.includes(object)) brought.push(object);
  }
  await wait(SEEN_MILLISECONDS);
}

const isBinding = ({ kind }: Manifest): boolean => kind.endsWith('PolicyBinding');
const stays = ({ metadata }: Manifest): boolean => (metadata.labels as Loose)?.[STAYS] === 'true';

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
