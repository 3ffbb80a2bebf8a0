import type { Command } from 'commander';
import type { TimedClock } from '../adapters/clock/timed.ts';
import type { Connect } from './console.ts';
import type { Output } from './output.ts';

/** What a verb sees of the process it runs in. */
export interface Surroundings {
  readonly output: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder, absolute. */
  readonly folder: string;
  /** The time of whoever waits for the answer, which is not the lab's. */
  readonly clock: TimedClock;
  readonly connect: Connect;
  /** Loads what `connect` is made of: that takes this machine's time, and nobody else is to blame for it. */
  readonly load?: () => Promise<unknown>;
  /** Asks the person at the terminal; left out when there is nobody to answer. */
  readonly ask?: (question: string) => Promise<string>;
  /** Calls `happens` once when the person presses Ctrl-C. The result takes that back. */
  interrupted(happens: () => void): () => void;
}

/** What the command line said: arguments in the order declared, options by their long name in camelCase. */
export interface Asked {
  readonly args: readonly (string | undefined)[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** One `throwover <verb>`, in a file of its name; cli/verbs.ts lists them. */
export interface Verb {
  /** Adds arguments and options. */
  declare(command: Command): Command;
  /** Whole command lines, each with what it is for: the end of the help text. */
  readonly examples: readonly (readonly [commandLine: string, purpose: string])[];
  /** Does it and gives the exit code (cli/exit-codes.ts). Throws `Refused` for bad input. */
  run(asked: Asked, surroundings: Surroundings): Promise<number> | number;
}

/** What was asked cannot be done as it was asked; the message is the sentence the person reads. Exit code 2. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
