import { describe, expect, it } from 'vitest';
import { approvalReleasesOneRun, type ClaimSeen } from './claim.ts';
import { clusterEpochNeverDecreases } from './cluster-fence.ts';
import { breaches, type Invariant } from './invariant.ts';
import {
  commitsWhatWasSteered,
  type LedgerWrite,
  oneAutomaticMove,
  oneHolder,
  revisionGrowsByOne,
} from './ledger-write.ts';
import {
  copyEqualsLedger,
  fencesAtRest,
  nobodyHolds,
  ofAPairAtRest,
  oneActiveCluster,
  type PairSeen,
  wholeWeights,
} from './rest.ts';
import {
  drillStaysInItsRing,
  epochNeverDecreases,
  everyWriterFences,
  intendedBeforeSent,
  loweredOnlyWithARaise,
  neighboursAreLeft,
  neverDark,
  ofEveryZoneChange,
  onlyWeightsAndTexts,
  raisedOnlyWhenReady,
  type ZoneChange,
} from './zone-change.ts';

const fence = { by: '1ab01ab0', epoch: 2, seq: 3, active: 'blue', run: 'run' };

/** A batch of ours that moves one name from blue to green, as it should be. */
const swap: ZoneChange = {
  at: 0,
  zone: 'example.test',
  caller: 'throwover',
  ours: true,
  groups: [
    { name: 'shop A', ring: '1', before: { blue: 100, green: 0 }, after: { blue: 0, green: 100 }, answered: true },
  ],
  fence: { before: fence, after: { ...fence, seq: 4, active: 'green' } },
  fenceDeleted: true,
  ofOthers: [],
  alteredBeyondWeight: [],
  intended: true,
  ready: { blue: undefined, green: 1 },
};

const [group] = swap.groups;
const withGroup = (change: Partial<ZoneChange['groups'][number]>): ZoneChange => ({
  ...swap,
  groups: group === undefined ? [] : [{ ...group, ...change }],
});

describe('what is promised of every change of a zone', () => {
  it('is kept by a swap under the fence', () => {
    expect(breaches(ofEveryZoneChange, swap)).toEqual([]);
  });

  it.each<[string, Invariant<ZoneChange>, ZoneChange]>([
    ['all weights are zero', neverDark, withGroup({ after: { blue: 0, green: 0 } })],
    ['no record is left', neverDark, withGroup({ after: {} })],
    ['nothing answers', neverDark, withGroup({ answered: false })],
    ['the epoch goes down', epochNeverDecreases, { ...swap, fence: { before: fence, after: { ...fence, epoch: 1 } } }],
    [
      'an old value comes back',
      epochNeverDecreases,
      { ...swap, fence: { before: fence, after: { ...fence, seq: 2 } } },
    ],
    ['the fence is not taken along', everyWriterFences, { ...swap, fenceDeleted: false }],
    ['the fence is gone afterwards', everyWriterFences, { ...swap, fence: { before: fence, after: undefined } }],
    [
      'another run writes at the same epoch',
      everyWriterFences,
      { ...swap, fence: { before: fence, after: { ...fence, seq: 4, run: 'another' } } },
    ],
    ['users are sent to pods that sleep', raisedOnlyWhenReady, { ...swap, ready: { blue: 1, green: 0.2 } }],
    ['users are sent where nobody can look', raisedOnlyWhenReady, { ...swap, ready: { blue: 1, green: undefined } }],
    ['the old side is lowered first', loweredOnlyWithARaise, withGroup({ after: { blue: 0, green: 0 } })],
    ['nobody announced the batch', intendedBeforeSent, { ...swap, intended: false }],
    ['a drill of ring 0 moves ring 1', drillStaysInItsRing, { ...swap, drillRing: 0 }],
    ['another pair’s name is in it', neighboursAreLeft, { ...swap, ofOthers: ['till-0.example.test.'] }],
    ['a target was changed', onlyWeightsAndTexts, { ...swap, alteredBeyondWeight: ['shop A blue was altered'] }],
  ])('is broken when %s', (_, invariant, change) => {
    expect(breaches([invariant], swap)).toEqual([]);
    expect(breaches([invariant], change)).toEqual([expect.stringContaining(invariant.says)]);
  });

  it('asks of an ExternalDNS only what users would notice', () => {
    const theirs = { ...swap, ours: false, fenceDeleted: false, intended: false, ready: { green: 0 } };
    expect(breaches(ofEveryZoneChange, theirs)).toEqual([]);
    expect(
      breaches(ofEveryZoneChange, { ...theirs, ...withGroup({ after: { blue: 0, green: 0 } }), ours: false }),
    ).toHaveLength(2);
  });

  it('lets an ExternalDNS take back what a person gave its cluster by hand, as long as the name is answered', () => {
    const theirs = { ...swap, ours: false, fenceDeleted: false, intended: false };
    const takenBack = withGroup({ after: { blue: 0, green: 0 }, takenBack: true });
    expect(breaches(ofEveryZoneChange, { ...theirs, groups: takenBack.groups })).toEqual([]);
    const undeclared = withGroup({ after: { blue: 0, green: 0 }, undeclared: true });
    expect(breaches(ofEveryZoneChange, { ...theirs, groups: undeclared.groups })).toEqual([]);
    const unanswered = withGroup({ after: { blue: 0, green: 0 }, takenBack: true, answered: false });
    expect(breaches(ofEveryZoneChange, { ...theirs, groups: unanswered.groups })).toHaveLength(1);
  });
});

const holder = { id: 'sfn:x', nonce: 'n', kind: 'switchover' };
const written: LedgerWrite = {
  before: { rev: 4, epoch: 2, acknowledged: true, debts: [] },
  after: { rev: 5, epoch: 3, acknowledged: true, debts: [], holder },
  fences: ['blue', 'blue'],
};

describe('what is promised of every write of the ledger', () => {
  it.each<[string, Invariant<LedgerWrite>, LedgerWrite]>([
    ['rev jumps', revisionGrowsByOne, { ...written, after: { ...written.after, rev: 7 } }],
    ['the epoch goes down', revisionGrowsByOne, { ...written, after: { ...written.after, epoch: 1 } }],
    ['the pair changes hands at the same epoch', oneHolder, { ...written, after: { ...written.after, epoch: 2 } }],
    [
      'automation moves a second time though nobody acknowledged the first',
      oneAutomaticMove,
      {
        fences: ['green'],
        before: { rev: 4, epoch: 2, acknowledged: false, debts: [], lastAutomaticMove: { epoch: 2, at: 0 } },
        after: { rev: 5, epoch: 3, acknowledged: false, debts: [], lastAutomaticMove: { epoch: 3, at: 9 } },
      },
    ],
    [
      'a cluster is called active that no fence calls so',
      commitsWhatWasSteered,
      {
        ...written,
        before: { ...written.before, holder },
        after: { ...written.after, active: 'green' },
      } as LedgerWrite,
    ],
  ])('is broken when %s', (_, invariant, write) => {
    expect(breaches([invariant], written)).toEqual([]);
    expect(breaches([invariant], write)).toHaveLength(1);
  });

  it('one zone may be behind when the pair is said to stand elsewhere, and where no fence stands none is asked', () => {
    const moved = {
      ...written,
      before: { ...written.before, holder },
      after: { ...written.after, active: 'green' },
    } as LedgerWrite;
    expect(breaches([commitsWhatWasSteered], { ...moved, fences: ['blue', 'green'] })).toEqual([]);
    expect(breaches([commitsWhatWasSteered], { ...moved, fences: [] })).toEqual([]);
  });

  it('a cluster’s epoch goes up only', () => {
    const seen = { cluster: 'blue', before: { epoch: '3' }, after: { epoch: '3' } };
    expect(breaches([clusterEpochNeverDecreases], seen)).toEqual([]);
    expect(breaches([clusterEpochNeverDecreases], { ...seen, after: { epoch: '2' } })).toHaveLength(1);
  });
});

const resting: PairSeen = {
  ledger: { rev: 5, epoch: 2, active: 'green', acknowledged: true, debts: [] },
  zones: [
    {
      zone: 'example.test',
      fence: { ...fence, active: 'green' },
      groups: [{ name: 'shop A', weights: { blue: 0, green: 100 }, stands: 'green' }],
    },
  ],
  published: { active: 'green', state: '{"active":"green"}' },
  configMaps: { green: { role: 'active' }, blue: { role: 'standby' } },
};

describe('what is promised of a pair at rest', () => {
  it('is kept by a pair in order', () => {
    expect(breaches(ofAPairAtRest, resting)).toEqual([]);
  });

  const [zone] = resting.zones;
  const withZone = (change: Partial<PairSeen['zones'][number]>): PairSeen => ({
    ...resting,
    zones: zone === undefined ? [] : [{ ...zone, ...change }],
  });
  const withLedger = (change: Partial<NonNullable<PairSeen['ledger']>>): PairSeen => ({
    ...resting,
    ledger: { rev: 5, epoch: 2, active: 'green', acknowledged: true, debts: [], ...change },
  });

  it.each<[string, Invariant<PairSeen>, PairSeen]>([
    [
      'a name stands on both sides',
      wholeWeights,
      withZone({ groups: [{ name: 'shop A', weights: { blue: 50, green: 100 }, stands: 'green' }] }),
    ],
    [
      'a fence says that a move is under way',
      fencesAtRest,
      withZone({ fence: { ...fence, active: 'green', to: 'blue', share: 10 } }),
    ],
    ['a fence is gone', fencesAtRest, withZone({ fence: undefined })],
    ['fence and ledger differ', fencesAtRest, withLedger({ active: 'blue' })],
    ['somebody holds the pair', nobodyHolds, withLedger({ holder: { id: 'sfn:x', nonce: 'n', kind: 'drill' } })],
    ['a debt is never tried again', nobodyHolds, withLedger({ debts: [{ what: 'settle', epoch: 2 }] })],
    [
      'the parameter names another cluster',
      copyEqualsLedger,
      { ...resting, published: { active: 'blue', state: '{}' } },
    ],
    [
      'both clusters call themselves active',
      oneActiveCluster,
      { ...resting, configMaps: { green: { role: 'active' }, blue: { role: 'active' } } },
    ],
  ])('is broken when %s', (_, invariant, pair) => {
    expect(breaches([invariant], pair)).toHaveLength(1);
  });
});

describe('what is promised of a claim where automation asks first', () => {
  const claim = {
    kind: 'automatic failover',
    startedBy: 'machine',
    from: 'blue',
    epoch: 2,
    longestOutage: 60,
  } as const;
  const word = { said: 'approved', inTime: true, releases: 1 } as const;
  const withWord = (approval: ClaimSeen['approval']): ClaimSeen => ({
    ...claim,
    unacknowledged: false,
    ...(approval === undefined ? {} : { approval }),
  });

  it('is kept by a word that was given in time, and where nobody has to be asked', () => {
    expect(breaches([approvalReleasesOneRun], withWord(word))).toEqual([]);
    expect(breaches([approvalReleasesOneRun], withWord(undefined))).toEqual([]);
  });

  it.each<[string, NonNullable<ClaimSeen['approval']>]>([
    ['nobody has answered', { ...word, said: undefined }],
    ['a person said no', { ...word, said: 'rejected' }],
    ['the word came too late', { ...word, inTime: false }],
    ['one word releases two claims', { ...word, releases: 2 }],
  ])('is broken when %s', (_, approval) => {
    expect(breaches([approvalReleasesOneRun], withWord(approval))).toHaveLength(1);
  });
});
