import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../models/external-dns/endpoint.ts';
import { ExternalDns, type ExternalDnsSettings } from '../../../models/external-dns/external-dns.ts';
import { seeded } from '../../../models/random.ts';
import { type ResourceRecordSet, Route53, type RulesGiven } from '../../../models/route53/route53.ts';
import type { Change } from '../../../models/route53/shapes.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';

const MINUTE = 60_000;

const shopOf = (cluster: string, weight: number, more: Partial<Endpoint> = {}): Endpoint => ({
  name: 'shop.example.test',
  types: ['A', 'AAAA'],
  target: { loadBalancer: `${cluster}-lb.elb.test`, zone: `Z0ELB${cluster.toUpperCase()}`, evaluateTargetHealth: true },
  setIdentifier: cluster,
  weight,
  resource: 'ingress/shop/shop',
  ...more,
});

function world(settings: Partial<ExternalDnsSettings> = {}, rules: RulesGiven = {}) {
  const clock = new SteppedClock(0);
  const route53 = new Route53({ clock, random: seeded(1), rules, loadBalancers: () => undefined });
  route53.createZone({ name: 'example.test', id: 'Z1' });
  const wants: Record<string, Endpoint[]> = { blue: [shopOf('blue', 100)], green: [shopOf('green', 0)] };
  const externalDns = (cluster: string, more: Partial<ExternalDnsSettings> = {}) =>
    new ExternalDns({
      clock,
      random: seeded(cluster.length),
      owner: cluster,
      zones: [{ id: 'Z1', name: 'example.test' }],
      source: () => wants[cluster] ?? [],
      route53: {
        listResourceRecordSets: (input) => route53.listResourceRecordSets(input, cluster),
        changeResourceRecordSets: (input) => route53.changeResourceRecordSetsInTime(input, cluster),
      },
      ...settings,
      ...more,
    });
  const listed = () =>
    route53
      .listResourceRecordSets({ HostedZoneId: 'Z1' })
      .ResourceRecordSets.filter(({ Type }) => Type !== 'NS' && Type !== 'SOA');
  const found = (name: string, type: string, id: string) =>
    listed().find((set) => set.Name === `${name}.example.test.` && set.Type === type && set.SetIdentifier === id);
  const change = (...Changes: Change[]) =>
    route53.changeResourceRecordSets({ HostedZoneId: 'Z1', ChangeBatch: { Changes } });
  const rewrite = (name: string, type: string, id: string, other: Partial<ResourceRecordSet>) => {
    const set = found(name, type, id);
    if (set === undefined) throw new Error(`no ${name} ${type} ${id}`);
    change({ Action: 'UPSERT', ResourceRecordSet: { ...set, ...other } });
  };
  return { clock, route53, wants, externalDns, listed, found, change, rewrite };
}

const owned = (owner: string, more = '') => ({
  ResourceRecords: [
    { Value: `"heritage=external-dns,external-dns/owner=${owner},external-dns/resource=ingress/shop/shop${more}"` },
  ],
});

describe('ExternalDNS with nothing there yet', () => {
  it('creates an alias of each type and a registry record beside each, with identifier and weight copied', async () => {
    const { clock, externalDns, listed, found } = world();
    externalDns('blue').start();
    await clock.run(1_000);
    expect(listed().map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'a-shop.example.test. TXT',
      'aaaa-shop.example.test. TXT',
      'shop.example.test. A',
      'shop.example.test. AAAA',
    ]);
    expect(found('shop', 'A', 'blue')).toEqual({
      Name: 'shop.example.test.',
      Type: 'A',
      SetIdentifier: 'blue',
      Weight: 100,
      AliasTarget: { HostedZoneId: 'Z0ELBBLUE', DNSName: 'blue-lb.elb.test.', EvaluateTargetHealth: true },
    });
    expect(found('a-shop', 'TXT', 'blue')).toEqual({
      Name: 'a-shop.example.test.',
      Type: 'TXT',
      SetIdentifier: 'blue',
      Weight: 100,
      TTL: 300,
      ...owned('blue'),
    });
  });

  it('names registry records with prefix, suffix and the older form', async () => {
    const { clock, externalDns, listed } = world({ registry: { prefix: 'pre-', suffix: '-post', aliasForm: 'cname' } });
    externalDns('blue').start();
    await clock.run(1_000);
    expect(listed().flatMap(({ Name, Type }) => (Type === 'TXT' ? [Name] : []))).toEqual([
      'pre-aaaa-shop-post.example.test.',
      'pre-cname-shop-post.example.test.',
    ]);
  });

  it('writes plain targets with their TTL, 300 seconds without one', async () => {
    const { clock, wants, externalDns, found } = world();
    wants.blue = [shopOf('blue', 1, { types: ['A'], target: { values: ['192.0.2.1'] } })];
    externalDns('blue').start();
    await clock.run(1_000);
    expect(found('shop', 'A', 'blue')).toMatchObject({ TTL: 300, ResourceRecords: [{ Value: '192.0.2.1' }] });
  });

  it('lives beside the one of the other cluster, each with its own sets', async () => {
    const { clock, externalDns, listed, route53 } = world();
    for (const cluster of ['blue', 'green']) externalDns(cluster).start();
    await clock.run(3 * MINUTE);
    expect(listed()).toHaveLength(8);
    expect(Object.fromEntries(route53.shares({ name: 'shop.example.test', type: 'A' }))).toEqual({ blue: 1 });
    expect(route53.counters.of('blue').changeCalls + route53.counters.of('green').changeCalls).toBeLessThan(6);
  });
});

describe('each interval ExternalDNS', () => {
  async function settled(settings: Partial<ExternalDnsSettings> = {}, rules: RulesGiven = {}) {
    const made = world(settings, rules);
    const blue = made.externalDns('blue');
    blue.start();
    await made.clock.run(30_000);
    return { ...made, blue };
  }

  it('changes nothing when nothing differs', async () => {
    const { clock, blue } = await settled();
    const { changeCalls } = blue.written;
    await clock.run(10 * MINUTE);
    expect(blue.written).toMatchObject({ loops: 11, changeCalls });
    expect(blue.written.created).toBe(4);
  });

  it.each([
    ['weight', { Weight: 0 }],
    [
      'target health',
      { AliasTarget: { HostedZoneId: 'Z0ELBBLUE', DNSName: 'blue-lb.elb.test', EvaluateTargetHealth: false } },
    ],
    ['target', { AliasTarget: { HostedZoneId: 'Z0ELBBLUE', DNSName: 'x.elb.test', EvaluateTargetHealth: true } }],
    ['health check, an extra property,', { HealthCheckId: 'check' }],
  ])('writes a foreign %s back', async (_, other) => {
    const { clock, route53, rewrite, found } = await settled();
    route53.setHealthCheck('check', true);
    const mine = found('shop', 'A', 'blue');
    rewrite('shop', 'A', 'blue', other);
    expect(found('shop', 'A', 'blue')).not.toEqual(mine);
    await clock.run(MINUTE);
    expect(found('shop', 'A', 'blue')).toEqual(mine);
  });

  it('plans what one would that sees the zone for the first time', async () => {
    type Made = ReturnType<typeof world>;
    const happenings: ((made: Made) => void)[] = [
      () => {},
      ({ wants }) => {
        wants.blue = [shopOf('blue', 7)];
      },
      ({ wants }) => {
        wants.blue = [];
      },
      ({ wants }) => {
        wants.blue = [shopOf('blue', 100)];
      },
      ({ rewrite, found }) => found('shop', 'A', 'blue') && rewrite('shop', 'A', 'blue', { Weight: 3 }),
      ({ rewrite, found }) => found('a-shop', 'TXT', 'blue') && rewrite('a-shop', 'TXT', 'blue', owned('throwover')),
      ({ rewrite, found }) => found('a-shop', 'TXT', 'blue') && rewrite('a-shop', 'TXT', 'blue', owned('blue')),
    ];
    const loop = async ({ clock }: Made, instance: ExternalDns) => {
      const done = instance.loop();
      await clock.run(MINUTE);
      await done;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...happenings), { maxLength: 12 }), async (each) => {
        const [lasting, fresh] = [world(), world()];
        const instance = lasting.externalDns('blue');
        for (const happens of each) {
          happens(lasting);
          happens(fresh);
          await loop(lasting, instance);
          await loop(fresh, fresh.externalDns('blue'));
          expect(lasting.listed()).toEqual(fresh.listed());
        }
      }),
      { numRuns: 30 },
    );
  });

  it('follows its own annotations, the registry records too', async () => {
    const { clock, wants, found } = await settled();
    wants.blue = [shopOf('blue', 7)];
    await clock.run(MINUTE);
    for (const [name, type] of [
      ['shop', 'A'],
      ['shop', 'AAAA'],
      ['a-shop', 'TXT'],
      ['aaaa-shop', 'TXT'],
    ] as const) {
      expect(found(name, type, 'blue')?.Weight).toBe(7);
    }
  });

  it('leaves alone what another owner has, also with keys it does not know', async () => {
    const { clock, wants, rewrite, found } = await settled();
    rewrite('a-shop', 'TXT', 'blue', owned('throwover', ',throwover/previous-owner=blue'));
    await clock.run(1_000);
    rewrite('shop', 'A', 'blue', { Weight: 0 });
    await clock.run(3 * MINUTE);
    expect(found('shop', 'A', 'blue')?.Weight).toBe(0);
    expect(found('shop', 'AAAA', 'blue')?.Weight).toBe(100);
    wants.blue = [];
    await clock.run(MINUTE);
    expect(found('shop', 'A', 'blue')?.Weight).toBe(0);
    expect(found('shop', 'AAAA', 'blue')).toBeUndefined();
  });

  it('takes a record up again when its own name is back in the registry', async () => {
    const { clock, rewrite, found } = await settled();
    rewrite('a-shop', 'TXT', 'blue', owned('throwover'));
    await clock.run(1_000);
    rewrite('shop', 'A', 'blue', { Weight: 0 });
    await clock.run(MINUTE);
    rewrite('a-shop', 'TXT', 'blue', owned('blue', ',throwover/previous-owner=blue'));
    await clock.run(MINUTE);
    expect(found('shop', 'A', 'blue')?.Weight).toBe(100);
  });

  it('leaves alone a record without a registry record, and creates no other type beside it', async () => {
    const { clock, externalDns, listed, change } = world();
    const AliasTarget = { HostedZoneId: 'Z0', DNSName: 'x.elb.test', EvaluateTargetHealth: false };
    const byHand = { Name: 'shop.example.test', Type: 'A', SetIdentifier: 'blue', Weight: 3, AliasTarget };
    change({ Action: 'CREATE', ResourceRecordSet: byHand });
    externalDns('blue').start(1_000);
    await clock.run(2 * MINUTE);
    expect(listed().map(({ Type, Weight }) => [Type, Weight])).toEqual([['A', 3]]);
  });

  it('reads the owner in every older form: cname- of an alias, and no type at all, but not for AAAA', async () => {
    for (const [form, type, weight] of [
      ['cname-shop', 'A', 100],
      ['shop', 'A', 100],
      ['shop', 'AAAA', 3],
    ] as const) {
      const { clock, externalDns, found, change } = world();
      const AliasTarget = { HostedZoneId: 'Z0ELBBLUE', DNSName: 'blue-lb.elb.test', EvaluateTargetHealth: true };
      const set = { Type: type, SetIdentifier: 'blue', Weight: 3, AliasTarget };
      const text = { Type: 'TXT', SetIdentifier: 'blue', Weight: 3, TTL: 300, ...owned('blue') };
      change(
        { Action: 'CREATE', ResourceRecordSet: { Name: 'shop.example.test', ...set } },
        { Action: 'CREATE', ResourceRecordSet: { Name: `${form}.example.test`, ...text } },
      );
      externalDns('blue').start(1_000);
      await clock.run(MINUTE);
      expect(found('shop', type, 'blue')?.Weight).toBe(weight);
    }
  });

  it('deletes what is gone from its cluster under sync, keeps it under upsert-only', async () => {
    for (const [policy, left] of [
      ['sync', 0],
      ['upsert-only', 4],
    ] as const) {
      const { clock, wants, listed } = await settled({ policy });
      wants.blue = [];
      await clock.run(MINUTE);
      expect(listed()).toHaveLength(left);
    }
  });

  it('still writes weights back under upsert-only, not under create-only', async () => {
    for (const [policy, weight] of [
      ['upsert-only', 100],
      ['create-only', 0],
    ] as const) {
      const { clock, rewrite, found } = await settled({ policy });
      rewrite('shop', 'A', 'blue', { Weight: 0 });
      await clock.run(MINUTE);
      expect(found('shop', 'A', 'blue')?.Weight).toBe(weight);
    }
  });

  it('is stuck with a record whose weight was changed without its registry record, where DELETE compares weights', async () => {
    const { clock, wants, rewrite, found, blue } = await settled({}, { deleteComparesWeight: true });
    wants.blue = [];
    rewrite('shop', 'A', 'blue', { Weight: 0 });
    await clock.run(2 * MINUTE);
    expect(found('shop', 'A', 'blue')).toBeDefined();
    expect(blue.written.refusedNames).toBeGreaterThan(0);
  });

  it('is stuck with a record whose registry text has keys it does not know: it deletes another text than is there', async () => {
    const { clock, wants, rewrite, found } = await settled();
    rewrite('a-shop', 'TXT', 'blue', owned('blue', ',throwover/previous-owner=blue'));
    wants.blue = [];
    await clock.run(2 * MINUTE);
    expect(found('shop', 'A', 'blue')).toBeDefined();
    rewrite('a-shop', 'TXT', 'blue', owned('blue'));
    await clock.run(MINUTE);
    expect(found('shop', 'A', 'blue')).toBeUndefined();
  });

  it('does nothing while its source fails', async () => {
    let isSick = false;
    const source = () => {
      if (isSick) throw new Error('the API server does not answer');
      return [shopOf('blue', 100)];
    };
    const { clock, rewrite, found, blue } = await settled({ source });
    isSick = true;
    rewrite('shop', 'A', 'blue', { Weight: 0 });
    await clock.run(MINUTE);
    expect(found('shop', 'A', 'blue')?.Weight).toBe(0);
    expect(blue.lastError).toEqual(new Error('the API server does not answer'));
  });
});

describe('a batch of ExternalDNS', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => shopOf('blue', 100, { name: `app-${at}.example.test` }));

  it('that is refused goes again one name at a time', async () => {
    const { clock, wants, externalDns, listed, change } = world();
    wants.blue = many(5);
    const orphan = { Name: 'a-app-3.example.test', Type: 'TXT', TTL: 300, ResourceRecords: [{ Value: '"left over"' }] };
    change({ Action: 'CREATE', ResourceRecordSet: orphan });
    const blue = externalDns('blue');
    blue.start(1_000);
    await clock.run(30_000);
    expect(blue.written).toMatchObject({ changeCalls: 6, refusedBatches: 1, refusedNames: 1, created: 16 });
    expect(listed().filter(({ Type }) => Type === 'A')).toHaveLength(4);
  });

  it('holds at most 1,000 elements', async () => {
    const { clock, wants, externalDns, route53, listed } = world();
    wants.blue = many(300);
    externalDns('blue').start();
    await clock.run(30_000);
    expect(route53.counters.of('blue')).toMatchObject({ changeCalls: 2, changeTokens: 1_200, refusedBatches: {} });
    expect(listed()).toHaveLength(298); // the first page
    wants.blue = wants.blue.map((endpoint) => ({ ...endpoint, weight: 1 }));
    await clock.run(3 * MINUTE);
    expect(route53.counters.of('blue').refusedBatches).toEqual({});
  });

  it('that is throttled is tried three times and then one name at a time', async () => {
    const { clock, wants, externalDns, route53 } = world({}, { budget: { changes: { burst: 10, perSecond: 1 } } });
    wants.blue = many(3);
    const blue = externalDns('blue');
    blue.start();
    await clock.run(2 * MINUTE);
    expect(route53.counters.of('blue').throttled).toBeGreaterThanOrEqual(3);
    expect(blue.written).toMatchObject({ refusedBatches: 1, created: 12 });
  });
});

describe('the process of ExternalDNS', () => {
  async function midPlan() {
    const made = world({ planDelayMs: 5_000 });
    const blue = made.externalDns('blue');
    blue.start();
    await made.clock.run(30_000);
    made.rewrite('shop', 'A', 'blue', { Weight: 0 });
    await made.clock.run(32_000); // it has read at 60 s and would write at 65 s
    return { ...made, blue, weight: () => made.found('shop', 'A', 'blue')?.Weight };
  }

  it('applies a plan some time after it read: what changed in between is overwritten once', async () => {
    const { clock, rewrite, weight } = await midPlan();
    rewrite('a-shop', 'TXT', 'blue', owned('throwover'));
    await clock.run(5_000);
    expect(weight()).toBe(100);
    rewrite('a-shop', 'TXT', 'blue', owned('throwover'));
    await clock.run(1_000);
    rewrite('shop', 'A', 'blue', { Weight: 0 });
    await clock.run(3 * MINUTE);
    expect(weight()).toBe(0);
  });

  it('lets the plan under way land when it is stopped, and then is silent', async () => {
    const { clock, blue, weight, rewrite } = await midPlan();
    blue.stop();
    await clock.run(5_000);
    expect(weight()).toBe(100);
    rewrite('shop', 'A', 'blue', { Weight: 0 });
    await clock.run(5 * MINUTE);
    expect(weight()).toBe(0);
  });

  it('loses the plan under way when it crashes, and reads afresh when it starts again', async () => {
    const { clock, blue, weight, rewrite } = await midPlan();
    blue.crash();
    await clock.run(5 * MINUTE);
    expect(weight()).toBe(0);
    rewrite('a-shop', 'TXT', 'blue', owned('throwover'));
    blue.start();
    await clock.run(2 * MINUTE);
    expect(weight()).toBe(0);
  });

  it('comes back with its old plan when it was frozen: a zombie', async () => {
    const { clock, blue, weight, rewrite } = await midPlan();
    blue.suspend();
    await clock.run(10 * MINUTE);
    expect(weight()).toBe(0);
    rewrite('a-shop', 'TXT', 'blue', owned('throwover'));
    await clock.run(1_000);
    blue.resume();
    await clock.run(1_000);
    expect(weight()).toBe(100);
  });

  it('does not loop while it is frozen', async () => {
    const { clock, blue } = await midPlan();
    await clock.run(10_000);
    const { loops } = blue.written;
    blue.suspend();
    await clock.run(10 * MINUTE);
    expect(blue.written.loops).toBe(loops);
    blue.resume();
    await clock.run(2 * MINUTE);
    expect(blue.written.loops).toBeGreaterThan(loops);
  });
});
