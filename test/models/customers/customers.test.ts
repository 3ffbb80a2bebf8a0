import { describe, expect, it } from 'vitest';
import { pause } from '../../../models/clock.ts';
import { Customers, type CustomersOptions, type Reply } from '../../../models/customers/customers.ts';
import { NetworkError } from '../../../models/kubernetes/network-error.ts';
import { seeded } from '../../../models/random.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { world } from '../kubernetes/world.ts';

const well: Reply = { status: 200, headers: { 'x-throwover-cluster': 'blue' } };

function customers(options: Partial<CustomersOptions> = {}) {
  const clock = (options.clock as SteppedClock | undefined) ?? new SteppedClock(1_000_000_000_000);
  const made = new Customers({
    clock,
    random: seeded(3),
    resolvers: ['honest'],
    resolve: () => '127.0.0.11',
    request: () => well,
    hosts: ['shop.example.test'],
    requestsPerSecond: 5,
    ...options,
  });
  made.start();
  return { clock, recorder: made.recorder, made };
}

async function outcome(options: Partial<CustomersOptions>) {
  const { clock, recorder } = customers(options);
  await clock.run(10_000);
  await clock.run(3_000);
  return { sent: recorder.sent(), failed: recorder.failed() };
}

describe('customers', () => {
  it('send what they are meant to, in batches of any size, until they stop', async () => {
    const { clock, recorder, made } = customers({ requestsPerSecond: 2.5, batchMs: 100 });
    await clock.run(10_000);
    made.stop();
    const sent = recorder.sent();
    expect([24, 25]).toContain(sent);
    await clock.run(10_000);
    expect(recorder.sent()).toBe(sent);
  });

  it.each<[string, Partial<CustomersOptions>]>([
    ['an error of the service', { request: () => ({ ...well, status: 500 }) }],
    ['a redirect', { request: () => ({ ...well, status: 302 }) }],
    ['the default backend, even when it says 200', { request: () => ({ status: 200, headers: {} }) }],
    ['a name that does not resolve', { resolve: () => undefined }],
    ['a resolver that fails', { resolve: () => Promise.reject(new Error('SERVFAIL')) }],
    ['a network error at once', { request: () => failing() }],
    ['a network error later', { request: () => Promise.reject(new NetworkError('ECONNRESET', 'gone')) }],
    ['an answer that takes longer than two seconds', { request: () => ({ ...well, delayMs: 2_001 }) }],
  ])('count %s as failed', async (_, options) => {
    const { sent, failed } = await outcome(options);
    expect(sent).toBeGreaterThanOrEqual(50);
    expect(failed).toBe(sent);
  });

  it('count a 2xx of the service as served, at once or in time', async () => {
    expect((await outcome({})).failed).toBe(0);
    expect((await outcome({ request: () => ({ ...well, status: 204, delayMs: 2_000 }) })).failed).toBe(0);
    expect((await outcome({ request: async () => well, resolve: async () => 'x' })).failed).toBe(0);
  });

  it('give up after two seconds of the clock, and count it where it was sent', async () => {
    const clock = new SteppedClock(1_000_000_000_000);
    const { recorder } = customers({ clock, request: () => pause(clock, 5_000).then(() => well) });
    await clock.run(1_000);
    expect(recorder.sent()).toBe(0);
    await clock.run(2_000);
    expect(recorder.failed('honest', clock.now() - 2_000, clock.now() - 1_000)).toBe(5);
  });

  it('know who resolves for them', async () => {
    const asked: number[] = [];
    const { clock, recorder } = customers({
      resolvers: ['honest', 'tail', 'honest'],
      resolve: (resolver) => {
        asked.push(resolver);
        return resolver === 1 ? undefined : '127.0.0.11';
      },
    });
    await clock.run(20_000);
    expect(new Set(asked)).toEqual(new Set([0, 1, 2]));
    expect(recorder.failed('tail')).toBe(recorder.sent('tail'));
    expect(recorder.failed('honest')).toBe(0);
  });

  it('feel the death of a cluster and its return', async () => {
    const { clock, cluster } = world({ role: 'active' });
    const { recorder } = customers({
      clock,
      hosts: ['shop.example.test', 'example.example.test'],
      request: (_, host, path) => cluster.ingress({ host, path }),
    });
    await clock.run(10_000);
    expect(recorder.failed()).toBe(0);
    const faultAt = clock.now();
    cluster.inflict('kill');
    await clock.run(20_000);
    expect(recorder.served('blue', faultAt + 1_000)).toBe(0);
    cluster.heal('kill');
    await clock.run(60_000);
    const restoredAt = recorder.restoredAt(faultAt) ?? 0;
    expect(restoredAt).toBeGreaterThan(faultAt + 30_000);
    expect(recorder.failed('honest', restoredAt)).toBe(0);
  });

  it('need somebody who resolves', () => {
    expect(() => customers({ resolvers: [] })).toThrow('resolvers');
  });
});

function failing(): never {
  throw new NetworkError('ECONNREFUSED', 'nobody there');
}
