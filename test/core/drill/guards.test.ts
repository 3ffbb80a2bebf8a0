import { describe, expect, it } from 'vitest';
import { DRILL_KINDS } from '../../../core/drill/drill.ts';
import { alarmsAsked, type DrillFacts, reasonsToSkip } from '../../../core/drill/guards.ts';
import type { Ledger } from '../../../core/ledger/ledger.ts';
import { type NamedPair, pairOf } from '../../../core/topology/index.ts';
import type { CalendarEntry } from '../../../core/topology/schema.ts';
import { labTopology } from '../../lab-topology.ts';

const NOW = Date.parse('2026-03-03T09:00:00Z');
const DAY = 86_400_000;
const lab = pairOf(labTopology());
const ledger: Ledger = { pair: 'shop', rev: 3, epoch: 2, active: 'blue', rings: {}, debts: [], acknowledged: true };
const facts = (change: Partial<DrillFacts> = {}): DrillFacts => ({
  now: NOW,
  pair: lab,
  kind: 'ring',
  ledger,
  alarms: {},
  ...change,
});
const withLedger = (change: Partial<Ledger>) => facts({ ledger: { ...ledger, ...change } });
const withDrills = (change: Partial<NamedPair['drills']>, more: Partial<DrillFacts> = {}) =>
  facts({ pair: { ...lab, drills: { ...lab.drills, ...change } }, ...more });
const withCalendar = (from: string, until: string, blocks: CalendarEntry['blocks'] = ['drills']) =>
  facts({ pair: { ...lab, calendar: [{ from, until, timeZone: 'UTC', blocks, reason: 'sale' }] } });
const holder = {
  id: 'sfn:x',
  nonce: 'n',
  run: 'x',
  kind: 'switchover',
  startedBy: 'person',
  from: 'blue',
  to: 'green',
  since: 0,
} as const;

describe('may a drill begin', () => {
  it.each(DRILL_KINDS)('yes, a %s one, when all is quiet', (kind) => {
    expect(reasonsToSkip(facts({ kind }))).toEqual([]);
  });

  it.each<[string, DrillFacts, RegExp]>([
    ['while paused', withLedger({ pause: { reason: 'quiet', by: 'me', since: 0 } }), /paused by me: quiet/],
    ['while held', withLedger({ holder }), /sfn:x \(switchover\) holds shop/],
    ['while a person is awaited', withLedger({ awaitsPerson: 'Uncertain' }), /waits for a person: Uncertain/],
    ['before an acknowledgement', withLedger({ acknowledged: false }), /not acknowledged: `throwover ack/],
    [
      'while a move is unfinished',
      withLedger({ interrupted: { kind: 'switchover', from: 'blue', to: 'green' } }),
      /cut off/,
    ],
    [
      'while a zone is behind',
      withLedger({ debts: [{ what: 'behind', epoch: 2, about: 'pivot.test', nextTryAt: 0, tries: 1 }] }),
      /behind after the last move: pivot\.test/,
    ],
    ['while its ring stands elsewhere', withLedger({ rings: { 0: 'green' } }), /ring 0 stands on green/],
    ['without a ring 0', facts({ pair: { ...lab, services: {} } }), /nothing to move/],
    [
      'soon after an automatic move',
      withLedger({ lastAutomaticMove: { epoch: 2, at: NOW - 7 * DAY + 1 } }),
      /less than 7 days ago: from 2026-03-03T09:00:00/,
    ],
    ['on a blocked day', withCalendar('2026-03-03T00:00', '2026-03-04T00:00'), /before 2026-03-04T00:00 in UTC: sale/],
    ['when it may not be over before a freeze', withCalendar('2026-03-03T10:05', '2026-03-09T00:00'), /sale/],
    ['while an alarm blocks', withDrills({ blockedByAlarms: ['a'] }, { alarms: { a: 'ALARM' } }), /a is in ALARM/],
    ['while customers are hurt', withDrills({ endedByAlarm: 'a' }, { alarms: { a: 'ALARM' } }), /a is in ALARM/],
    ['while an alarm cannot be read', withDrills({ blockedByAlarms: ['a'] }), /a could not be read/],
    ['when nobody can read the ledger', facts({ ledger: undefined }), /nobody has said which cluster/],
  ])('no, not %s', (_, given, because) => {
    expect(reasonsToSkip(given)).toEqual([expect.stringMatching(because)]);
  });

  it.each<[string, DrillFacts]>([
    ['a pause that is over', withLedger({ pause: { reason: 'quiet', by: 'me', since: 0, until: NOW } })],
    ['an automatic move seven days ago', withLedger({ lastAutomaticMove: { epoch: 2, at: NOW - 7 * DAY } })],
    ['the day before', withCalendar('2026-03-04T00:00', '2026-03-09T00:00')],
    ['the end of a freeze', withCalendar('2026-03-01T00:00', '2026-03-03T09:00')],
    ['a freeze of planned moves only', withCalendar('2026-03-03T00:00', '2026-03-04T00:00', ['planned'])],
    ['an alarm with too little data', withDrills({ blockedByAlarms: ['a'] }, { alarms: { a: 'INSUFFICIENT_DATA' } })],
    ['another ring that stands elsewhere', withLedger({ rings: { 1: 'green' } })],
  ])('yes, %s is in nobody’s way', (_, given) => {
    expect(reasonsToSkip(given)).toEqual([]);
  });

  it('not with everything when any ring stands elsewhere', () => {
    expect(reasonsToSkip({ ...withLedger({ rings: { 1: 'green' } }), kind: 'full' })).toHaveLength(1);
  });

  it('says every reason, not the first one', () => {
    const both = withLedger({ acknowledged: false, pause: { reason: 'quiet', by: 'me', since: 0 } });
    expect(reasonsToSkip(both)).toHaveLength(2);
  });

  it('always as a preview, which changes nothing, once somebody said who is active', () => {
    const worst = withLedger({ acknowledged: false, holder, awaitsPerson: 'x', rings: { 0: 'green' } });
    expect(reasonsToSkip({ ...worst, kind: 'preview' })).toEqual([]);
    expect(reasonsToSkip(facts({ kind: 'preview', ledger: undefined }))).toHaveLength(1);
  });

  it('asks about each alarm that the topology names', () => {
    expect(alarmsAsked(withDrills({ blockedByAlarms: ['a', 'b'], endedByAlarm: 'c' }).pair)).toEqual(['a', 'b', 'c']);
  });
});
