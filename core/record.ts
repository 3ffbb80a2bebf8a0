/** What a run leaves: its output, the CLI's `--json`, and one item for the auditors. */
import type { Gate } from './gates/gate.ts';
import type { Debt } from './ledger/ledger.ts';

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

export interface RunRecord {
  outcome: Outcome;
  pair: string;
  mode: string;
  from?: string;
  to?: string;
  epoch?: number;
  active?: string;
  situation?: string;
  because: readonly string[];
  /** The one next command, or what there is to know. */
  next: string;
  zones: readonly ZoneRecord[];
  gates: readonly Gate[];
  debts: readonly Debt[];
}
