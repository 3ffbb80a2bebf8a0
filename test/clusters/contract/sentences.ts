/** What is true of a cluster with clusters/base installed, as sentences that can be tried on any API server. */
import assert from 'node:assert/strict';
import { type How, type Loose, type Manifest, pathOf } from '../../../cli/clusters/api.ts';
import { attributesOf, may, never, verbs } from '../rights.ts';
import {
  CONFIG,
  cronJob,
  deployment,
  EPOCH,
  eventually,
  expectStatus,
  flip,
  type Grounds,
  ingress,
  install,
  job,
  NotTried,
  OPERATOR,
  pod,
  service,
  statefulSet,
  unbind,
} from './grounds.ts';

export type Sentence = readonly [says: string, holds: (grounds: Grounds) => Promise<void>];

const DESIRED_REPLICAS = 'throwover.dev/desired-replicas';
const DESIRED_SUSPEND = 'throwover.dev/desired-suspend';
const GATE = [{ name: 'throwover.dev/standby' }];
const DRY: How = { dryRun: true };
const prefixes = ['external-dns.kubernetes.io', 'external-dns.alpha.kubernetes.io'];

const created = async ({ api }: Grounds, object: Manifest, how?: How): Promise<Loose> =>
  expectStatus(await api.create(object, how), 201);

/** Our own touch, as the functions send it, until what it says fits: a 200 alone proves nothing. */
async function touched(grounds: Grounds, object: Manifest, fits: (answer: Loose) => void): Promise<void> {
  let run = 0;
  await eventually(grounds, async () => {
    const change = { metadata: { annotations: { 'throwover.dev/touched': `contract-${run++}` } } };
    fits(expectStatus(await grounds.api.patch(pathOf(object), change, OPERATOR), 200));
  });
}

const weightsOf = (object: Loose): string[] =>
  prefixes.map((prefix) => object.metadata.annotations?.[`${prefix}/aws-weight`] ?? 'none');

/** By a policy of the set, which the causes name. */
const refusedByUs = (status: Loose) => assert.match(JSON.stringify(status.details?.causes ?? []), /'throwover-/);

/** While the ring stands by. */
const standby: readonly Sentence[] = [
  [
    'what keeps the API server reading the ConfigMap is there and bound',
    async ({ api }) => {
      for (const kind of ['validating', 'mutating']) {
        const path = `/apis/admissionregistration.k8s.io/v1/${kind}admissionpolic`;
        const { spec } = expectStatus(await api.get(`${path}ies/throwover-config-reader`), 200);
        assert.deepEqual(spec.paramKind, { apiVersion: 'v1', kind: 'ConfigMap' });
        const bound = expectStatus(await api.get(`${path}ybindings/throwover-config-reader`), 200);
        assert.equal(bound.spec.paramRef.name, 'throwover');
      }
    },
  ],
  [
    'a Deployment is kept at 0 replicas and remembers its wish',
    async (grounds) => {
      const { spec, metadata } = await created(grounds, deployment(grounds, 'web'));
      assert.deepEqual([spec.replicas, metadata.annotations[DESIRED_REPLICAS]], [0, '3']);
    },
  ],
  [
    'a StatefulSet is, too',
    async (grounds) => {
      const { spec, metadata } = await created(grounds, statefulSet(grounds, 'queue'));
      assert.deepEqual([spec.replicas, metadata.annotations[DESIRED_REPLICAS]], [0, '3']);
    },
  ],
  [
    'a StatefulSet that would lose its volumes is refused with 403',
    async (grounds) => {
      const lossy = { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' } };
      refusedByUs(expectStatus(await grounds.api.create(statefulSet(grounds, 'lossy', lossy), DRY), 403));
    },
  ],
  [
    'a new wish is remembered, also through a replace without the annotation',
    async (grounds) => {
      const path = pathOf(deployment(grounds, 'web'));
      const patched = expectStatus(await grounds.api.patch(path, { spec: { replicas: 5 } }), 200);
      assert.deepEqual([patched.spec.replicas, patched.metadata.annotations[DESIRED_REPLICAS]], [0, '5']);
      const replaced = expectStatus(await grounds.api.replace(deployment(grounds, 'web', { replicas: 0 })), 200);
      assert.equal(replaced.metadata.annotations[DESIRED_REPLICAS], '5');
    },
  ],
  [
    'scaling is refused with 403, and the answer says what to do instead',
    async (grounds) => {
      const path = `${pathOf(deployment(grounds, 'web'))}/scale`;
      const status = expectStatus(await grounds.api.patch(path, { spec: { replicas: 2 } }), 403);
      assert.match(status.message, /throwover\.dev\/desired-replicas/);
    },
  ],
  [
    'what is exempt is left alone',
    async (grounds) => {
      const exempt = { 'throwover.dev/exempt': 'true' };
      const made = await created(grounds, deployment(grounds, 'exempt', {}, { labels: exempt }, exempt), DRY);
      assert.equal(made.spec.replicas, 3);
      const bare = await eventually(grounds, () => created(grounds, pod(grounds, 'exempt', exempt), DRY));
      assert.deepEqual(bare.spec.schedulingGates ?? [], []);
    },
  ],
  [
    'a CronJob is suspended and remembers its wish, also the wish to be suspended',
    async (grounds) => {
      const nightly = await created(grounds, cronJob(grounds, 'nightly'));
      assert.deepEqual([nightly.spec.suspend, nightly.metadata.annotations[DESIRED_SUSPEND]], [true, 'false']);
      const off = await created(grounds, cronJob(grounds, 'off', { suspend: true }));
      assert.deepEqual([off.spec.suspend, off.metadata.annotations[DESIRED_SUSPEND]], [true, 'true']);
    },
  ],
  [
    'an Ingress carries weight 0 and the set identifier under both prefixes, whatever its chart says',
    async (grounds) => {
      const chart = { 'external-dns.kubernetes.io/aws-weight': '77' };
      const made = await created(grounds, ingress(grounds, 'web', chart));
      assert.deepEqual(weightsOf(made), ['0', '0']);
      for (const prefix of prefixes) {
        assert.equal(made.metadata.annotations[`${prefix}/set-identifier`], grounds.setIdentifier);
      }
    },
  ],
  [
    'a published Service does, too, and an inner one does not',
    async (grounds) => {
      assert.deepEqual(weightsOf(await created(grounds, service(grounds, 'front', 'LoadBalancer'), DRY)), ['0', '0']);
      assert.deepEqual(weightsOf(await created(grounds, service(grounds, 'inner', 'ClusterIP'))), ['none', 'none']);
    },
  ],
  [
    'a bare pod waits behind the scheduling gate',
    async (grounds) => {
      const made = await eventually(grounds, () => created(grounds, pod(grounds, 'bare')));
      assert.deepEqual(made.spec.schedulingGates, GATE);
    },
  ],
  [
    'the pods of a Job do',
    async (grounds) => {
      await created(grounds, job(grounds, 'migrate'));
      await eventually(grounds, async () => {
        const { items } = expectStatus(await grounds.api.get(`/api/v1/namespaces/${grounds.inRing}/pods`), 200);
        const found = items.find(({ metadata }: Loose) => metadata.name.startsWith('migrate-'));
        assert.deepEqual(found?.spec.schedulingGates, GATE);
      });
    },
  ],
  [
    'a namespace of no ring is left alone: Deployment, scale, CronJob, Ingress and pod',
    async (grounds) => {
      const there = { ...grounds, inRing: grounds.plain };
      assert.equal((await created(grounds, deployment(there, 'web'))).spec.replicas, 3);
      const scale = `${pathOf(deployment(there, 'web'))}/scale`;
      expectStatus(await grounds.api.patch(scale, { spec: { replicas: 2 } }), 200);
      assert.equal((await created(grounds, cronJob(there, 'nightly'))).spec.suspend ?? false, false);
      assert.deepEqual(weightsOf(await created(grounds, ingress(there, 'web'))), ['none', 'none']);
      const bare = await eventually(grounds, () => created(grounds, pod(there, 'bare'), DRY));
      assert.deepEqual(bare.spec.schedulingGates ?? [], []);
    },
  ],
  [
    'a dry run is admitted and kept nowhere',
    async (grounds) => {
      const dry = deployment(grounds, 'dry');
      assert.equal((await created(grounds, dry, DRY)).spec.replicas, 0);
      expectStatus(await grounds.api.get(pathOf(dry)), 404);
    },
  ],
];

/** Our own role, which is impersonated. */
const operator: readonly Sentence[] = [
  [
    'our own role has exactly the rights of the table',
    async ({ api, inRing }) => {
      const canI = async (resourceAttributes: object) => {
        const asked = {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          metadata: {},
          spec: { resourceAttributes },
        };
        return expectStatus(await api.create(asked, OPERATOR), 201).status.allowed as boolean;
      };
      const table = [...Object.entries(may), ...never.map((resource) => [resource, []] as const)];
      for (const [resource, expected] of table) {
        const allowed: string[] = [];
        for (const verb of verbs)
          if (await canI(attributesOf(verb, resource, { namespace: inRing }))) allowed.push(verb);
        assert.deepEqual([resource, allowed], [resource, [...expected]]);
      }
    },
  ],
  [
    'it cannot change an image, a label, a strategy or an annotation of others (422)',
    async (grounds) => {
      const path = pathOf(deployment(grounds, 'web'));
      const container = { name: 'main', image: 'registry.invalid/other:1' };
      for (const change of [
        { spec: { template: { spec: { containers: [container] } } } },
        { metadata: { labels: { stolen: 'yes' } } },
        { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } },
        { spec: { minReadySeconds: 7 } },
        { metadata: { annotations: { 'example.com/theirs': 'changed' } } },
      ]) {
        refusedByUs(expectStatus(await grounds.api.patch(path, change, OPERATOR), 422));
      }
    },
  ],
  [
    'nor a schedule, a route or a Service (422)',
    async (grounds) => {
      const { api } = grounds;
      const theirs: readonly (readonly [Manifest, object])[] = [
        [cronJob(grounds, 'nightly'), { spec: { schedule: '1 0 30 2 *' } }],
        [cronJob(grounds, 'nightly'), { spec: { concurrencyPolicy: 'Replace' } }],
        [ingress(grounds, 'web'), { spec: { ingressClassName: 'other' } }],
        [service(grounds, 'inner', 'ClusterIP'), { spec: { selector: { app: 'other' } } }],
        [statefulSet(grounds, 'queue'), { spec: { minReadySeconds: 7 } }],
      ];
      for (const [object, change] of theirs)
        refusedByUs(expectStatus(await api.patch(pathOf(object), change, OPERATOR), 422));
    },
  ],
  [
    'nor what a pod runs (422); it may take the gate away',
    async (grounds) => {
      const path = pathOf(pod(grounds, 'bare'));
      const image = [{ op: 'replace', path: '/spec/containers/0/image', value: 'registry.invalid/other:1' }];
      refusedByUs(expectStatus(await grounds.api.patch(path, image, OPERATOR), 422));
      const gate = [{ op: 'remove', path: '/spec/schedulingGates/0' }];
      const free = expectStatus(await grounds.api.patch(path, gate, { ...OPERATOR, dryRun: true }), 200);
      assert.equal(free.metadata.name, 'bare');
    },
  ],
  [
    'it finds pause pods, raises them, and cannot change what they run (422)',
    async (grounds) => {
      const { api, plain } = grounds;
      const labels = { 'throwover.dev/capacity': 'pause' };
      const reserve = deployment({ inRing: plain }, 'reserve', {}, { labels });
      await created(grounds, reserve);
      const query = `?labelSelector=${encodeURIComponent('throwover.dev/capacity=pause')}`;
      const { items } = expectStatus(await api.get(`/apis/apps/v1/deployments${query}`, OPERATOR), 200);
      assert.ok(items.some(({ metadata }: Loose) => metadata.namespace === plain && metadata.name === 'reserve'));
      const raised = expectStatus(await api.patch(pathOf(reserve), { spec: { replicas: 7 } }, OPERATOR), 200);
      assert.equal(raised.spec.replicas, 7);
      const other = { spec: { template: { spec: { priorityClassName: 'system-node-critical' } } } };
      refusedByUs(expectStatus(await api.patch(pathOf(reserve), other, OPERATOR), 422));
    },
  ],
  [
    'it reads the bounds of an autoscaler and cannot move them (403)',
    async (grounds) => {
      const { api, plain } = grounds;
      const autoscaler = {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'web', namespace: plain },
        spec: {
          minReplicas: 2,
          maxReplicas: 9,
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        },
      };
      await created(grounds, autoscaler);
      const { items } = expectStatus(await api.get('/apis/autoscaling/v2/horizontalpodautoscalers', OPERATOR), 200);
      const found = items.find(({ metadata }: Loose) => metadata.namespace === plain);
      assert.deepEqual([found?.spec.minReplicas, found?.spec.maxReplicas], [2, 9]);
      expectStatus(await api.patch(pathOf(autoscaler), { spec: { minReplicas: 1 } }, OPERATOR), 403);
    },
  ],
  [
    'it deletes nothing and reads no Secret (403, without causes)',
    async (grounds) => {
      const path = pathOf(deployment(grounds, 'web'));
      for (const answer of [
        await grounds.api.delete(path, OPERATOR),
        await grounds.api.get('/api/v1/secrets', OPERATOR),
      ]) {
        assert.equal(expectStatus(answer, 403).details?.causes, undefined);
      }
    },
  ],
];

/** The one ConfigMap. */
const fence: readonly Sentence[] = [
  [
    'the ConfigMap takes known keys and values only (422)',
    async ({ api, ring }) => {
      for (const data of [
        { workload: 'running' },
        { [`role.${ring}`]: 'sleeping' },
        { [`weight.${ring}`]: '256' },
        { [`workloads.${ring}`]: 'on' },
        { cluster: 'another' },
        { epoch: '4x' },
      ]) {
        refusedByUs(expectStatus(await api.patch(CONFIG, { data }, DRY), 422));
      }
    },
  ],
  [
    'a stale resourceVersion is 409, and the same epoch is taken',
    async (grounds) => {
      const { api, ring } = grounds;
      const { metadata, data } = expectStatus(await api.get(CONFIG), 200);
      await flip(grounds, { epoch: data.epoch, run: `contract-${ring}` });
      const stale = { metadata: { resourceVersion: metadata.resourceVersion }, data: { run: 'late' } };
      assert.equal(expectStatus(await api.patch(CONFIG, stale), 409).reason, 'Conflict');
    },
  ],
  [
    'its labels follow its data',
    async (grounds) => {
      for (const role of ['active', 'standby']) {
        const { data, metadata } = await flip(grounds, { [`role.${grounds.otherRing}`]: role });
        const mixed = Object.entries(data).some(([key, value]) => key.startsWith('role.') && value !== data.role);
        const labels = [metadata.labels['throwover.dev/role'], metadata.labels['throwover.dev/rings']];
        assert.deepEqual(labels, [data.role, mixed ? 'mixed' : 'same']);
      }
    },
  ],
  [
    'an older epoch is fenced out with 403',
    async ({ api, own }) => {
      const { data } = expectStatus(await api.get(CONFIG), 200);
      if (data.epoch === '0') throw new NotTried('its epoch is 0: there is no older one');
      const status = expectStatus(
        await api.patch(CONFIG, { data: { epoch: String(Number(data.epoch) - 1) } }, DRY),
        403,
      );
      assert.match(status.message, /is older than/);
      if (own) assert.ok(Number(data.epoch) >= EPOCH);
    },
  ],
  [
    'neither it nor its namespace can be deleted (403), nor can it be frozen (422)',
    async ({ api }) => {
      refusedByUs(expectStatus(await api.delete(CONFIG, DRY), 403));
      refusedByUs(expectStatus(await api.delete('/api/v1/namespaces/throwover-system', DRY), 403));
      refusedByUs(expectStatus(await api.patch(CONFIG, { immutable: true }, DRY), 422));
    },
  ],
];

/** A move, facet by facet. */
const moving: readonly Sentence[] = [
  [
    'workloads running: a touch restores the remembered count; batch and weight stay as they are',
    async (grounds) => {
      await flip(grounds, { [`workloads.${grounds.ring}`]: 'running' });
      await touched(grounds, deployment(grounds, 'web'), ({ spec, metadata }) => {
        assert.deepEqual([spec.replicas, metadata.annotations?.[DESIRED_REPLICAS]], [5, undefined]);
      });
      await touched(grounds, statefulSet(grounds, 'queue'), ({ spec }) => assert.equal(spec.replicas, 3));
      await touched(grounds, cronJob(grounds, 'nightly'), ({ spec }) => assert.equal(spec.suspend, true));
      await touched(grounds, ingress(grounds, 'web'), (answer) => assert.deepEqual(weightsOf(answer), ['0', '0']));
    },
  ],
  [
    'the touch took the field from nobody',
    async (grounds) => {
      const { metadata } = expectStatus(await grounds.api.get(pathOf(deployment(grounds, 'web'))), 200);
      const ours = (metadata.managedFields ?? []).filter(({ manager }: Loose) => manager === 'throwover');
      assert.equal(JSON.stringify(ours).includes('f:replicas'), false);
    },
  ],
  [
    'another ring stays as it was',
    async (grounds) => {
      const there = { ...grounds, inRing: grounds.besides };
      assert.equal((await created(grounds, deployment(there, 'web'), DRY)).spec.replicas, 0);
    },
  ],
  [
    'pods come without the gate',
    async (grounds) => {
      await eventually(grounds, async () => {
        const { spec } = await created(grounds, pod(grounds, 'late'), DRY);
        assert.deepEqual(spec.schedulingGates ?? [], []);
      });
    },
  ],
  [
    'weight by steps: the Ingress follows the facet',
    async (grounds) => {
      for (const weight of ['10', '50']) {
        await flip(grounds, { [`weight.${grounds.ring}`]: weight });
        await touched(grounds, ingress(grounds, 'web'), (answer) =>
          assert.deepEqual(weightsOf(answer), [weight, weight]),
        );
      }
    },
  ],
  [
    'batch running: a CronJob is resumed, one that its chart suspends stays suspended',
    async (grounds) => {
      await flip(grounds, { [`batch.${grounds.ring}`]: 'running' });
      await touched(grounds, cronJob(grounds, 'nightly'), ({ spec, metadata }) => {
        assert.deepEqual([spec.suspend, metadata.annotations?.[DESIRED_SUSPEND]], [false, undefined]);
      });
      await touched(grounds, cronJob(grounds, 'off'), ({ spec }) => assert.equal(spec.suspend, true));
    },
  ],
  [
    'role active without facets: everything runs, at the full weight',
    async (grounds) => {
      const { ring } = grounds;
      const dropped = { [`workloads.${ring}`]: null, [`batch.${ring}`]: null, [`weight.${ring}`]: null };
      await flip(grounds, { ...dropped, [`role.${ring}`]: 'active' });
      const { data } = expectStatus(await grounds.api.get(CONFIG), 200);
      const full = data.weight ?? data.activeWeight ?? '100';
      await touched(grounds, ingress(grounds, 'web'), (answer) => assert.deepEqual(weightsOf(answer), [full, full]));
      await touched(grounds, deployment(grounds, 'web'), ({ spec }) => assert.equal(spec.replicas, 5));
    },
  ],
  [
    'scaling is taken while the ring runs',
    async (grounds) => {
      const path = `${pathOf(deployment(grounds, 'web'))}/scale`;
      await eventually(grounds, async () =>
        expectStatus(await grounds.api.patch(path, { spec: { replicas: 4 } }), 200),
      );
    },
  ],
  [
    'standing down with workloads running keeps the pods; without the line they go, and the count is remembered',
    async (grounds) => {
      const { ring } = grounds;
      await flip(grounds, { [`role.${ring}`]: 'standby', [`workloads.${ring}`]: 'running' });
      await touched(grounds, ingress(grounds, 'web'), (answer) => assert.deepEqual(weightsOf(answer), ['0', '0']));
      await touched(grounds, deployment(grounds, 'web'), ({ spec }) => assert.equal(spec.replicas, 4));
      await flip(grounds, { [`workloads.${ring}`]: null });
      await touched(grounds, deployment(grounds, 'web'), ({ spec, metadata }) => {
        assert.deepEqual([spec.replicas, metadata.annotations[DESIRED_REPLICAS]], [0, '4']);
      });
    },
  ],
];

/** Only where the set is ours: bindings go and come, the ConfigMap is taken away behind the back of its guard. The last of all. */
const closed: readonly Sentence[] = [
  [
    'bindings that were away and come back go by the ConfigMap of today',
    async (grounds) => {
      if (!grounds.own) throw new NotTried('the set was there before: its bindings are not ours to take away');
      const { ring } = grounds;
      const bindings = await unbind(grounds);
      assert.equal((await created(grounds, deployment(grounds, 'unbound'), DRY)).spec.replicas, 3);
      await install(grounds, bindings);
      for (const [role, replicas] of [
        ['standby', 0],
        ['active', 3],
        ['standby', 0],
      ] as const) {
        await flip(grounds, { [`role.${ring}`]: role });
        await eventually(grounds, async () => {
          assert.equal((await created(grounds, deployment(grounds, 'bound'), DRY)).spec.replicas, replicas);
        });
      }
    },
  ],
  [
    'without the ConfigMap every write of a governed kind is refused with 403 in a ring, and nothing elsewhere',
    async (grounds) => {
      const { api, own, plain } = grounds;
      if (!own) throw new NotTried('the set was there before: its ConfigMap is not ours to take away');
      const guard = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/throwover-config-guard';
      expectStatus(await api.delete(guard), 200);
      await eventually(grounds, async () => expectStatus(await api.delete(CONFIG), 200));
      const change = { metadata: { annotations: { 'throwover.dev/touched': 'closed' } } };
      await eventually(grounds, async () => {
        const path = pathOf(deployment(grounds, 'web'));
        refusedByUs(expectStatus(await api.patch(path, change, { dryRun: true }), 403));
      });
      for (const object of [cronJob(grounds, 'nightly'), ingress(grounds, 'web')]) {
        expectStatus(await api.patch(pathOf(object), change, DRY), 403);
      }
      expectStatus(await api.create(pod(grounds, 'closed'), DRY), 403);
      const elsewhere = deployment({ inRing: plain }, 'web');
      expectStatus(await api.patch(pathOf(elsewhere), change, DRY), 200);
    },
  ],
];

/** In this order: each stands on what those before it left. */
export const sentences: readonly Sentence[] = [...standby, ...operator, ...fence, ...moving, ...closed];
