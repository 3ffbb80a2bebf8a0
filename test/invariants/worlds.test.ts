import { describe, expect, it } from 'vitest';
import { type ClaimSeen, claimsOnlyForOutages, ofEveryClaim, oneAutomaticMoveAtATime } from './claim.ts';
import { type ClusterSleep, usersFindPods } from './cluster-sleep.ts';
import { breaches, type Invariant } from './invariant.ts';
import {
  abortStopsTheRun,
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

  it('is broken when its ExternalDNS raises it again, but for what it had planned before', () => {
    const write = { name: 'shop A', zone: 'example.test', cluster: 'blue' };
    expect(breaches([zombiesAreKeptAway], { ...write, leftSeconds: undefined })).toEqual([]);
    expect(breaches([zombiesAreKeptAway], { ...write, leftSeconds: 100 })).toEqual([]);
    expect(breaches([zombiesAreKeptAway], { ...write, leftSeconds: 300 })).toHaveLength(1);
  });
});
