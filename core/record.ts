/** What a run leaves: its output, the CLI's `--json`, and one item for the auditors. */
import type { Gate } from './gates/gate.ts';
import type { Debt } from './ledger/ledger.ts';
import type { RequestsSeen, Tail } from './served.ts';

export const OUTCOMES = [
  'Switched',
  'Unchanged',
  'Previewed',
  'Recorded',
  'Held',
  'Refused',
  'Abandoned',
  'Superseded',
  'Uncertain',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface ZoneRecord {
  zone: string;
  ring: number;
  /** Percent of the weights, by cluster. */
  weights: Readonly<Record<string, number>>;
  /** What the zone's servers answer. */
  effective: string;
}

/**
 * When a run came how far, in milliseconds since the epoch; each mark is the last time that its step succeeded. `restore` is
 * made of what was seen from outside (`served.ts`).
 */
export type Marks = Readonly<
  Partial<Record<'signal' | 'began' | 'verdict' | 'claim' | 'fence' | 'steer' | 'withdraw' | 'restore', number>>
>;

/** As far as the run itself knows. */
export interface RunSeconds {
  /** From the signal, or the start by hand, to the verdict that every gate was open. */
  detect?: number;
  /** From there to the claim. */
  decide?: number;
  /** From the signal to the last zone that was verified on every server. */
  withdraw?: number;
  /** From the signal until nobody whose resolver keeps to the rules was sent elsewhere than to a cluster that serves. */
  restore?: number;
}

/** What is not known is left out. */
export function secondsOf({ signal, began, verdict, claim, withdraw, restore }: Marks): RunSeconds {
  const since = signal ?? began;
  const between = (name: keyof RunSeconds, from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? {} : { [name]: Math.round(to - from) / 1000 };
  return {
    ...between('detect', since, verdict),
    ...between('decide', verdict, claim),
    ...between('withdraw', since, withdraw),
    ...between('restore', since, restore),
  };
}

/**
 * Where the record of a run or a drill is kept for good: `shop/runs/2026-01-31/shop-42-….json`. By pair and day, so that
 * a year of one pair is one listing.
 *
 * @param at when it began, in milliseconds since the epoch: a report that is made again has the same key
 */
export function recordKey(pair: string, of: 'runs' | 'drills', name: string, at: number): string {
  return `${pair}/${of}/${new Date(at).toISOString().slice(0, 10)}/${name}.json`;
}

export interface RunRecord {
  outcome: Outcome;
  pair: string;
  mode: string;
  from?: string;
  to?: string;
  epoch?: number;
  active?: string;
  /** Who or what started it: a person as they called themselves, a signal, a drill. */
  caller?: string;
  situation?: string;
  because: readonly string[];
  /** The one next command, or what there is to know. */
  next: string;
  zones: readonly ZoneRecord[];
  gates: readonly Gate[];
  debts: readonly Debt[];
  /** What went wrong beside the run and did not stop it: a notice that is owed, a copy that was not kept. */
  troubles?: readonly string[];
  /** Only of a run that went through its steps. */
  timeline?: Marks;
  secondsTo?: RunSeconds;
  /** Why `secondsTo.restore` is not known. */
  notRestored?: string;
  /** What the observer outside sent and what failed; left out: it brought nothing. */
  requests?: RequestsSeen;
  /** Written when the old side stands down, which is after the run. */
  tail?: Tail;
}
