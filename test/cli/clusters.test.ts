/** `throwover clusters`, with the rights of a kubeconfig, against the two clusters of a lab behind sockets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Console } from '../../cli/console.ts';
import type { Note } from '../../core/ports.ts';
import { rendered, titleOf } from '../clusters/rendered.ts';
import { type Served, served } from '../clusters/served.ts';
import { drillThatSucceeded } from '../core/drill/example.ts';
import { call } from './call.ts';

const NOW = Date.parse('2026-11-20T07:00:00Z');
const DAY = 86_400_000;

let pair: Served;
afterEach(() => pair.close());

interface Known {
  active?: string;
  notes?: Record<string, Note['item']>;
  metricAt?: Record<string, number>;
}

function throwover(words: string, { active = 'blue', notes = {}, metricAt = {} }: Known = {}) {
  const list = async (_: string, prefix: string) =>
    Object.entries(notes).flatMap(([key, item]) => (key.startsWith(prefix) ? [{ key, rev: 1, item }] : []));
  const console = {
    clock: { now: () => NOW },
    deployed: async () => ({ ledger: { read: async () => ({ active }) }, notes: { list } }),
    metrics: { healthyHosts: async (host: string) => metricAt[host] && { at: metricAt[host], count: 2 } },
    close: () => {},
  };
  return call(['clusters', ...words.split(' ')], {
    env: { KUBECONFIG: pair.kubeconfig },
    connect: async () => console as unknown as Console,
  });
}

/** Where a long expression is folded says nothing in CEL. */
const unfolded = (object: unknown): unknown => JSON.parse(JSON.stringify(object).replace(/(\\n|\s)+/g, ' '));

const ringOf = (cluster: 'blue' | 'green', namespace: string) => pair.clusters[cluster].inventory.ringOf(namespace);

describe('throwover clusters install --print', () => {
  beforeEach(async () => {
    pair = await served('empty');
  });

  it.for(['blue', 'green'] as const)(
    'prints for %s what its overlay renders, with the role that the ledger gives it',
    async (name, context) => {
      const { exitCode, stdout, stderr } = await throwover(`install --print --cluster ${name}`);
      expect(exitCode, stderr).toBe(0);
      const printed = new Map(parseAllDocuments(stdout).map((document) => [titleOf(document.toJS()), document.toJS()]));
      const overlay = new Map(rendered(name, context).map((object) => [titleOf(object), object]));
      expect([...printed.keys()].sort()).toEqual([...overlay.keys()].sort());
      for (const [title, object] of overlay) expect(unfolded(printed.get(title)), title).toEqual(unfolded(object));
    },
  );

  it('leaves the mutating policies out where the API server does not serve them, and says what takes their place', async () => {
    const words = 'install --print --cluster green --role standby --policies values';
    const { stdout, stderr } = await throwover(words);
    const kinds = new Set(parseAllDocuments(stdout).map((document) => document.toJS().kind));
    expect(kinds).toContain('ValidatingAdmissionPolicy');
    expect([...kinds].filter((kind) => kind.startsWith('Mutating'))).toEqual([]);
    expect(stderr).toContain('throwover clusters values --cluster green');
  });

  it.each([
    ['install --cluster green', /say --print/],
    ['install --print', /which cluster\?/],
    ['install --print --cluster red', /there is no cluster red/],
    ['install --print --cluster green --role sleeping', /--role is active or standby/],
    ['improve', /clusters knows install, verify, values, enrol/],
  ])('%s is refused', async (words, sentence) => {
    const { exitCode, stderr } = await throwover(words);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(sentence);
  });
});

describe('throwover clusters verify', () => {
  it('shows that both clusters turn writes into what they must be, and leaves nothing behind', async () => {
    pair = await served('installed');
    const { exitCode, stdout, stderr } = await throwover('verify');
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toContain('Deployment of 3, ring 1 (shop): 3 replicas');
    expect(stdout).toContain('Deployment of 3, ring 1 (shop): 0 replicas, 3 remembered');
    expect(stdout).toContain('Ingress, ring 0 (example): weight 0/0');
    expect(stdout).toContain('Pod, no ring (default): free');
    for (const cluster of Object.values(pair.clusters))
      expect(cluster.deployment('shop', 'throwover-verify')).toBeUndefined();
  });

  it('fails where nothing is installed, and where a policy is gone though its files were applied', async () => {
    pair = await served('empty');
    const bare = await throwover('verify');
    expect(bare.exitCode).toBe(3);
    expect(bare.stdout).toContain('nothing is installed');
    await pair.close();
    pair = await served('installed');
    pair.clusters.green.inventory.drop('mutatingadmissionpolicybindings', 'throwover-workloads-stop');
    const { exitCode, stdout } = await throwover('verify --cluster green');
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/FAIL {2}Deployment of 3, ring 0 \(example\): 3 replicas/);
  });

  it('says so when nobody opted in: what cannot be seen is not proven', async () => {
    pair = await served('installed');
    for (const namespace of ['example', 'shop']) pair.clusters.green.inventory.drop('namespaces', namespace);
    const { exitCode, stdout } = await throwover('verify --cluster green --json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).clusters.green).toContainEqual(expect.objectContaining({ what: 'rings', ok: false }));
  });

  it('says which cluster does not answer', async () => {
    pair = await served('installed');
    const { exitCode, stderr } = await throwover('verify --kubeconfig /nowhere');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('/nowhere cannot be read');
  });
});

describe('throwover clusters values', () => {
  it('says for each ring what policies would write', async () => {
    pair = await served('installed');
    const { stdout } = await throwover('values --cluster green --json');
    expect(JSON.parse(stdout)).toEqual({
      'ring-0': {
        throwover: {
          role: 'standby',
          workloads: { stopped: true },
          batch: { suspended: true },
          dns: { setIdentifier: 'green', weight: 0 },
        },
      },
      'ring-1': expect.objectContaining({}),
    });
    const active = JSON.parse((await throwover('values --cluster blue --json')).stdout)['ring-0'].throwover;
    expect(active).toMatchObject({ role: 'active', workloads: { stopped: false }, dns: { weight: 100 } });
  });
});

describe('throwover clusters enrol', () => {
  const evidence = (age: number): Known => ({
    notes: {
      'drill#1': { ...drillThatSucceeded(NOW - age) },
      'signal#1': { ...alarm, cameAt: NOW - age },
    },
    metricAt: { 'blue-lb.elb.test': NOW - age, 'green-lb.elb.test': NOW - age },
  });
  const alarm = { source: 'cloudwatch', name: 'test', state: 'alarm', at: NOW, times: 1, did: 'taken', because: '' };
  const moved = '--namespace cart=shop';

  beforeEach(async () => {
    pair = await served('installed');
  });

  it('goes from all to none to example, one command each, in both clusters', async () => {
    const none = await throwover('enrol none');
    expect(none.exitCode, none.stderr).toBe(0);
    for (const cluster of ['blue', 'green'] as const) expect(ringOf(cluster, 'shop')).toBeUndefined();
    const example = await throwover(`enrol example`);
    expect(example.exitCode, example.stderr).toBe(0);
    expect(example.stdout).toBe('blue  example  ring 0\ngreen  example  ring 0\n');
    expect([ringOf('green', 'example'), ringOf('green', 'shop')]).toEqual(['0', undefined]);
    expect((await throwover('enrol example')).stdout).toBe('as it was\n');
    const all = await throwover(`enrol all ${moved}`, evidence(7 * DAY));
    expect(all.exitCode, all.stderr).toBe(0);
    expect([ringOf('blue', 'shop'), ringOf('green', 'shop')]).toEqual(['1', '1']);
    expect((await throwover('enrol example')).stdout).toContain('green  shop  takes no part');
  });

  it('takes nobody but the Example app before a drill, an alarm and a metric of each cluster were seen', async () => {
    await throwover('enrol none');
    for (const known of [{}, evidence(7 * DAY + 1)]) {
      const { exitCode, stderr } = await throwover(`enrol all ${moved}`, known);
      expect(exitCode).toBe(3);
      expect(stderr.trim().split('\n')).toHaveLength(4);
      expect(ringOf('green', 'shop')).toBeUndefined();
    }
    const failed = evidence(DAY);
    failed.notes = { ...failed.notes, 'drill#1': { ...drillThatSucceeded(NOW), kind: 'preview' } };
    expect((await throwover(`enrol all ${moved}`, failed)).stderr).toMatch(/^missing: a drill of ring 0 .*never/);
  });

  it('is refused where a ConfigMap contradicts the ledger, a namespace is missing or belongs to the platform', async () => {
    await throwover('enrol none');
    expect((await throwover('enrol example', { active: 'green' })).stderr).toMatch(/ConfigMap of blue says active/);
    expect((await throwover('enrol example --namespace example=gone')).stderr).toMatch(/no namespace gone/);
    expect((await throwover('enrol example --namespace example=kube-system')).stderr).toMatch(/of the platform/);
    expect((await throwover(`enrol all --namespace cart=example`)).stderr).toMatch(/share the namespace example/);
    expect((await throwover('enrol some')).stderr).toMatch(/enrol is none or example or all/);
    expect(ringOf('green', 'example')).toBeUndefined();
  });
});
