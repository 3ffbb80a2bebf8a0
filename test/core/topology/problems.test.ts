import { describe, expect, it } from 'vitest';
import { type Problem, parseTopology, problemsOf } from '../../../core/topology/index.ts';
import { example, secondPair } from './example.ts';

/** The problems of the example after `spoil` changed its pair `shop`. */
// biome-ignore lint/suspicious/noExplicitAny: tests write wrong things on purpose
function spoiled(spoil: (shop: any) => void): Problem[] {
  const topology = example();
  spoil(topology.pairs.shop);
  return problemsOf(topology);
}

function paths(problems: readonly Problem[]): string[] {
  return problems.map((problem) => problem.path);
}

describe('parseTopology', () => {
  it('accepts the repository’s own file', () => {
    expect(problemsOf(example())).toEqual([]);
  });

  it('fills in every default, so that a small file is enough', () => {
    const small = example();
    for (const part of ['mode', 'datastores', 'objectives']) delete small.pairs.shop[part];
    delete small.pairs.shop.clusters.blue.loadBalancer.ports;
    delete small.dns;
    delete small.pairs.shop.services.cart.tier;
    delete small.pairs.shop.services.cart.concurrency;
    const { topology } = parseTopology(small);
    expect(topology?.dns).toEqual({});
    const shop = topology?.pairs.shop;
    expect(shop).toMatchObject({
      mode: 'observe',
      datastores: {},
      objectives: { withdrawSecondsMax: 240, restoreSecondsMax: 300 },
      services: { cart: { tier: 1, concurrency: 'unknown' } },
    });
    expect(shop?.clusters.blue?.loadBalancer.ports).toEqual({ http: 80, https: 443 });
    expect(shop?.probe).toEqual({
      timeoutSeconds: 2,
      apiTimeoutSeconds: 5,
      dnsTimeoutSeconds: 2,
      intervalSeconds: 10,
      evidenceAgeSecondsMax: 30,
      metricAgeSecondsMax: 240,
      leaseAgeSecondsMax: 60,
      certificateDaysMin: 14,
      unhealthyClassesMin: 2,
      deadServicesFraction: 0.5,
      slowMilliseconds: 1000,
      slowFactor: 3,
      publicResolvers: [],
    });
    expect(shop?.timing).toEqual({
      confirmSeconds: 60,
      taskSecondsMax: 50,
      runSecondsMax: 1800,
      cooldownSeconds: 3600,
      readyWaitSecondsMax: 600,
      readyFractionWanted: 0.8,
      readyFractionFloor: 0.3,
      evidenceWaitSecondsMax: 60,
      zoneRetrySeconds: 120,
      insyncWaitSecondsMax: 120,
      dnsTtlSecondsMax: 60,
      stepShares: [10, 50, 100],
      stepJudgeSeconds: 30,
      settleSeconds: 300,
      quietSeconds: 300,
      quietRequestsPerMinuteMax: 0,
      signalAgeSecondsMax: 300,
      tailGraceSeconds: 3600,
      tailFractionMax: 0.01,
    });
    expect(shop?.route53).toEqual({
      requestsPerSecond: 10,
      requestBurst: 50,
      changesPerSecond: 100,
      changeBurst: 1500,
      pollSeconds: 3,
    });
  });

  it('has no topology when there is a problem', () => {
    expect(parseTopology({ ...example(), version: 2 })).not.toHaveProperty('topology');
  });

  it('says every problem at once, those between settings too', () => {
    const found = spoiled((shop) => {
      shop.mood = 'auto';
      shop.clusters.blue.region = 'Ireland';
      shop.timing = { cooldownSeconds: 3599 };
      shop.services.cart.hosts = ['cart.elsewhere.test'];
    });
    expect(paths(found)).toEqual([
      'pairs.shop.clusters.blue.region',
      'pairs.shop.mood',
      'pairs.shop.services.cart.hosts[0]',
      'pairs.shop.timing.cooldownSeconds',
    ]);
  });
});

describe('a wrong shape', () => {
  it('names the known key that an unknown one was probably meant to be', () => {
    expect(
      spoiled((shop) => {
        shop.timing = { cooldownSecond: 3600 };
      }),
    ).toEqual([
      {
        path: 'pairs.shop.timing.cooldownSecond',
        at: ['pairs', 'shop', 'timing', 'cooldownSecond'],
        found: 'a key nobody knows',
        expected: expect.stringMatching(/did you mean cooldownSeconds\?/),
      },
    ]);
  });

  it('makes no suggestion when nothing is near', () => {
    const [problem] = spoiled((shop) => {
      shop.clusters.blue.loadBalancer.weather = 'sunny';
    });
    expect(problem?.expected).toBe('host, zone, ports or metrics');
  });

  it('takes a name for one cluster only, also in another pair: messages name it without its pair', () => {
    const file = example();
    file.pairs.pay = secondPair();
    file.pairs.pay.clusters = { blue: file.pairs.pay.clusters.north, south: file.pairs.pay.clusters.south };
    expect(problemsOf(file).map(({ path, expected }) => `${path}: ${expected}`)).toEqual([
      'pairs.pay.clusters.blue: a name of its own; shop.blue has it too',
    ]);
  });

  it('wants at least one dimension of a metric', () => {
    const [problem] = spoiled((shop) => {
      shop.clusters.blue.loadBalancer.metrics = { dimensions: {} };
    });
    expect(problem?.path).toBe('pairs.shop.clusters.blue.loadBalancer.metrics.dimensions');
  });

  it.each([
    ['text for a number', 'timing', { confirmSeconds: '60' }, 'pairs.shop.timing.confirmSeconds', '"60"', 'a number'],
    [
      'a fraction of a second',
      'timing',
      { confirmSeconds: 60.5 },
      'pairs.shop.timing.confirmSeconds',
      '60.5',
      'a whole number',
    ],
    ['a list for a mapping', 'probe', [], 'pairs.shop.probe', '[]', 'a mapping'],
    ['an empty value', 'services', null, 'pairs.shop.services', 'an empty value', 'a mapping'],
    [
      'a word that is none of those known',
      'mode',
      'automatic',
      'pairs.shop.mode',
      '"automatic"',
      'observe, approve or auto',
    ],
    ['an empty list of zones', 'zones', [], 'pairs.shop.zones', '[]', 'at least 1 entry'],
    ['no service at all', 'services', {}, 'pairs.shop.services', '{}', 'at least one service'],
    [
      'a fraction over 1',
      'timing',
      { readyFractionWanted: 80 },
      'pairs.shop.timing.readyFractionWanted',
      '80',
      'at most 1',
    ],
  ])('%s is refused', (_, part, value, path, found, expected) => {
    expect(
      spoiled((shop) => {
        shop[part] = value;
      }),
    ).toContainEqual(expect.objectContaining({ path, found, expected }));
  });

  it.each([
    ['nothing', undefined],
    ['an empty file', null],
    ['text', 'pairs'],
    ['a list', []],
  ])('%s is no topology', (_, value) => {
    expect(problemsOf(value)).toEqual([expect.objectContaining({ path: '', expected: 'a mapping' })]);
  });

  it.each(['observe', 'approve', 'auto'])('a cluster without a canary is refused in mode %s', (mode) => {
    const found = spoiled((shop) => {
      shop.mode = mode;
      delete shop.clusters.green.canaryHost;
    });
    expect(paths(found)).toEqual(['pairs.shop.clusters.green.canaryHost']);
  });

  it('a missing setting is found as nothing', () => {
    expect(spoiled((shop) => void delete shop.clusters.green.loadBalancer.host)).toEqual([
      expect.objectContaining({
        path: 'pairs.shop.clusters.green.loadBalancer.host',
        found: 'nothing',
        expected: 'text',
      }),
    ]);
  });

  it.each([1, 3])('%i clusters are no pair', (count) => {
    const found = spoiled((shop) => {
      if (count === 1) delete shop.clusters.green;
      else shop.clusters.red = { ...shop.clusters.green, eksName: 'red' };
    });
    expect(found[0]).toMatchObject({
      path: 'pairs.shop.clusters',
      expected: 'exactly two clusters that stand in for each other',
    });
  });

  it.each([
    'shop.example.test.',
    'Shop.example.test',
    '*.example.test',
    'shop_1.example.test',
    '-a.example.test',
    'shop',
  ])('%s is no host', (host) => {
    const found = spoiled((shop) => {
      shop.services.shop.hosts = [host];
    });
    expect(found[0]).toMatchObject({
      path: 'pairs.shop.services.shop.hosts[0]',
      expected: expect.stringMatching(/DNS name/),
    });
  });

  it.each(['Shop', 'shop_1', 'a'.repeat(64), 'sh.op', '-shop'])('%s is no name of a pair', (name) => {
    const topology = example();
    topology.pairs = { [name]: topology.pairs.shop };
    expect(problemsOf(topology)[0]).toMatchObject({ expected: expect.stringMatching(/lower-case letters/) });
  });

  it.each(['localhost:5300', '127.0.0.1', 'dns.example.test'])('%s is no resolver', (resolver) => {
    expect(paths(problemsOf({ ...example(), dns: { resolver } }))).toEqual(['dns.resolver']);
  });

  it('a hosted zone id is written without its prefix', () => {
    expect(
      paths(
        spoiled((shop) => {
          shop.zones[0].id = '/hostedzone/Z0EXAMPLE';
        }),
      ),
    ).toEqual(['pairs.shop.zones[0].id']);
  });
});

describe('the policy', () => {
  it('may be approve, with a wait of its own and a second person', () => {
    expect(
      spoiled((shop) => {
        shop.mode = 'approve';
        shop.approvals = { waitSeconds: 600, fourEyes: true };
      }),
    ).toEqual([]);
  });

  it.each([
    ['a calendar without a time zone', { from: '2026-12-24T18:00', until: '2026-12-27T06:00', reason: 'x' }],
    ['one that nobody knows', { from: '2026-12-24T18:00', until: '2026-12-27T06:00', timeZone: 'Mars', reason: 'x' }],
    ['a day without weekdays', { from: '18:00', until: '23:00', timeZone: 'UTC', reason: 'x' }],
    [
      'dates with weekdays',
      { weekdays: ['friday'], from: '2026-12-24T18:00', until: '2026-12-27T06:00', timeZone: 'UTC', reason: 'x' },
    ],
    [
      'an end before its beginning',
      { weekdays: ['friday'], from: '22:00', until: '06:00', timeZone: 'UTC', reason: 'x' },
    ],
    ['no reason', { from: '2026-12-24T18:00', until: '2026-12-27T06:00', timeZone: 'UTC' }],
  ])('refuses %s, and says where', (_, entry) => {
    const found = spoiled((shop) => {
      shop.calendar = [entry];
    });
    expect(found).toHaveLength(1);
    expect(found[0]?.path).toMatch(/^pairs\.shop\.calendar\[0\]/);
  });
});

describe('timings', () => {
  it.each([
    ['timing', 'confirmSeconds', 60, 59, {}],
    ['timing', 'taskSecondsMax', 50, 51, {}],
    ['timing', 'cooldownSeconds', 3600, 3599, {}],
    ['timing', 'runSecondsMax', 1290, 1289, {}],
    ['timing', 'evidenceWaitSecondsMax', 0, 9, {}],
    ['timing', 'evidenceWaitSecondsMax', 10, 9, {}],
    ['timing', 'readyFractionFloor', 0.8, 0.81, {}],
    ['timing', 'settleSeconds', 120, 119, {}],
    ['timing', 'quietSeconds', 240, 239, { dnsTtlSecondsMax: 240 }],
    ['timing', 'tailGraceSeconds', 900, 899, { quietSeconds: 900 }],
    ['timing', 'signalAgeSecondsMax', 120, 119, { confirmSeconds: 120 }],
    ['probe', 'timeoutSeconds', 9, 10, { evidenceAgeSecondsMax: 60 }],
    ['probe', 'apiTimeoutSeconds', 9, 10, { evidenceAgeSecondsMax: 60 }],
    ['probe', 'dnsTimeoutSeconds', 9, 10, { evidenceAgeSecondsMax: 60 }],
    ['probe', 'intervalSeconds', 20, 21, {}],
    ['probe', 'evidenceAgeSecondsMax', 15, 14, {}],
    ['probe', 'metricAgeSecondsMax', 90, 89, { evidenceAgeSecondsMax: 90 }],
    ['probe', 'slowMilliseconds', 1999, 2000, {}],
    ['probe', 'unhealthyClassesMin', 2, 1, {}],
    ['objectives', 'withdrawSecondsMax', 61, 60, {}],
    ['objectives', 'restoreSecondsMax', 240, 239, {}],
    ['route53', 'requestBurst', 10, 9, {}],
    ['route53', 'changeBurst', 100, 99, {}],
    ['route53', 'pollSeconds', 2, 1, {}],
  ])('%s.%s may be %s and not %s', (part, setting, possible, impossible, others) => {
    const place = `pairs.shop.${part}.${setting}`;
    expect(
      paths(
        spoiled((shop) => {
          shop[part] = { ...others, [setting]: possible };
        }),
      ),
    ).not.toContain(place);
    expect(
      paths(
        spoiled((shop) => {
          shop[part] = { ...others, [setting]: impossible };
        }),
      ),
    ).toContain(place);
  });

  it('a run is long enough for a failover in which everything takes as long as it may', () => {
    const longest = { confirmSeconds: 60, readyWaitSecondsMax: 600, zoneRetrySeconds: 900, stepShares: [100] };
    const [problem] = spoiled((shop) => {
      shop.timing = { ...longest, runSecondsMax: 1799 };
    });
    expect(problem).toMatchObject({ path: 'pairs.shop.timing.runSecondsMax', expected: 'at least 1800' });
    expect(
      spoiled((shop) => {
        shop.timing = { ...longest, runSecondsMax: 1800 };
      }),
    ).toEqual([]);
  });

  it.each([[[100]], [[1, 100]]])('the steps %j are possible', (stepShares) => {
    expect(
      spoiled((shop) => {
        shop.timing = { stepShares };
      }),
    ).toEqual([]);
  });

  it.each([[[10, 50]], [[50, 10, 100]], [[10, 10, 100]], [[]], [[0, 100]], [[10, 101]]])(
    'the steps %j are not',
    (stepShares) => {
      expect(
        spoiled((shop) => {
          shop.timing = { stepShares };
        }).length,
      ).toBeGreaterThan(0);
    },
  );
});

describe('clusters', () => {
  it.each(['primary', 'secondary', 'main', 'backup', 'master', 'slave', 'prod-main', 'standby', 'active2', 'eu-dr'])(
    'are not called %s, because the two are equal',
    (name) => {
      const found = spoiled((shop) => {
        shop.clusters = { [name]: shop.clusters.blue, green: shop.clusters.green };
      });
      expect(found).toEqual([
        expect.objectContaining({
          path: `pairs.shop.clusters.${name}`,
          because: expect.stringMatching(/^the two are equal/),
        }),
      ]);
    },
  );

  it('may have such a word inside another one, and in EKS', () => {
    const found = spoiled((shop) => {
      shop.clusters = { maintal: { ...shop.clusters.blue, eksName: 'prod-primary' }, green: shop.clusters.green };
    });
    expect(found).toEqual([]);
  });

  it.each(['green-lb.elb.test', 'dualstack.green-lb.elb.test'])('do not share a load balancer (%s)', (host) => {
    expect(
      paths(
        spoiled((shop) => {
          shop.clusters.blue.loadBalancer.host = host;
        }),
      ),
    ).toEqual(['pairs.shop.clusters.green.loadBalancer.host']);
  });

  it('have set identifiers of their own', () => {
    expect(
      paths(
        spoiled((shop) => {
          shop.clusters.green.setIdentifier = 'blue';
        }),
      ),
    ).toEqual(['pairs.shop.clusters.green.setIdentifier']);
  });

  it('belong to one pair', () => {
    const topology = example();
    topology.pairs.pay = secondPair();
    expect(problemsOf(topology)).toEqual([]);
    topology.pairs.pay.clusters.north.eksName = 'blue';
    topology.pairs.pay.clusters.south.loadBalancer.host = 'green-lb.elb.test';
    expect(paths(problemsOf(topology))).toEqual([
      'pairs.pay.clusters.south.loadBalancer.host',
      'pairs.pay.clusters.north.eksName',
    ]);
  });

  it('may have the same EKS name in two regions', () => {
    const topology = example();
    topology.pairs.pay = secondPair();
    topology.pairs.pay.clusters.north.eksName = 'blue';
    topology.pairs.pay.clusters.north.region = 'eu-central-1';
    expect(problemsOf(topology)).toEqual([]);
  });
});

describe('names', () => {
  it('belong to one service of one pair', () => {
    const topology = example();
    topology.pairs.pay = secondPair();
    topology.pairs.pay.zones.push({ name: 'example.test', id: 'Z0EXAMPLE', layout: 'records' });
    topology.pairs.pay.services.pay.hosts = ['pay.test', 'shop.example.test'];
    topology.pairs.shop.services.cart.hosts.push('shop.pivot.test');
    expect(problemsOf(topology)).toEqual([
      expect.objectContaining({
        path: 'pairs.shop.services.cart.hosts[2]',
        expected: expect.stringMatching(/shop\.shop has it too/),
      }),
      expect.objectContaining({
        path: 'pairs.pay.services.pay.hosts[1]',
        expected: expect.stringMatching(/shop\.shop has it too/),
      }),
    ]);
  });

  it('are not written twice into one service', () => {
    expect(paths(spoiled((shop) => shop.services.cart.hosts.push('cart.example.test')))).toEqual([
      'pairs.shop.services.cart.hosts[2]',
    ]);
  });

  it.each(['shop.elsewhere.test', 'notexample.test', 'test.example'])('outside every zone (%s) are refused', (host) => {
    expect(spoiled((shop) => shop.services.shop.hosts.push(host))).toEqual([
      expect.objectContaining({ found: host, expected: 'a name in example.test or pivot.test' }),
    ]);
  });

  it('of a pivot are not a service’s', () => {
    expect(paths(spoiled((shop) => shop.services.shop.hosts.push('live-1.pivot.test')))).toEqual([
      'pairs.shop.services.shop.hosts[2]',
    ]);
    expect(spoiled((shop) => shop.services.shop.hosts.push('live-1.example.test'))).toEqual([]);
  });

  it('of a canary never move', () => {
    expect(
      paths(
        spoiled((shop) => {
          shop.clusters.blue.canaryHost = 'shop.example.test';
        }),
      ),
    ).toEqual(['pairs.shop.clusters.blue.canaryHost']);
  });

  it('fit into a fence record', () => {
    const topology = example();
    const long = 'p'.repeat(63);
    topology.pairs = { [long]: topology.pairs.shop };
    const zone = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(50)}.test`;
    topology.pairs[long].zones.push({ name: zone, id: 'Z0LONG', layout: 'records' });
    expect(paths(problemsOf(topology))).toEqual([`pairs.${long}.zones[2].name`]);
  });
});

describe('rings', () => {
  it('have no gap', () => {
    expect(
      spoiled((shop) => {
        shop.services.shop.ring = 3;
      }),
    ).toEqual([
      expect.objectContaining({ path: 'pairs.shop.services', found: 'rings 0, 1, 3', expected: 'a service in ring 2' }),
    ]);
  });

  it('all fit into the fence’s text, together with the clusters’ names', () => {
    const rings = (count: number) =>
      spoiled((shop) => {
        for (let ring = 2; ring < count; ring++) {
          shop.services[`s${ring}`] = { ...shop.services.shop, hosts: [`s${ring}.example.test`], ring };
        }
      });
    expect(rings(15)).toEqual([]);
    expect(rings(20)).toEqual([
      expect.objectContaining({ path: 'pairs.shop.clusters', because: 'the fence is one TXT string' }),
    ]);
  });
});

describe('zones', () => {
  it('have ids of their own', () => {
    expect(
      paths(
        spoiled((shop) => {
          shop.zones[1].id = 'Z0EXAMPLE';
        }),
      ),
    ).toEqual(['pairs.shop.zones[1].id']);
  });

  it('have one name twice only as public and private', () => {
    const twin = { name: 'example.test', id: 'Z0PRIVATE', layout: 'records' };
    expect(paths(spoiled((shop) => shop.zones.push(twin)))).toEqual(['pairs.shop.zones[2].name']);
    expect(spoiled((shop) => shop.zones.push({ ...twin, private: true }))).toEqual([]);
  });

  it('with layout pivot belong to one pair', () => {
    const topology = example();
    topology.pairs.pay = secondPair();
    topology.pairs.pay.zones.push({ name: 'pivot.test', id: 'Z0PIVOT', layout: 'pivot' });
    expect(paths(problemsOf(topology))).toEqual(['pairs.pay.zones[1].id']);
  });
});

describe('datastores', () => {
  // biome-ignore lint/suspicious/noExplicitAny: tests write wrong things on purpose
  const withCheck = (check: any) =>
    spoiled((shop) => {
      shop.datastores.orders.check = check;
    });
  const metric = { namespace: 'AWS/RDS', name: 'ReplicaLag', max: 5 };

  it('are checked by a service or by a metric', () => {
    expect(withCheck({ service: 'cart', path: '/db' })).toEqual([]);
    expect(withCheck({ metric })).toEqual([]);
    expect(withCheck({ metric: { ...metric, dimensions: { DBInstanceIdentifier: 'orders' } } })).toEqual([]);
  });

  it('name a service that exists', () => {
    expect(withCheck({ service: 'chart', path: '/db' })).toEqual([
      expect.objectContaining({
        path: 'pairs.shop.datastores.orders.check.service',
        expected: 'one of the services example, shop or cart (did you mean cart?)',
      }),
    ]);
  });

  it('whose metric has no limit prove nothing', () => {
    expect(paths(withCheck({ metric: { namespace: 'AWS/RDS', name: 'ReplicaLag' } }))).toEqual([
      'pairs.shop.datastores.orders.check.metric',
    ]);
    expect(paths(withCheck({ metric: { ...metric, min: 6 } }))).toEqual([
      'pairs.shop.datastores.orders.check.metric.min',
    ]);
  });

  it('with a check of neither kind are told both', () => {
    expect(withCheck({})).toEqual([expect.objectContaining({ expected: 'service and path, or metric' })]);
  });

  it('with a check half of one kind are told what is missing in it', () => {
    expect(paths(withCheck({ service: 'shop' }))).toEqual(['pairs.shop.datastores.orders.check.path']);
    expect(paths(withCheck({ metric: { ...metric, name: 5 } }))).toEqual([
      'pairs.shop.datastores.orders.check.metric.name',
    ]);
  });
});

describe('a Prometheus', () => {
  const asked = { query: 'min(probe_success)', min: 1 };
  const at = (url: string) =>
    paths(
      spoiled((shop) => {
        shop.prometheus = { url, clusters: { blue: asked, green: asked } };
      }),
    );

  it('that is managed is named by its workspace: the observer signs for it, and may query no other', () => {
    expect(at('https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-12ab-34')).toEqual([]);
    expect(at('https://aps-workspaces.eu-west-1.amazonaws.com')).toEqual(['pairs.shop.prometheus.url']);
    expect(at('https://prometheus.example.test')).toEqual([]);
  });
});

describe('requests of a ring by themselves', () => {
  it('are counted for rings that there are', () => {
    const counted = (ring: string) =>
      spoiled((shop) => {
        shop.clusters.blue.loadBalancer.metrics.rings = { [ring]: { TargetGroup: 'targetgroup/example/1' } };
      });
    expect(counted('0')).toEqual([]);
    expect(paths(counted('7'))).toEqual(['pairs.shop.clusters.blue.loadBalancer.metrics.rings.7']);
    expect(paths(counted('first'))).toEqual([
      expect.stringContaining('pairs.shop.clusters.blue.loadBalancer.metrics.rings'),
    ]);
  });
});
