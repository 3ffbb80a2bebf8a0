/**
 * A drill whose execution is gone without a report: stopped by a person, timed out, or broken. Users may stand where it put
 * them. What a person stopped is never taken up again by machine; from what broke, the way back is owed.
 */
import { type Ledger, pausedAt } from '../ledger/ledger.ts';
import type { LegSeen } from './course.ts';
import { type DrillOutcome, type DrillRecord, runOfLeg } from './drill.ts';

export type Orphaned =
  /** Describing an execution is eventually consistent: gone once is not gone. */
  | { do: 'look again' }
  | { do: 'wait'; because: string }
  /** Start the leg back, once. */
  | { do: 'go back'; because: string }
  | { do: 'close'; outcome: DrillOutcome; because: string };

export interface OrphanFacts {
  /** As its note says: `Running`. */
  drill: DrillRecord;
  now: number;
  /** Of the drill's execution; undefined: Step Functions does not know it. */
  status: Exclude<LegSeen['status'], 'RUNNING'> | undefined;
  /** How many ticks before this one found it gone. */
  seenGone: number;
  ledger: Ledger | undefined;
  /** The leg back, once it was started. */
  back: LegSeen | undefined;
}

export function orphaned({ drill, now, status, seenGone, ledger, back }: OrphanFacts): Orphaned {
  if (seenGone === 0) return { do: 'look again' };
  const gone = `its execution is ${status ?? 'unknown to Step Functions'} and left no report`;
  const close = (outcome: DrillOutcome, more: string) =>
    ({ do: 'close', outcome, because: `${gone}; ${more}` }) as const;
  if (ledger === undefined) return { do: 'wait', because: 'the ledger could not be read' };
  const where = standsAway(drill, ledger)
    ? `${said(drill)} stands on ${drill.to}`
    : `${said(drill)} is on ${drill.from}`;
  if (ledger.holder !== undefined)
    return ledger.holder.run.startsWith(`${drill.name}-`)
      ? { do: 'wait', because: `${gone}; ${ledger.holder.run} is under way` }
      : close('Interrupted', `${ledger.holder.id} (${ledger.holder.kind}) has taken the pair`);
  if (status === 'ABORTED')
    return close('Interrupted', `a person stopped it, and nothing moves for that by machine: ${where}`);
  if (back !== undefined && back.status === 'RUNNING') return { do: 'wait', because: `${gone}; it is on its way back` };
  if (back !== undefined) {
    const { outcome = back.status, because = [] } = back.record ?? {};
    return outcome === 'Switched'
      ? close('Failed', `the watch has brought it back: ${where}`)
      : close('Failed', `the leg back ended ${outcome}: ${because.join('; ')}; ${where}`);
  }
  if (ledger.interrupted !== undefined) return { do: 'wait', because: `${gone}; repair comes first` };
  if (!standsAway(drill, ledger) || drill.returns !== true) return close('Interrupted', where);
  if (ledger.run === undefined || !ledger.run.startsWith(`${drill.name}-`))
    return close('Interrupted', `another run has moved the pair since: ${where}`);
  const pause = pausedAt(ledger, now);
  if (pause !== undefined)
    return { do: 'wait', because: `${gone}; ${where}, and the way back is paused by ${pause.by}` };
  return { do: 'go back', because: `${gone}; ${where}` };
}

/** Do its users stand where the drill put them? */
export function standsAway(
  { kind, ring, to }: Pick<DrillRecord, 'kind' | 'ring' | 'to'>,
  ledger: Pick<Ledger, 'active' | 'rings'>,
): boolean {
  if (kind === 'preview') return false;
  return ring === undefined ? ledger.active === to : ledger.rings[ring] === to;
}

/** Might a drill have left users where they are? Its name is in the name of the run that moved the pair last. */
export function movedByDrill({ run, holder }: Pick<Ledger, 'run' | 'holder'>): boolean {
  return holder === undefined && run !== undefined && /^drill-.+-(out|back)$/.test(run);
}

/** The run's name of the way back. */
export function wayBack(drill: Pick<DrillRecord, 'name'>): string {
  return runOfLeg(drill, 'back');
}

function said({ ring, pair }: Pick<DrillRecord, 'ring' | 'pair'>): string {
  return ring === undefined ? pair : `ring ${ring} of ${pair}`;
}
