/**
 * What a scenario of the demo is: a play on the lab's stage that tells what happens, ends in figures, and holds what must be
 * true against what was seen. One file per scenario, all of them listed in `scenarios.ts`.
 */
import type { NamedPair } from '../../core/topology/pair.ts';
import type { Topology } from '../../core/topology/schema.ts';
import type { Stage } from '../../lab/stage.ts';
import type { Telling } from './telling.ts';

export interface Scenario {
  /** What happens, in a few words: for `--help`. */
  readonly about: string;
  /** What this play changes about the lab's topology: another mode, say. */
  readonly topology?: (topology: Topology) => Topology;
  play(setting: Setting): Promise<Played>;
}

export interface Setting {
  readonly stage: Stage;
  readonly pair: NamedPair;
  /** The cluster that has the traffic when the play begins. */
  readonly active: string;
  /** @param zero the lab time that is told as 00:00, in milliseconds since the epoch */
  tellingOf(zero: () => number): Telling;
}

export interface Played {
  /** What `--json` prints. */
  readonly figures: object;
  /** The figures that people see, each with its name. */
  readonly rows: readonly (readonly [name: string, value: string])[];
  readonly expectations: readonly Expectation[];
  /** How it ended, in one sentence. */
  readonly end: string;
}

/** What must be true at the end of a play: what was expected and what was seen. One that is not met fails the demo. */
export interface Expectation {
  expected: string;
  met: boolean;
  seen: string;
}

export function expectation(expected: string, met: boolean, seen: string): Expectation {
  return { expected, met, seen };
}
