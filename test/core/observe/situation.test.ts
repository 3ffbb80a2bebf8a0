import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../core/facts.ts';
import { OBSERVER_CLASSES, type Observation } from '../../../core/observe/observation.ts';
import { SITUATIONS, situationOf } from '../../../core/observe/situation.ts';
import { SITUATION_NAMES } from '../../../core/observe/situations.ts';
import { factsOf, type Given, type Looks, NOW, type Seen, sample } from '../given.ts';

const bothDead = (seen: Seen): Given => ({ seen: { outside: seen, inside: seen, aws: null } });
const nameOf = (given: Given) => situationOf(factsOf(given)).name;
const votes = (facts: Facts) => situationOf(facts).source;

describe('confirming that the active cluster is dead', () => {
  it('takes exactly confirmSeconds, no second less', () => {
    expect(nameOf(bothDead({ blue: 'dead', seconds: 60 }))).toBe('ActiveDead');
    expect(nameOf(bothDead({ blue: 'dead', seconds: 59 }))).toBe('Suspected');
  });

  it('says when it could be confirmed: when the second class has seen it for confirmSeconds', () => {
    const seen = { outside: { blue: 'dead', seconds: 40 }, inside: { blue: 'dead', seconds: 20 }, aws: null } as const;
    const situation = situationOf(factsOf({ seen }));
    expect(situation).toMatchObject({ name: 'Suspected', confirmedAt: NOW - 2_000 - 20_000 + 60_000 });
  });

  it('starts over after a single sample that was not dead', () => {
    const facts = factsOf(bothDead({ blue: 'dead', seconds: 60 }));
    const glimpse = facts.observations.map((one) =>
      one.cluster === 'blue' && one.at === NOW - 32_000 ? sample(one.observer, 'blue', 'well', one.at) : one,
    );
    expect(votes({ ...facts, observations: glimpse })[0]).toMatchObject({ says: 'dead', deadSince: NOW - 22_000 });
    expect(situationOf({ ...facts, observations: glimpse }).name).toBe('Suspected');
  });

  it('bridges a gap of 2.5 intervals and no more', () => {
    const facts = factsOf(bothDead({ blue: 'dead', seconds: 60 }));
    const at = (...ages: number[]) => ({
      ...facts,
      observations: ages.flatMap((age) =>
        (['outside', 'inside'] as const).flatMap((observer) => [
          sample(observer, 'blue', 'dead', NOW - age * 1_000),
          sample(observer, 'green', 'asleep', NOW - age * 1_000),
        ]),
      ),
    });
    expect(situationOf(at(60, 35, 10, 0)).name).toBe('ActiveDead');
    expect(situationOf(at(60, 36, 10, 0)).name).toBe('Suspected');
  });

  it('does not depend on the order in which samples arrive', () => {
    const facts = factsOf(bothDead({ blue: 'dead' }));
    const shuffled = { ...facts, observations: [...facts.observations].reverse() };
    expect(situationOf(shuffled)).toEqual(situationOf(facts));
  });

  it('waits for a class that joins late, but not for ever', () => {
    const alone = (seconds: number): Given => ({
      seen: { outside: { blue: 'dead', seconds, age: 0 }, inside: null, aws: null },
    });
    expect(situationOf(factsOf(alone(0)))).toMatchObject({ name: 'Suspected', confirmedAt: NOW + 60_000 });
    expect(nameOf(alone(89))).toBe('Suspected');
    expect(nameOf(alone(90))).toBe('ObserverBlind');
  });

  it('is not waited for after the fence: there it still is so, or it is not', () => {
    const seen = { outside: { blue: 'dead', seconds: 0 }, inside: { blue: 'dead', seconds: 0 }, aws: null } as const;
    expect(nameOf({ stage: 'after fence', seen })).toBe('ActiveDead');
    expect(nameOf({ stage: 'after fence', seen: { ...seen, inside: null } })).toBe('ObserverBlind');
  });

  it('tells a standby that some class sees well from one that all see sick', () => {
    const seen = (inside: Looks): Given => ({
      seen: { outside: { blue: 'dead', green: 'sick' }, inside: { blue: 'dead', green: inside }, aws: null },
    });
    expect(nameOf(seen('asleep'))).toBe('StandbyUnfit');
    expect(nameOf(seen('sick'))).toBe('BothSick');
  });

  it('needs a class that looked at the users’ path: a canary and healthy hosts alone are not enough', () => {
    const facts = factsOf({ seen: { outside: null, inside: { blue: 'dead' }, aws: { blue: 'dead' } } });
    const blindfold = ({ services: _, ...one }: Observation): Observation => one;
    expect(situationOf(facts).name).toBe('ActiveDead');
    expect(situationOf({ ...facts, observations: facts.observations.map(blindfold) }).name).not.toBe('ActiveDead');
  });
});

describe('a vote', () => {
  it('says dead at the fraction of failing services, and not below it', () => {
    const facts = factsOf({});
    const failing = (failed: number): Facts => ({
      ...facts,
      observations: facts.observations.map((one) =>
        one.cluster === 'blue' && one.observer === 'outside'
          ? { ...one, canary: 'unhealthy', services: { asked: 10, failed } }
          : one,
      ),
    });
    expect(votes(failing(5))[0]?.says).toBe('dead');
    expect(votes(failing(4))[0]).toMatchObject({ says: 'well', userPath: 'serves' });
  });

  it('abstains when its newest sample is older than evidenceAgeSecondsMax, and speaks when it is just that old', () => {
    expect(votes(factsOf({ seen: { outside: { age: 30 } } }))[0]?.says).toBe('well');
    expect(votes(factsOf({ seen: { outside: { age: 31 } } }))[0]?.says).toBe('abstains');
  });

  it('abstains when the observer’s clock is as far ahead', () => {
    expect(votes(factsOf({ seen: { outside: { blue: 'dead', age: -30 } } }))[0]?.says).toBe('dead');
    const ahead = votes(factsOf({ seen: { outside: { blue: 'dead', age: -31 } } }))[0];
    expect(ahead).toMatchObject({
      says: 'abstains',
      because: 'the clock of outside is 31 s ahead, at most 30 s count',
    });
  });

  it('abstains when it gets no answer from the other cluster either: the fault may be its own', () => {
    const gone = votes(factsOf({ seen: { outside: { blue: 'gone', green: 'gone' } } }))[0];
    expect(gone).toMatchObject({ says: 'abstains', confirmed: false });
  });

  it('does not count a sample towards the span that was taken blind', () => {
    const facts = factsOf(bothDead({ blue: 'dead' }));
    const blindOnce = facts.observations.map((one) =>
      one.cluster === 'green' && one.at === NOW - 32_000 ? { ...one, answers: false } : one,
    );
    expect(situationOf({ ...facts, observations: blindOnce }).name).toBe('Suspected');
  });

  it('takes its own lack of rights for nothing about the cluster', () => {
    const facts = factsOf({});
    const unauthorized = facts.observations.map(
      (one): Observation =>
        one.observer === 'inside' ? { ...one, canary: 'unauthorized', services: { asked: 2, failed: 2 } } : one,
    );
    expect(votes({ ...facts, observations: unauthorized })[1]?.says).toBe('abstains');
  });
});

describe('a class that counts minutes', () => {
  const MINUTE = 60_000;
  /** CloudWatch as it is: the newest minute ended so many seconds ago, and the ones before it are there too. */
  const cloudWatch = (secondsAgo: number, hosts: readonly ('dead' | 'well')[], services?: Observation['services']) =>
    hosts.flatMap((looks, index) => {
      const at = NOW - secondsAgo * 1_000 - (hosts.length - 1 - index) * MINUTE;
      const blue = { ...sample('aws', 'blue', looks, at), ...(services === undefined ? {} : { services }) };
      return [blue, sample('aws', 'green', 'asleep', at)];
    });
  const facts = (seen: Given['seen'], minutes: Observation[]): Facts => {
    const some = factsOf({ seen: { ...seen, aws: null } });
    return { ...some, observations: [...some.observations, ...minutes] };
  };

  it('speaks for as long as CloudWatch is late, and no longer', () => {
    const says = (secondsAgo: number) => votes(facts({}, cloudWatch(secondsAgo, ['dead'])))[2]?.says;
    expect([says(240), says(241)]).toEqual(['dead', 'abstains']);
  });

  it('confirms with the minutes that CloudWatch remembers, beside one that looked itself', () => {
    const inside = { outside: null, inside: { blue: 'dead', seconds: 60 } } as const;
    expect(situationOf(facts(inside, cloudWatch(150, ['dead', 'dead']))).name).toBe('ActiveDead');
    expect(situationOf(facts(inside, cloudWatch(150, ['well', 'dead']))).name).toBe('Suspected');
  });

  it('does not keep a dead cluster alive with its good word about the minutes before', () => {
    const dead = { outside: { blue: 'dead' }, inside: { blue: 'dead' } } as const;
    const served = { asked: 900, failed: 0 };
    // both began to see it dead 62 s ago: a minute that ended 2 s ago began before that, one that ends now did not
    expect(situationOf(facts(dead, cloudWatch(3, ['well'], served))).name).toBe('ActiveDead');
    expect(situationOf(facts(dead, cloudWatch(0, ['well'], served))).name).not.toBe('ActiveDead');
  });

  it('is not enough without one that looked at the users’ path itself', () => {
    const blind = { outside: null, inside: null } as const;
    const failing = cloudWatch(90, ['dead', 'dead'], { asked: 900, failed: 900 });
    expect(situationOf(facts(blind, failing)).name).not.toBe('ActiveDead');
  });
});

describe('a Prometheus and public resolvers', () => {
  const pair = (askedFrom: 'inside' | 'outside') => ({
    prometheus: { url: 'http://p.test', askedFrom, evidenceAgeSecondsMax: 60, clusters: {} },
    probe: { publicResolvers: ['192.0.2.1:53'] },
  });
  const dead = { blue: 'dead' } as const;

  it('in the VPC counts together with inside, and a managed one together with AWS', () => {
    const withInside = { outside: null, inside: dead, aws: null, prometheus: dead } as const;
    const withAws = { outside: null, inside: null, aws: dead, prometheus: dead } as const;
    const name = (askedFrom: 'inside' | 'outside', seen: Given['seen']) =>
      nameOf({ pair: pair(askedFrom), ...(seen === undefined ? {} : { seen }) });
    expect(name('inside', withInside)).not.toBe('ActiveDead');
    expect(name('outside', withInside)).toBe('ActiveDead');
    expect(name('outside', withAws)).not.toBe('ActiveDead');
  });

  it('say that the domain itself is down when no resolver finds either cluster', () => {
    const facts = factsOf({ pair: pair('inside') });
    const lost = facts.observations.map((one) =>
      one.observer === 'resolvers' ? { ...one, leads: 'nowhere' as const } : one,
    );
    expect(situationOf(facts).name).toBe('Healthy');
    expect(situationOf({ ...facts, observations: lost }).name).toBe('SharedDependencyDown');
  });

  it('exist only where they are set', () => {
    expect(votes(factsOf({})).map(({ observer }) => observer)).toEqual(['outside', 'inside', 'aws']);
    expect(votes(factsOf({ pair: pair('inside') })).map(({ observer }) => observer)).toEqual([...OBSERVER_CLASSES]);
  });
});

describe('served, but not well', () => {
  it('is a brownout when some services fail in every look, or answers are slow beside the other cluster’s', () => {
    const [slow, gray] = (['slow', 'gray'] as const).map((blue) => nameOf({ seen: { outside: { blue } } }));
    expect([slow, gray]).toEqual(['Brownout', 'Brownout']);
    // both slow: nothing tells that this one is the worse
    expect(nameOf({ seen: { outside: { blue: 'slow', green: 'slow' } } })).toBe('Healthy');
    expect(nameOf({ seen: { outside: { blue: 'slow', seconds: 10 } } })).toBe('Brownout');
  });

  it('is none when one fresh look was well', () => {
    const facts = factsOf({ seen: { outside: { blue: 'gray' } } });
    const once = facts.observations.map((one) =>
      one.observer === 'outside' && one.cluster === 'blue' && one.at === NOW - 12_000
        ? sample('outside', 'blue', 'well', one.at)
        : one,
    );
    expect(situationOf({ ...facts, observations: once }).name).toBe('Healthy');
  });

  it('is a zone when no node of it is ready, not when one node is being replaced', () => {
    const zones = (ready: number, total: number) => ({
      source: {
        nodes: {
          ready: 4,
          wanted: 6,
          zones: [
            { zone: 'a', ready: 2, total: 2 },
            { zone: 'b', ready, total },
          ],
        },
      },
    });
    expect([zones(0, 2), zones(1, 2), zones(0, 1)].map(nameOf)).toEqual(['ZoneImpaired', 'Healthy', 'Healthy']);
  });

  it('is a datastore that both lost when its metric says so of both', () => {
    const facts = factsOf({ seen: { outside: { blue: 'apps down' }, inside: { blue: 'apps down' }, aws: null } });
    const lag = (cluster: string, health: 'healthy' | 'unhealthy'): Observation => ({
      ...sample('aws', cluster, 'well', NOW - 90_000),
      dataPaths: [{ datastore: 'orders', health, evidence: 'Lag is 9' }],
    });
    const name = (there: 'healthy' | 'unhealthy') =>
      situationOf({ ...facts, observations: [...facts.observations, lag('blue', 'unhealthy'), lag('green', there)] })
        .name;
    expect([name('unhealthy'), name('healthy')]).toEqual(['SharedDependencyDown', 'AppsDown']);
  });
});

/** What each class may see of blue, of green, or that it did not look at all. */
const looks: Looks[] = ['well', 'dead', 'apps down', 'api down', 'canary down', 'unknown'];
const standby: Looks[] = ['asleep', 'sick', 'gone'];
const everything: (Seen | null)[] = [
  null,
  { age: 60 },
  ...looks.flatMap((blue) => standby.map((green): Seen => ({ blue, green, seconds: 60 }))),
  { blue: 'dead', green: 'asleep', seconds: 30 },
];

describe('every subset of classes with every vote', () => {
  const worlds = everything.flatMap((outside) =>
    everything.flatMap((inside) => everything.map((aws) => ({ outside, inside, aws }))),
  );

  it('has a name, and is one to act in only when two classes that see green call blue dead and none sees users served', () => {
    const dead = (seen: Seen | null) => seen?.blue === 'dead' && seen.seconds === 60 && seen.green !== 'gone';
    const names = new Set<string>();
    for (const seen of worlds) {
      const situation = situationOf(factsOf({ seen }));
      names.add(situation.name);
      const outsideSawUsersFail = dead(seen.outside) || dead(seen.inside);
      const deadClasses = [
        dead(seen.outside),
        dead(seen.inside),
        // this class knows hosts only: none is healthy, whichever of the two is meant
        dead(seen.aws) || (seen.aws?.blue === 'canary down' && seen.aws.green !== 'gone'),
      ].filter(Boolean);
      const served = [seen.outside, seen.inside].some(
        (one) =>
          one !== null && one.age === undefined && ['well', 'api down', 'canary down'].includes(one.blue ?? 'well'),
      );
      const fit = ![seen.outside, seen.inside].some((one) => targetIsSick(one)) && seen.aws?.green !== 'sick';
      const expected = deadClasses.length >= 2 && outsideSawUsersFail && !served && fit;
      if (SITUATIONS[situation.name].actsAlone !== expected)
        throw new Error(`${situation.name}, expected to act: ${expected}: ${JSON.stringify(seen)}`);
    }
    expect([...names].sort()).toEqual(
      [
        'ActiveDead',
        'ActiveApiDownOnly',
        'AppsDown',
        'ProbePathBroken',
        'BothSick',
        'Healthy',
        'IngressDown',
        'ObserverBlind',
        'StandbyUnfit',
        'Suspected',
      ].sort(),
    );
  });

  /** The canary of green fails, for an observer that got an answer from one of the two. */
  function targetIsSick(seen: Seen | null): boolean {
    if (seen === null || seen.age !== undefined) return false;
    if (seen.green === 'sick') return true;
    return seen.green === 'gone' && seen.blue !== 'dead' && seen.blue !== 'unknown';
  }
});

describe('the table', () => {
  it('lets automation start only where the active cluster is dead for its users and the other one is fit', () => {
    expect(SITUATION_NAMES.filter((name) => SITUATIONS[name].actsAlone)).toEqual([
      'CniBroken',
      'IngressDown',
      'ActiveDead',
    ]);
  });

  it('tells of every situation what it means, why it stands where it stands, and what to type', () => {
    expect(Object.keys(SITUATIONS).sort()).toEqual([...SITUATION_NAMES].sort());
    for (const name of SITUATION_NAMES) {
      const row = SITUATIONS[name];
      expect(row.means).toMatch(/\.$/);
      expect(row.cause).toMatch(/\.$/);
      expect(row.order.length).toBeGreaterThan(20);
      expect(row.next(factsOf({}), [])).toMatch(/^throwover [a-z]+ --pair shop/);
    }
  });
});

describe('what zones say of themselves', () => {
  it('is asked before health: a dispute stays one however dead the cluster is', () => {
    const foreign = { weights: { 1: [50, 50] as [number, number] } };
    expect(nameOf({ ...bothDead({ blue: 'dead' }), zones: { 'pivot.test': foreign } })).toBe('Disputed');
  });

  it('takes weights on both clusters for a move of ours only when the fence says so', () => {
    const mixed = { weights: { 0: [90, 10] as [number, number], 1: [90, 10] as [number, number] } };
    const fence = 'v=1 by=0badcafe epoch=42 seq=11 active=blue to=green share=10 run=run-42';
    expect(nameOf({ zones: { 'example.test': mixed } })).toBe('Disputed');
    expect(nameOf({ zones: { 'example.test': { ...mixed, fence } } })).toBe('Healthy');
  });

  it('offers to accept what the zones say, and to repair what no cluster has whole', () => {
    const nextOf = (given: Given) => SITUATIONS.Disputed.next(factsOf(given), situationOf(factsOf(given)).faces);
    const moved = { weights: { 0: [0, 100] as [number, number], 1: [0, 100] as [number, number] } };
    const mixed = { weights: { 0: [90, 10] as [number, number], 1: [90, 10] as [number, number] } };
    expect(nextOf({ zones: { 'example.test': moved, 'pivot.test': moved } })).toMatch(
      /^throwover accept .*--active green/,
    );
    expect(nextOf({ zones: { 'example.test': mixed } })).toMatch(/^throwover repair/);
  });

  it('accepts a ring that stands elsewhere when the fence lists it', () => {
    const ring0 = { weights: { 0: [0, 100] as [number, number] } };
    const fence = 'v=1 by=0badcafe epoch=42 seq=11 active=blue rings=0:green run=run-42';
    expect(nameOf({ zones: { 'pivot.test': ring0 } })).toBe('Disputed');
    expect(nameOf({ zones: { 'pivot.test': { ...ring0, fence } } })).toBe('Healthy');
  });

  it('calls a fence that names a stranger’s cluster disputed', () => {
    const fence = 'v=1 by=0badcafe epoch=42 seq=11 active=red run=run-42';
    expect(nameOf({ zones: { 'pivot.test': { fence } } })).toBe('Disputed');
  });

  it('calls a fence under a ledger that was never used disputed: the ledger was lost', () => {
    expect(nameOf({ ledger: { epoch: 0, active: null } })).toBe('Disputed');
  });

  it('sees Route 53 go by health only when every server of a name says so', () => {
    const facts = factsOf({ zones: { 'example.test': { answers: 'green' } } });
    expect(situationOf(facts).name).toBe('ImplicitFailover');
    const oneServerLate = facts.zones.map((zone) => ({
      ...zone,
      answers: zone.answers.map((one) => (one.server === 'ns1' ? { ...one, cluster: 'blue' } : one)),
    }));
    expect(situationOf({ ...facts, zones: oneServerLate }).name).toBe('Healthy');
  });
});

describe('any facts', () => {
  it('have a situation, and the same facts the same one', () => {
    const health = fc.constantFrom(
      'healthy',
      'unhealthy',
      'degraded',
      'unreachable',
      'unauthorized',
      'unknown' as const,
    );
    const observation = fc.record(
      {
        observer: fc.constantFrom(...OBSERVER_CLASSES),
        cluster: fc.constantFrom('blue', 'green', 'red'),
        at: fc.oneof(fc.integer({ min: NOW - 120_000, max: NOW + 60_000 }), fc.double()),
        answers: fc.boolean(),
        canary: health,
        services: fc.record({ asked: fc.nat(5), failed: fc.nat(5) }),
        api: health,
        evidence: fc.string(),
      },
      { requiredKeys: ['observer', 'cluster', 'at', 'answers', 'canary', 'evidence'] },
    ) as fc.Arbitrary<Observation>;
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 40 }), (observations) => {
        const facts = { ...factsOf({}), observations };
        const situation = situationOf(facts);
        expect(SITUATION_NAMES).toContain(situation.name);
        expect(situationOf(facts)).toEqual(situation);
      }),
      { numRuns: 100 },
    );
  });
});
