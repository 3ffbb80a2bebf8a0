import { describe, expect, it } from 'vitest';
import { a, change, listing, refusal, send, world } from './world.ts';

const upserts = (count: number) =>
  Array.from({ length: count }, (_, at) => change('UPSERT', a(`n${at}.example.test`, '192.0.2.1')));
const creates = (count: number) =>
  Array.from({ length: count }, (_, at) => change('CREATE', a(`c${at}.example.test`, '192.0.2.1')));
const throttled = 'Throttling: Rate exceeded';

describe('the token buckets of an account', () => {
  it('let 50 requests in at once and then 10 a second', async () => {
    const { route53, clock } = world();
    const list = () => refusal(() => route53.listResourceRecordSets({ HostedZoneId: 'Z1' }));
    for (let request = 0; request < 50; request++) expect(list()).toBe('nothing');
    expect(list()).toBe(throttled);
    await clock.run(1_000);
    for (let request = 0; request < 10; request++) expect(list()).toBe('nothing');
    expect(list()).toBe(throttled);
  });

  it('have one bucket for each action beside the one of all requests', () => {
    const eachAction = { burst: 5, perSecond: 1 };
    const { route53 } = world({ budget: { eachAction } });
    for (let request = 0; request < 5; request++) route53.listHostedZones();
    expect(refusal(() => route53.listHostedZones())).toBe(throttled);
    expect(refusal(() => route53.getHostedZone({ Id: 'Z1' }))).toBe('nothing');
  });

  it('have one bucket for all requests, whatever they ask for', () => {
    const { route53 } = world();
    for (let request = 0; request < 25; request++) {
      route53.listHostedZones();
      route53.getHostedZone({ Id: 'Z1' });
    }
    expect(refusal(() => route53.listResourceRecordSets({ HostedZoneId: 'Z1' }))).toBe(throttled);
  });

  it('count changes: UPSERT 2, CREATE 1, DELETE 1', () => {
    const { route53 } = world({ processingMs: 0 });
    send(route53, ...upserts(400));
    expect(route53.tokensLeft().changes).toBe(700);
    send(route53, ...creates(300));
    expect(route53.tokensLeft().changes).toBe(400);
    send(route53, ...creates(100).map(({ ResourceRecordSet: set }) => change('DELETE', set)));
    expect(route53.tokensLeft().changes).toBe(300);
    expect(route53.counters.total.changeTokens).toBe(1_200);
  });

  it('refuse a whole request for which one of them is short, and take nothing for it', async () => {
    const { route53, clock } = world({ processingMs: 0 });
    send(route53, ...creates(1_000));
    send(route53, ...upserts(200));
    const before = route53.tokensLeft();
    const count = listing(route53).length;
    expect(refusal(() => send(route53, ...upserts(51)))).toBe(throttled);
    expect(route53.tokensLeft().changes).toBe(before.changes);
    expect(listing(route53)).toHaveLength(count);
    await clock.run(19);
    expect(refusal(() => send(route53, ...upserts(51)))).toBe(throttled);
    await clock.run(1);
    expect(refusal(() => send(route53, ...upserts(51)))).toBe('nothing');
  });

  it('never hold more than their burst', async () => {
    const { route53, clock } = world();
    await clock.run(3_600_000);
    expect(route53.tokensLeft()).toEqual({ allRequests: 50, action: 50, changes: 1_500 });
  });

  it('give back the change tokens of a refused batch only when told so', () => {
    for (const [refusedBatchCostsTokens, left] of [
      [true, 1_499],
      [false, 1_500],
    ] as const) {
      const { route53 } = world({ refusedBatchCostsTokens });
      expect(refusal(() => send(route53, change('DELETE', a('none.example.test', '192.0.2.1'))))).not.toBe('nothing');
      expect(route53.tokensLeft().changes).toBe(left);
    }
  });

  it('are smaller by what the neighbours take', async () => {
    const { route53, clock } = world();
    route53.rules.budget.share = 0.2;
    expect(route53.tokensLeft()).toEqual({ allRequests: 10, action: 10, changes: 300 });
    expect(refusal(() => send(route53, ...upserts(151)))).toBe(throttled);
    send(route53, ...upserts(150));
    await clock.run(1_000);
    expect(route53.tokensLeft().changes).toBe(20);
  });
});

describe('the counters', () => {
  it('tell calls by operation, tokens, throttled calls and refused batches, for all and for each caller', () => {
    const { route53 } = world({ processingMs: 0 });
    route53.listHostedZones({}, 'blue');
    const batch = (changes = upserts(3)) => ({ HostedZoneId: 'Z1', ChangeBatch: { Changes: changes } });
    route53.changeResourceRecordSets(batch(), 'green');
    refusal(() =>
      route53.changeResourceRecordSets(batch([change('CREATE', a('n0.example.test', '192.0.2.1'))]), 'green'),
    );
    refusal(() => route53.changeResourceRecordSets(batch(upserts(800)), 'green'));
    expect(route53.counters.of('green')).toEqual({
      calls: { ChangeResourceRecordSets: 3 },
      allCalls: 3,
      changeCalls: 3,
      changeTokens: 7,
      throttled: 1,
      refusedBatches: { InvalidChangeBatch: 1 },
    });
    expect(route53.counters.of('blue').calls).toEqual({ ListHostedZones: 1 });
    expect(route53.counters.total.allCalls).toBe(4);
  });
});
