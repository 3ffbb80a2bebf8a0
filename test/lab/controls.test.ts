import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlRefused, controlsOver, number, text } from '../../lab/controls.ts';

let server: Server;
let url: string;

beforeEach(async () => {
  const answer = controlsOver({
    'GET /nothing': () => undefined,
    'POST /echo': (input) => input,
    'POST /typed': ({ name, count }) => ({ name: text('name', name), count: number('count', count) }),
    'POST /refuses': () => {
      throw new ControlRefused('not today');
    },
    'POST /breaks': async () => {
      throw new Error('broken');
    },
  });
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_lab`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function post(path: string, body?: string): Promise<[number, unknown]> {
  const response = await fetch(url + path, { method: 'POST', ...(body === undefined ? {} : { body }) });
  return [response.status, await response.json()];
}

describe('the lab’s controls', () => {
  it('take a JSON object, or nothing, and answer JSON', async () => {
    expect(await post('/echo', '{"a":1}')).toEqual([200, { a: 1 }]);
    expect(await post('/echo')).toEqual([200, {}]);
    expect(await (await fetch(`${url}/nothing?a=b`)).json()).toEqual({});
  });

  it('say what there is when they are asked for something else', async () => {
    const [status, { error }] = (await post('/elsewhere', '{}')) as [number, { error: string }];
    expect(status).toBe(404);
    expect(error).toMatch(/^the lab has no control POST \/elsewhere; it has GET \/nothing, POST \/echo, /);
  });

  it.each(['[1]', '"text"', 'null', '{', 'nonsense'])('refuse %s', async (body) => {
    expect(await post('/echo', body)).toEqual([400, { error: 'a control takes a JSON object' }]);
  });

  it('refuse more than anybody has to say', async () => {
    const [status] = await post('/echo', JSON.stringify({ a: 'x'.repeat(70_000) }));
    expect(status).toBe(400);
  });

  it.each([
    ['{"count":1}', 'name is text, found undefined'],
    ['{"name":"","count":1}', 'name is text, found ""'],
    ['{"name":"a","count":"1"}', 'count is a number, found "1"'],
  ])('say which member is wrong: %s', async (body, error) => {
    expect(await post('/typed', body)).toEqual([400, { error }]);
  });

  it('tell a refusal from a fault of ours', async () => {
    expect(await post('/refuses')).toEqual([400, { error: 'not today' }]);
    expect(await post('/breaks')).toEqual([500, { error: 'broken' }]);
  });
});
