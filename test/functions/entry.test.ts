import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { systemClock } from '../../adapters/clock/system.ts';
import { Superseded } from '../../core/errors.ts';
import { parseTopology } from '../../core/topology/index.ts';
import { entry } from '../../functions/entry.ts';
import { functions } from '../../functions/list.ts';
import { type OpenPlace, openPlace, type Place } from '../../functions/place.ts';
import { steps } from '../../functions/steps.ts';
import { example } from '../core/topology/example.ts';

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:throwover-prod-claim';
const context = (awsRequestId: string) => ({ awsRequestId, invokedFunctionArn: arn, functionName: 'f' }) as Context;
const topology = parseTopology(example()).topology as NonNullable<ReturnType<typeof parseTopology>['topology']>;

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  const keep = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => void vi.restoreAllMocks());

const logged = () => lines.map((line) => JSON.parse(line));

function watched(): { calls: string[]; opened: () => OpenPlace } {
  const calls: string[] = [];
  return {
    calls,
    opened: () => {
      calls.push('open');
      return {
        place: { topology, clock: systemClock } as Place,
        begin: async (id) => void calls.push(`begin ${id}`),
        end: async () => void calls.push('end'),
      };
    },
  };
}

const Input = z.object({ pair: z.string() });

describe('a function', () => {
  it('connects on its first invocation only, and begins and ends each', async () => {
    const { calls, opened } = watched();
    const connect = () => calls.push('connect');
    const handler = entry('claim', Input, connect, async () => calls.push('step'), opened);
    expect(calls).toEqual([]);
    await handler({ pair: 'shop' }, context('1'));
    await handler({ pair: 'shop' }, context('2'));
    expect(calls).toEqual(['open', 'begin 1', 'connect', 'step', 'end', 'begin 2', 'step', 'end']);
  });

  it('gives the step its parsed input and what was connected', async () => {
    const { opened } = watched();
    const step = async (input: z.output<typeof Input>, needs: { port: string }) => ({ ...input, ...needs });
    const handler = entry('claim', Input, () => ({ port: 'ledger' }), step, opened);
    expect(await handler({ pair: 'shop', more: 1 }, context('1'))).toEqual({ pair: 'shop', port: 'ledger' });
  });

  it('refuses an input that does not fit by name, before the step, and says what was expected', async () => {
    const { calls, opened } = watched();
    const handler = entry(
      'claim',
      Input,
      () => ({}),
      async () => calls.push('step'),
      opened,
    );
    const refused = handler({ pair: 7 }, context('1'));
    await expect(refused).rejects.toMatchObject({ name: 'Refused', message: expect.stringMatching(/expected string/) });
    expect(calls).toEqual(['open', 'begin 1', 'end']);
  });

  it.each([undefined, null, 7, 'text', [], { pair: {} }])('refuses %j', async (input) => {
    const handler = entry(
      'claim',
      Input,
      () => ({}),
      async () => 'done',
      watched().opened,
    );
    await expect(handler(input, context('1'))).rejects.toMatchObject({ name: 'Refused' });
  });

  it('keeps the name of an error: the state machine matches it', async () => {
    const { calls, opened } = watched();
    const step = async () => {
      throw new Superseded('epoch 44 acts');
    };
    const handler = entry('claim', Input, () => ({}), step, opened);
    await expect(handler({ pair: 'shop' }, context('1'))).rejects.toMatchObject({ name: 'Superseded' });
    expect(calls.at(-1)).toBe('end');
    expect(logged()).toMatchObject([{ level: 'ERROR', message: 'Superseded', about: { pair: 'shop' } }]);
  });

  it('connects again when connecting failed', async () => {
    let tries = 0;
    const connect = () => {
      tries++;
      if (tries === 1) throw new Error('no topology');
      return {};
    };
    const handler = entry('claim', Input, connect, async () => 'done', watched().opened);
    await expect(handler({ pair: 'shop' }, context('1'))).rejects.toThrow('no topology');
    expect(await handler({ pair: 'shop' }, context('2'))).toBe('done');
  });

  it('logs one line with the run it belongs to', async () => {
    const step = async () => ({ because: 'claimed' });
    const handler = entry('claim', z.unknown(), () => ({}), step, watched().opened);
    await handler({ run: { pair: 'shop', epoch: 43, run: 'shop-42-1', nonce: 'n' } }, context('1'));
    expect(logged()).toMatchObject([
      {
        level: 'INFO',
        service: 'throwover-claim',
        function_request_id: '1',
        about: { pair: 'shop', epoch: 43, run: 'shop-42-1' },
        because: 'claimed',
      },
    ]);
  });

  it('shows no secret in a log line, wherever it stands', async () => {
    const step = async () => {
      const told =
        'GET https://sts/?X-Amz-Signature=CANARY&X-Amz-Credential=CANARY k8s-aws-v1.CANARY Authorization: Bearer CANARY';
      throw Object.assign(new Error(told), {
        token: 'CANARY',
        authorization: 'CANARY',
        facts: { sessionToken: 'CANARY' },
      });
    };
    const handler = entry('claim', Input, () => ({}), step, watched().opened);
    await expect(handler({ pair: 'shop' }, context('1'))).rejects.toThrow();
    expect(lines.join('')).not.toContain('CANARY');
    expect(lines.join('')).toContain('(redacted)');
  });
});

describe('metrics', () => {
  const metricsIn = () => logged().filter((line) => '_aws' in line);
  const answering = (key: 'report' | 'watch' | 'look-out' | 'claim', answer: unknown) =>
    entry(
      key,
      z.unknown(),
      () => ({}),
      async () => answer,
      watched().opened,
    )({}, context('1'));

  it('count the ends of runs by pair', async () => {
    await answering('report', { outcome: 'Switched', pair: 'shop' });
    expect(metricsIn()).toMatchObject([
      {
        pair: 'shop',
        RunSwitched: 1,
        _aws: { CloudWatchMetrics: [{ Namespace: 'Throwover', Metrics: [{ Name: 'RunSwitched', Unit: 'Count' }] }] },
      },
    ]);
    expect(metricsIn()[0]._aws.CloudWatchMetrics[0].Dimensions).toEqual([['pair']]);
  });

  it('have the dimensions that alarms look for, and no other', async () => {
    await answering('look-out', [{ pair: 'shop', did: [], dead: { blue: 2, green: 0 } }]);
    const dimensions = metricsIn().map(({ _aws }) => _aws.CloudWatchMetrics[0].Dimensions);
    expect(dimensions).toEqual([[['pair', 'cluster']], [['pair', 'cluster']]]);
    expect(metricsIn().map(({ cluster, DeadVotes }) => [cluster, DeadVotes])).toEqual([
      ['blue', 2],
      ['green', 0],
    ]);
  });

  it('say of each pair that the watch lives, and which of its clusters is active alone', async () => {
    await answering('watch', [
      { pair: 'pay', did: [] },
      { pair: 'shop', did: [], active: 2 },
    ]);
    expect(metricsIn().map(({ pair, Watched }) => [pair, Watched])).toEqual([
      ['pay', 0],
      ['shop', 2],
    ]);
  });

  it('count what was gone on without, for each pair that has any, and the log has its words', async () => {
    const did = ['reaped sfn:x', 'failed: LedgerUnreachable: no answer'];
    await answering('watch', [
      { pair: 'pay', did: ['paid: publish'] },
      { pair: 'shop', did },
    ]);
    await answering('report', { outcome: 'Previewed', pair: 'shop', troubles: ['one', 'another'] });
    const counted = metricsIn().filter((line) => 'Troubles' in line);
    expect(counted.map(({ pair, Troubles }) => [pair, Troubles])).toEqual([
      ['shop', 1],
      ['shop', 2],
    ]);
    const warned = logged().filter(({ level }) => level === 'WARN');
    expect(warned.map(({ about, because }) => [about, because])).toEqual([
      [{ pair: 'shop' }, ['failed: LedgerUnreachable: no answer']],
      [{ pair: 'shop' }, ['one', 'another']],
    ]);
  });

  it('are not written for previews, nor by other functions', async () => {
    await answering('report', { outcome: 'Previewed', pair: 'shop' });
    await answering('claim', { outcome: 'Switched', pair: 'shop' });
    expect(metricsIn()).toEqual([]);
  });
});

describe('a place', () => {
  const open = (env: Record<string, string> = {}) => openPlace('claim', arn, topology, env);

  it('learns table, machines and ledger from the function’s own ARN', () => {
    expect(open().place.deployment).toEqual({
      partition: 'aws',
      region: 'eu-west-1',
      accountId: '123456789012',
      stage: 'prod',
    });
    expect(() => openPlace('steer', arn, topology, {})).toThrow(/throwover-<stage>-steer/);
  });

  it('makes ids that differ between and within invocations, and are the same for the same request', async () => {
    const { place, begin } = open();
    const seen = new Set<string>();
    for (const request of ['a', 'b']) {
      await begin(request);
      for (let index = 0; index < 3; index++) seen.add(place.ids.fresh());
    }
    expect(seen.size).toBe(6);
    expect([...seen].every((id) => /^[0-9a-z]{12}$/.test(id))).toBe(true);
    await begin('a');
    expect(seen.has(place.ids.fresh())).toBe(true);
  });

  it('asks names where the environment says, else where the topology says', () => {
    expect(open({ THROWOVER_DNS: '127.0.0.1:53' }).place.resolver).toBe('127.0.0.1:53');
    expect(open().place.resolver).toBe('127.0.0.1:5300');
  });

  it('is a lab only when AWS is on loopback', () => {
    expect(open({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }).place.lab).toBe(true);
    expect(open().place.lab).toBe(false);
  });
});

describe('the list of functions', () => {
  it('has every step, once', () => {
    expect(functions.map(({ key }) => key).sort()).toEqual(Object.keys(steps).sort());
  });

  it.each(functions.map(({ key, entry: path }) => [key, path]))(
    '%s is a file that exports its handler and its step',
    async (_, path) => {
      const file = await import(new URL(`../../${path}`, import.meta.url).href);
      expect(Object.keys(file).sort()).toEqual(['handler', 'step']);
      expect(file.handler).toBeTypeOf('function');
      expect(lines).toEqual([]);
    },
  );

  it('has one role for each', () => {
    expect(new Set(functions.map(({ role }) => role)).size).toBe(functions.length);
  });
});
