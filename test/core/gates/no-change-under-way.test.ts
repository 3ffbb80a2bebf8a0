import { describe, expect, it } from 'vitest';
import { decide } from '../../../core/decide.ts';
import { factsOf, type Given, NOW } from '../given.ts';
import { ask, DEAD } from './ask.ts';

const LOCK = {
  cluster: 'green',
  by: 'cni-upgrade/17',
  reason: 'vpc-cni 1.21',
  since: NOW - 60_000,
  until: NOW + 60_000,
};
const locked = (given: Given, lock: object = LOCK) => ask('NoChangeUnderWay', { ...given, ledger: { locks: [lock] } });

describe('NoChangeUnderWay', () => {
  it.each(['switchover', 'drill'] as const)(
    'holds a %s while a pipeline has locked a cluster, and says whose',
    (kind) => {
      expect(locked({ kind })).toEqual({
        name: 'NoChangeUnderWay',
        state: 'closed',
        because:
          'green is locked by cni-upgrade/17 since 2027-03-14T02:59:00.000Z until 2027-03-14T03:01:00.000Z: vpc-cni 1.21',
        opensWhen: 'the lock ends, or `throwover lock release --pair shop --cluster green --owner cni-upgrade/17`',
        applies: 'before claim',
        overridable: 'person',
      });
    },
  );

  it('opens at the millisecond in which the lock ends', () => {
    expect(locked({ kind: 'switchover' }, { ...LOCK, until: NOW + 1 }).state).toBe('closed');
    expect(locked({ kind: 'switchover' }, { ...LOCK, until: NOW }).state).toBe('open');
    expect(ask('NoChangeUnderWay', { kind: 'switchover' }).state).toBe('open');
  });

  const CNI = { of: 'add-on vpc-cni', what: 'AddonUpdate', update: 'u-1', since: NOW - 60_000 };
  const changing = (found: object[] | null, more: Given = {}) =>
    ask('NoChangeUnderWay', { kind: 'switchover', changes: { green: found as never }, ...more });

  it('holds a planned move while EKS changes either cluster: what, since when, and where it stands who began it', () => {
    expect(changing([CNI])).toMatchObject({
      state: 'closed',
      because: 'EKS changes add-on vpc-cni of green since 2027-03-14T02:59:00.000Z (AddonUpdate, update u-1)',
      opensWhen: expect.stringMatching(/^EKS has ended its update \(who began it: `aws cloudtrail lookup-events /),
    });
    const other = ask('NoChangeUnderWay', {
      kind: 'drill',
      changes: { blue: [{ of: 'the cluster', what: 'UPDATING' }] },
    });
    expect(other).toMatchObject({ state: 'closed', because: 'EKS changes the cluster of blue (UPDATING)' });
  });

  it('is closed by no update that we began ourselves', () => {
    const raised = [{ cluster: 'green', group: 'workers', min: 1, to: 6, at: NOW, update: 'u-1' }];
    expect(changing([CNI], { ledger: { raised } }).state).toBe('open');
    expect(changing([{ ...CNI, update: 'u-2' }], { ledger: { raised } }).state).toBe('closed');
    const givenBack = [{ update: 'u-1', at: NOW - 60_000 }];
    expect(changing([CNI], { ledger: { givenBack } }).state).toBe('open');
    expect(changing([{ ...CNI, update: 'u-2' }], { ledger: { givenBack } }).state).toBe('closed');
    const { update: _, ...unnamed } = CNI;
    expect(changing([unnamed], { ledger: { raised } }).state).toBe('closed');
  });

  it('is unknown when EKS does not say, or said so too long ago', () => {
    expect(changing(null)).toMatchObject({
      state: 'unknown',
      because: 'EKS did not say what it changes in green',
    });
    expect(changing([], { seen: { aws: { age: 31 } } }).state).toBe('unknown');
    expect(changing(null, { kind: 'automatic failover' }).state).toBe('not asked');
  });

  it('tells of the lock and of the update, whatever is not known besides', () => {
    const gate = ask('NoChangeUnderWay', {
      kind: 'switchover',
      ledger: { locks: [LOCK] },
      changes: { green: [CNI], blue: null },
    });
    expect(gate.state).toBe('closed');
    expect(gate.because).toMatch(
      /^green is locked by .*; EKS changes add-on .*; EKS did not say what it changes in blue$/,
    );
  });

  it('is unknown to a planned move when the ledger cannot be read', () => {
    expect(ask('NoChangeUnderWay', { kind: 'switchover', ledger: null }).state).toBe('unknown');
  });

  it.each(['automatic failover', 'failover by a person', 'break-glass'] as const)(
    'tells a %s of the lock and does not hold it',
    (kind) => {
      const gate = locked({ kind });
      expect(gate.state).toBe('open');
      expect(gate.because).toMatch(/^green is locked by cni-upgrade\/17 .*; an unplanned move is not held by that$/);
    },
  );

  it('is not asked of an unplanned move of which nobody locked anything, nor after the fence', () => {
    expect(ask('NoChangeUnderWay', { kind: 'automatic failover' }).state).toBe('not asked');
    expect(locked({ kind: 'switchover', stage: 'after fence' }).state).toBe('not asked');
  });

  it('lets an automatic failover happen that everything else lets happen', () => {
    const facts = factsOf({ seen: DEAD, pair: { mode: 'auto' }, ledger: { locks: [LOCK] } });
    const { kind, because } = decide(facts);
    expect(kind).toBe('Move');
    expect(because.join()).toMatch(/NoChangeUnderWay open: green is locked by cni-upgrade\/17/);
  });

  it('may be answered for by the person who starts the move', () => {
    const facts = factsOf({ kind: 'switchover', startedBy: 'person', ledger: { locks: [LOCK] } });
    expect(decide(facts, ['NoChangeUnderWay']).overridden.map(({ name }) => name)).toContain('NoChangeUnderWay');
    expect(decide(facts).shut.map(({ name }) => name)).toContain('NoChangeUnderWay');
  });
});
