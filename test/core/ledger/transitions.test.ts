import { describe, expect, it } from 'vitest';
import { debtsOwed, emptyLedger, holds, KINDS, type Kind, type Ledger, pausedAt } from '../../../core/ledger/ledger.ts';
import {
  abortAsked,
  accepted,
  acknowledged,
  type Committed,
  claimed,
  committed,
  debtsAfter,
  letGo,
  newEpoch,
  paused,
  reaped,
  released,
  resumed,
} from '../../../core/ledger/transitions.ts';
import { askedTo, debtOf, holderOf, next, resting, whyNot } from './example.ts';

const held = (kind: Kind, ledger: Ledger = resting, more = {}) =>
  next(claimed(ledger, holderOf(kind, more), [], 'digest'));
const end = (ledger: Ledger, more: Partial<Committed> = {}): Committed => ({
  nonce: ledger.holder?.nonce ?? '',
  epoch: ledger.epoch,
  active: 'green',
  rings: {},
  debts: [],
  now: 5_000,
  ...more,
});
/** Two ticks of the reaper, the second of which takes the pair. */
const reapedWhole = (ledger: Ledger, status: 'ended' | 'stopped by a person' = 'ended') => {
  const once = next(reaped(ledger, status, ledger.rev));
  return next(reaped(once, status, once.rev));
};

describe('a claim', () => {
  it('takes a free pair at a new epoch, and stores one rev more', () => {
    const ledger = held('switchover');
    expect(ledger).toMatchObject({ rev: 11, epoch: 43, run: 'run-switchover', topology: 'digest', active: 'blue' });
    expect(holds(ledger, 'nonce of switchover', 43)).toBe(true);
  });

  it('is above every epoch that was seen anywhere', () => {
    expect(next(claimed(resting, holderOf('switchover'), [7, 99, 50], 'd')).epoch).toBe(100);
    expect(next(claimed(resting, holderOf('switchover'), [7], 'd')).epoch).toBe(43);
  });

  it('of break-glass leaps a thousand epochs ahead', () => {
    expect(held('break-glass').epoch).toBe(1_043);
    expect(newEpoch('failover by a person', [])).toBe(1);
  });

  const rank: Record<Kind, number> = {
    drill: 0,
    switchover: 1,
    repair: 1,
    'automatic failover': 2,
    'failover by a person': 3,
    'break-glass': 4,
  };
  it.each(KINDS.flatMap((holding) => KINDS.map((coming) => [coming, holding] as const)))(
    'of a %s against a %s goes by rank: only a higher one takes the pair',
    (coming, holding) => {
      const taken = claimed(held(holding), holderOf(coming, { nonce: 'coming' }), [], 'd');
      expect(taken.kind).toBe(rank[coming] > rank[holding] ? 'write' : 'no');
      if (taken.kind === 'write') expect(holds(taken.next, `nonce of ${holding}`, 43)).toBe(false);
      else expect(taken.because).toContain(`holds shop; a ${coming} does not take it from a ${holding}`);
    },
  );

  it('made twice by the same run is refused, and the run is told that it holds the pair', () => {
    expect(whyNot(claimed(held('switchover'), holderOf('switchover'), [], 'd'))).toContain('already holds shop');
  });

  it('forgets what a person asked of the run before', () => {
    const asked = next(abortAsked(held('switchover'), askedTo('back')));
    expect(held('automatic failover', asked).abort).toBeUndefined();
  });

  it('by machine is refused while a person is awaited; a person’s is not, and answers nothing by itself', () => {
    const waiting: Ledger = { ...resting, awaitsPerson: 'zones disagree' };
    for (const kind of KINDS) {
      const machine = claimed(waiting, holderOf(kind, { startedBy: 'machine' }), [], 'd');
      expect(whyNot(machine)).toContain('automation waits for a person: zones disagree');
      expect(held(kind, waiting, { startedBy: 'person' }).awaitsPerson).toBe('zones disagree');
    }
  });

  it('of a second automatic failover waits for the acknowledgement of the first, whatever was judged before', () => {
    const run = held('automatic failover');
    const moved = next(committed(run, end(run)));
    expect(whyNot(claimed(moved, holderOf('automatic failover'), [], 'd'))).toContain(
      'the automatic move of epoch 43 was not acknowledged',
    );
    expect(claimed(moved, holderOf('failover by a person'), [], 'd').kind).toBe('write');
    expect(claimed(next(acknowledged(moved)), holderOf('automatic failover'), [], 'd').kind).toBe('write');
  });

  it('by machine is refused where nobody ever said who is active', () => {
    expect(whyNot(claimed(emptyLedger('shop'), holderOf('automatic failover'), [41], 'd'))).toContain(
      'never activated',
    );
    expect(claimed(emptyLedger('shop'), holderOf('break-glass'), [41], 'd').kind).toBe('write');
  });
});

describe('a move that is cut off', () => {
  it('is not yet one while its run holds the pair', () => {
    expect(held('switchover').interrupted).toBeUndefined();
  });

  it('is remembered when a higher kind takes the pair, and repaired by its own kind', () => {
    const taken = held('automatic failover', held('switchover'));
    expect(taken.interrupted).toEqual({ kind: 'switchover', from: 'blue', to: 'green' });
  });

  it('is still unfinished after a run that moved nobody', () => {
    const cut = reapedWhole(held('automatic failover'));
    const tried = held('switchover', cut);
    expect(
      next(released(tried, 'nonce of switchover', tried.epoch, { debts: [], usersMoved: false })).interrupted,
    ).toMatchObject({
      kind: 'automatic failover',
    });
  });

  it('stays what it was when its repair is cut off as well', () => {
    const cut = reapedWhole(held('switchover'));
    expect(reapedWhole(held('repair', cut)).interrupted).toMatchObject({ kind: 'switchover' });
  });

  it('of one ring is one ring, until another move is cut off beside it', () => {
    const ring0 = reapedWhole(held('drill', resting, { ring: 0 }));
    expect(ring0.interrupted).toMatchObject({ ring: 0 });
    expect(reapedWhole(held('switchover', ring0, { ring: 0 })).interrupted).toMatchObject({
      kind: 'switchover',
      ring: 0,
    });
    expect(reapedWhole(held('switchover', ring0, { ring: 1 })).interrupted).not.toHaveProperty('ring');
    expect(
      reapedWhole(held('switchover', reapedWhole(held('switchover')), { ring: 1 })).interrupted,
    ).not.toHaveProperty('ring');
  });

  it('is over with the next commit', () => {
    const repair = held('repair', reapedWhole(held('switchover')));
    expect(next(committed(repair, end(repair, { active: 'blue' }))).interrupted).toBeUndefined();
  });
});

describe('a commit', () => {
  it('says who is active and leaves nobody holding the pair', () => {
    const run = held('switchover');
    const debts = [debtOf(43)];
    const done = next(committed(run, end(run, { debts, rings: { 0: 'blue' } })));
    expect(done).toMatchObject({ rev: 12, epoch: 43, active: 'green', rings: { 0: 'blue' }, since: 5_000, debts });
    expect(done).not.toHaveProperty('holder');
  });

  it('keeps since when when the pair stands where it stood', () => {
    const run = held('repair');
    expect(next(committed(run, end(run, { active: 'blue' }))).since).toBe(1_000);
  });

  it('of a run that was overtaken is refused, and says by whom', () => {
    const run = held('switchover');
    const overtaken = held('automatic failover', run);
    expect(whyNot(committed(overtaken, end(run)))).toBe(
      'sfn:automatic failover (automatic failover) holds shop at epoch 44; this run was given epoch 43',
    );
    expect(whyNot(committed(reapedWhole(run), end(run)))).toContain('nobody holds shop at epoch 44');
    const again = held('switchover', reapedWhole(run));
    expect(committed(again, end(again, { epoch: 43 })).kind).toBe('no');
  });

  it.each<[Kind, boolean]>([
    ['automatic failover', true],
    ['failover by a person', false],
    ['switchover', false],
    ['drill', false],
    ['break-glass', false],
    ['repair', false],
  ])('of a %s counts as the one automatic move: %s', (kind, counts) => {
    const run = held(kind);
    const done = next(committed(run, end(run)));
    expect(done.acknowledged).toBe(!counts);
    expect(done.lastAutomaticMove).toEqual(counts ? { epoch: run.epoch, at: 5_000 } : undefined);
  });

  it('of a repair counts as the move it repairs', () => {
    const repair = held('repair', reapedWhole(held('automatic failover')));
    expect(next(committed(repair, end(repair))).acknowledged).toBe(false);
    expect(next(committed(repair, end(repair, { active: 'blue', usersMoved: true }))).acknowledged).toBe(false);
    const planned = held('repair', reapedWhole(held('switchover')));
    expect(next(committed(planned, end(planned))).acknowledged).toBe(true);
  });

  it('of an automatic run that found nothing moved does not count', () => {
    const run = held('repair', reapedWhole(held('automatic failover', { ...resting, rings: { 0: 'green' } })));
    expect(next(committed(run, end(run, { active: 'blue', rings: { 0: 'green' } }))).acknowledged).toBe(true);
    expect(next(committed(run, end(run, { active: 'blue', rings: {} }))).acknowledged).toBe(false);
  });

  it('answers what awaited a person, unless it leaves a question of its own', () => {
    const run = held('failover by a person', { ...resting, awaitsPerson: 'both sick' });
    expect(next(committed(run, end(run))).awaitsPerson).toBeUndefined();
    expect(next(committed(run, end(run, { awaitsPerson: 'pivot.test is behind' }))).awaitsPerson).toBe(
      'pivot.test is behind',
    );
  });
});

describe('a release', () => {
  const moved = { debts: [debtOf(43, 'undo prepare')], usersMoved: true };

  it('without users moved leaves the pair as it was, and what was owed is owed at the epoch that stands', () => {
    const run = held('switchover', { ...resting, debts: [debtOf(42, 'stand down')] });
    const free = next(released(run, 'nonce of switchover', 43, { ...moved, usersMoved: false }));
    expect(free).toMatchObject({
      active: 'blue',
      epoch: 43,
      debts: [debtOf(43, 'stand down'), debtOf(43, 'undo prepare')],
    });
    expect(free).not.toHaveProperty('holder');
    expect(free).not.toHaveProperty('interrupted');
    expect(debtsOwed(free).length).toBe(2);
  });

  it('owes once what a run before it owed already', () => {
    const again = held('switchover', { ...resting, debts: [debtOf(42, 'undo prepare'), debtOf(42, 'stand down')] });
    const { debts } = next(released(again, 'nonce of switchover', 43, { ...moved, usersMoved: false }));
    expect(debts).toEqual([debtOf(43, 'stand down'), debtOf(43, 'undo prepare')]);
  });

  it('with users moved is a move that was cut off, and a question to a person', () => {
    const run = held('automatic failover');
    const uncertain = next(released(run, 'nonce of automatic failover', 43, { ...moved, awaitsPerson: 'both sick' }));
    expect(uncertain).toMatchObject({
      interrupted: { kind: 'automatic failover', to: 'green' },
      awaitsPerson: 'both sick',
    });
    expect(claimed(uncertain, holderOf('repair'), [], 'd').kind).toBe('no');
  });

  it('by a run that was overtaken is refused', () => {
    const overtaken = held('break-glass', held('switchover'));
    expect(released(overtaken, 'nonce of switchover', 43, moved).kind).toBe('no');
    expect(released(overtaken, 'nonce of switchover', overtaken.epoch, moved).kind).toBe('no');
  });
});

describe('the reaper', () => {
  it('takes the pair after exactly two ticks in a row, at a new epoch', () => {
    const run = held('switchover');
    const once = next(reaped(run, 'ended', run.rev));
    expect(once).toMatchObject({ rev: run.rev + 1, epoch: 43, holder: { seenEnded: 1 } });
    const twice = next(reaped(once, 'ended', once.rev));
    expect(twice).toMatchObject({ epoch: 44, interrupted: { kind: 'switchover' } });
    expect(twice).not.toHaveProperty('holder');
    expect(twice.awaitsPerson).toBeUndefined();
  });

  it('starts counting again when the execution runs after all, and writes nothing while it does', () => {
    const run = held('switchover');
    const once = next(reaped(run, 'ended', run.rev));
    const running = next(reaped(once, 'running', once.rev));
    expect(running.holder).not.toHaveProperty('seenEnded');
    expect(whyNot(reaped(running, 'running', running.rev))).toBe('sfn:switchover is running');
    expect(next(reaped(running, 'ended', running.rev)).holder?.seenEnded).toBe(1);
  });

  it('counts no tick for a ledger that has moved on since the execution was asked for', () => {
    const run = held('switchover');
    const once = next(reaped(run, 'ended', run.rev));
    expect(whyNot(reaped(once, 'ended', run.rev))).toContain('moved on from rev 11 to 12');
    expect(reaped(held('automatic failover', run), 'ended', run.rev).kind).toBe('no');
  });

  it('leaves a person’s claim to a person', () => {
    const run = held('failover by a person', resting, { id: 'person:ana@laptop' });
    expect(whyNot(reaped(run, 'ended', run.rev))).toBe('person:ana@laptop is a person: `throwover release` ends that');
    expect(reaped(resting, 'ended', resting.rev).kind).toBe('no');
  });

  it('never lets a machine repair what a person stopped', () => {
    const stopped = reapedWhole(held('switchover'), 'stopped by a person');
    expect(stopped.awaitsPerson).toBe('a person stopped sfn:switchover (switchover to green)');
    expect(claimed(stopped, holderOf('repair'), [], 'd').kind).toBe('no');
    expect(claimed(stopped, holderOf('repair', { startedBy: 'person' }), [], 'd').kind).toBe('write');
    expect(claimed(reapedWhole(held('switchover')), holderOf('repair'), [], 'd').kind).toBe('write');
  });
});

describe('a person', () => {
  it('lets go of a claim at a new epoch, so that its run is fenced out', () => {
    const free = next(letGo(held('failover by a person', resting, { id: 'person:ana@laptop' })));
    expect(free).toMatchObject({ epoch: 44, interrupted: { kind: 'failover by a person' } });
    expect(free).not.toHaveProperty('holder');
    expect(whyNot(letGo(free))).toBe('nobody holds shop');
  });

  it('pauses at any time and resumes', () => {
    const pause = { reason: 'upgrade', by: 'ana', since: 1, until: 100 };
    const quiet = next(paused(held('switchover'), pause));
    expect([pausedAt(quiet, 99), pausedAt(quiet, 100)]).toEqual([pause, undefined]);
    const { until: _, ...open } = pause;
    expect(pausedAt(next(paused(resting, open)), Number.MAX_SAFE_INTEGER)).toEqual(open);
    expect(next(resumed(quiet))).not.toHaveProperty('pause');
    expect(whyNot(resumed(resting))).toBe('shop is not paused');
  });

  it('acknowledges an automatic move once', () => {
    expect(next(acknowledged({ ...resting, acknowledged: false })).acknowledged).toBe(true);
    expect(whyNot(acknowledged(resting))).toContain('nothing to acknowledge');
  });

  it.each(KINDS)('asks a %s to end, if it is a planned one', (kind) => {
    const abort = askedTo('stay');
    const asked = abortAsked(held(kind), abort);
    if (kind === 'switchover' || kind === 'drill') expect(next(asked).abort).toEqual(abort);
    else expect(whyNot(asked)).toContain('only a planned run can be aborted');
    expect(whyNot(abortAsked(resting, abort))).toContain('no run holds shop');
  });

  const truth = { active: 'green', rings: { 0: 'blue' }, epoch: 43, now: 9_000, debts: [debtOf(43)] };
  it('says that the zones are right, which answers every open question', () => {
    const open: Ledger = {
      ...resting,
      awaitsPerson: 'disputed',
      interrupted: { kind: 'switchover', from: 'blue', to: 'green' },
    };
    const right = next(accepted(open, truth));
    expect(right).toMatchObject({
      rev: 11,
      epoch: 43,
      active: 'green',
      rings: { 0: 'blue' },
      since: 9_000,
      debts: [debtOf(43)],
    });
    expect(right.awaitsPerson ?? right.interrupted ?? right.pause).toBeUndefined();
    expect(next(accepted(open, { ...truth, epoch: 1 })).epoch).toBe(42);
    expect(whyNot(accepted(held('switchover'), truth))).toContain('holds shop: wait for its end or abort it');
  });

  it('activates a pair for the first time; a ledger that was lost starts paused and unacknowledged', () => {
    const first = next(accepted(emptyLedger('shop'), { ...truth, epoch: 1 }));
    expect(first).toMatchObject({ rev: 1, epoch: 1, active: 'green', acknowledged: true });
    expect(first.pause).toBeUndefined();
    const rebuilt = next(accepted(emptyLedger('shop'), { ...truth, epoch: 44 }));
    expect(rebuilt).toMatchObject({ epoch: 44, acknowledged: false, pause: { by: 'throwover' } });
  });
});

describe('debts', () => {
  it('of an epoch are cancelled by a newer one', () => {
    const run = held('switchover', { ...resting, debts: [debtOf(42)] });
    expect(debtsOwed(run)).toEqual([]);
    expect(whyNot(debtsAfter(run, 42, []))).toBe('epoch 43 is newer than the debts of 42');
    expect(debtsOwed(reapedWhole(run))).toEqual([]);
  });

  it('that are left replace what was owed', () => {
    expect(next(debtsAfter({ ...resting, debts: [debtOf(42), debtOf(42, 'settle')] }, 42, [debtOf(42)])).debts).toEqual(
      [debtOf(42)],
    );
  });
});
