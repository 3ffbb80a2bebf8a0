/** What a real API server answered, and what we make of it: our adapters' readings, and the lab's own answers. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clustersOver } from '../../adapters/kubernetes/clusters.ts';
import type { ApiRequest, Transport } from '../../adapters/kubernetes/transport.ts';
import { shippedObjects } from '../../lab/kubernetes/shipped-set.ts';
import {
  ask,
  deployment,
  fixture,
  fixtureText,
  get,
  type Loose,
  patch,
  touch,
  world,
} from '../models/kubernetes/world.ts';
import { filesIn } from '../tree/sources.ts';

const json = (name: string, status = 200) => ({ status, contentType: 'application/json', body: fixtureText(name) });

/** A server that gives recorded answers, by what a path contains; the first that fits. */
function recorded(...answers: readonly (readonly [part: string, answer: ReturnType<typeof json>])[]) {
  const asked: ApiRequest[] = [];
  const transport: Transport = async (_, request) => {
    asked.push(request);
    const found = answers.find(([part]) => request.path.includes(part));
    return found?.[1] ?? { status: 200, contentType: 'application/json', body: '{"metadata":{},"items":[]}' };
  };
  return { clusters: clustersOver(transport), asked };
}

/** The same objects as one page. */
const page = (...items: readonly Loose[]) => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify({ metadata: {}, items }),
});
const inRing = page({ metadata: { name: 'example', labels: { 'throwover.dev/ring': '0' } } });
const web = { kind: 'Deployment', namespace: 'example', name: 'web', ring: 0 } as const;

describe('a touch', () => {
  it('that came right after a flip says 200 and shows the old state', async () => {
    const { clusters } = recorded(['/deployments/web', json('deployment-touch-stale.json')]);
    expect(await clusters.touch('blue', web, 'run-43')).toEqual({ replicas: 0, held: true });
  });

  it('that admission has seen shows the count that was remembered', async () => {
    const { clusters, asked } = recorded(['/deployments/web', json('deployment-touch-restored.json')]);
    expect(await clusters.touch('blue', web, 'run-43')).toEqual({ replicas: 3 });
    expect(asked[0]).toMatchObject({ method: 'PATCH', contentType: 'application/merge-patch+json' });
    const { annotations } = fixture('deployment-touch-restored.json').metadata;
    expect(annotations).not.toHaveProperty('throwover.dev/desired-replicas');
  });

  it('is stale in the lab for as long as its policies are', async () => {
    const { clock, cluster } = world({ staleMs: [10, 10] });
    patch(cluster, '/api/v1/namespaces/throwover-system/configmaps/throwover', {
      data: { epoch: '43', workloads: 'running' },
    });
    const replicas = (answer: Loose) => answer.json.spec.replicas > 0;
    const stale = fixture('deployment-touch-stale.json').spec.replicas > 0;
    expect(replicas(touch(cluster, deployment('shop')))).toBe(stale);
    await clock.run(10);
    const restored = fixture('deployment-touch-restored.json').spec.replicas > 0;
    expect(replicas(touch(cluster, deployment('shop'), 'again'))).toBe(restored);
  });
});

describe('nodes', () => {
  const nodes = (name: string) => recorded(['/nodes', page(...fixture(name).items)]).clusters.nodes('blue');

  it('that report are ready, and those that fell silent are not, though they are there', async () => {
    expect(await nodes('nodes-ready.json')).toMatchObject({ ready: 2, total: 2 });
    expect(await nodes('nodes-unknown.json')).toMatchObject({ ready: 0, total: 2, sizes: [] });
  });
});

describe('workloads', () => {
  const workloads = async (...items: readonly Loose[]) => {
    const { clusters } = recorded(['/namespaces?', inRing], ['/deployments?', page(...items)]);
    return clusters.workloads('blue');
  };

  it('of nodes that fell silent are not ready, though their pods still say Running', async () => {
    const [seen] = await workloads(fixture('deployment-nodes-unknown.json'));
    expect(seen).toMatchObject({ name: 'web', replicas: 3, ready: 0 });
    const phases = fixture('pods-nodes-unknown.json').items.map((pod: Loose) => pod.status.phase);
    expect(new Set(phases)).toEqual(new Set(['Running']));
  });

  it('at 0 replicas say Available=True and are counted, not believed', async () => {
    const stopped = fixture('deployment-standby.json');
    const available = stopped.status.conditions.find(({ type }: Loose) => type === 'Available');
    expect(available.status).toBe('True');
    expect(await workloads(stopped)).toMatchObject([{ wanted: 3, replicas: 0, ready: 0 }]);
  });

  it('come in pages, and the second goes on where the first ended', async () => {
    const first = fixture('deployments-page1.json');
    const second = fixture('deployments-page2.json');
    const { clusters, asked } = recorded(
      ['/namespaces?', inRing],
      [`continue=${encodeURIComponent(first.metadata.continue)}`, json('deployments-page2.json')],
      ['/deployments?', json('deployments-page1.json')],
    );
    const names = (await clusters.workloads('blue')).map(({ name }) => name);
    const wanted = [...first.items, ...second.items].filter(({ metadata }: Loose) => metadata.namespace === 'example');
    expect(names).toEqual(wanted.map(({ metadata }: Loose) => metadata.name));
    expect(asked.filter(({ path }) => path.includes('/deployments?'))).toHaveLength(2);
  });
});

describe('a stopped ring', () => {
  it('has autoscalers that say so, and budgets that allow nothing: neither is a fault', () => {
    const active = fixture('hpa-scaling-disabled.json').status.conditions.find(
      ({ type }: Loose) => type === 'ScalingActive',
    );
    expect(active).toMatchObject({ status: 'False', reason: 'ScalingDisabled' });
    const { status } = fixture('pdb-standby.json');
    expect([status.disruptionsAllowed, status.expectedPods]).toEqual([0, 0]);
  });

  it('gates a bare pod, which is freed by a JSON patch and by nothing else', () => {
    const { cluster } = world();
    const pods = '/api/v1/namespaces/shop/pods';
    const bare = { metadata: { name: 'bare' }, spec: { containers: [{ name: 'c', image: 'x' }] } };
    const made = ask(cluster, 'POST', pods, { as: 'admin', body: bare }).json;
    const gated = fixture('pod-gated.json');
    expect(made.spec.schedulingGates).toEqual(gated.spec.schedulingGates);
    const reasonOf = (pod: Loose) => pod.status.conditions.find(({ type }: Loose) => type === 'PodScheduled').reason;
    expect(reasonOf(made)).toBe(reasonOf(gated));
    const remove = [{ op: 'remove', path: '/spec/schedulingGates/0' }];
    const freed = patch(cluster, `${pods}/bare`, remove, { type: 'application/json-patch+json' });
    expect(freed.status).toBe(200);
    expect(freed.json.spec.schedulingGates).toEqual(fixture('pod-ungate-ok.json').spec.schedulingGates);
  });
});

describe('the set', () => {
  it('is listed by the lab in the form of the recorded list', () => {
    const list = get(world().cluster, '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies?limit=1').json;
    const there = fixture('policies.json');
    expect(Object.keys(list).sort()).toEqual(Object.keys(there).sort());
    expect(Object.keys(list.metadata).sort()).toEqual(Object.keys(there.metadata).sort());
    expect(list.items[0].metadata.name).toBe(there.items[0].metadata.name);
  });

  it('says of its first policy what the recorded server had taken, but for what the server adds', () => {
    const [there] = fixture('policies.json').items;
    const shipped = (shippedObjects() as Loose[]).find(
      ({ kind, metadata }) => kind === 'MutatingAdmissionPolicy' && metadata.name === there.metadata.name,
    );
    const { matchPolicy: _, namespaceSelector: __, objectSelector: ___, ...matched } = there.spec.matchConstraints;
    const rules = matched.resourceRules.map(({ scope: ____, ...rule }: Loose) => rule);
    expect({ ...there.spec, matchConstraints: { resourceRules: rules } }).toEqual(shipped.spec);
  });
});

describe('APIServices', () => {
  it('say themselves whether they are served', () => {
    for (const { status } of fixture('apiservices.json').items) {
      expect(status.conditions).toContainEqual(
        expect.objectContaining({ type: 'Available', status: 'True', reason: 'Local' }),
      );
    }
  });
});

describe('every recorded answer', () => {
  it('is read by a test', () => {
    const tests = filesIn('test')
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
      .join('\n');
    const folder = new URL('../fixtures/kubernetes/', import.meta.url);
    const answers = readdirSync(folder).filter((name) => /\.(json|txt)$/.test(name));
    expect(answers.length).toBe(40);
    expect(answers.filter((name) => !new RegExp(`[/'\`]${name}['\`]`).test(tests))).toEqual([]);
  });
});
