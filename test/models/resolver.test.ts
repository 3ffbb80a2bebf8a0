import { describe, expect, it } from 'vitest';
import { seeded } from '../../models/random.ts';
import {
  type Asked,
  type AuthoritativeAnswer,
  Resolver,
  type TtlHabits,
  WaitingResolver,
} from '../../models/resolver.ts';
import { Route53 } from '../../models/route53/route53.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';

const a = (Name: string, Value: string, TTL = 60) => ({ Name, Type: 'A', TTL, ResourceRecords: [{ Value }] });
const cname = (Name: string, Value: string, TTL = 30) => ({ Name, Type: 'CNAME', TTL, ResourceRecords: [{ Value }] });

function resolving(habits: TtlHabits = {}, recordSets = [a('www.example.test', '192.0.2.1')]) {
  const clock = new SteppedClock(0);
  const route53 = new Route53({ clock, random: seeded(1), loadBalancers: () => undefined });
  route53.createZone({ name: 'example.test', id: 'Z1', recordSets });
  const asked: Asked[] = [];
  const ask = (question: Asked) => {
    asked.push(question);
    return route53.answer(question);
  };
  const settings = { clock, random: seeded(7), servers: 2, ...habits };
  return { clock, route53, asked, resolver: new Resolver({ ...settings, ask }), settings, ask };
}

describe('a caching resolver', () => {
  it('asks once in a TTL and says how much of it is left', async () => {
    const { clock, route53, asked, resolver } = resolving();
    expect(resolver.resolve('www.example.test', 'A')).toEqual({ rcode: 'NOERROR', addresses: ['192.0.2.1'], ttl: 60 });
    route53.seed('Z1', [a('www.example.test', '192.0.2.2')]);
    await clock.run(45_000);
    expect(resolver.resolve('www.example.test', 'A')).toEqual({ rcode: 'NOERROR', addresses: ['192.0.2.1'], ttl: 15 });
    await clock.run(15_000);
    expect(resolver.resolve('www.example.test', 'A').addresses).toEqual(['192.0.2.2']);
    expect(asked).toHaveLength(2);
  });

  it('asks a random server, the same ones for the same seed', async () => {
    const servers = async () => {
      const { clock, asked, resolver } = resolving();
      for (let time = 0; time < 20; time++) {
        resolver.resolve('www.example.test', 'A');
        await clock.run(60_000);
      }
      return asked.map(({ server }) => server);
    };
    expect(new Set(await servers())).toEqual(new Set([0, 1]));
    expect(await servers()).toEqual(await servers());
  });

  it('stretches TTLs when it is a violator', async () => {
    for (const [habits, seconds] of [
      [{ stretch: 10 }, 600],
      [{ ttlSecondsMin: 3_600 }, 3_600],
      [{ ttlSecondsMax: 30 }, 30],
    ] as const) {
      const { clock, asked, resolver } = resolving(habits);
      expect(resolver.resolve('www.example.test', 'A').ttl).toBe(seconds);
      await clock.run(seconds * 1_000 - 1);
      resolver.resolve('www.example.test', 'A');
      expect(asked).toHaveLength(1);
      await clock.run(1);
      resolver.resolve('www.example.test', 'A');
      expect(asked).toHaveLength(2);
    }
  });

  it('remembers that there is no such name, or no such type, for 900 seconds', async () => {
    const { clock, route53, resolver } = resolving();
    expect(resolver.resolve('new.example.test', 'A')).toEqual({ rcode: 'NXDOMAIN', addresses: [], ttl: 900 });
    expect(resolver.resolve('www.example.test', 'AAAA')).toEqual({ rcode: 'NOERROR', addresses: [], ttl: 900 });
    route53.seed('Z1', [a('new.example.test', '192.0.2.1')]);
    await clock.run(899_000);
    expect(resolver.resolve('new.example.test', 'A').rcode).toBe('NXDOMAIN');
    await clock.run(1_000);
    expect(resolver.resolve('new.example.test', 'A').addresses).toEqual(['192.0.2.1']);
  });

  it('keeps a chain of CNAMES for the shortest of its TTLs, across zones', () => {
    const { route53, resolver } = resolving({}, [cname('app.example.test', 'www.pivot.test', 30)]);
    route53.createZone({ name: 'pivot.test', id: 'Z2', recordSets: [a('www.pivot.test', '192.0.2.9', 20)] });
    expect(resolver.resolve('app.example.test', 'A')).toEqual({ rcode: 'NOERROR', addresses: ['192.0.2.9'], ttl: 20 });
  });

  it('gives up on CNAMES that never end', () => {
    const { route53, resolver, asked } = resolving({}, [cname('app.example.test', 'app.pivot.test')]);
    route53.createZone({ name: 'pivot.test', id: 'Z2', recordSets: [cname('app.pivot.test', 'app.example.test')] });
    expect(resolver.resolve('app.example.test', 'A').rcode).toBe('SERVFAIL');
    expect(asked).toHaveLength(9);
  });

  it('passes over a server that is down, and remembers nothing when all are', () => {
    const { settings, ask } = resolving();
    const down = new Set([0]);
    const fragile = (question: Asked) => {
      if (down.has(question.server)) throw new Error('no route to host');
      return ask(question);
    };
    for (let seed = 0; seed < 8; seed++) {
      const resolver = new Resolver({ ...settings, random: seeded(seed), ask: fragile });
      expect(resolver.resolve('www.example.test', 'A').addresses).toEqual(['192.0.2.1']);
    }
    down.add(1);
    const resolver = new Resolver({ ...settings, ask: fragile });
    expect(resolver.resolve('www.example.test', 'A')).toEqual({ rcode: 'SERVFAIL', addresses: [], ttl: 0 });
    down.clear();
    expect(resolver.resolve('www.example.test', 'A').addresses).toEqual(['192.0.2.1']);
  });

  it('forgets when it is restarted', () => {
    const { asked, resolver } = resolving();
    resolver.resolve('www.example.test', 'A');
    resolver.forget();
    resolver.resolve('www.example.test', 'A');
    expect(asked).toHaveLength(2);
  });
});

describe('a resolver over servers that take time', () => {
  it('asks once for all who wait, and keeps the same rules', async () => {
    const { clock, settings, ask, asked } = resolving();
    const later = (question: Asked) =>
      new Promise<AuthoritativeAnswer>((resolve) => clock.after(50, () => resolve(ask(question))));
    const resolver = new WaitingResolver({ ...settings, ask: later });
    const both = Promise.all([resolver.resolve('www.example.test', 'A'), resolver.resolve('www.example.test', 'A')]);
    await clock.run(60);
    expect(await both).toEqual(Array(2).fill({ rcode: 'NOERROR', addresses: ['192.0.2.1'], ttl: 60 }));
    expect((await resolver.resolve('www.example.test', 'A')).ttl).toBe(59.99);
    expect(asked).toHaveLength(1);
  });

  it('answers SERVFAIL when every server fails, and asks again next time', async () => {
    const { settings, ask } = resolving();
    let isDown = true;
    const flaky = async (question: Asked) => {
      if (isDown) throw new Error('timed out');
      return ask(question);
    };
    const resolver = new WaitingResolver({ ...settings, ask: flaky });
    expect((await resolver.resolve('www.example.test', 'A')).rcode).toBe('SERVFAIL');
    isDown = false;
    expect((await resolver.resolve('www.example.test', 'A')).addresses).toEqual(['192.0.2.1']);
  });
});
