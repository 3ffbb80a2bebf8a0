import { describe, expect, it } from 'vitest';
import { decide } from '../../../core/decide.ts';
import type { Facts } from '../../../core/facts.ts';
import { readingOf } from '../../../core/plan/reading.ts';
import type { RecordSet } from '../../../core/plan/records.ts';
import { factsOf, type Given } from '../given.ts';
import { DEAD } from './ask.ts';

type Spoil = (record: RecordSet) => RecordSet[];

/** The gate when the records of the world were changed before they were read. */
function gateAfter(spoil: Spoil, given: Given = {}) {
  const facts: Facts = factsOf(given);
  const zones = facts.zones.map((zone) =>
    zone.reading === undefined
      ? zone
      : { ...zone, reading: readingOf(facts.pair, zone.reading.zone, zone.reading.records.flatMap(spoil)) },
  );
  const gate = decide({ ...facts, zones }).gates.find((one) => one.name === 'DnsFit');
  return { state: gate?.state, because: gate?.because };
}
const planned = (spoil: Spoil) => gateAfter(spoil, { kind: 'switchover' });
const unplanned = (spoil: Spoil) => gateAfter(spoil, { seen: DEAD });
const is = (record: RecordSet, name: string, type = 'A', side = 'green') =>
  record.name === name && record.type === type && record.setIdentifier === side;
const withTtl = (ttlSeconds: number, record: RecordSet): RecordSet => {
  const { alias: _, ...rest } = record;
  return { ...rest, ttlSeconds, values: ['192.0.2.1'] };
};

describe('DnsFit', () => {
  it('is open for records as the topology says, in both layouts', () => {
    expect(planned((record) => [record])).toEqual({ state: 'open', because: '5 names in 2 zones' });
  });

  it.each<[string, string, Spoil]>([
    [
      'a name without a side',
      'cart.example.test. A has no weighted record of green',
      (r) => (is(r, 'cart.example.test.') ? [] : [r]),
    ],
    [
      'A on both sides and AAAA on one',
      'cart.example.test. AAAA has no weighted record of green',
      (r) => (is(r, 'cart.example.test.', 'AAAA') ? [] : [r]),
    ],
    [
      'a name without any record',
      'cart.example.test. has no A or AAAA record',
      (r) => (r.name === 'cart.example.test.' ? [] : [r]),
    ],
    [
      'a third record',
      'cart.example.test. A has 1 records that are no cluster’s: red',
      (r) => (is(r, 'cart.example.test.') ? [r, { ...r, setIdentifier: 'red' }] : [r]),
    ],
    [
      'another policy',
      'cart.example.test. A has no weighted record of green; cart.example.test. A has 1 records',
      (r) => (is(r, 'cart.example.test.') ? [{ ...r, policy: 'other' }] : [r]),
    ],
    [
      'unequal TTLs',
      'has TTLs 60 and 30 s',
      (r) =>
        is(r, 'cart.example.test.')
          ? [withTtl(30, r)]
          : is(r, 'cart.example.test.', 'A', 'blue')
            ? [withTtl(60, r)]
            : [r],
    ],
    [
      'an app name that is no alias of its pivot',
      '1 of 4 records of shop.pivot.test. are no alias of live-1.pivot.test.',
      (r) =>
        is(r, 'shop.pivot.test.')
          ? [{ ...r, alias: { zone: 'Z', name: 'green-lb.elb.test', evaluateTargetHealth: false } }]
          : [r],
    ],
    [
      'an app name that is missing',
      'shop.pivot.test. has no A or AAAA record',
      (r) => (r.name === 'shop.pivot.test.' ? [] : [r]),
    ],
  ])('closes every kind of move for %s', (_, because, spoil) => {
    expect(planned(spoil)).toMatchObject({ state: 'closed', because: expect.stringContaining(because) });
    expect(unplanned(spoil).state).toBe('closed');
  });

  it('accepts a TTL of the limit; a longer one closes planned moves and is told to the others', () => {
    const ttl =
      (seconds: number): Spoil =>
      (r) =>
        r.name === 'cart.example.test.' ? [withTtl(seconds, r)] : [r];
    expect(planned(ttl(60)).state).toBe('open');
    expect(planned(ttl(61))).toMatchObject({ state: 'closed' });
    expect(unplanned(ttl(61))).toMatchObject({ state: 'open', because: expect.stringContaining('not holding: ') });
  });

  it('tells of a weight of 0 that target health may bring to life, and holds nothing for it', () => {
    const healthy: Spoil = (r) => [
      r.alias === undefined ? r : { ...r, alias: { ...r.alias, evaluateTargetHealth: true } },
    ];
    expect(planned(healthy)).toMatchObject({
      state: 'open',
      because: expect.stringContaining('of green weighs 0 and evaluates'),
    });
  });

  it('closes a planned move when one server answers against the weights, and is told to an unplanned one as nothing', () => {
    const answers = { zones: { 'example.test': { answers: 'both' } } };
    expect(gateAfter((r) => [r], { kind: 'switchover', ...answers })).toMatchObject({
      state: 'closed',
      because: expect.stringContaining('ns1 answers cart.example.test. with both, the weights say blue'),
    });
    expect(gateAfter((r) => [r], { seen: DEAD, ...answers }).state).toBe('open');
  });

  it('is unknown when no server was heard, or a zone was not read', () => {
    const silent = { zones: { 'pivot.test': { answers: 'no answer' } } };
    expect(gateAfter((r) => [r], { kind: 'switchover', ...silent }).state).toBe('unknown');
    expect(gateAfter((r) => [r], { seen: DEAD, ...silent }).state).toBe('open');
    expect(gateAfter((r) => [r], { seen: DEAD, zones: { 'pivot.test': { unread: true } } }).state).toBe('unknown');
  });

  it('looks at the names that move only', () => {
    const spoil: Spoil = (r) => (is(r, 'cart.example.test.') ? [] : [r]);
    expect(gateAfter(spoil, { kind: 'switchover', ring: 0 }).state).toBe('open');
    expect(gateAfter(spoil, { kind: 'switchover', ring: 1 }).state).toBe('closed');
  });
});
