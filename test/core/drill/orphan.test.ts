import { describe, expect, it } from 'vitest';
import type { DrillRecord } from '../../../core/drill/drill.ts';
import { movedByDrill, type OrphanFacts, orphaned, standsAway } from '../../../core/drill/orphan.ts';
import { emptyLedger, type Ledger } from '../../../core/ledger/ledger.ts';
import { drillThatSucceeded } from './example.ts';

const NOW = 1_800_000_000_000;
const drill: DrillRecord = { ...drillThatSucceeded(NOW - 900_000), outcome: 'Running' };
const away: Ledger = { ...emptyLedger('shop'), epoch: 7, active: 'blue', rings: { 0: 'green' }, run: 'drill-a1-out' };
const home: Ledger = { ...away, rings: {} };
const ask = (more: Partial<OrphanFacts> = {}) =>
  orphaned({ drill, now: NOW, status: 'TIMED_OUT', seenGone: 1, ledger: away, back: undefined, ...more });

describe('a drill whose execution is gone', () => {
  it('is looked at twice before anything is done', () => {
    expect(ask({ seenGone: 0 })).toEqual({ do: 'look again' });
    expect(ask({ seenGone: 0, status: 'ABORTED' })).toEqual({ do: 'look again' });
  });

  it('that a person stopped moves nobody by machine, wherever its users stand', () => {
    const found = ask({ status: 'ABORTED' });
    expect(found).toMatchObject({ do: 'close', outcome: 'Interrupted' });
    expect(JSON.stringify(found)).toContain('a person stopped it');
    expect(JSON.stringify(found)).toContain('ring 0 of shop stands on green');
    expect(ask({ status: 'ABORTED', ledger: home })).toMatchObject({ do: 'close', outcome: 'Interrupted' });
  });

  it.each(['FAILED', 'TIMED_OUT', undefined] as const)('that ended %s owes the way back', (status) => {
    expect(ask({ status })).toMatchObject({ do: 'go back' });
  });

  it('owes none where nobody is away, or should not come back, or somebody moved the pair since', () => {
    expect(ask({ ledger: home }).do).toBe('close');
    expect(ask({ drill: { ...drill, returns: false } }).do).toBe('close');
    expect(ask({ ledger: { ...away, run: 'run-of-a-person' } }).do).toBe('close');
    const full: DrillRecord = { ...drill, kind: 'full' };
    delete full.ring;
    expect(ask({ drill: full, ledger: { ...home, active: 'green' } }).do).toBe('go back');
    expect(ask({ drill: full, ledger: home }).do).toBe('close');
  });

  it('waits for its own leg, for repair and for the end of a pause; what took the pair ends it', () => {
    const holder = { id: 'sfn:x', nonce: 'n', startedBy: 'machine', from: 'blue', to: 'green', since: NOW } as const;
    const held = (run: string): Ledger => ({ ...away, holder: { ...holder, run, kind: 'drill' } });
    expect(ask({ ledger: held('drill-a1-out') }).do).toBe('wait');
    expect(ask({ ledger: held('drill-a12-out') })).toMatchObject({ do: 'close', outcome: 'Interrupted' });
    expect(ask({ ledger: { ...away, interrupted: { kind: 'drill', from: 'blue', to: 'green' } } }).do).toBe('wait');
    expect(ask({ ledger: { ...away, pause: { by: 'ada', reason: 'x', since: NOW } } }).do).toBe('wait');
    expect(ask({ ledger: undefined }).do).toBe('wait');
  });

  it('starts the way back once: what became of it ends the drill', () => {
    expect(ask({ back: { status: 'RUNNING' } }).do).toBe('wait');
    const back = { status: 'SUCCEEDED', record: { outcome: 'Switched' } } as const;
    expect(ask({ back, ledger: { ...home, run: 'drill-a1-back' } })).toMatchObject({ do: 'close', outcome: 'Failed' });
    const held = { status: 'SUCCEEDED', record: { outcome: 'Held', because: ['TargetReady closed'] } } as const;
    expect(ask({ back: held })).toMatchObject({ do: 'close', outcome: 'Failed' });
    expect(JSON.stringify(ask({ back: held }))).toContain(
      'ended Held: TargetReady closed; ring 0 of shop stands on green',
    );
  });
});

describe('who has to be looked after', () => {
  it('is a drill whose leg moved the pair last, and nobody else', () => {
    expect(movedByDrill(away)).toBe(true);
    expect(movedByDrill({ run: 'drill-a1-back' })).toBe(true);
    expect(movedByDrill({ run: 'shop-7-20260101-failover' })).toBe(false);
    expect(movedByDrill({})).toBe(false);
  });

  it('stands away by its ring, or by the whole pair; a preview never does', () => {
    expect(standsAway(drill, away)).toBe(true);
    expect(standsAway({ kind: 'full', to: 'green' }, { active: 'green', rings: {} })).toBe(true);
    expect(standsAway({ kind: 'preview', to: 'green' }, { active: 'green', rings: {} })).toBe(false);
  });
});
