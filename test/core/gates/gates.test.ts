import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allGates } from '../../../core/gates/index.ts';
import { targetReady } from '../../../core/gates/target-ready.ts';
import { situationOf } from '../../../core/observe/situation.ts';
import { factsOf, type Given, NOW } from '../given.ts';
import { ask, DEAD } from './ask.ts';

const state = (...asked: Parameters<typeof ask>) => ask(...asked).state;

describe('every gate', () => {
  it('says what it saw with a number or a name, and what would open it', () => {
    for (const kind of ['automatic failover', 'switchover', 'repair'] as const) {
      for (const stage of ['before claim', 'after fence'] as const) {
        const facts = factsOf({ kind, stage, seen: DEAD });
        const asked = allGates.flatMap((gate) => gate(facts, situationOf(facts)) ?? []);
        expect(new Set(asked.map((gate) => gate.name)).size).toBe(asked.length);
        for (const gate of asked) {
          expect(gate.because).not.toMatch(/undefined|NaN|null/);
          expect(gate.because.length).toBeGreaterThan(10);
          expect(gate.opensWhen.length).toBeGreaterThan(5);
        }
      }
    }
  });
});

describe('FreshEvidence', () => {
  it('wants unhealthyClassesMin classes with evidence of at most evidenceAgeSecondsMax', () => {
    const aged = (age: number) => ({ outside: { age }, inside: { age: 0 }, aws: null });
    expect(state('FreshEvidence', { seen: aged(30) })).toBe('open');
    expect(state('FreshEvidence', { seen: aged(31) })).toBe('closed');
  });

  it('is unknown when nobody looked', () => {
    expect(state('FreshEvidence', { seen: { outside: null, inside: null, aws: null } })).toBe('unknown');
  });
});

describe('EnoughObservers', () => {
  const dead = (seconds: number) =>
    ({ outside: { blue: 'dead', seconds }, inside: { blue: 'dead', seconds }, aws: null }) as const;

  it('wants confirmSeconds for automation, a person is the confirmation', () => {
    expect(state('EnoughObservers', { seen: dead(59) })).toBe('closed');
    expect(state('EnoughObservers', { seen: dead(60) })).toBe('open');
    expect(state('EnoughObservers', { seen: dead(0), kind: 'failover by a person' })).toBe('open');
  });

  it('wants one look that still says dead after the fence', () => {
    expect(state('EnoughObservers', { stage: 'after fence', seen: dead(0) })).toBe('open');
    expect(state('EnoughObservers', { stage: 'after fence', seen: { outside: { blue: 'dead' } } })).toBe('closed');
  });

  it('wants as many classes as the topology says', () => {
    const pair = { probe: { unhealthyClassesMin: 3 } };
    expect(state('EnoughObservers', { seen: DEAD, pair })).toBe('closed');
    expect(state('EnoughObservers', { seen: { ...DEAD, aws: { blue: 'dead' } }, pair })).toBe('open');
  });

  it('is not asked of a planned move, which wants the opposite', () => {
    expect(state('EnoughObservers', { kind: 'switchover' })).toBe('not asked');
    expect(state('UserPathAndCanaryFail', { kind: 'switchover' })).toBe('not asked');
  });
});

describe('UserPathAndCanaryFail', () => {
  it('stays closed while any class sees users served', () => {
    const seen = { outside: { blue: 'well' }, inside: { blue: 'dead' }, aws: { blue: 'dead' } } as const;
    expect(state('UserPathAndCanaryFail', { seen, kind: 'failover by a person' })).toBe('closed');
  });

  it('is unknown when no class that can see looked at the users’ path', () => {
    expect(state('UserPathAndCanaryFail', { seen: { outside: null, inside: null, aws: { blue: 'dead' } } })).toBe(
      'unknown',
    );
  });
});

describe('TargetReady', () => {
  it('wants the wanted fraction of nodes for a planned move, the floor of them for an unplanned one', () => {
    const nodes = (ready: number) => ({ target: { nodes: { ready, wanted: 10 } } });
    expect(state('TargetReady', { kind: 'switchover', ...nodes(8) })).toBe('open');
    expect(state('TargetReady', { kind: 'switchover', ...nodes(7) })).toBe('closed');
    expect(state('TargetReady', { seen: DEAD, ...nodes(3) })).toBe('open');
    expect(state('TargetReady', { seen: DEAD, ...nodes(2) })).toBe('closed');
    expect(state('TargetReady', { seen: DEAD, target: { nodes: { ready: 0, wanted: 0 } } })).toBe('closed');
  });

  it('closes when any class that sees the target finds its canary sick', () => {
    const seen = { ...DEAD, aws: { green: 'sick' as const } };
    expect(state('TargetReady', { seen })).toBe('closed');
  });

  it('is unknown when the target could not be looked into, or too long ago', () => {
    expect(state('TargetReady', { target: null })).toBe('unknown');
    expect(state('TargetReady', { target: { cluster: 'blue' } })).toBe('unknown');
    expect(state('TargetReady', { target: { at: NOW - 30_000 } })).toBe('open');
    expect(state('TargetReady', { target: { at: NOW - 30_001 } })).toBe('unknown');
    expect(state('TargetReady', { target: { api: 'unauthorized' } })).toBe('unknown');
  });

  it('accepts the floor only after the wait, and never for a planned move', () => {
    const reached = (kind: 'automatic failover' | 'switchover', readyFraction: number, preparedSecondsAgo: number) =>
      state('TargetReady', { kind, stage: 'after fence', readyFraction, preparedSecondsAgo });
    expect(reached('automatic failover', 0.3, 600)).toBe('open');
    expect(reached('automatic failover', 0.3, 599)).toBe('closed');
    expect(reached('automatic failover', 0.2, 600)).toBe('closed');
    expect(reached('switchover', 0.7, 3_600)).toBe('closed');
    expect(reached('switchover', 0.8, 0)).toBe('open');
  });

  it('opens no planned move whose first share is larger than the share of pods that are ready', () => {
    const asked = fc.record({
      first: fc.integer({ min: 1, max: 100 }),
      readyFraction: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(asked, ({ first, readyFraction }) => {
        const facts = factsOf({ kind: 'switchover', stage: 'after fence', readyFraction });
        const timing = { ...facts.pair.timing, stepShares: [first, 100] };
        const gate = targetReady({ ...facts, pair: { ...facts.pair, timing } }, situationOf(facts));
        const [ready = 0, wanted = 0] =
          facts.target?.workloads
            .map((ring) => [ring.ready, ring.wanted])
            .reduce((a, b) => [(a[0] ?? 0) + (b[0] ?? 0), (a[1] ?? 0) + (b[1] ?? 0)]) ?? [];
        if (gate.state === 'open') expect(ready / wanted).toBeGreaterThanOrEqual(first / 100);
      }),
    );
  });

  it('does not open for a cluster whose workloads want no pods: Available at zero proves nothing', () => {
    const target = { workloads: [] };
    for (const kind of ['switchover', 'automatic failover'] as const)
      expect(ask('TargetReady', { kind, stage: 'after fence', target, preparedSecondsAgo: 3_600 })).toMatchObject({
        state: 'closed',
        because: expect.stringContaining('0 pods wanted'),
      });
  });

  it('does not let the many pods of one workload stand for none of another in a planned move', () => {
    const workload = (service: string, ready: number, wanted: number) => ({
      service,
      object: `Deployment/${service}/web`,
      ring: 1,
      wanted,
      ready,
      images: [],
    });
    const target = { workloads: [workload('shop', 90, 90), workload('cart', 0, 10)] };
    expect(ask('TargetReady', { kind: 'switchover', stage: 'after fence', target })).toMatchObject({
      state: 'closed',
      because: expect.stringContaining('none of Deployment/cart/web'),
    });
    expect(state('TargetReady', { stage: 'after fence', target })).toBe('open');
  });

  it('looks at the rings that move only', () => {
    const target = {
      workloads: [{ service: 'example', object: 'Deployment/example/web', ring: 0, wanted: 2, ready: 2, images: [] }],
    };
    expect(state('TargetReady', { stage: 'after fence', ring: 0, target })).toBe('open');
    expect(state('TargetReady', { stage: 'after fence', ring: 1, target })).toBe('closed');
  });

  it('closes when pods are ready and yet no user would be served there', () => {
    const seen = { outside: { green: 'asleep' }, inside: { green: 'asleep' } } as const;
    expect(state('TargetReady', { stage: 'after fence', seen })).toBe('closed');
  });
});

describe('Capacity', () => {
  const POD = { cpuMillis: 500, memoryMiB: 512 };
  const NODE = { group: 'workers', nodes: 3, pods: 10, cpuMillis: 5_000, memoryMiB: 8_192 };
  const room = (node: object, rest: object = {}) => ({
    target: { capacity: { nodes: [{ ...NODE, ...node }], most: { workers: 0 }, ...rest } },
  });

  it('wants room for every pod in a planned move and for the floor of them in an unplanned one', () => {
    expect(state('Capacity', { kind: 'switchover', ...room({}) })).toBe('open');
    expect(state('Capacity', { kind: 'switchover', ...room({ pods: 9 }) })).toBe('closed');
    expect(state('Capacity', room({ pods: 3 }))).toBe('open');
    expect(state('Capacity', room({ pods: 2 }))).toBe('closed');
  });

  it.each([
    [
      'CPU',
      { cpuMillis: 4_500 },
      '27 pods fit on green, 30 wanted, 100 % needed; 3 more have to fit and are short of CPU by 1500 millicores',
    ],
    ['memory', { memoryMiB: 5_000 }, 'short of memory by 360 MiB'],
    ['places for pods', { pods: 9 }, '3 more have to fit and are short of places for pods by 3'],
  ])('says that %s is what is short, and by how much', (_, node, because) => {
    const planned = ask('Capacity', { kind: 'switchover', ...room(node) });
    expect(planned.state).toBe('closed');
    expect(planned.because).toContain(because);
  });

  it('says that no node is large enough where only the sums would match', () => {
    const wanted = [{ pods: 4, cpuMillis: 3_000, memoryMiB: 512 }];
    expect(ask('Capacity', { kind: 'switchover', ...room({}, { wanted }) })).toMatchObject({
      state: 'closed',
      because: expect.stringContaining('no node has room for one of 3000 millicores and 512 MiB'),
      opensWhen: expect.stringContaining('as with 1 more like those of workers'),
    });
  });

  it('says how many nodes more would do', () => {
    expect(ask('Capacity', { kind: 'switchover', ...room({ nodes: 1 }) }).opensWhen).toContain(
      'as with 2 more like those of workers',
    );
  });

  it('counts the nodes that may still come as the smallest of their group', () => {
    const group = {
      nodes: [
        { ...NODE, nodes: 1 },
        { ...NODE, nodes: 1, pods: 20, cpuMillis: 10_000, memoryMiB: 16_384 },
      ],
    };
    expect(state('Capacity', { kind: 'switchover', ...room({}, { ...group, most: { workers: 2 } }) })).toBe('open');
    expect(
      state('Capacity', { kind: 'switchover', ...room({}, { nodes: [group.nodes[0]], most: { workers: 2 } }) }),
    ).toBe('closed');
    expect(
      state('Capacity', { kind: 'switchover', ...room({}, { nodes: [group.nodes[0]], most: { workers: 3 } }) }),
    ).toBe('open');
  });

  it('takes off what pods of no ring ask for', () => {
    const taken = { others: [{ ...POD, pods: 1 }] };
    expect(state('Capacity', { kind: 'switchover', ...room({}, taken) })).toBe('closed');
    expect(state('Capacity', { kind: 'switchover', ...room({ nodes: 4 }, taken) })).toBe('open');
  });

  it('does not know what a node of an empty group gives, unless the topology says it', () => {
    const most = { most: { workers: 1, spare: 2 } };
    const given = { kind: 'switchover', ...room({ nodes: 1 }, most) } as const;
    expect(ask('Capacity', given)).toMatchObject({ state: 'unknown' });
    expect(ask('Capacity', given).because).toContain(
      'what a node of spare gives is not known while none is there: `nodeSizes`',
    );
    const { group: _, nodes: __, ...spare } = NODE;
    const pair = { clusters: { green: { nodeSizes: { spare } } } };
    expect(state('Capacity', { ...given, pair })).toBe('open');
    // nor how many may come, where nobody could say it
    expect(state('Capacity', { kind: 'switchover', ...room({ nodes: 1 }, { most: null }) })).toBe('unknown');
    expect(state('Capacity', { kind: 'switchover', ...room({}, { most: null }) })).toBe('open');
  });

  it('counts pods that ask for nothing as nothing, and says so', () => {
    const wanted = [
      { ...POD, pods: 10 },
      { pods: 20, cpuMillis: 0, memoryMiB: 64 },
    ];
    const open = ask('Capacity', { kind: 'switchover', ...room({}, { wanted }) });
    expect(open.state).toBe('open');
    expect(open.because).toContain('20 of them do not say what CPU or memory they need and count as 0');
  });

  it('takes zero wanted pods for no proof', () => {
    expect(state('Capacity', room({}, { wanted: [] }))).toBe('closed');
  });

  it('is not asked after the fence, when the pods themselves say it', () => {
    expect(state('Capacity', { stage: 'after fence' })).toBe('not asked');
  });
});

describe('DataPathWorks', () => {
  const metric = {
    pair: {
      datastores: { orders: null, lag: { check: { metric: { namespace: 'N', name: 'lag', dimensions: {}, max: 1 } } } },
    },
  };

  it('asks a metric at any time and a service only when its pods run', () => {
    const dataPaths = [{ datastore: 'lag', health: 'unhealthy', evidence: '4 s behind' }];
    expect(state('DataPathWorks', {})).toBe('not asked');
    expect(state('DataPathWorks', { stage: 'after fence' })).toBe('open');
    expect(ask('DataPathWorks', { ...metric, target: { dataPaths } })).toMatchObject({ state: 'closed' });
  });

  it('is unknown when the check was not asked or not allowed', () => {
    expect(state('DataPathWorks', { stage: 'after fence', target: { dataPaths: [] } })).toBe('unknown');
    const dataPaths = [{ datastore: 'orders', health: 'unauthorized', evidence: '' }];
    expect(state('DataPathWorks', { stage: 'after fence', target: { dataPaths } })).toBe('unknown');
  });

  it('does not ask a service of a ring that stays where it is', () => {
    expect(state('DataPathWorks', { stage: 'after fence', ring: 0, target: { dataPaths: [] } })).toBe('not asked');
  });
});

describe('TargetCertificates', () => {
  it('is unknown when a host shows none, whatever the others show', () => {
    const certificates = [{ host: 'shop.example.test', daysLeft: 60 }];
    expect(ask('TargetCertificates', { target: { certificates } })).toMatchObject({
      state: 'unknown',
      because: expect.stringContaining('1 of 6'),
    });
  });

  it('asks for the hosts of the rings that move', () => {
    const certificates = ['example.example.test', 'example.pivot.test'].map((host) => ({ host, daysLeft: 60 }));
    expect(state('TargetCertificates', { ring: 0, target: { certificates } })).toBe('open');
    expect(state('TargetCertificates', { ring: 1, target: { certificates } })).toBe('unknown');
  });
});

describe('ClustersAgree', () => {
  it('holds a planned move for a workload that one side does not have', () => {
    const target = { workloads: [] };
    expect(ask('ClustersAgree', { kind: 'switchover', target })).toMatchObject({
      state: 'closed',
      overridable: 'person',
    });
    expect(state('ClustersAgree', { kind: 'switchover', source: null })).toBe('unknown');
    expect(state('ClustersAgree', { kind: 'switchover', target, source: { workloads: [] } })).toBe('closed');
  });

  it('tells an unplanned move and does not hold it, not even when the dead cluster cannot be asked', () => {
    expect(ask('ClustersAgree', { seen: DEAD, source: null })).toMatchObject({
      state: 'open',
      because: 'blue could not be read, nothing was compared; an unplanned move is not held by that',
    });
  });

  it('tells a repair, whatever it repairs: its users are on both sides already, and one side may be dead', () => {
    const interrupted = { from: 'blue', to: 'green', kind: 'switchover' } as const;
    expect(ask('ClustersAgree', { kind: 'repair', target: { workloads: [] }, ledger: { interrupted } })).toMatchObject({
      state: 'open',
      because: expect.stringMatching(/; a repair is not held by that$/),
    });
    expect(state('ClustersAgree', { kind: 'repair', source: null, ledger: { interrupted } })).toBe('open');
  });
});

describe('ExclusiveWork', () => {
  it('holds a planned move of a service of which nobody said anything', () => {
    const pair = { services: { example: { concurrency: 'unknown' } } };
    expect(state('ExclusiveWork', { kind: 'switchover', pair })).toBe('closed');
    expect(state('ExclusiveWork', { kind: 'switchover', pair, ring: 1 })).toBe('open');
  });

  it('lets an exclusive service move that will end before it starts, and says what that costs', () => {
    const pair = { services: { example: { concurrency: 'exclusive' } } };
    const workloads = [
      { object: 'Deployment/example/web', ring: 0, wanted: 1, ready: 0, images: ['registry/example'], exclusive: true },
    ];
    const { state: found, because } = ask('ExclusiveWork', { kind: 'switchover', pair, target: { workloads } });
    expect(found).toBe('open');
    expect(because).toMatch(/ends on blue before it starts on green and serves nobody in between/);
  });

  it('holds one that carries no label: nothing would stop it', () => {
    const pair = { services: { example: { concurrency: 'exclusive' } } };
    expect(state('ExclusiveWork', { kind: 'switchover', pair })).toBe('closed');
    expect(state('ExclusiveWork', { kind: 'switchover', pair, ring: 1 })).toBe('open');
    expect(state('ExclusiveWork', { seen: DEAD, pair })).toBe('not asked');
  });
});

describe('Cooldown', () => {
  const last = (secondsAgo: number, acknowledged = true) => ({
    ledger: { acknowledged, lastAutomaticMove: { epoch: 42, at: NOW - secondsAgo * 1_000 } },
  });

  it('wants both the time and a person’s word', () => {
    expect(state('Cooldown', last(3_600))).toBe('open');
    expect(state('Cooldown', last(3_599))).toBe('closed');
    expect(state('Cooldown', last(3_600, false))).toBe('closed');
  });

  it('is asked of an automatic failover only', () => {
    for (const kind of ['failover by a person', 'switchover', 'repair', 'drill'] as const)
      expect(state('Cooldown', { kind, ...last(1, false) })).toBe('not asked');
  });
});

describe('NotPaused', () => {
  const pause = (until?: number) => ({
    ledger: { pause: { reason: 'r', by: 'ada', since: 0, ...(until ? { until } : {}) } },
  });

  it('ends when the pause says so, to the millisecond', () => {
    expect(state('NotPaused', pause(NOW))).toBe('open');
    expect(state('NotPaused', pause(NOW + 1))).toBe('closed');
    expect(state('NotPaused', pause())).toBe('closed');
  });

  it('is asked again after the fence, and never of a person', () => {
    expect(state('NotPaused', { stage: 'after fence', ...pause() })).toBe('closed');
    expect(state('NotPaused', { kind: 'switchover', ...pause() })).toBe('not asked');
    expect(state('NotPaused', { kind: 'repair', startedBy: 'person', ...pause() })).toBe('not asked');
  });
});

describe('what a gate tells a person to say', () => {
  const awaiting = { ledger: { awaitsPerson: 'the fence of example.test cannot be read' } };
  const NAMES = { 0: [0, 100], 1: [0, 100] } satisfies Record<number, [number, number]>;
  const on = (weights: Record<number, [number, number]>): Given => ({
    ...awaiting,
    zones: {
      'example.test': { fence: 'v=1 by=somebody else', weights },
      'pivot.test': { fence: 'v=1 by=somebody else', weights },
    },
  });
  const opensWhen = (name: string, given: Given) => {
    const gate = ask(name, { seen: DEAD, ...given });
    return 'opensWhen' in gate ? gate.opensWhen : '';
  };

  it.each(['NotPaused', 'FacesAgree'])(
    '%s names the cluster where the users are, not the one of the ledger',
    (gate) => {
      expect(opensWhen(gate, on(NAMES))).toContain('`throwover accept --pair shop --active green`');
      expect(opensWhen(gate, on(NAMES))).not.toContain('--active blue');
    },
  );

  it.each(['NotPaused', 'FacesAgree'])('%s names repair alone where names stand on both', (gate) => {
    const both = on({ ...NAMES, 0: [50, 50] });
    expect(opensWhen(gate, both)).toContain('`throwover repair --pair shop`');
    expect(opensWhen(gate, both)).not.toContain('throwover accept');
  });

  it.each(['NotPaused', 'FacesAgree'])('%s names repair alone where the zones stand apart', (gate) => {
    const apart: Given = {
      ...awaiting,
      zones: { 'example.test': { fence: 'v=1 by=somebody else', weights: NAMES }, 'pivot.test': {} },
    };
    expect(opensWhen(gate, apart)).toContain('`throwover repair --pair shop`');
    expect(opensWhen(gate, apart)).not.toContain('throwover accept');
  });

  it('FacesAgree names it for a missing fence beside a ledger that names nobody', () => {
    const gone = { fence: null, weights: NAMES };
    const given: Given = {
      kind: 'repair',
      ledger: { active: null },
      zones: { 'example.test': gone, 'pivot.test': gone },
    };
    expect(opensWhen('FacesAgree', given)).toContain('`throwover accept --pair shop --active green`');
  });
});

describe('NoHolder', () => {
  const held = (kind: string) => ({
    ledger: {
      holder: { id: 'sfn:x', nonce: 'x', run: 'x', kind, startedBy: 'person', from: 'blue', to: 'green', since: 0 },
    },
  });

  it('is no obstacle when the holder is of a lower kind, and is one otherwise', () => {
    expect(state('NoHolder', { kind: 'automatic failover', ...held('drill') })).toBe('open');
    expect(state('NoHolder', { kind: 'automatic failover', ...held('failover by a person') })).toBe('closed');
    expect(state('NoHolder', { kind: 'switchover', ...held('switchover') })).toBe('closed');
    expect(state('NoHolder', { kind: 'repair', ...held('switchover') })).toBe('closed');
  });

  it('wants this run’s nonce and epoch after the fence', () => {
    expect(state('NoHolder', { stage: 'after fence' })).toBe('open');
    expect(state('NoHolder', { stage: 'after fence', ledger: { epoch: 44 } })).toBe('closed');
    expect(state('NoHolder', { stage: 'after fence', ledger: { holder: null } })).toBe('closed');
    expect(state('NoHolder', { stage: 'after fence', ledger: { holder: { nonce: 'other' } } })).toBe('closed');
  });
});

describe('Policy', () => {
  it('lets machines act in mode auto, and in mode approve those who ask first; people are not asked', () => {
    expect(state('Policy', { pair: { mode: 'observe' } })).toBe('closed');
    expect(state('Policy', { pair: { mode: 'approve' } })).toBe('open');
    for (const mode of ['observe', 'approve']) {
      expect(state('Policy', { kind: 'drill', pair: { mode } })).toBe('closed');
      expect(state('Policy', { kind: 'repair', pair: { mode } })).toBe('closed');
      expect(state('Policy', { kind: 'failover by a person', pair: { mode } })).toBe('not asked');
    }
    expect(state('Policy', {})).toBe('open');
  });
});

describe('EveryZoneFenced', () => {
  it('wants this run’s name beside its epoch: the same epoch of another run is somebody else', () => {
    const theirs = 'v=1 by=0badcafe epoch=43 seq=12 active=blue run=run-theirs';
    expect(state('EveryZoneFenced', { stage: 'after fence' })).toBe('open');
    expect(ask('EveryZoneFenced', { stage: 'after fence', zones: { 'pivot.test': { fence: theirs } } })).toMatchObject({
      state: 'closed',
      overridable: 'never',
      because: expect.stringContaining('pivot.test carries epoch 43 of run run-theirs'),
    });
    expect(state('EveryZoneFenced', { stage: 'after fence', zones: { 'pivot.test': { unread: true } } })).toBe(
      'unknown',
    );
    expect(state('EveryZoneFenced', { stage: 'after fence', ledger: null })).toBe('unknown');
  });
});
