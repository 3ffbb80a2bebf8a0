import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Verdict } from '../../core/decide.ts';
import type { Facts } from '../../core/facts.ts';
import { GATE_NAMES } from '../../core/gates/index.ts';
import { classesOf } from '../../core/observe/classes.ts';
import { SITUATIONS, situationOf } from '../../core/observe/situation.ts';
import { factsOf, type Given, type GivenZone, type Looks, NOW, type Seen } from './given.ts';

const KINDS = ['drill', 'switchover', 'repair', 'automatic failover', 'failover by a person'] as const;
const looks: Looks[] = ['well', 'dead', 'sick', 'apps down', 'api down', 'asleep', 'canary down', 'unknown', 'gone'];

/** Most often the first, so that worlds in which something moves are not too rare to prove anything. */
function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 7, arbitrary: fc.constant(usual) }, { weight: 3, arbitrary: fc.constantFrom(...others) });
}

const seen: fc.Arbitrary<Seen | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 6,
    arbitrary: fc.record({
      blue: mostly<Looks>('dead', ...looks),
      green: mostly<Looks>('well', 'asleep', ...looks),
      seconds: mostly(60, 0, 30, 120),
      age: mostly(2, 0, 30, 31, 400),
    }),
  },
);

const moving = 'v=1 by=0badcafe epoch=42 seq=11 active=blue to=green share=10 run=run-42';
const swapped = 'v=1 by=0badcafe epoch=42 seq=11 active=green run=run-42';
const zone: fc.Arbitrary<GivenZone> = fc.oneof(
  { weight: 7, arbitrary: fc.constant<GivenZone>({}) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<GivenZone>(
      { unread: true },
      { fence: null },
      { fence: 'nonsense' },
      { fence: moving, weights: { 0: [90, 10], 1: [90, 10] } },
      { fence: swapped, weights: { 0: [0, 100], 1: [0, 100] } },
      { weights: { 1: [50, 50] } },
      { answers: 'green' },
      { answers: 'no answer' },
    ),
  },
);

const ledger = mostly<object | null>(
  {},
  null,
  { active: 'green' },
  { epoch: 0, active: null },
  { pause: { reason: 'r', by: 'b', since: 0 } },
  { acknowledged: false, lastAutomaticMove: { epoch: 41, at: NOW - 1_000 } },
  { interrupted: { kind: 'automatic failover', from: 'blue', to: 'green' } },
  { interrupted: { kind: 'switchover', from: 'blue', to: 'green' } },
  { awaitsPerson: 'Uncertain' },
  {
    holder: {
      id: 'sfn:x',
      nonce: 'x',
      run: 'x',
      kind: 'switchover',
      startedBy: 'person',
      from: 'blue',
      to: 'green',
      since: 0,
    },
  },
);

const given: fc.Arbitrary<Given> = fc.record(
  {
    kind: fc.constantFrom(...KINDS),
    stage: fc.constantFrom('before claim', 'after fence'),
    seen: fc.record({ outside: seen, inside: seen, aws: seen }) as fc.Arbitrary<NonNullable<Given['seen']>>,
    zones: fc.record({ 'example.test': zone, 'pivot.test': zone }),
    ledger,
    target: mostly<object | null>(
      {},
      null,
      { api: 'unreachable' },
      { dataPaths: [] },
      { certificates: [] },
      { workloads: [] },
    ),
    source: mostly<object | null>({}, null, { workloads: [] }, { fence: null }),
    published: mostly<object | null>({}, null, { active: 'green' }, { state: '{' }),
    pair: mostly<object>({}, { mode: 'observe' }, { services: { cart: { concurrency: 'unknown' } } }),
    readyFraction: mostly(1, 0, 0.2, 0.3, 0.8),
    preparedSecondsAgo: fc.constantFrom(0, 599, 600),
    ring: fc.constantFrom(0, 1),
    overrides: fc.subarray(['TargetReady', 'FacesAgree', 'ExclusiveWork', 'NoHolder', 'Nonsense']),
  },
  { requiredKeys: ['kind', 'stage', 'seen', 'zones', 'ledger'] },
);

/** Every way of knowing less. An observer that contradicts is no missing evidence: its silence may well settle a question. */
function less(facts: Facts): Facts[] {
  const { target, source, published, ledger: read, run, preparedSince } = facts;
  const without = (key: keyof Facts): Facts => {
    const { [key]: _, ...rest } = facts;
    return rest as Facts;
  };
  const situation = situationOf(facts);
  const dissents = classesOf(facts.pair).map((observer, index) => {
    const [here, there] = [situation.source[index], situation.target[index]];
    const badOfTarget = there?.says !== 'abstains' && there?.canary !== 'works';
    return { observer, dissents: here?.userPath === 'serves' || there?.userPath === 'fails' || badOfTarget };
  });
  return [
    ...(target ? [without('target'), { ...facts, target: { ...target, certificates: [] } }] : []),
    ...(target
      ? [
          { ...facts, target: { ...target, dataPaths: [] } },
          { ...facts, target: { ...target, workloads: [] } },
        ]
      : []),
    ...(source ? [without('source')] : []),
    ...(published ? [without('published'), { ...facts, published: { active: undefined, state: undefined } }] : []),
    ...(read ? [without('ledger')] : []),
    ...(run ? [without('run')] : []),
    ...(preparedSince === undefined ? [] : [without('preparedSince')]),
    { ...facts, observations: [] },
    ...facts.zones.map((one) => ({
      ...facts,
      zones: facts.zones.map((other) => (other === one ? { zone: one.zone, answers: [] } : other)),
    })),
    { ...facts, zones: facts.zones.map((one) => ({ ...one, answers: [] })) },
    ...dissents
      .filter((one) => !one.dissents)
      .map(({ observer }) => ({
        ...facts,
        observations: facts.observations.filter((one) => one.observer !== observer),
      })),
  ];
}

const openGates = (verdict: Verdict) => verdict.gates.filter((gate) => gate.state === 'open').map((gate) => gate.name);
const shutGates = (verdict: Verdict) => verdict.gates.filter((gate) => gate.state !== 'open').map((gate) => gate.name);

describe('decide', () => {
  it('gives a verdict on any facts, and the same one again', () => {
    fc.assert(
      fc.property(given, (one) => {
        const facts = factsOf(one);
        const verdict = decide(facts, one.overrides);
        expect(verdict.because.length).toBeGreaterThan(0);
        expect(verdict.next).toMatch(/^throwover [a-z]+ /);
        expect(decide(facts, one.overrides)).toEqual(verdict);
      }),
      { numRuns: 300 },
    );
  });

  it('never opens a gate, nor moves, because less is known', () => {
    let moves = 0;
    fc.assert(
      fc.property(given, (one) => {
        const facts = factsOf(one);
        const before = decide(facts, one.overrides);
        if (before.kind === 'Move') moves++;
        const shut = new Set(shutGates(before));
        for (const poorer of less(facts)) {
          const after = decide(poorer, one.overrides);
          expect(openGates(after).filter((name) => shut.has(name))).toEqual([]);
          if (after.kind === 'Move') expect(['Move', 'Nothing']).toContain(before.kind);
        }
      }),
      { numRuns: 400, seed: 4 },
    );
    // worlds in which nothing ever moves would prove nothing
    expect(moves).toBeGreaterThan(5);
  });

  it('starts no automatic failover but in a situation of the table that acts alone, with every gate open and nobody’s override', () => {
    fc.assert(
      fc.property(given, (one) => {
        const verdict = decide(factsOf({ ...one, kind: 'automatic failover' }), one.overrides);
        if (verdict.kind !== 'Move') return;
        expect(SITUATIONS[verdict.situation.name].actsAlone).toBe(true);
        expect(verdict.shut).toEqual([]);
        expect(verdict.overridden).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('moves only past gates that are open or that a person may and did answer for', () => {
    fc.assert(
      fc.property(given, (one) => {
        const verdict = decide(factsOf(one), one.overrides);
        for (const gate of verdict.overridden) {
          expect(gate.overridable).toBe('person');
          expect(one.overrides).toContain(gate.name);
          expect(['switchover', 'failover by a person']).toContain(one.kind);
        }
        if (verdict.kind === 'Move')
          expect(openGates(verdict).length + verdict.overridden.length).toBe(verdict.gates.length);
      }),
      { numRuns: 300 },
    );
  });

  it('asks every gate, also after the first closed one', () => {
    const nothing = { outside: null, inside: null, aws: null };
    const verdict = decide(factsOf({ seen: nothing, ledger: null, target: null, pair: { mode: 'observe' } }));
    expect(verdict.shut.map((gate) => gate.name)).toEqual([
      'FreshEvidence',
      'EnoughObservers',
      'UserPathAndCanaryFail',
      'TargetReady',
      'Capacity',
      'TargetCertificates',
      'FacesAgree',
      'NoHolder',
      'NotPaused',
      'Cooldown',
      'Policy',
    ]);
  });

  it('does not look again when something else than evidence is shut', () => {
    const suspected = {
      outside: { blue: 'dead', seconds: 30 },
      inside: { blue: 'dead', seconds: 30 },
      aws: null,
    } as const;
    expect(decide(factsOf({ seen: suspected })).kind).toBe('LookAgain');
    expect(decide(factsOf({ seen: suspected, pair: { mode: 'observe' } })).kind).toBe('Hold');
  });

  it('says why an override does not count', () => {
    const person = decide(factsOf({ kind: 'switchover' }), ['NoHolder', 'Typo']);
    expect(person.because).toContain('override NoHolder refused: nobody may override it');
    expect(person.because).toContain('override Typo refused: no gate of that name is asked here');
    const machine = decide(factsOf({}), ['TargetReady']);
    expect(machine.because).toContain(
      'override TargetReady refused: an automatic failover has nobody who answers for it',
    );
  });

  it('finds nothing to do only when ledger, fences and weights all stand on the target', () => {
    const there: Given = { kind: 'switchover', from: 'green', to: 'blue' };
    expect(decide(factsOf(there)).kind).toBe('Nothing');
    expect(
      decide(factsOf({ ...there, ledger: { interrupted: { kind: 'switchover', from: 'blue', to: 'green' } } })).kind,
    ).toBe('Hold');
    expect(decide(factsOf({ ...there, ledger: { active: 'green' } })).kind).toBe('Hold');
    expect(decide(factsOf({ ...there, zones: { 'pivot.test': { weights: { 0: [0, 100] } } } })).kind).toBe('Hold');
    expect(decide(factsOf({ ...there, zones: { 'pivot.test': { unread: true } } })).kind).toBe('Hold');
  });

  it('knows for a ring whether it is there, wherever the others stand', () => {
    const ring0: Given = {
      kind: 'switchover',
      ring: 0,
      ledger: { rings: { 0: 'green' } },
      zones: Object.fromEntries(
        ['example.test', 'pivot.test'].map((zone) => [
          zone,
          { fence: 'v=1 by=0badcafe epoch=42 seq=9 active=blue rings=0:green run=run-42', weights: { 0: [0, 100] } },
        ]),
      ),
    };
    expect(decide(factsOf(ring0)).kind).toBe('Nothing');
    expect(decide(factsOf({ ...ring0, ring: 1 })).kind).not.toBe('Nothing');
    const { ring: _, ...all } = ring0;
    expect(decide(factsOf(all)).kind).not.toBe('Nothing');
    expect(decide(factsOf({ ...all, from: 'green', to: 'blue' })).kind).not.toBe('Nothing');
  });

  it('tells of a repair that is held first what holds it, then how the cluster is that it leaves', () => {
    const seen = { blue: 'apps down', green: 'canary down' } as const;
    const { kind, because } = decide(factsOf({ kind: 'repair', seen: { outside: seen, inside: seen } }));
    expect(kind).toBe('Hold');
    expect(because[0]).toMatch(/^TargetReady closed: .*canary works for 1 of 3 classes/);
    expect(because).toContainEqual(expect.stringMatching(/^AppsDown: /));
  });

  it('gives one command to type, the one that helps', () => {
    const dead = { outside: { blue: 'dead' }, inside: { blue: 'dead' }, aws: null } as const;
    expect(decide(factsOf({ seen: dead, target: { certificates: [] } })).next).toBe(
      'throwover switch --pair shop --to green --failover --reason "…" --override TargetCertificates',
    );
    expect(decide(factsOf({ kind: 'switchover', published: { active: 'green' } })).next).toBe(
      'throwover repair --pair shop',
    );
  });
});

describe('the names of gates', () => {
  it('are listed, each of them, so that an override of another name is refused', () => {
    const kinds = ['switchover', 'automatic failover', 'failover by a person', 'repair', 'drill'] as const;
    const asked = kinds.flatMap((kind) =>
      (['before claim', 'after fence'] as const).flatMap((stage) => decide(factsOf({ kind, stage })).gates),
    );
    expect([...new Set(asked.map(({ name }) => name))].filter((name) => !GATE_NAMES.includes(name))).toEqual([]);
  });
});
