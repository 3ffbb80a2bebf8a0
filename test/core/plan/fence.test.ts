import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlanUnsafe } from '../../../core/plan/batch.ts';
import {
  type Fence,
  fenceRecord,
  fenceRecordAfter,
  fenceText,
  parseFence,
  readFence,
} from '../../../core/plan/fence.ts';
import { fenceSet, quiet } from './zone.ts';

const text = (...pick: string[]) => fc.constantFrom(...pick);
const cluster = text('blue', 'green', 'a', 'north-1', '0');
const fences: fc.Arbitrary<Fence> = fc.record(
  {
    by: fc.stringMatching(/^[0-9a-f]{8}$/),
    epoch: fc.nat(999_999_999),
    seq: fc.nat(999_999),
    active: cluster,
    move: fc.record({ to: cluster, share: fc.nat(100) }),
    rings: fc.dictionary(fc.nat(99).map(String), cluster, { maxKeys: 5 }),
    run: fc.stringMatching(/^[0-9a-zA-Z._-]{1,40}$/),
  },
  { requiredKeys: ['by', 'epoch', 'seq', 'active', 'rings', 'run'] },
);

const whole = 'v=1 by=1b74c5a8 epoch=43 seq=2 active=blue to=green share=10 rings=0:green,2:green run=switch-43';

describe('the text of a fence', () => {
  it('is the line that the design shows', () => {
    const fence: Fence = {
      by: '1b74c5a8',
      epoch: 43,
      seq: 2,
      active: 'blue',
      move: { to: 'green', share: 10 },
      rings: { 2: 'green', 0: 'green' },
      run: 'switch-43',
    };
    expect(fenceText(fence)).toBe(whole);
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fences, (fence) => {
        expect(parseFence(fenceText(fence))).toEqual(fence);
      }),
    );
  });

  it('is the only text of its fence: no other text is understood as one', () => {
    fc.assert(
      fc.property(fences, fc.nat(254), fc.constantFrom('', ' ', '0', 'x', '"', ','), (fence, at, put) => {
        const good = fenceText(fence);
        const bad = good.slice(0, at) + put + good.slice(at + 1);
        const parsed = parseFence(bad);
        expect(typeof parsed === 'string' || fenceText(parsed) === bad).toBe(true);
      }),
    );
  });

  it.each([
    ['', 'is not key=value'],
    ['v=2 by=1b74c5a8 epoch=43 seq=2 active=blue run=r', 'version 2, 1 is understood'],
    ['by=1b74c5a8 epoch=43 seq=2 active=blue run=r', 'v missing'],
    ['v=1 by=1b74c5a8 seq=2 active=blue run=r', 'epoch missing'],
    ['v=1 by=1b74c5a8 epoch=43 active=blue run=r', 'seq missing'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 run=r', 'active missing'],
    ['v=1 epoch=43 seq=2 active=blue run=r', 'by missing'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue', 'run missing'],
    ['v=1 by=1B74C5A8 epoch=43 seq=2 active=blue run=r', 'by=1B74C5A8 is not as a fence says it'],
    ['v=1 by=1b74c5a8 epoch=-1 seq=2 active=blue run=r', 'epoch=-1 is not'],
    ['v=1 by=1b74c5a8 epoch=1e9 seq=2 active=blue run=r', 'epoch=1e9 is not'],
    ['v=1 by=1b74c5a8 epoch=043 seq=2 active=blue run=r', 'not written as'],
    ['v=1 by=1b74c5a8 epoch=9999999999999999 seq=2 active=blue run=r', 'epoch=9999999999999999 is not'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue to=green run=r', 'to and share belong together'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue share=10 run=r', 'to and share belong together'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue to=green share=101 run=r', 'share=101 is more than everything'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue rings= run=r', '"rings=" is not key=value'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue rings=0:green,0:blue run=r', 'not written as'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue rings=1:green,0:green run=r', 'not written as'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue rings=zero:green run=r', 'is not as a fence says it'],
    ['v=1 by=1b74c5a8 epoch=43 epoch=44 seq=2 active=blue run=r', 'epoch is said twice'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue hold=1 run=r', 'unknown key hold'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue constructor=1 run=r', 'unknown key constructor'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=Blue run=r', 'active=Blue is not'],
    ['v=1  by=1b74c5a8 epoch=43 seq=2 active=blue run=r', 'is not key=value'],
    ['by=1b74c5a8 v=1 epoch=43 seq=2 active=blue run=r', 'not written as'],
    ['v=1 by=1b74c5a8 epoch=43 seq=2 active=blue run=r" "s', 'is not'],
  ])('is not understood as %j', (bad, because) => {
    expect(parseFence(bad)).toContain(because);
  });

  it.each([
    ['a run that would end the string', { run: 'a"b' }],
    ['a run of two words', { run: 'a b' }],
    ['a run longer than an execution may be called', { run: 'r'.repeat(81) }],
    ['a ledger that is none', { by: 'mine' }],
    ['a share beyond everything', { move: { to: 'green', share: 101 } }],
    ['a share that is no whole number', { move: { to: 'green', share: 0.5 } }],
    [
      'more rings than one TXT string holds',
      { rings: Object.fromEntries([...Array(30).keys()].map((ring) => [ring, 'green'])) },
    ],
  ])('is not written for %s', (_, wrong) => {
    expect(() => fenceText({ ...quiet, ...wrong })).toThrow(PlanUnsafe);
  });
});

describe('readFence', () => {
  it('says that nothing stands there', () => {
    expect(readFence([])).toEqual({ kind: 'missing' });
  });

  it('gives the fence and the record that must be deleted to replace it', () => {
    const record = fenceSet(quiet);
    expect(readFence([record])).toEqual({ kind: 'fence', fence: quiet, record });
  });

  it.each([
    ['two record sets', [fenceSet(quiet), { ...fenceSet(quiet), setIdentifier: 'x' }]],
    ['two values', [{ ...fenceSet(quiet), values: ['"a"', '"b"'] }]],
    ['a weighted set', [{ ...fenceSet(quiet), policy: 'weighted' as const }]],
    ['another type', [{ ...fenceSet(quiet), type: 'CNAME' }]],
  ])('does not choose among %s', (_, records) => {
    expect(readFence(records)).toMatchObject({ kind: 'unreadable', record: undefined });
  });

  it.each([`"${fenceText(quiet)}" "more"`, fenceText(quiet), `"${fenceText(quiet)} "`, '"hello"'])(
    'leaves %s to a person',
    (value) => {
      expect(readFence([{ ...fenceSet(quiet), values: [value] }])).toMatchObject({ kind: 'unreadable' });
    },
  );
});

describe('the record of a fence', () => {
  it('stands at the name of its pair, under the zone, and is forgotten by resolvers within seconds', () => {
    expect(fenceRecord('shop', 'example.test', quiet)).toEqual(fenceSet(quiet));
  });

  it('keeps name and TTL of the one it replaces', () => {
    const old = { ...fenceSet(quiet), ttlSeconds: 60 };
    expect(fenceRecordAfter(old, { ...quiet, seq: 8 })).toEqual({
      ...old,
      values: [`"${fenceText({ ...quiet, seq: 8 })}"`],
    });
  });
});
