import { describe, expect, it } from 'vitest';
import { type ClaimSeen, claimsOnlyForOutages, ofEveryClaim, oneAutomaticMoveAtATime } from './claim.ts';
import { type SkewedWorld, skewBreaksNothing } from './clock-skew.ts';
import { type ClusterSleep, usersFindPods, usersKeepNodes } from './cluster-sleep.ts';
import { type ForeignChange, foreignChangesAreSeen } from './foreign-change.ts';
import { breaches, type Invariant } from './invariant.ts';
import { type CopyBehind, copyFollows } from './published-copy.ts';
import { type RepairEnd, repairConverges } from './repair-end.ts';
import { type SuggestedRun, signalsChooseNothing, stormsStartOneRun } from './suggested-run.ts';
import {
  abortStopsTheRun,
  appliedAsJudged,
  automationMovesToFitOnly,
  foreignChangesStay,
  movesOffTheDeadOnly,
  movesToReadyOnly,
  ofEveryTrafficBatch,
  pauseStopsAutomation,
  stepsWaitForServers,
  type TrafficBatch,
} from './traffic-batch.ts';
import { zombiesAreKeptAway } from './zombie-write.ts';

/** An automatic failover from blue to green, as it should be. */
const failover: TrafficBatch = {
  zone: 'example.test',
  epoch: 2,
  claim: { kind: 'automatic failover', startedBy: 'machine', from: 'blue', to: 'green' },
  claimedSeconds: 30,
  afterwards: false,
  raised: ['green'],
  deadSeconds: { blue: 120, green: 0 },
  readyOnce: { green: true },
  paused: false,
  aborted: false,
  previousShown: true,
  leavesServing: false,
  reverted: [],
  unjudged: [],
};
const switchover: TrafficBatch = {
  ...failover,
  claim: { kind: 'switchover', startedBy: 'person', from: 'blue', to: 'green' },
  deadSeconds: { blue: 0, green: 0 },
};

describe('what is promised of every batch that moves users', () => {
  it('is kept by a failover and by a switchover', () => {
    expect(breaches(ofEveryTrafficBatch, failover)).toEqual([]);
    expect(breaches(ofEveryTrafficBatch, switchover)).toEqual([]);
  });

  it.each<[string, Invariant<TrafficBatch>, TrafficBatch]>([
    ['pods were never ready', movesToReadyOnly, { ...failover, readyOnce: {} }],
    ['the target is dead', automationMovesToFitOnly, { ...failover, deadSeconds: { green: 200 } }],
    ['the pair is paused', pauseStopsAutomation, { ...failover, paused: true }],
    ['a person asked the run to end', abortStopsTheRun, { ...switchover, aborted: true }],
    ['a server shows an older step', stepsWaitForServers, { ...switchover, previousShown: false }],
    ['a cluster that serves is left', movesOffTheDeadOnly, { ...failover, leavesServing: true }],
    ['a name moves that nobody judged', appliedAsJudged, { ...switchover, unjudged: ['late A'] }],
    ['somebody else’s change is undone', foreignChangesStay, { ...failover, reverted: ['shop A'] }],
  ])('is broken when %s', (_, invariant, batch) => {
    expect(breaches([invariant], batch)).toHaveLength(1);
    expect(breaches(ofEveryTrafficBatch, batch)).toHaveLength(1);
  });

  it('asks of people only what no person may override', () => {
    const byPerson: TrafficBatch = { ...switchover, paused: true, leavesServing: true, deadSeconds: { green: 200 } };
    expect(breaches(ofEveryTrafficBatch, byPerson)).toEqual([]);
  });
});

describe('what is promised of every claim', () => {
  const claim: ClaimSeen = {
    kind: 'automatic failover',
    startedBy: 'machine',
    from: 'blue',
    epoch: 2,
    longestOutage: 70,
    unacknowledged: false,
  };

  it.each<[string, Invariant<ClaimSeen>, Partial<ClaimSeen>]>([
    ['nobody was without service', claimsOnlyForOutages, { longestOutage: 20 }],
    ['nobody acknowledged the last one', oneAutomaticMoveAtATime, { unacknowledged: true }],
  ])('is broken when %s, by a machine', (_, invariant, change) => {
    expect(breaches(ofEveryClaim, claim)).toEqual([]);
    expect(breaches([invariant], { ...claim, ...change })).toHaveLength(1);
    expect(breaches([invariant], { ...claim, ...change, kind: 'failover by a person' })).toEqual([]);
  });
});

describe('what is promised of a cluster that was left', () => {
  const sleep: ClusterSleep = { cluster: 'blue', asleep: ['shop'], led: [], requests: 0 };

  it('is broken when its pods sleep and users are there, or are sent there', () => {
    expect(breaches([usersFindPods], sleep)).toEqual([]);
    expect(breaches([usersFindPods], { ...sleep, led: ['shop'] })).toHaveLength(1);
    expect(breaches([usersFindPods], { ...sleep, requests: 3 })).toHaveLength(1);
  });

  it('is broken when it loses nodes and users are sent there, or will be', () => {
    expect(breaches([usersKeepNodes], { cluster: 'blue', led: 0, wanted: false })).toEqual([]);
    expect(breaches([usersKeepNodes], { cluster: 'blue', led: 2, wanted: false })).toHaveLength(1);
    expect(breaches([usersKeepNodes], { cluster: 'blue', led: 0, wanted: true })).toHaveLength(1);
  });

  it('is broken when its ExternalDNS raises it again, but for what it had planned before', () => {
    const write = { name: 'shop A', zone: 'example.test', cluster: 'blue' };
    expect(breaches([zombiesAreKeptAway], { ...write, leftSeconds: undefined })).toEqual([]);
    expect(breaches([zombiesAreKeptAway], { ...write, leftSeconds: 100 })).toEqual([]);
    expect(breaches([zombiesAreKeptAway], { ...write, leftSeconds: 300 })).toHaveLength(1);
  });
});

describe('what is promised with time', () => {
  const seen: ForeignChange = { where: 'shop A', kind: 'pivot', quietSeconds: 200, told: true };

  it('is broken when a foreign change stands and nobody is told, sooner for what decides where everybody goes', () => {
    expect(breaches([foreignChangesAreSeen], seen)).toEqual([]);
    expect(breaches([foreignChangesAreSeen], { ...seen, told: false })).toHaveLength(1);
    expect(breaches([foreignChangesAreSeen], { ...seen, told: false, kind: 'rest' })).toEqual([]);
    expect(breaches([foreignChangesAreSeen], { ...seen, told: false, kind: 'rest', quietSeconds: 700 })).toHaveLength(
      1,
    );
  });

  it('is broken when the published copy does not follow the ledger', () => {
    const behind: CopyBehind = { ledger: 'green', copy: 'blue', quietSeconds: 100 };
    expect(breaches([copyFollows], behind)).toEqual([]);
    expect(breaches([copyFollows], { ...behind, quietSeconds: 130 })).toHaveLength(1);
  });

  it('is broken in a world with wrong clocks by whatever is broken there', () => {
    const world: SkewedWorld = { skewSeconds: { judge: -290 }, broken: ['S9, no second automatic move: epoch 3'] };
    expect(breaches([skewBreaksNothing], world)).toHaveLength(1);
    expect(breaches([skewBreaksNothing], { ...world, skewSeconds: {} })).toEqual([]);
    expect(breaches([skewBreaksNothing], { ...world, broken: ['L6, a person: not in 8 commands'] })).toEqual([]);
  });
});

describe('what is promised of signals', () => {
  it('is broken when one starts a run beside another that looks', () => {
    const run: SuggestedRun = { run: 'shop-2-failover', beside: undefined };
    expect(breaches([stormsStartOneRun], run)).toEqual([]);
    expect(breaches([stormsStartOneRun], { ...run, beside: 'shop-1-failover' })).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['it chooses a target', { to: 'green' }],
    ['it answers for a gate', { override: ['FreshEvidence'] }],
    ['it brings more than its name and its time', { signal: { source: 'manual', name: 'x', at: 0, to: 'green' } }],
    ['it chooses what kind of run it is', { mode: 'switchover' }],
  ])('is broken when %s', (_, more) => {
    const input = { pair: 'shop', mode: 'failover', reason: 'x', signal: { source: 'manual', name: 'x', at: 0 } };
    expect(breaches([signalsChooseNothing], input)).toEqual([]);
    expect(breaches([signalsChooseNothing], { ...input, ...more })).toHaveLength(1);
  });
});

describe('what is promised of repair, once nothing goes wrong', () => {
  const end: RepairEnd = { outcome: 'Switched', because: '', next: '', unrest: [] };

  it('is kept by rest, and by a sentence with a way out', () => {
    expect(breaches([repairConverges], end)).toEqual([]);
    const held = { outcome: 'Held', because: 'two fences', next: 'throwover accept', unrest: ['a fence is gone'] };
    expect(breaches([repairConverges], held)).toEqual([]);
  });

  it.each<[string, Partial<RepairEnd>]>([
    ['it says that it is done, and it is not', { unrest: ['a fence is gone'] }],
    ['it stops and names no way out', { outcome: 'Uncertain', because: 'nobody knows' }],
    ['it stops and does not say why', { outcome: 'Held', next: 'throwover status' }],
    ['it leaves no record', { outcome: undefined }],
  ])('is broken when %s', (_, change) => {
    expect(breaches([repairConverges], { ...end, ...change })).toHaveLength(1);
  });
});
