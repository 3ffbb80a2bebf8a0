import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { PortUnavailable } from '../../../lab/door.ts';
import { kubeconfig } from '../../../lab/kubernetes/kubeconfig.ts';
import { type RunningKubernetesServer, startKubernetesServer } from '../../../lab/kubernetes/server.ts';
import { authenticator } from '../../../lab/kubernetes/tokens.ts';
import { Authority } from '../../../lab/tls.ts';
import type { Cluster } from '../../../models/kubernetes/cluster.ts';
import { shopCluster } from '../clusters.ts';
import { EagerClock } from '../eager-clock.ts';
import { HoldLevels } from '../hold-levels.ts';
import { run } from '../program.ts';

const adminToken = 'lab-admin';
let clock: EagerClock;
let cluster: Cluster;
let authority: Authority;
let server: RunningKubernetesServer;
let held: HoldLevels;
const faults: unknown[] = [];

const start = (port = 0) =>
  startKubernetesServer({
    cluster,
    clock,
    authority,
    door: { address: '127.0.0.11', port, flag: '--kubernetes-port' },
    hold: held.hold,
    onFault: (error) => faults.push(error),
  });

beforeEach(async () => {
  held = new HoldLevels();
  clock = new EagerClock(Date.parse('2026-11-20T07:00:00Z'));
  cluster = shopCluster('blue', clock, authenticator({ cluster: 'blue', clock, adminToken }));
  authority = await Authority.create('blue');
  server = await start();
});

afterEach(async () => {
  await server.close();
  expect(faults).toEqual([]);
});

interface Said {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

/** One request over a connection of its own. */
function ask(
  method: string,
  path: string,
  {
    token = adminToken,
    headers = {},
    body = '',
  }: { token?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<Said> {
  const { hostname, port } = new URL(server.endpoint);
  const authorization: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        method,
        path,
        ca: authority.certificate,
        agent: false,
        headers: { ...authorization, ...headers },
      },
      async (answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk as Buffer);
        const type = answer.headers['content-type'];
        resolve({ status: answer.statusCode ?? 0, type, body: Buffer.concat(chunks).toString() });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the API of a cluster over HTTPS', () => {
  it('is reached with its own authority, and not without', async () => {
    expect(await ask('GET', '/livez')).toMatchObject({ status: 200, body: 'ok' });
    const own = authority;
    authority = await Authority.create('blue');
    await expect(ask('GET', '/livez')).rejects.toMatchObject({ code: expect.stringMatching(/CERT|VERIFY|SIGNATURE/) });
    authority = own;
  });

  it('hands method, path, query, headers and body to the model', async () => {
    const deployments = '/apis/apps/v1/namespaces/shop/deployments';
    const listed = await ask('GET', `${deployments}?limit=500`);
    expect(listed.type).toBe('application/json');
    expect(JSON.parse(listed.body)).toMatchObject({ kind: 'DeploymentList', items: [{ metadata: { name: 'shop' } }] });
    const touched = await ask('PATCH', `${deployments}/shop?fieldManager=throwover`, {
      headers: { 'content-type': 'application/merge-patch+json' },
      body: '{"metadata":{"annotations":{"throwover.dev/touched":"run-1"}}}',
    });
    expect(JSON.parse(touched.body)).toMatchObject({ metadata: { annotations: { 'throwover.dev/touched': 'run-1' } } });
  });

  it('refuses who has no token, or a wrong one', async () => {
    for (const token of ['', 'wrong']) {
      const refused = await ask('GET', '/api/v1/nodes', { token });
      expect(refused.status).toBe(401);
      expect(JSON.parse(refused.body)).toMatchObject({ kind: 'Status', reason: 'Unauthorized' });
    }
  });

  it('refuses a body that is too large or no object, and a path that is no text', async () => {
    expect((await ask('POST', '/api/v1/namespaces/shop/pods', { body: 'null' })).status).toBe(400);
    const headers = { 'content-type': 'application/json' };
    const put = await ask('PUT', '/apis/apps/v1/namespaces/shop/deployments/shop', {
      headers,
      body: '{"metadata":null}',
    });
    expect(put.status).toBe(200);
    expect((await ask('POST', '/api/v1/namespaces', { body: 'x'.repeat(3 * 1024 * 1024 + 1) })).status).toBe(413);
    expect((await ask('GET', '/api/v1/%ff')).status).toBe(400);
  });

  it('takes the lab’s time when it is slow, and lets the clock go meanwhile', async () => {
    cluster.inflict('slow', { slowMs: 1_700 });
    const before = clock.now();
    held.forget();
    await ask('GET', '/livez');
    expect(clock.now()).toBe(before + 1_700);
    await expect.poll(() => held.levels).toEqual([1, 2, 1, 0, 1, 0]);
  });

  it.each(['kill', 'api-down'] as const)('refuses connections when the fault is %s, until healed', async (fault) => {
    cluster.inflict(fault);
    await expect(ask('GET', '/livez')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await server.refresh();
    await expect(ask('GET', '/livez')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    cluster.heal();
    await server.refresh();
    expect((await ask('GET', '/livez')).status).toBe(200);
  });

  it('says nothing at all when the fault is silent, until the caller gives up', async () => {
    cluster.inflict('api-down', { how: 'silent' });
    const { hostname, port } = new URL(server.endpoint);
    const given = request({ hostname, port, ca: authority.certificate, agent: false });
    let said = 'nothing';
    given.on('response', () => {
      said = 'something';
    });
    const over = new Promise((resolve) => given.on('close', resolve).on('error', () => {}));
    given.end();
    await new Promise((resolve) => given.once('socket', (socket) => socket.once('connect', resolve)));
    given.destroy();
    await over;
    expect(said).toBe('nothing');
    expect(held.now).toBe(0);
  });

  it('is on a port that can be named when it is taken, and free again after close', async () => {
    const refused = await start(server.port).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PortUnavailable);
    expect((refused as Error).message).toContain(`Port ${server.port} of 127.0.0.11 is taken`);
    await server.close();
    server = await start(server.port);
  });

  it('outlives any request', async () => {
    const path = fc.oneof(
      fc.webPath().map((text) => `/${text.replace(/^\/+/, '')}`),
      fc.constantFrom(
        '/api/v1/namespaces/shop/pods',
        '/apis/apps/v1/namespaces/shop/deployments/shop',
        '/apis',
        '/openapi/v3',
      ),
    );
    const headers = fc.record({
      'content-type': fc.constantFrom(
        'application/json',
        'application/merge-patch+json',
        'application/json-patch+json',
        'x',
      ),
      accept: fc.constantFrom('application/json', 'application/json;as=Table;v=v1;g=meta.k8s.io', '*/*'),
    });
    const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json());
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
    await fc.assert(
      fc.asyncProperty(method, path, headers, body, async (verb, where, given, bytes) => {
        const { status } = await ask(verb, where, { headers: given, body: bytes });
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).not.toBe(500);
      }),
      { numRuns: 150 },
    );
  });
});

describe('kubectl', () => {
  async function kubectl(context: TestContext, ...args: string[]) {
    const file = join(mkdtempSync(join(tmpdir(), 'throwover-')), 'kubeconfig');
    const { endpoint } = server;
    const access = { name: 'blue', endpoint, certificateAuthorityData: authority.data };
    writeFileSync(file, kubeconfig([access, { ...access, name: 'green' }], adminToken));
    return run('kubectl', context, ['--kubeconfig', file, '--context', 'blue', ...args]);
  }

  it('prints its usual columns', async (context) => {
    const { code, stdout, stderr } = await kubectl(context, 'get', 'deployments,nodes,ingresses', '-A');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/NAMESPACE\s+NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE/);
    expect(stdout).toMatch(/shop\s+deployment\.apps\/shop\s+3\/3\s+3\s+3\s+41d/);
    expect(stdout).toMatch(/NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION/);
    expect(stdout).toMatch(/node\/\S+\s+Ready\s+\S+\s+\S+\s+v1\.36/);
    expect(stdout).toMatch(/NAMESPACE\s+NAME\s+CLASS\s+HOSTS\s+ADDRESS\s+PORTS\s+AGE/);
    expect(stdout).toMatch(/shop\s+ingress\S*\/shop\s+\S+\s+shop\.example\.test\s+blue-lb\.elb\.test/);
  });

  it('shows an object, and says what is not there', async (context) => {
    const shown = await kubectl(context, 'get', 'configmap', 'throwover', '-n', 'throwover-system', '-o', 'json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ kind: 'ConfigMap', data: { role: 'active' } });
    const missing = await kubectl(context, 'get', 'deployment', 'nobody', '-n', 'shop');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('deployments.apps "nobody" not found');
  });

  it('annotates', async (context) => {
    const patch = await kubectl(context, 'annotate', 'deployment', 'shop', '-n', 'shop', 'throwover.dev/touched=run-2');
    expect(patch.code, patch.stderr).toBe(0);
    const path = '{.metadata.annotations.throwover\\.dev/touched}';
    const read = await kubectl(context, 'get', 'deployment', 'shop', '-n', 'shop', '-o', `jsonpath=${path}`);
    expect(read.stdout).toBe('run-2');
  });

  it('says that a dead cluster cannot be reached', async (context) => {
    cluster.inflict('kill');
    await server.refresh();
    const dead = await kubectl(context, 'get', 'nodes', '--request-timeout=5s');
    expect(dead.code).toBe(1);
    expect(dead.stderr).toContain('was refused');
  });
});
