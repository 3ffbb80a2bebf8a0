import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeldClock } from '../../../lab/clock/held-clock.ts';
import { type Call, Containers } from '../../../lab/functions/containers.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'throwover-containers-'));
let bundles: string;
let containers: Containers;
let clock: SteppedClock;
let server: Server;
let endpoint: string;
let written: string[];

beforeEach(async () => {
  bundles = folder();
  clock = new SteppedClock(0, 6);
  written = [];
  server = createServer((request, response) => response.end(`you asked ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  containers = new Containers({
    bundleOf: (key) => join(bundles, `${key}.cjs`),
    environmentOf: () => ({ AWS_ENDPOINT_URL: endpoint, THROWOVER_CLOCK_URL: `${endpoint}/_lab/clock` }),
    held: new HeldClock(clock, () => clock.hold(), 0),
    log: (key, text) => written.push(`${key} ${text}`),
  });
});

afterEach(async () => {
  await containers.close();
  server.closeAllConnections();
  server.close();
  rmSync(bundles, { recursive: true });
});

const deploy = (key: string, code: string) => writeFileSync(join(bundles, `${key}.cjs`), code);
let calls = 0;
const call = (): Call => ({ requestId: `request-${++calls}`, arn: 'arn:f', memoryMb: 512, timeoutSeconds: 55 });
const invoke = (key: string, event: unknown = {}) => containers.invoke(key, event, call());

describe('containers', () => {
  it('answer what the handler answers, with Lambda’s context', async () => {
    deploy('echo', 'exports.handler = async (event, context) => ({ event, context });');
    expect(await invoke('echo', { a: 1 })).toMatchObject({
      event: { a: 1 },
      context: { awsRequestId: `request-${calls}`, functionName: 'echo', functionVersion: '$LATEST' },
    });
  });

  it('find nothing in their environment but what is theirs', async () => {
    deploy('env', 'exports.handler = async () => ({ ...process.env });');
    expect(Object.keys((await invoke('env')) as object).sort()).toEqual([
      'AWS_ENDPOINT_URL',
      'AWS_LAMBDA_FUNCTION_NAME',
      'THROWOVER_CLOCK_URL',
    ]);
  });

  it('pass on the error of a handler by its name', async () => {
    deploy(
      'fails',
      `exports.handler = async () => { throw Object.assign(new Error('stale'), { name: 'Superseded' }); };`,
    );
    await expect(invoke('fails')).rejects.toMatchObject({ name: 'Superseded', message: 'stale' });
  });

  it('are used again when they are free, and are another one each while they are not', async () => {
    deploy('counts', 'let calls = 0; exports.handler = async () => ++calls;');
    expect([await invoke('counts'), await invoke('counts')]).toEqual([1, 2]);
    expect((await Promise.all([invoke('counts'), invoke('counts')])).sort()).toEqual([1, 3]);
  });

  it('that die answer as Lambda would, and the next invocation gets a new one', async () => {
    deploy('dies', 'exports.handler = async ({ how }) => { if (how === "exit") process.exit(3); return "well"; };');
    await expect(invoke('dies', { how: 'exit' })).rejects.toMatchObject({
      name: 'Runtime.ExitError',
      message: `RequestId: request-${calls} Error: Runtime exited with error: exit status 3`,
    });
    expect(await invoke('dies')).toBe('well');
  });

  it('are all ended by closing, and whoever tries again then starts no other one', async () => {
    deploy('hangs', 'setInterval(() => {}, 1e6); exports.handler = () => new Promise(() => {});');
    const tries = invoke('hangs').catch(() => invoke('hangs'));
    await containers.close();
    await expect(tries).rejects.toThrow('the lab is closed: hangs is not called any more');
  });

  it('that cannot load their bundle say so in the log', async () => {
    deploy('broken', `throw new Error('no such module');`);
    await expect(invoke('broken')).rejects.toMatchObject({ name: 'Runtime.ExitError' });
    expect(written.join('')).toContain('broken Error: no such module');
  });

  it('hold lab time until they have answered, or died', async () => {
    deploy('works', 'exports.handler = async ({ dies }) => { if (dies) process.exit(1); };');
    for (const dies of [false, true]) {
      let passed = false;
      clock.after(1, () => {
        passed = true;
      });
      const answered = invoke('works', { dies }).catch(() => {});
      const running = clock.run(10);
      await Promise.race([answered, running]);
      expect(passed).toBe(false);
      await running;
    }
  });
});

const asks = `
const http = require('node:http'), tls = require('node:tls');
const get = (url) => new Promise((resolve) => http.get(url, { agent: false }, (response) => {
  let text = ''; response.on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text));
}).on('error', ({ code }) => resolve(code)));
const shake = (port) => new Promise((resolve) => {
  tls.connect({ host: '127.0.0.1', port }).on('error', ({ code }) => resolve(code));
});
let go;
exports.handler = async ({ url, tlsPort, rounds = 1 }) => {
  const seen = [];
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    seen.push(tlsPort === undefined ? await get(url) : await shake(tlsPort));
    if (rounds > 1) console.log('round', round);
  }
  return seen;
};`;

describe('a container that is cut off', () => {
  beforeEach(() => deploy('asks', asks));
  const cutOff = new Set(['asks']);

  it('reaches nobody, and everybody again when it is healed', async () => {
    containers.cutOff(cutOff);
    expect(await invoke('asks', { url: endpoint })).toEqual(['ECONNREFUSED']);
    containers.cutOff(new Set());
    expect(await invoke('asks', { url: endpoint })).toEqual(['you asked /']);
    containers.cutOff(cutOff);
    expect(await invoke('asks', { url: endpoint })).toEqual(['ECONNREFUSED']);
  });

  it('shakes no hands either', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const tlsPort = (other.address() as AddressInfo).port;
    containers.cutOff(cutOff);
    expect(await invoke('asks', { tlsPort })).toEqual(['ECONNREFUSED']);
    other.close();
  });

  it('still has the lab’s clock, which is no part of the world', async () => {
    containers.cutOff(cutOff);
    expect(await invoke('asks', { url: `${endpoint}/_lab/clock/now` })).toEqual(['you asked /_lab/clock/now']);
  });

  it('is cut off while it works, too', async () => {
    const seen = invoke('asks', { url: endpoint, rounds: 40 });
    await expect.poll(() => written.join('')).toContain('round 0');
    containers.cutOff(cutOff);
    const rounds = (await seen) as string[];
    expect(rounds[0]).toBe('you asked /');
    expect(rounds.at(-1)).toBe('ECONNREFUSED');
  });

  it('is one function’s: others reach everybody', async () => {
    deploy('other', asks);
    containers.cutOff(cutOff);
    expect(await invoke('other', { url: endpoint })).toEqual(['you asked /']);
  });
});
