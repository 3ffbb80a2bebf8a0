import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { probeOver } from '../../../adapters/http/http.ts';
import { valueIn } from '../../../adapters/http/prometheus.ts';
import type { Dns } from '../../../core/ports.ts';
import { HandClock } from '../hand-clock.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function url(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://prometheus.test:${(server.address() as AddressInfo).port}/tenant/`;
}

const dns = { ask: async () => ({ rcode: 'NOERROR', addresses: ['127.0.0.1'], texts: [] }) } as Partial<Dns> as Dns;
const probe = (loopback = true) => probeOver({ clock: new HandClock(), dns, timeoutMilliseconds: 2_000, loopback });
const ask = (at: string) => probe().query({ url: at, query: 'up{cluster="blue"}', ageSeconds: 60 });
const vector = (...values: [number, string][]) =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value })) },
  });

describe('an instant query', () => {
  it('asks below the path of the URL, for samples no older than allowed', async () => {
    let asked = '';
    const at = await url(({ url: path = '', headers }, response) => {
      asked = `${headers.host?.split(':')[0]} ${path}`;
      response.end(vector([1_700_000_000.5, '1']));
    });
    expect(await ask(at)).toEqual({ kind: 'value', at: 1_700_000_000_500, value: 1 });
    const [host, path = ''] = asked.split(' ');
    expect(host).toBe('prometheus.test');
    const { pathname, searchParams } = new URL(path, 'http://x');
    expect(pathname).toBe('/tenant/api/v1/query');
    expect(Object.fromEntries(searchParams)).toEqual({ query: 'up{cluster="blue"}', lookback_delta: '60s' });
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [422, 'none'],
    [503, 'none'],
  ])('answered %i is %s, and no word about the cluster', async (status, kind) => {
    const at = await url((_, response) => response.writeHead(status).end('{"status":"error"}'));
    expect((await ask(at)).kind).toBe(kind);
  });

  it('that nobody answers is unreachable', async () => {
    expect((await ask('http://127.0.0.1:1/')).kind).toBe('unreachable');
  });

  it('never goes to this machine itself outside of a lab, by name or by address', async () => {
    for (const at of ['http://prometheus.test:9090', 'http://127.0.0.1:9090', 'http://169.254.169.254'])
      expect(await probe(false).query({ url: at, query: 'up', ageSeconds: 60 })).toMatchObject({
        kind: 'unreachable',
        because: expect.stringContaining('never probed'),
      });
  });

  it('reads a scalar too, and infinities', () => {
    expect(valueIn('{"data":{"resultType":"scalar","result":[2,"0.25"]}}')).toMatchObject({ value: 0.25, at: 2_000 });
    expect(valueIn(vector([1, '+Inf']))).toMatchObject({ value: Number.POSITIVE_INFINITY });
  });

  it.each([
    ['there is no sample', vector()],
    ['there are several series', vector([1, '1'], [1, '0'])],
    ['the value is NaN', vector([1, 'NaN'])],
    ['it is something else', '<html>'],
    ['it is of another type', '{"data":{"resultType":"matrix","result":[]}}'],
  ])('has no value when %s', (_, body) => {
    expect(valueIn(body).kind).toBe('none');
  });
});
