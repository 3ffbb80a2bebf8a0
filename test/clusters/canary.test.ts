/** The canary's own program, run as its Deployment would run it, against an API server and a DNS of this test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { shippedObjects } from '../../lab/kubernetes/shipped-set.ts';
import { certificateFor } from '../adapters/certificate.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test looks into a Deployment
type Loose = any;

const deployment = (shippedObjects() as Loose[]).find(
  ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'canary',
);
const [container] = deployment.spec.template.spec.containers;
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** The program asks the resolver of its node; here that is the one of this test. */
const OWN_DNS = `import { Resolver } from 'node:dns/promises';
const own = Resolver.prototype.resolve4;
Resolver.prototype.resolve6 = async () => { throw new Error('no AAAA') };
Resolver.prototype.resolve4 = function (name) { this.setServers([process.env.TEST_DNS]); return own.call(this, name); };`;

const listening = async (server: ReturnType<typeof createTcpServer>): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  return (server.address() as AddressInfo).port;
};

/** Answers every question with 127.0.0.1. */
async function nameServer(asked: string[]): Promise<number> {
  const socket = createSocket('udp4', (question, from) => {
    asked.push(
      question
        .subarray(12, question.indexOf(0, 12))
        .toString('latin1')
        .replace(/[^a-z]/g, '.'),
    );
    const answer = Buffer.from('c00c000100010000003c00047f000001', 'hex');
    const end = question.indexOf(0, 12) + 5;
    const header = Buffer.from([...question.subarray(0, 2), 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    socket.send(Buffer.concat([header, question.subarray(12, end), answer]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  open.push(() => socket.close());
  return socket.address().port;
}

async function apiServer(asked: string[]): Promise<{ port: number; ca: string }> {
  const certificate = await certificateFor(['127.0.0.1']);
  const server = createSecureServer(certificate, ({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(401).end();
  });
  return { port: await listening(server), ca: certificate.cert };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function started(env: Record<string, string>): Promise<{ ask: () => Promise<Loose> }> {
  const port = await freePort();
  const { NODE_EXTRA_CA_CERTS: _, ...own } = Object.fromEntries(
    container.env.map(({ name, value }: Loose) => [name, value]),
  );
  const preload = `data:text/javascript,${encodeURIComponent(OWN_DNS)}`;
  const [, ...words] = container.command;
  const child: ChildProcess = spawn(process.execPath, ['--import', preload, ...words, ...container.args], {
    env: { ...own, KUBERNETES_SERVICE_HOST: '127.0.0.1', ...env, CANARY_PORT: String(port) },
    stdio: 'inherit',
  });
  open.push(() => child.kill());
  const once = () =>
    new Promise<Loose>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.once('end', () => resolve({ status: answer.statusCode, ...JSON.parse(text) }));
      }).once('error', reject);
    });
  const ask = async (): Promise<Loose> => {
    while (child.exitCode === null) {
      try {
        return await once();
      } catch {
        await new Promise((resolve) => setImmediate(resolve)); // it does not listen yet
      }
    }
    throw new Error(`the canary ended with ${child.exitCode}`);
  };
  return { ask };
}

describe('the program of the canary', () => {
  it('is served whatever it finds, resolves a name of its cluster, and takes any answer of the API for one', async () => {
    const [names, paths]: [string[], string[]] = [[], []];
    const { port, ca } = await apiServer(paths);
    const folder = mkdtempSync(join(tmpdir(), 'throwover-canary-'));
    open.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'ca.crt');
    writeFileSync(file, ca);
    const { ask } = await started({
      TEST_DNS: `127.0.0.1:${await nameServer(names)}`,
      KUBERNETES_SERVICE_PORT: String(port),
      NODE_EXTRA_CA_CERTS: file,
    });
    expect(await ask()).toEqual({ status: 200, resolves: true, api: true });
    expect(names).toEqual(['.kubernetes.default.svc.cluster.local']);
    expect(paths).toEqual(['/readyz']);
    await Promise.all([ask(), ask(), ask()]);
    expect(names.length).toBeLessThanOrEqual(2);
  });

  it('says which of the two it cannot do, within the patience of a probe', async () => {
    const { port } = await apiServer([]); // its CA is not known here
    const silent = await listening(createTcpServer(() => {}));
    const noApi = await started({
      TEST_DNS: `127.0.0.1:${await nameServer([])}`,
      KUBERNETES_SERVICE_PORT: String(port),
    });
    const nothing = await started({ TEST_DNS: '127.0.0.1:9', KUBERNETES_SERVICE_PORT: String(silent) });
    expect(await noApi.ask()).toEqual({ status: 200, resolves: true, api: false });
    expect(await nothing.ask()).toEqual({ status: 200, resolves: false, api: false });
  });
});
