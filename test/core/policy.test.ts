/** What the policy makes of a verdict: act, ask, or say that it would have acted. */
import { describe, expect, it } from 'vitest';
import { type Approval, answered, isWaiting, used, whyNotReleased } from '../../core/approval.ts';
import { decide } from '../../core/decide.ts';
import type { Facts } from '../../core/facts.ts';
import { drillAge } from '../../core/gates/drill-is-fresh.ts';
import { intentDigest, intentOf } from '../../core/intent.ts';
import { DEAD } from './gates/ask.ts';
import { factsOf, type Given, NOW, PAIR } from './given.ts';

const SELF = { run: 'run-43', execution: 'arn:run-43', nonce: 'n43' };
const DAY = 86_400_000;

function approvalFor(facts: Facts, more: Partial<Approval> = {}): Approval {
  const intent = intentOf(facts);
  if (intent === undefined) throw new Error('nothing was read');
  return {
    pair: 'shop',
    run: SELF.run,
    execution: SELF.execution,
    kind: 'automatic failover',
    mode: 'failover',
    intent,
    digest: intentDigest(intent),
    situation: 'ActiveDead',
    because: [],
    reason: '',
    askedAt: NOW - 60_000,
    expiresAt: NOW + 60_000,
    token: 'secret',
    announced: true,
    ...more,
  };
}

const YES = { answer: { said: 'approved', by: 'person:ada', at: NOW - 1, reason: '' } } as const;
const dead = (pair: object, more: Partial<Facts> = {}, given: Given = {}): Facts => ({
  ...factsOf({ seen: DEAD, pair, ...given }),
  self: SELF,
  ...more,
});
const approving = (more?: Partial<Approval>) => {
  const facts = dead({ mode: 'approve' });
  return more === undefined ? facts : { ...facts, approval: approvalFor(facts, more) };
};

describe('the verdict', () => {
  it('in mode auto moves, in mode approve asks, in mode observe holds', () => {
    expect(decide(dead({ mode: 'auto' })).kind).toBe('Move');
    expect(decide(dead({ mode: 'approve' })).kind).toBe('Approve');
    expect(decide(dead({ mode: 'observe' })).kind).toBe('Hold');
  });

  it('in mode observe says when it would have acted, first of all', () => {
    const verdict = decide(dead({ mode: 'observe' }));
    expect(verdict.wouldAct?.map(({ name }) => name)).toEqual(['Policy']);
    expect(verdict.because[0]).toMatch(
      /^would act now \(2027-03-14T03:00:00.000Z: an automatic failover from blue to green\), blocked by Policy until/,
    );
  });

  it('says loudly what a block hides, until when, and the command that opens it', () => {
    const ledger = { lastAutomaticMove: { epoch: 42, at: NOW - 600_000 }, acknowledged: false };
    const verdict = decide(dead({}, {}, { ledger }));
    expect(verdict.because[0]).toContain(
      'blocked by Cooldown until `throwover ack --pair shop` and it is 2027-03-14T03:50',
    );
  });

  it('does not boast where it would not have moved anyway', () => {
    const verdict = decide(dead({ mode: 'observe' }, {}, { zones: { 'pivot.test': { unread: true } } }));
    expect(verdict.kind).toBe('Hold');
    expect(verdict.wouldAct).toBeUndefined();
  });

  it('asks nobody while the evidence is young, nor in a situation in which it would not act', () => {
    const young = { outside: { blue: 'dead', seconds: 20 }, inside: { blue: 'dead', seconds: 20 }, aws: null } as const;
    expect(decide(dead({ mode: 'approve' }, {}, { seen: young })).kind).toBe('LookAgain');
    const well = decide({ ...factsOf({ pair: { mode: 'approve' } }), self: SELF });
    expect(well.kind).toBe('Hold');
  });

  it('asks nobody after the fence: what was not approved by then is held', () => {
    const facts = { ...factsOf({ stage: 'after fence', pair: { mode: 'approve' }, seen: DEAD }), self: SELF };
    expect(decide(facts).kind).not.toBe('Approve');
  });
});

describe('an approval', () => {
  it('opens the way for its run and its intent', () => {
    expect(decide(approving(YES)).kind).toBe('Move');
  });

  it.each([
    ['not given yet', {}, 'Approve'],
    ['rejected', { answer: { ...YES.answer, said: 'rejected' } }, 'Hold'],
    ['for another run', { ...YES, run: 'run-44' }, 'Hold'],
    ['for another execution of that name', { ...YES, execution: 'arn:other' }, 'Hold'],
    ['for another intent', { ...YES, digest: '0000000000000000' }, 'Hold'],
    ['used by another claim', { ...YES, usedBy: 'n42' }, 'Hold'],
  ] as const)('that is %s opens nothing', (_, more, kind) => {
    const verdict = decide(approving(more as Partial<Approval>));
    expect(verdict.kind).toBe(kind);
    expect(verdict.shut.map(({ name }) => name)).toEqual(['Approved']);
  });

  it('is for one direction and one set of names', () => {
    const facts = approving(YES) as Facts & { approval: Approval };
    const other = { ...facts, ring: 0 };
    expect(decide(other).kind).toBe('Hold');
  });

  it('is answered once, in time, by another person than who started the run', () => {
    const approval = approvalFor(approving(), { starter: 'person:ada' });
    const yes = { said: 'approved', by: 'person:bob', reason: '', now: NOW } as const;
    expect(answered(approval, yes)).toMatchObject({ kind: 'write', next: { answer: { by: 'person:bob' } } });
    expect(answered(approval, { ...yes, by: 'person:ada' })).toMatchObject({ kind: 'no' });
    expect(answered(approval, { ...yes, by: 'person:ada', said: 'rejected' })).toMatchObject({ kind: 'write' });
    expect(answered({ ...approval, ...YES }, yes)).toMatchObject({ kind: 'no' });
    expect(answered(approval, { ...yes, now: approval.expiresAt })).toMatchObject({ kind: 'no' });
    expect(answered(approval, { ...yes, now: approval.expiresAt - 1 })).toMatchObject({ kind: 'write' });
  });

  it('waits until it is answered or over', () => {
    const approval = approvalFor(approving());
    expect(isWaiting(approval, approval.expiresAt - 1)).toBe(true);
    expect(isWaiting(approval, approval.expiresAt)).toBe(false);
    expect(isWaiting({ ...approval, ...YES }, NOW)).toBe(false);
  });

  it('is used once; the same claim may ask again', () => {
    const given = approvalFor(approving(), YES);
    expect(used(given, 'n43')).toMatchObject({ kind: 'write', next: { usedBy: 'n43' } });
    expect(used({ ...given, usedBy: 'n43' }, 'n43').kind).toBe('write');
    expect(used({ ...given, usedBy: 'n43' }, 'n44').kind).toBe('no');
    expect(used(approvalFor(approving()), 'n43').kind).toBe('no');
  });

  it('releases nothing where what would move could not be read', () => {
    const approval = approvalFor(approving(), YES);
    expect(whyNotReleased(approval, { ...SELF, digest: undefined })).toContain('could not be read');
  });
});

describe('DrillIsFresh', () => {
  const pair = { ...PAIR, drills: { ...PAIR.drills, ageDaysMax: 10 } };
  const aged = (days: number) => drillAge(pair, { lastSucceededAt: NOW - days * DAY }, NOW);

  it('warns at four fifths of the allowed age and is stale beyond it', () => {
    expect(aged(7.99)).toMatchObject({ warns: false, stale: false });
    expect(aged(8)).toMatchObject({ warns: true, stale: false });
    expect(aged(10)).toMatchObject({ warns: true, stale: false });
    expect(aged(10.01)).toMatchObject({ warns: true, stale: true });
  });

  it('is stale where no drill ever succeeded or nobody could read of one, and not asked where none is wanted', () => {
    expect(drillAge(pair, {}, NOW).stale).toBe(true);
    expect(drillAge(pair, undefined, NOW).stale).toBe(true);
    expect(drillAge(PAIR, undefined, NOW).stale).toBe(false);
    expect(decide(dead({ mode: 'auto' })).gates.map(({ name }) => name)).not.toContain('DrillIsFresh');
  });

  it('lets mode auto fall back to asking, and says why', () => {
    const stale = dead({ drills: { ageDaysMax: 10 } }, { drill: { lastSucceededAt: NOW - 11 * DAY } });
    const verdict = decide(stale);
    expect(verdict.kind).toBe('Approve');
    expect(verdict.because.join()).toContain('is 11 days old, 10 are allowed');
    expect(decide({ ...stale, drill: { lastSucceededAt: NOW - 9 * DAY } }).kind).toBe('Move');
    expect(decide({ ...stale, approval: approvalFor(stale, YES) }).kind).toBe('Move');
  });

  it('holds no failover by a person', () => {
    const facts = dead({ drills: { ageDaysMax: 10 } }, { drill: {} }, { kind: 'failover by a person' });
    expect(decide(facts).kind).toBe('Move');
  });
});
