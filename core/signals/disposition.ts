/** What becomes of a signal, and why: what lies in the signal itself, then what goes on with its pair. */
import { KINDS, type Ledger, pausedAt } from '../ledger/ledger.ts';
import type { NamedPair } from '../topology/pair.ts';
import type { Signal } from './signal.ts';

/** `taken`: somebody is at work on it, or died over it. `answered`: a run looks, or has looked since. */
export const DONE = [
  'taken',
  'started',
  'stale',
  'not an alarm',
  'no pair',
  'held already',
  'answered',
  'refused',
] as const;
export type Done = (typeof DONE)[number];

export interface Disposition {
  readonly did: Done;
  readonly because: string;
  /** The run that was started, or that looks already. */
  readonly run?: string;
}

/** The last run that a signal started. */
export interface SuggestedRun {
  readonly run: string;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** Key of the signal. */
  readonly signal: string;
}

/** Why a signal says nothing that anybody should look at; undefined if it may. */
export function unfit(signal: Signal, pair: NamedPair | undefined, now: number): Disposition | undefined {
  const { state, suppressedBy, at } = signal;
  if (state === 'due') return { did: 'not an alarm', because: 'a schedule is due; drills are started by their own' };
  if (state !== 'alarm') return { did: 'not an alarm', because: `it is ${state}: only an alarm suggests anything` };
  if (suppressedBy !== undefined)
    return { did: 'not an alarm', because: `its actions are suppressed by ${suppressedBy}` };
  if (pair === undefined)
    return {
      did: 'no pair',
      because: 'it belongs to no pair: alarms are called throwover-<pair>-…, alerts have a label pair or cluster',
    };
  const ageSeconds = Math.round((now - at) / 1000);
  const most = pair.timing.signalAgeSecondsMax;
  if (ageSeconds > most) return { did: 'stale', because: `it is ${ageSeconds} s old, ${most} s is the most` };
  if (-ageSeconds > most)
    return { did: 'stale', because: `it is ${-ageSeconds} s in the future, ${most} s is the most` };
  return undefined;
}

/** Why no run is needed for a signal that is fit: somebody holds the pair, or a run has looked since. */
export function needless(
  { at }: Pick<Signal, 'at'>,
  ledger: Ledger | undefined,
  last: (SuggestedRun & { running: boolean }) | undefined,
): Disposition | undefined {
  const holder = ledger?.holder;
  // a planned move may be what the alarm is about; what is already failing over is not disturbed
  if (holder !== undefined && KINDS.indexOf(holder.kind) >= KINDS.indexOf('automatic failover'))
    return { did: 'held already', because: `${holder.run} (${holder.kind}) holds the pair`, run: holder.run };
  if (last?.running === true) return { did: 'answered', because: `${last.run} is looking`, run: last.run };
  if (last !== undefined && at <= last.at)
    return { did: 'answered', because: `${last.run} has looked since`, run: last.run };
  if (ledger?.since !== undefined && at <= ledger.since)
    return { did: 'answered', because: `it was before the move to ${ledger.active} at epoch ${ledger.epoch}` };
  return undefined;
}

/** A pause stops no look: the run says all that it would have done and what keeps it from that. */
export function started(run: string, ledger: Ledger | undefined, now: number): Disposition {
  const pause = ledger === undefined ? undefined : pausedAt(ledger, now);
  const holds = pause === undefined ? '' : `; it will not act: paused by ${pause.by}: ${pause.reason}`;
  return { did: 'started', because: `started ${run}${holds}`, run };
}
