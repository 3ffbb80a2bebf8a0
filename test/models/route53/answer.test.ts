import { describe, expect, it } from 'vitest';
import type { ResourceRecordSet, Route53 } from '../../../models/route53/route53.ts';
import { picked, routingShares } from '../../../models/route53/routing.ts';
import { a, alias, balanced, change, generous, refusal, send, text, weighted, world } from './world.ts';

const ask = (route53: Route53, name: string, type = 'A', pick = 0) => route53.answer({ name, type, server: 0, pick });
const data = (route53: Route53, name: string, type = 'A', pick = 0) =>
  ask(route53, name, type, pick).answers.map((record) => record.data);
const shares = (route53: Route53, name: string, type = 'A') => Object.fromEntries(route53.shares({ name, type }));
const soa = {
  name: 'example.test.',
  type: 'SOA',
  ttl: 900,
  data: 'ns-1.awsdns-01.test. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400',
};

describe('weights × health', () => {
  const [sick, well] = [false, true];

  // The table of the developer guide (routing-policy-weighted): weights 1, 1 and 0.
  it.each([
    [
      [sick, sick, well],
      [0, 0, 1],
    ],
    [
      [sick, sick, sick],
      [0.5, 0.5, 0],
    ],
    [
      [sick, well, sick],
      [0, 1, 0],
    ],
    [
      [sick, well, well],
      [0, 1, 0],
    ],
    [
      [well, well, sick],
      [0.5, 0.5, 0],
    ],
    [
      [well, well, well],
      [0.5, 0.5, 0],
    ],
  ])('of 1, 1, 0 with health %j answers %j', (health, expected) => {
    const weights = [1, 1, 0];
    expect(routingShares(weights.map((weight, at) => ({ weight, healthy: health[at] ?? well })))).toEqual(expected);
  });

  // Our pair: A carries the weight, B stands by with 0.
  it.each([
    ['no health evaluated', well, well, 'A'],
    ['A healthy, B sick', well, sick, 'A'],
    ['A sick, B healthy: a failover nobody judged', sick, well, 'B'],
    ['both sick: fail open', sick, sick, 'A'],
  ])('of a pair with %s', (_, healthOfA, healthOfB, answered) => {
    const pair = [
      { weight: 100, healthy: healthOfA },
      { weight: 0, healthy: healthOfB },
    ];
    expect(routingShares(pair)).toEqual(answered === 'A' ? [1, 0] : [0, 1]);
  });

  it('of all zeros is equal parts, among the healthy ones when there are any', () => {
    const zeros = (...health: boolean[]) => routingShares(health.map((healthy) => ({ weight: 0, healthy })));
    expect(zeros(well, well)).toEqual([0.5, 0.5]);
    expect(zeros(sick, sick)).toEqual([0.5, 0.5]);
    expect(zeros(well, sick, well)).toEqual([0.5, 0, 0.5]);
  });

  it('is what picks come to, and nothing with share 0 is ever picked', () => {
    for (const parts of [
      [0.25, 0, 0.75],
      [0, 1],
      [0.5, 0.5, 0],
      [1 / 3, 1 / 3, 1 / 3],
    ]) {
      const counts = parts.map(() => 0);
      for (let number = 0; number < 1; number += 1 / 1_200) {
        const at = picked(parts, number);
        counts[at] = (counts[at] ?? 0) + 1;
      }
      for (const [at, share] of parts.entries())
        expect(Math.abs((counts[at] ?? 0) / 1_200 - share)).toBeLessThan(0.002);
      expect(parts[picked(parts, 0.999_999_999_999)]).toBeGreaterThan(0);
    }
  });
});

describe('the health of a weighted alias', () => {
  const pair = (evaluates: boolean) => [
    balanced('www.example.test', 'blue', 100, evaluates),
    balanced('www.example.test', 'green', 0, evaluates),
  ];

  it('sends everything to a standby of weight 0 when the active balancer is sick and its health is evaluated', () => {
    const { route53, balancers } = world(generous, pair(true));
    expect(shares(route53, 'www.example.test')).toEqual({ blue: 1 });
    balancers['blue-lb.elb.test'] = { addresses: { v4: ['127.0.0.11'], v6: [] }, healthy: false };
    expect(shares(route53, 'www.example.test')).toEqual({ green: 1 });
    expect(data(route53, 'www.example.test')).toEqual(['127.0.0.12']);
  });

  it('moves nothing when health is not evaluated', () => {
    const { route53, balancers } = world(generous, pair(false));
    balancers['blue-lb.elb.test'] = { addresses: { v4: ['127.0.0.11'], v6: [] }, healthy: false };
    expect(shares(route53, 'www.example.test')).toEqual({ blue: 1 });
  });

  it('is bad when the balancer is not there', () => {
    const { route53, balancers } = world(generous, pair(true));
    delete balancers['blue-lb.elb.test'];
    expect(shares(route53, 'www.example.test')).toEqual({ green: 1 });
  });

  it('is that of any set of the name it points to', () => {
    const { route53 } = world(generous);
    route53.setHealthCheck('one', true);
    route53.setHealthCheck('two', true);
    const target = { HostedZoneId: 'Z1', DNSName: 'live.example.test', EvaluateTargetHealth: true };
    route53.seed('Z1', [
      weighted('live.example.test', 'one', 1, { HealthCheckId: 'one' }),
      weighted('live.example.test', 'two', 0, { HealthCheckId: 'two' }),
      { Name: 'www.example.test', Type: 'A', SetIdentifier: 'via', Weight: 1, AliasTarget: target },
      weighted('www.example.test', 'direct', 0),
    ]);
    expect(shares(route53, 'www.example.test')).toEqual({ one: 1 });
    route53.setHealthCheck('one', false);
    expect(shares(route53, 'www.example.test')).toEqual({ two: 1 });
    route53.setHealthCheck('two', false);
    expect(shares(route53, 'www.example.test')).toEqual({ direct: 1 });
  });

  it('needs its health check and its target to be healthy', () => {
    const { route53, balancers } = world(generous);
    route53.setHealthCheck('check', true);
    route53.seed('Z1', [
      { ...balanced('www.example.test', 'blue', 1, true), HealthCheckId: 'check' },
      weighted('www.example.test', 'green', 0),
    ]);
    expect(shares(route53, 'www.example.test')).toEqual({ blue: 1 });
    route53.setHealthCheck('check', false);
    expect(shares(route53, 'www.example.test')).toEqual({ green: 1 });
    route53.setHealthCheck('check', true);
    balancers['blue-lb.elb.test'] = { addresses: { v4: [], v6: [] }, healthy: false };
    expect(shares(route53, 'www.example.test')).toEqual({ green: 1 });
  });
});

describe('an authoritative answer', () => {
  it('is one set of a weighted group, picked by a number', () => {
    const { route53 } = world(generous, [
      weighted('www.example.test', 'blue', 90),
      weighted('www.example.test', 'green', 10),
    ]);
    expect(ask(route53, 'WWW.example.test.', 'A', 0.89)).toEqual({
      rcode: 'NOERROR',
      answers: [{ name: 'www.example.test.', type: 'A', ttl: 60, data: '192.0.2.1' }],
      authority: [],
      sets: [{ name: 'www.example.test.', type: 'A', setIdentifier: 'blue' }],
    });
    expect(data(route53, 'www.example.test', 'A', 0.91)).toEqual(['192.0.2.2']);
  });

  it('picks the same set for the same number, whatever was refused before', () => {
    const pair = [weighted('www.example.test', 'blue', 1), weighted('www.example.test', 'green', 1)];
    const { route53 } = world({ ...generous, propagationMs: { min: 0, max: 0 } });
    const none = change('DELETE', a('none.example.test', '192.0.2.1'));
    expect(refusal(() => send(route53, ...pair.toReversed().map((set) => change('CREATE', set)), none))).not.toBe(
      'nothing',
    );
    send(route53, ...pair.map((set) => change('CREATE', set)));
    expect(data(route53, 'www.example.test', 'A', 0.4)).toEqual(['192.0.2.1']);
  });

  it('has the addresses of a load balancer for 60 seconds', () => {
    const dualstack = { HostedZoneId: 'Z0ELBBLUE', DNSName: 'dualstack.blue-lb.elb.test', EvaluateTargetHealth: true };
    const { route53 } = world(generous, [
      { Name: 'www.example.test', Type: 'A', AliasTarget: dualstack },
      { Name: 'www.example.test', Type: 'AAAA', AliasTarget: dualstack },
    ]);
    expect(ask(route53, 'www.example.test').answers).toEqual([
      { name: 'www.example.test.', type: 'A', ttl: 60, data: '127.0.0.11' },
    ]);
    expect(data(route53, 'www.example.test', 'AAAA')).toEqual(['::11']);
  });

  it('follows an alias to a record of the zone, under its own name and with the TTL of the record', () => {
    const { route53 } = world(generous, [
      a('live.example.test', '192.0.2.1', { TTL: 15 }),
      alias('www.example.test', 'live.example.test'),
      alias('old.example.test', 'www.example.test'),
    ]);
    expect(ask(route53, 'old.example.test').answers).toEqual([
      { name: 'old.example.test.', type: 'A', ttl: 15, data: '192.0.2.1' },
    ]);
  });

  it('follows CNAMES inside the zone and stops at the border', () => {
    const cname = (name: string, target: string): ResourceRecordSet => ({
      Name: name,
      Type: 'CNAME',
      TTL: 30,
      ResourceRecords: [{ Value: target }],
    });
    const { route53 } = world(generous, [
      cname('one.example.test', 'two.example.test'),
      cname('two.example.test', 'www.example.test.'),
      a('www.example.test', '192.0.2.1'),
      cname('out.example.test', 'elsewhere.test'),
      cname('lost.example.test', 'nobody.example.test'),
      cname('loop.example.test', 'loop.example.test'),
    ]);
    expect(ask(route53, 'one.example.test').answers.map(({ type, data: value }) => `${type} ${value}`)).toEqual([
      'CNAME two.example.test.',
      'CNAME www.example.test.',
      'A 192.0.2.1',
    ]);
    expect(ask(route53, 'one.example.test', 'CNAME').answers).toHaveLength(1);
    expect(ask(route53, 'out.example.test')).toMatchObject({
      rcode: 'NOERROR',
      authority: [],
      answers: [{ data: 'elsewhere.test.' }],
    });
    expect(ask(route53, 'lost.example.test')).toMatchObject({
      rcode: 'NXDOMAIN',
      authority: [soa],
      answers: [{ type: 'CNAME' }],
    });
    expect(ask(route53, 'loop.example.test').rcode).toBe('NOERROR');
  });

  it('has text in quotation marks, as it is kept', () => {
    const { route53 } = world(generous, [text('f.example.test', 'v=1 epoch=43')]);
    expect(data(route53, 'f.example.test', 'TXT')).toEqual(['"v=1 epoch=43"']);
  });

  it('of a name without that type is no error and no data, remembered for 900 seconds', () => {
    const { route53 } = world(generous, [a('www.example.test', '192.0.2.1')]);
    expect(ask(route53, 'www.example.test', 'AAAA')).toEqual({
      rcode: 'NOERROR',
      answers: [],
      authority: [soa],
      sets: [],
    });
  });

  it('of a name on the way to another one is no data, of an unknown name NXDOMAIN', () => {
    const { route53 } = world(generous, [text('shop._throwover.example.test', 'x')]);
    expect(ask(route53, '_throwover.example.test', 'TXT')).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
      authority: [soa],
    });
    expect(ask(route53, 'x.example.test', 'TXT')).toEqual({
      rcode: 'NXDOMAIN',
      answers: [],
      authority: [soa],
      sets: [],
    });
    send(route53, change('DELETE', text('shop._throwover.example.test', 'x')));
    expect(ask(route53, '_throwover.example.test', 'TXT').rcode).toBe('NOERROR'); // this server shows it still
    expect(route53.shares({ name: 'shop._throwover.example.test', type: 'TXT' }).size).toBe(0);
  });

  it('is NXDOMAIN where the last name below one is gone, and only then', () => {
    const { route53 } = world({ ...generous, propagationMs: { min: 0, max: 0 } }, [
      a('one.under.example.test', '192.0.2.1'),
      a('two.under.example.test', '192.0.2.1'),
    ]);
    send(route53, change('DELETE', a('one.under.example.test', '192.0.2.1')));
    expect(ask(route53, 'under.example.test').rcode).toBe('NOERROR');
    send(route53, change('DELETE', a('two.under.example.test', '192.0.2.1')));
    expect(ask(route53, 'under.example.test').rcode).toBe('NXDOMAIN');
  });

  it('follows the SOA when that has a shorter TTL', () => {
    const { route53 } = world(generous);
    const set = route53.listResourceRecordSets({ HostedZoneId: 'Z1' }).ResourceRecordSets[1];
    if (set === undefined) throw new Error('the zone has no SOA');
    route53.seed('Z1', [{ ...set, TTL: 60 }]);
    expect(ask(route53, 'x.example.test').authority[0]?.ttl).toBe(60);
  });

  it('of a wildcard stands for names that do not exist, under their own names', () => {
    const { route53 } = world(generous, [
      a('*.example.test', '192.0.2.1'),
      text('there.example.test', 'x'),
      a('deep.under.example.test', '192.0.2.9'),
    ]);
    expect(ask(route53, 'any.example.test').answers).toEqual([
      { name: 'any.example.test.', type: 'A', ttl: 60, data: '192.0.2.1' },
    ]);
    expect(data(route53, 'a.b.example.test')).toEqual(['192.0.2.1']);
    expect(ask(route53, 'any.example.test', 'AAAA').rcode).toBe('NOERROR');
    expect(ask(route53, 'there.example.test')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(ask(route53, 'x.under.example.test').rcode).toBe('NXDOMAIN'); // `under` exists, so its names are its own
  });

  it('is refused for names of no zone', () => {
    const { route53 } = world(generous);
    expect(ask(route53, 'www.example.com').rcode).toBe('REFUSED');
    expect(ask(route53, 'bad..name').rcode).toBe('REFUSED');
  });

  it('comes from the zone that is closest to the name', () => {
    const { route53 } = world(generous, [a('www.sub.example.test', '192.0.2.1')]);
    route53.createZone({ name: 'sub.example.test', id: 'Z2', recordSets: [a('www.sub.example.test', '192.0.2.2')] });
    expect(data(route53, 'www.sub.example.test')).toEqual(['192.0.2.2']);
    expect(route53.answer({ name: 'www.sub.example.test', type: 'A', server: 0, zone: 'Z1' }).answers[0]?.data).toBe(
      '192.0.2.1',
    );
  });

  it('of a private zone is given in the VPC only, and hides the public zone there', () => {
    const { route53 } = world(generous, [a('www.example.test', '192.0.2.1'), a('only.example.test', '192.0.2.1')]);
    route53.createZone({
      name: 'example.test',
      id: 'Z2',
      private: true,
      recordSets: [a('www.example.test', '10.0.0.1')],
    });
    const inside = (name: string) => route53.answer({ name, type: 'A', server: 0, from: 'vpc' });
    expect(data(route53, 'www.example.test')).toEqual(['192.0.2.1']);
    expect(inside('www.example.test').answers[0]?.data).toBe('10.0.0.1');
    expect(inside('only.example.test').rcode).toBe('NXDOMAIN');
  });

  it('of other policies than simple and weighted is not modelled, and says so', () => {
    const latency = (id: string, Region: string) => a('l.example.test', '192.0.2.1', { SetIdentifier: id, Region });
    const { route53 } = world(generous, [latency('eu', 'eu-west-1'), latency('us', 'us-east-1')]);
    expect(refusal(() => ask(route53, 'l.example.test'))).toBe(
      'NotImplemented: Answers of latency record sets are not modelled: l.example.test.',
    );
  });
});

describe('effective routing', () => {
  it('of a pivot goes through every application record to the set that stands', () => {
    const via = (id: string) => alias('shop.example.test', 'live-1.example.test', { SetIdentifier: id, Weight: 1 });
    const { route53 } = world(generous, [
      balanced('live-1.example.test', 'blue', 90),
      balanced('live-1.example.test', 'green', 10),
      via('blue'),
      via('green'),
    ]);
    expect(shares(route53, 'shop.example.test')).toEqual({ blue: 0.9, green: 0.1 });
    expect(ask(route53, 'shop.example.test', 'A', 0.95)).toMatchObject({
      answers: [{ name: 'shop.example.test.', data: '127.0.0.12' }],
      sets: [{ setIdentifier: 'green' }, { setIdentifier: 'green' }],
    });
  });

  it('is what each name server shows, or what all will show', async () => {
    const { route53, clock } = world(generous, [
      weighted('w.example.test', 'blue', 1),
      weighted('w.example.test', 'green', 0),
    ]);
    send(
      route53,
      change('UPSERT', weighted('w.example.test', 'blue', 0)),
      change('UPSERT', weighted('w.example.test', 'green', 1)),
    );
    const at = (server?: number) =>
      Object.fromEntries(
        route53.shares({ name: 'w.example.test', type: 'A', ...(server === undefined ? {} : { server }) }),
      );
    expect([at(0), at(1), at()]).toEqual([{ blue: 1 }, { blue: 1 }, { green: 1 }]);
    await clock.run(30_000);
    expect([at(0), at(1), at()]).toEqual([{ green: 1 }, { green: 1 }, { green: 1 }]);
  });

  it('of a set without an identifier is under the one that led to it, or under none', () => {
    const { route53 } = world(generous, [
      a('one.example.test', '192.0.2.1'),
      a('two.example.test', '192.0.2.2'),
      alias('w.example.test', 'one.example.test', { SetIdentifier: 'blue', Weight: 3 }),
      alias('w.example.test', 'two.example.test', { SetIdentifier: 'green', Weight: 1 }),
    ]);
    expect(shares(route53, 'w.example.test')).toEqual({ blue: 0.75, green: 0.25 });
    expect(shares(route53, 'one.example.test')).toEqual({ '': 1 });
    expect(shares(route53, 'none.example.test')).toEqual({});
  });
});
