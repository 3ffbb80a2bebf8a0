import { describe, expect, it } from 'vitest';
import {
  afterBack,
  afterOut,
  type Course,
  type CourseFacts,
  type LegSeen,
  nextAfter,
  wayOf,
  whileBaking,
} from '../../../core/drill/course.ts';
import type { Drill } from '../../../core/drill/drill.ts';
import type { Gate } from '../../../core/gates/gate.ts';
import type { Ledger } from '../../../core/ledger/ledger.ts';

const drill: Drill = {
  pair: 'shop',
  kind: 'ring',
  at: 0,
  name: 'drill-x',
  execution: 'arn:x',
  startedBy: 'machine',
  from: 'blue',
  to: 'green',
  ring: 0,
  returns: true,
  bakeSeconds: 600,
  reason: 'by the schedule',
};
const ledger: Ledger = { pair: 'shop', rev: 9, epoch: 5, active: 'blue', rings: {}, debts: [], acknowledged: true };
const pause = { reason: 'quiet', by: 'me', since: 0 };
const facts = (change: Partial<CourseFacts> = {}): CourseFacts => ({
  drill,
  now: 0,
  ledger,
  alarm: undefined,
  ...change,
});
const leg = (outcome: string, more: Partial<LegSeen['record']> = {}): LegSeen => ({
  status: outcome === 'Uncertain' ? 'FAILED' : 'SUCCEEDED',
  record: { outcome: outcome as 'Held', because: ['as it was'], ...more },
});
const shut = (...names: string[]) => ({ gates: names.map((name) => ({ name, state: 'closed' }) as Gate) });
const RUNNING: LegSeen = { status: 'RUNNING' };
const ALARM = 'checkout is in ALARM';

describe('the leg there', () => {
  it.each<[string, LegSeen, Partial<CourseFacts>, Partial<Course>]>([
    ['is waited for', RUNNING, {}, { do: 'wait' }],
    ['is asked back when customers are hurt', RUNNING, { alarm: ALARM }, { do: 'ask back' }],
    ['then bakes', leg('Switched'), {}, { do: 'bake' }],
    ['returns at once when customers are hurt', leg('Switched'), { alarm: ALARM }, { do: 'return', failing: ALARM }],
    [
      'that was the failover ends it',
      leg('Switched', { because: ['the old side did not answer on the way: x'] }),
      {},
      { do: 'finish', outcome: 'Interrupted' },
    ],
    ['yields', leg('Superseded'), {}, { do: 'finish', outcome: 'Interrupted' }],
    ['was stopped by a person', { status: 'ABORTED' }, {}, { do: 'finish', outcome: 'Interrupted' }],
    ['ran out of time', { status: 'TIMED_OUT' }, {}, { do: 'finish', outcome: 'Failed' }],
    ['does not know', leg('Uncertain'), {}, { do: 'finish', outcome: 'Failed' }],
    ['came back by itself: the target was sick', leg('Abandoned'), {}, { do: 'finish', outcome: 'Failed' }],
    [
      'was halted by a pause',
      leg('Abandoned'),
      { ledger: { ...ledger, pause } },
      { do: 'finish', outcome: 'Interrupted' },
    ],
    [
      'was asked back by a person',
      leg('Abandoned', { because: ['a person asked to go back at 10'] }),
      {},
      { do: 'finish', outcome: 'Interrupted' },
    ],
    [
      'was asked back by the drill itself',
      leg('Abandoned', { because: ['drill drill-x asked to go back at 10'] }),
      { failing: ALARM },
      { do: 'finish', outcome: 'Failed' },
    ],
    ['found a cluster that is not fit', leg('Held', shut('TargetReady')), {}, { do: 'finish', outcome: 'Failed' }],
    [
      'found somebody else at work',
      leg('Held', shut('NoHolder', 'NotPaused')),
      {},
      { do: 'finish', outcome: 'Skipped' },
    ],
    ['found both', leg('Held', shut('NoHolder', 'TargetReady')), {}, { do: 'finish', outcome: 'Failed' }],
    [
      'found foreign weights',
      leg('Held', { ...shut('FacesAgree'), situation: 'Disputed' }),
      {},
      { do: 'finish', outcome: 'Skipped' },
    ],
    ['found nothing to move', leg('Unchanged'), {}, { do: 'finish', outcome: 'Failed' }],
  ])('%s', (_, seen, change, expected) => {
    expect(afterOut(seen, facts(change))).toMatchObject(expected);
  });

  it.each<[string, LegSeen, string]>([
    ['succeeds when every gate is open', leg('Previewed'), 'Succeeded'],
    ['fails when one would hold a move', leg('Previewed', shut('Capacity')), 'Failed'],
    [
      'does not mind the policy, which a failover by a person does not ask',
      leg('Previewed', shut('Policy')),
      'Succeeded',
    ],
    ['fails when nobody could judge', leg('Held'), 'Failed'],
  ])('as a preview %s', (_, seen, outcome) => {
    expect(afterOut(seen, facts({ drill: { ...drill, kind: 'preview' } }))).toMatchObject({ do: 'finish', outcome });
  });
});

describe('the bake', () => {
  it.each<[string, Partial<CourseFacts>, Partial<Course>]>([
    ['lasts', { now: 599_999 }, { do: 'wait' }],
    ['ends, and the ring returns', { now: 600_000 }, { do: 'return' }],
    [
      'ends, and everything stays',
      { now: 600_000, drill: { ...drill, returns: false } },
      { do: 'finish', outcome: 'Succeeded' },
    ],
    ['ends early when customers are hurt', { alarm: ALARM }, { do: 'return', failing: ALARM }],
    [
      'gives way to whoever took the pair',
      { ledger: { ...ledger, epoch: 6 } },
      { do: 'finish', outcome: 'Interrupted' },
    ],
    ['gives way to a pause', { now: 600_000, ledger: { ...ledger, pause } }, { do: 'finish', outcome: 'Interrupted' }],
    [
      'gives way to what waits for a person',
      { ledger: { ...ledger, awaitsPerson: 'x' } },
      { do: 'finish', outcome: 'Interrupted' },
    ],
    ['waits while nobody can read the ledger', { now: 600_000, ledger: undefined }, { do: 'wait' }],
  ])('%s', (_, change, expected) => {
    expect(whileBaking(0, { ...facts(change), epoch: 5 })).toMatchObject(expected);
  });
});

describe('the leg back', () => {
  it.each<[string, LegSeen, Partial<CourseFacts>, Partial<Course>]>([
    ['is waited for, whatever an alarm says: it goes the right way', RUNNING, { alarm: ALARM }, { do: 'wait' }],
    ['ends well', leg('Switched'), {}, { do: 'finish', outcome: 'Succeeded' }],
    ['ends what had failed', leg('Switched'), { failing: ALARM }, { do: 'finish', outcome: 'Failed' }],
    ['is held: the way back is closed', leg('Held', shut('TargetReady')), {}, { do: 'finish', outcome: 'Failed' }],
    ['is held because somebody else acts', leg('Held', shut('NoHolder')), {}, { do: 'finish', outcome: 'Interrupted' }],
    ['yields', leg('Superseded'), {}, { do: 'finish', outcome: 'Interrupted' }],
  ])('%s', (_, seen, change, expected) => {
    expect(afterBack(seen, facts(change))).toMatchObject(expected);
  });

  it('goes the other way', () => {
    expect(wayOf(drill, 'out')).toEqual({ from: 'blue', to: 'green' });
    expect(wayOf(drill, 'back')).toEqual({ from: 'green', to: 'blue' });
  });
});

describe('the next command', () => {
  it('brings a ring back that an interrupted drill left', () => {
    const away = { rings: { 0: 'green' }, active: 'blue' };
    expect(nextAfter(drill, 'Interrupted', away)).toContain('throwover switch --pair shop --to blue --ring 0');
    expect(nextAfter(drill, 'Interrupted', ledger)).toBe('throwover status --pair shop');
    expect(nextAfter(drill, 'Succeeded', ledger)).toBe('throwover drills --pair shop');
  });
});
