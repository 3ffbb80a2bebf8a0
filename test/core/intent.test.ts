import { describe, expect, it } from 'vitest';
import { type Intent, intentDigest, intentOf, sameIntent } from '../../core/intent.ts';
import { readingOf, type ZoneAsRead } from '../../core/plan/reading.ts';
import type { RecordSet } from '../../core/plan/records.ts';
import { factsOf, type Given, PAIR } from './given.ts';

function judged(given: Given = {}): { intent: Intent; zones: ZoneAsRead[] } {
  const facts = factsOf(given);
  const intent = intentOf(facts);
  if (intent === undefined) throw new Error('every zone was read');
  return { intent, zones: facts.zones.flatMap(({ reading }) => reading ?? []) };
}
const readAgain = (zones: ZoneAsRead[], change: (record: RecordSet) => RecordSet[]) =>
  zones.map((zone) => readingOf(PAIR, zone.zone, zone.records.flatMap(change)));

describe('the intent', () => {
  it('says which way, which rings, in which steps', () => {
    expect(judged({ kind: 'switchover' }).intent).toMatchObject({
      pair: 'shop',
      from: 'blue',
      to: 'green',
      rings: [0, 1],
      steps: [10, 50, 100],
      names: 5,
    });
    expect(judged({ ring: 0 }).intent).toMatchObject({ rings: [0], steps: [100], names: 2 });
  });

  it('has a digest that everything in it changes', () => {
    const digests = [{}, { kind: 'switchover' as const }, { ring: 0 }, { ring: 1 }, { from: 'green', to: 'blue' }].map(
      (given) => intentDigest(judged(given).intent),
    );
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(intentDigest(judged().intent)).toBe(digests[0]);
  });

  it('does not exist while a zone is unread', () => {
    expect(intentOf(factsOf({ zones: { 'pivot.test': { unread: true } } }))).toBeUndefined();
  });
});

describe('what is applied is the intent that was judged', () => {
  const { intent, zones } = judged();

  it('whatever the weights and contents are meanwhile, and in whatever order zones are read', () => {
    expect(sameIntent(intent, zones)).toBe(true);
    expect(sameIntent(intent, [...zones].reverse())).toBe(true);
    const reweighted = readAgain(zones, (r) => [r.weight === undefined ? r : { ...r, weight: 50 }]);
    expect(sameIntent(intent, reweighted)).toBe(true);
  });

  it.each<[string, (r: RecordSet) => RecordSet[]]>([
    ['a name vanished', (r) => (r.name === 'cart.example.test.' ? [] : [r])],
    ['a side vanished', (r) => (r.name === 'cart.example.test.' && r.setIdentifier === 'green' ? [] : [r])],
    ['a type vanished', (r) => (r.name === 'cart.example.test.' && r.type === 'AAAA' ? [] : [r])],
  ])('not when %s', (_, change) => {
    expect(sameIntent(intent, readAgain(zones, change))).toBe(false);
  });

  it('not when a zone is missing', () => {
    expect(sameIntent(intent, zones.slice(1))).toBe(false);
  });

  it('does not mind what happens to a ring that stays', () => {
    const ring0 = judged({ ring: 0 });
    expect(
      sameIntent(
        ring0.intent,
        readAgain(ring0.zones, (r) => (r.name === 'cart.example.test.' ? [] : [r])),
      ),
    ).toBe(true);
  });
});
