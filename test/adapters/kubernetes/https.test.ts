import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Door, httpsTransport } from '../../../adapters/kubernetes/https.ts';
import type { Transport } from '../../../adapters/kubernetes/transport.ts';
import { type Certificate, certificateFor } from '../certificate.ts';
import { HandClock } from '../hand-clock.ts';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: Record<string, unknown>;
  body: string;
  port: number | undefined;
}

let certificate: Certificate;
let server: Server;
let seen: Seen[] = [];
let status = 200;
let tokens = 0;
let endpoints = 0;
let silent = false;

beforeAll(async () => {
  certificate = await certificateFor(['127.0.0.1']);
  server = createServer(certificate, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body, port: request.socket.remotePort });
    if (silent) return;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end('{"kind":"Status"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  seen = [];
  [status, tokens, endpoints, silent] = [200, 0, 0, false];
});

const urlOf = (listening: { address(): unknown }) => `https://127.0.0.1:${(listening.address() as AddressInfo).port}`;

function transportTo(url: string, clock: HandClock, ca = certificate.cert): Transport {
  const door: Door = {
    endpoint: async () => {
      endpoints++;
      return { url, ca };
    },
    token: async () => `secret-token-${++tokens}`,
  };
  return httpsTransport({ doorOf: () => door, clock, timeoutMilliseconds: 5_000 });
}

const get = { method: 'GET', path: '/api/v1/nodes?limit=500' } as const;

describe('a request to an API server', () => {
  it('carries the token, method, path with its query, and body', async () => {
    const transport = transportTo(urlOf(server), new HandClock());
    const answer = await transport('blue', {
      method: 'PATCH',
      path: '/api/v1/x?fieldManager=throwover',
      contentType: 'application/merge-patch+json',
      body: '{"ä":1}',
    });
    const at = expect.any(Number);
    expect(answer).toEqual({ status: 200, contentType: 'application/json', body: '{"kind":"Status"}', at });
    expect(seen[0]).toMatchObject({
      method: 'PATCH',
      url: '/api/v1/x?fieldManager=throwover',
      body: '{"ä":1}',
      headers: { authorization: 'Bearer secret-token-1', 'content-type': 'application/merge-patch+json' },
    });
  });

  it('keeps its connection, its endpoint and for 14 minutes its token', async () => {
    const clock = new HandClock();
    const transport = transportTo(urlOf(server), clock);
    await transport('blue', get);
    clock.pass(14 * 60_000 - 1);
    await transport('blue', get);
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1);
    expect([endpoints, tokens]).toEqual([1, 1]);
    clock.pass(1);
    await transport('blue', get);
    expect([endpoints, tokens]).toEqual([1, 2]);
    expect(seen.at(-1)?.headers.authorization).toBe('Bearer secret-token-2');
  });

  it('forgets endpoint and token after a 401, and not after a 403', async () => {
    const transport = transportTo(urlOf(server), new HandClock());
    status = 403;
    await transport('blue', get);
    await transport('blue', get);
    expect([endpoints, tokens]).toEqual([1, 1]);
    status = 401;
    expect((await transport('blue', get)).status).toBe(401);
    await transport('blue', get);
    expect([endpoints, tokens]).toEqual([2, 2]);
  });

  it('trusts the CA of the cluster and no other', async () => {
    const other = await certificateFor(['127.0.0.1']);
    const transport = transportTo(urlOf(server), new HandClock(), other.cert);
    await expect(transport('blue', get)).rejects.toMatchObject({ name: 'ClusterUnreachable' });
    expect(seen).toEqual([]);
  });

  it('does not take a certificate of the right CA for another name', async () => {
    const elsewhere = await certificateFor(['green.eks.test']);
    const impostor = createServer(elsewhere, (_, response) => response.end('{}'));
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
    const transport = transportTo(urlOf(impostor), new HandClock(), elsewhere.cert);
    await expect(transport('blue', get)).rejects.toThrow(/blue: .*127\.0\.0\.1/);
    impostor.close();
  });

  it('is given up when no answer comes in time, and the connection is not used again', async () => {
    silent = true;
    const clock = new HandClock();
    const transport = transportTo(urlOf(server), clock);
    const asked = transport('blue', get);
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.pass(5_000);
    await expect(asked).rejects.toThrow('blue: no answer in 5 s');
    silent = false;
    await transport('blue', get);
    expect(seen[0]?.port).not.toBe(seen[1]?.port);
  });

  it('is given up after two seconds without a connection', async () => {
    let arrived = false;
    const mute = createTcpServer(() => {
      arrived = true; // accepted, and never a word of TLS
    });
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const clock = new HandClock();
    const asked = transportTo(urlOf(mute), clock)('blue', get);
    while (!arrived) await new Promise((resolve) => setImmediate(resolve));
    clock.pass(2_000);
    await expect(asked).rejects.toThrow('blue: no connection in 2 s');
    mute.close();
  });

  it('says that nobody listens', async () => {
    const transport = transportTo('https://127.0.0.1:1', new HandClock());
    await expect(transport('blue', get)).rejects.toThrow(/blue: .*ECONNREFUSED/);
  });

  it('never shows the token in an error', async () => {
    const errors = await Promise.all(
      [urlOf(server), 'https://127.0.0.1:1', 'https://not a host'].map(async (url) => {
        const other = await certificateFor(['127.0.0.1']);
        return transportTo(url, new HandClock(), other.cert)('blue', get).catch((cause: unknown) => cause);
      }),
    );
    const told = errors.map((error) => {
      const { message, stack, cause, facts } = error as Error & { facts: unknown };
      return JSON.stringify({ message, stack, cause: String(cause), causeStack: (cause as Error).stack, facts });
    });
    expect(told.join()).not.toMatch(/secret-token/);
    expect(told.length).toBe(3);
  });
});
