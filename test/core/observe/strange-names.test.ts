import { describe, expect, it } from 'vitest';
import { strangeNames } from '../../../core/observe/strange-names.ts';
import { readingOf } from '../../../core/plan/reading.ts';
import type { RecordSet } from '../../../core/plan/records.ts';
import { factsOf, PAIR, recordsOf } from '../given.ts';

describe('strange names', () => {
  it('are none at rest', () => {
    expect(strangeNames(factsOf({}))).toEqual([]);
  });

  it('are those whose weights the fence does not say, and no others', () => {
    const facts = factsOf({ zones: { 'example.test': { weights: { 1: [50, 50] } } } });
    expect(strangeNames(facts).sort()).toEqual(['cart.example.test.', 'shop.example.test.']);
  });

  it('are pivots too', () => {
    const facts = factsOf({ zones: { 'pivot.test': { weights: { 0: [0, 100] } } } });
    expect(strangeNames(facts)).toContain('live-0.pivot.test.');
  });

  it('are those that could not be steered', () => {
    const facts = factsOf({});
    const zones = facts.zones.map((seen) => {
      const zone = PAIR.zones.find(({ name }) => name === seen.zone);
      if (zone?.name !== 'example.test') return seen;
      const isGone = ({ name, setIdentifier }: RecordSet) => name === 'cart.example.test.' && setIdentifier === 'green';
      const left = recordsOf(PAIR, zone, {}).filter((record) => !isGone(record));
      return { ...seen, reading: readingOf(PAIR, zone, left) };
    });
    expect(strangeNames({ ...facts, zones })).toEqual(['cart.example.test.']);
  });

  it('are not guessed in a zone that nobody could read', () => {
    expect(strangeNames(factsOf({ zones: { 'example.test': { unread: true } } }))).toEqual([]);
  });
});
