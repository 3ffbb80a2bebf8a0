/**
 * The truth table, enumerated: every true state of the two clusters × every way in which the observers may reach them. What
 * each class would see is derived here from what is true and from how it reaches it, and from nothing of the code under
 * test. Two laws: a fault of the probes' side never starts a move, and a full loss with a fit standby always does as soon as
 * enough independent observers are left to see it.
 */
import { describe, expect, it } from 'vitest';
import { decide } from '../../../core/decide.ts';
import type { Facts } from '../../../core/facts.ts';
import { classesOf } from '../../../core/observe/classes.ts';
import type { Observation, ObserverClass } from '../../../core/observe/observation.ts';
import { SITUATIONS, type SituationName, situationOf } from '../../../core/observe/situation.ts';
import { factsOf, type Given, NOW } from '../given.ts';

/** What is true of the cluster that has the traffic. */
const ACTIVE = {
  well: {},
  'without power': { canary: 'unreachable', services: 2, hosts: 0, users: 'nobody gets there', api: 'unreachable' },
  'without pod network': { canary: 'unhealthy', services: 2, users: 'get errors', stuck: true },
  'without ingress': { canary: 'unhealthy', services: 2, hosts: 0, users: 'get errors' },
  'with a bad release': { services: 2, users: 'get errors' },
  'without control plane': { api: 'unreachable' },
  'with a read-only database': { data: 'unhealthy' },
  'without one zone': { zone: 0 },
  slow: { milliseconds: 1_700 },
  'crushed by the load that followed': {
    canary: 'unhealthy',
    services: 2,
    hosts: 0,
    users: 'get errors',
    followed: true,
  },
} as const satisfies Record<string, Truth>;

/** What is true of the other one. It sleeps: its services have no pods, its canary runs. */
const STANDBY = {
  fit: { services: 2 },
  sick: { services: 2, canary: 'unhealthy', hosts: 0 },
  'without power': { services: 2, canary: 'unreachable', hosts: 0, api: 'unreachable' },
  'awake with the same bad release': { services: 2, awake: true },
} as const satisfies Record<string, Truth>;

interface Truth {
  canary?: 'unhealthy' | 'unreachable';
  /** How many of the two services fail. */
  services?: 0 | 2;
  /** Healthy hosts behind the load balancer; 2 if left out. */
  hosts?: 0;
  /** What CloudWatch counts of the users’ requests; left out: they are served. */
  users?: 'get errors' | 'nobody gets there';
  api?: 'unreachable';
  stuck?: true;
  data?: 'unhealthy';
  zone?: 0;
  milliseconds?: number;
  followed?: true;
  awake?: true;
}

/** How a class reaches the clusters: both, neither, or all but the active one; `absent`: its function failed. */
type Reach = 'both' | 'neither' | 'not the active' | 'absent';
/** What both APIs answer to whoever asks them: STS is one for both, and so are our role and its rights. */
type Known = 'known' | 'unknown to both';
type Reaches = Readonly<Record<ObserverClass, Reach>>;

const CAUSE: Readonly<Record<ObserverClass, string>> = {
  outside: 'public way',
  inside: 'VPC',
  prometheus: 'VPC',
  aws: 'AWS',
  resolvers: 'DNS',
};

/** Every way of reaching; of those that cannot reach only the active cluster at most one cause at a time: one broken route. */
const reaches: Reaches[] = (() => {
  const own: Reach[] = ['both', 'neither', 'absent', 'not the active'];
  const told: Reach[] = ['both', 'neither', 'absent'];
  return own.flatMap((outside) =>
    own.flatMap((inside) =>
      told.flatMap((aws) =>
        told.flatMap((prometheus) => told.map((resolvers) => ({ outside, inside, aws, prometheus, resolvers }))),
      ),
    ),
  );
})().filter(({ outside, inside }) => outside !== 'not the active' || inside !== 'not the active');

const PAIR: Given['pair'] = {
  prometheus: {
    url: 'http://prometheus.test',
    askedFrom: 'inside',
    evidenceAgeSecondsMax: 60,
    clusters: { blue: { query: 'up', min: 1 }, green: { query: 'up', min: 1 } },
  },
  probe: { publicResolvers: ['192.0.2.1:53'] },
};

function observationsOf(active: Truth, standby: Truth, reach: Reaches, known: Known, facts: Facts): Observation[] {
  return classesOf(facts.pair).flatMap((observer) => {
    if (reach[observer] === 'absent') return [];
    const times =
      observer === 'aws'
        ? [NOW - 150_000, NOW - 90_000] // as late as CloudWatch is: the newest minute ended 90 s ago
        : [62, 52, 42, 32, 22, 12, 2].map((seconds) => NOW - seconds * 1_000);
    return times.flatMap((at) => [
      seen(observer, 'blue', active, reach[observer] === 'both', known, at),
      seen(observer, 'green', standby, reach[observer] !== 'neither', known, at),
    ]);
  });
}

function seen(
  observer: ObserverClass,
  cluster: string,
  truth: Truth,
  reached: boolean,
  known: Known,
  at: number,
): Observation {
  const base = { observer, cluster, at, evidence: 'as enumerated' };
  const { canary, services = 0, hosts = 2, users, api } = truth;
  switch (observer) {
    case 'resolvers':
      return { ...base, answers: reached, canary: 'unknown', ...(reached ? { leads: 'here' as const } : {}) };
    case 'aws':
      if (!reached) return { ...base, answers: false, canary: 'unknown' };
      return {
        ...base,
        answers: true,
        canary: hosts === 0 ? 'unhealthy' : 'healthy',
        ...(cluster === 'green' || users === 'nobody gets there'
          ? {}
          : { services: { asked: 900, failed: users === undefined ? 3 : 900 } }),
      };
    case 'prometheus':
      if (!reached) return { ...base, answers: false, canary: 'unknown' };
      return { ...base, answers: true, canary: canary === undefined ? 'healthy' : 'unhealthy' };
    default: {
      const answers = reached && canary !== 'unreachable';
      return {
        ...base,
        answers,
        canary: answers ? (canary ?? 'healthy') : 'unreachable',
        services: { asked: 2, failed: answers ? services : 2 },
        ...(answers ? { milliseconds: truth.milliseconds ?? 20 } : {}),
        ...(observer === 'inside'
          ? { api: !reached || api !== undefined ? ('unreachable' as const) : apiOf(known) }
          : {}),
      };
    }
  }
}

function apiOf(known: Known) {
  return known === 'known' ? 'healthy' : 'unauthorized';
}

/** Of a cluster that does not know us nothing but that is known. */
const STRANGER = { api: 'unauthorized', apiBecause: '401', stuckPods: null, creatingPods: null, workloads: [] };

function factsIn(active: Truth, standby: Truth, reach: Reaches, known: Known = 'known'): Facts {
  const looked = reach.inside === 'both' && active.api === undefined;
  const strange = known === 'unknown to both';
  const facts = factsOf({
    pair: PAIR as object,
    source:
      looked && strange
        ? STRANGER
        : looked
          ? {
              stuckPods: { count: active.stuck ? 3 : 0, some: active.stuck ? ['canary/canary-1'] : [] },
              creatingPods: { count: active.stuck ? 3 : 0, some: active.stuck ? ['canary/canary-1'] : [] },
              dataPaths: [{ datastore: 'orders', health: active.data ?? 'healthy', evidence: '/healthz/orders' }],
              nodes: { ready: 4, wanted: 6, zones: zones(active.zone) },
            }
          : null,
    target: reach.inside === 'both' || reach.inside === 'not the active' ? { api: standby.api ?? apiOf(known) } : null,
    ...(standby.awake ? { readyFraction: 1 } : {}),
    ledger: active.followed ? { lastAutomaticMove: { epoch: 42, at: NOW - 900_000 } } : {},
  });
  return { ...facts, observations: observationsOf(active, standby, reach, known, facts) };
}

const zones = (third: 0 | undefined) => [
  { zone: 'eu-west-1a', ready: 2, total: 2 },
  { zone: 'eu-west-1b', ready: 2, total: 2 },
  { zone: 'eu-west-1c', ready: third ?? 2, total: 2 },
];

/** Who would rightly say that the active cluster is dead, because it sees that and sees the other one. */
function sayDead(active: Truth, { outside, inside, aws, prometheus }: Reaches): ObserverClass[] {
  const own = (reach: Reach) => reach === 'both' || reach === 'not the active';
  return [
    ...(own(outside) ? (['outside'] as const) : []),
    ...(own(inside) ? (['inside'] as const) : []),
    ...(aws === 'both' && active.hosts === 0 ? (['aws'] as const) : []),
    ...(prometheus === 'both' ? (['prometheus'] as const) : []),
  ];
}

const LOSSES: readonly string[] = ['without power', 'without pod network', 'without ingress'];
const worlds = Object.entries(ACTIVE).flatMap(([active, truth]) =>
  Object.entries(STANDBY).flatMap(([standby, other]) =>
    reaches.map((reach) => ({ active, standby, reach, truth: truth as Truth, other: other as Truth })),
  ),
);

describe('the truth table', () => {
  it(`has ${worlds.length} rows, and automation acts in exactly those with a full loss, a fit standby and enough eyes`, () => {
    const wrong: string[] = [];
    let acted = 0;
    for (const { active, standby, reach, truth, other } of worlds) {
      const { name, because } = situationOf(factsIn(truth, other, reach));
      const eyes = sayDead(truth, reach);
      const causes = new Set(eyes.map((observer) => CAUSE[observer]));
      const ownEyes = eyes.includes('outside') || eyes.includes('inside');
      const fit = standby === 'fit' || standby === 'awake with the same bad release';
      const expected = LOSSES.includes(active) && fit && causes.size >= 2 && ownEyes;
      if (SITUATIONS[name].actsAlone) acted++;
      // who cannot reach the active cluster from inside takes its API for dead: there the cooldown alone holds, see below
      if (truth.followed && reach.inside === 'not the active') continue;
      if (SITUATIONS[name].actsAlone !== expected)
        wrong.push(`${active} / ${standby} / ${JSON.stringify(reach)}: ${name}: ${because}`);
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(acted).toBeGreaterThan(500);
  });

  it('moves nobody back from a cluster that the load followed to, however little is seen of it', () => {
    const there = worlds.filter(({ truth, standby }) => truth.followed && standby === 'fit');
    const verdicts = there.map(({ truth, other, reach }) => decide(factsIn(truth, other, reach)).kind);
    expect(new Set(verdicts)).toEqual(new Set(['Hold']));
  });

  it('accuses no cluster because of a fault of the probes’ side', () => {
    const names = new Set<SituationName>();
    for (const reach of reaches) names.add(situationOf(factsIn(ACTIVE.well, STANDBY.fit, reach)).name);
    expect([...names].sort()).toEqual(['Healthy', 'ObserverBlind', 'ProbePathBroken', 'Suspected'].sort());
  });

  /** Who only counts or resolves asks no Kubernetes API: one way of reaching them is enough for what those answer. */
  const strangers = worlds.filter(({ reach }) => reach.prometheus === 'both' && reach.resolvers === 'both');

  it('takes no cluster for dead because neither knows us: whatever else is true, 401 from both adds no name to act in', () => {
    const wrong: string[] = [];
    for (const { active, standby, reach, truth, other } of strangers) {
      const stranger = situationOf(factsIn(truth, other, reach, 'unknown to both')).name;
      const known = situationOf(factsIn(truth, other, reach)).name;
      if (SITUATIONS[stranger].actsAlone && !SITUATIONS[known].actsAlone && truth.followed === undefined)
        wrong.push(`${active} / ${standby} / ${JSON.stringify(reach)}: ${known}, ${stranger} to who is not known`);
    }
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('starts nothing while neither cluster knows us, not even from one that is dead: nobody could wake the other', () => {
    const verdicts = strangers.map(
      ({ truth, other, reach }) => decide(factsIn(truth, other, reach, 'unknown to both')).kind,
    );
    expect(new Set(verdicts)).toEqual(new Set(['Hold']));
  });

  const everyEye: Reaches = { outside: 'both', inside: 'both', aws: 'both', prometheus: 'both', resolvers: 'both' };

  it('calls it a broken way of ours where users are served, and says that it is STS or our role', () => {
    const { name, because } = situationOf(factsIn(ACTIVE.well, STANDBY.fit, everyEye, 'unknown to both'));
    expect(name).toBe('ProbePathBroken');
    expect(because).toMatch(/both clusters answer 401 or 403: that is STS, our role or our rights, no dead cluster/);
    const names = new Set<SituationName>();
    for (const reach of reaches)
      names.add(situationOf(factsIn(ACTIVE.well, STANDBY.fit, reach, 'unknown to both')).name);
    expect([...names].sort()).toEqual(['ObserverBlind', 'ProbePathBroken', 'Suspected', 'Healthy'].sort());
  });

  const named: Readonly<Record<keyof typeof ACTIVE, readonly [SituationName, SituationName, SituationName]>> = {
    well: ['Healthy', 'StandbyUnfit', 'StandbyUnfit'],
    'without power': ['ActiveDead', 'BothSick', 'BothSick'],
    // nobody sees the other cluster, so the eyes that look themselves abstain
    'without pod network': ['CniBroken', 'BothSick', 'Suspected'],
    'without ingress': ['IngressDown', 'BothSick', 'BothSick'],
    'with a bad release': ['AppsDown', 'AppsDown', 'AppsDown'],
    'without control plane': ['ActiveApiDownOnly', 'ActiveApiDownOnly', 'StandbyUnfit'],
    'with a read-only database': ['DataNotWritable', 'DataNotWritable', 'DataNotWritable'],
    'without one zone': ['ZoneImpaired', 'ZoneImpaired', 'ZoneImpaired'],
    slow: ['Brownout', 'Brownout', 'StandbyUnfit'],
    'crushed by the load that followed': ['LoadFollows', 'BothSick', 'BothSick'],
  };
  it.each(Object.entries(named))('with every eye open calls an active cluster %s by its name', (active, expected) => {
    const truth = ACTIVE[active as keyof typeof ACTIVE];
    const nameBeside = (other: Truth) => situationOf(factsIn(truth, other, everyEye)).name;
    expect([STANDBY.fit, STANDBY.sick, STANDBY['without power']].map(nameBeside)).toEqual(expected);
  });

  it('calls a release that fails in both clusters a shared one, once the other cluster’s pods are ready', () => {
    const truth = ACTIVE['with a bad release'];
    const there = STANDBY['awake with the same bad release'];
    expect(situationOf(factsIn(truth, there, everyEye)).name).toBe('SharedDependencyDown');
    expect(situationOf(factsIn(truth, STANDBY.fit, everyEye)).name).toBe('AppsDown');
  });
});
