/**
 * What the verbs see of the world: the ports that read it, and the executions of its machines. AWS, the lab and a test
 * behind the same words; the verbs do not know which.
 */
import type { TimedClock } from '../adapters/clock/timed.ts';
import type { LedgerStore } from '../core/ledger/store.ts';
import type { Notes } from '../core/ports.ts';
import type { Topology } from '../core/topology/schema.ts';
import type { Inside, World } from '../functions/world.ts';

export interface Console
  extends Pick<
    World,
    'topology' | 'clock' | 'ids' | 'zones' | 'dns' | 'clusters' | 'published' | 'metrics' | 'controlPlanes'
  > {
  /** What belongs to one stage, which has to be found first. The same answer every time. */
  deployed(): Promise<Deployed>;
  /**
   * Everything that a function may ask of the world, with this terminal's own credentials: for break-glass.
   * @param machine ARN of the switch, where it is known; else it has to be found
   */
  own(machine: string | undefined): Promise<Own>;
  /** Lets go of connections, so that the process may end. */
  close(): void;
}

export interface Own {
  /** ARN of the switch. */
  readonly machine: string;
  readonly ports: Omit<World, 'inside' | 'observers'>;
  /** The world's time, which in the lab is the lab's. */
  readonly clock: TimedClock;
  /** Our functions on Lambda: to find out whether it answers. */
  readonly functions: Inside;
}

export interface Deployed {
  /** ARN of the switch. */
  readonly machine: string;
  readonly ledger: LedgerStore;
  /** The same ledger, for whoever writes its locks and nothing else of it. */
  readonly locks: Pick<LedgerStore, 'read' | 'write'>;
  readonly notes: Notes;
  readonly runs: Runs;
  /** Executions of the machine of drills. */
  readonly drills: Runs;
  /** Executions of the machine that takes answers. */
  readonly answers: Runs;
}

/** Asks nobody yet: that there is a console does not say that anybody answers. */
export type Connect = (topology: Topology, env: Readonly<Record<string, string | undefined>>) => Promise<Console>;

/** Executions of a machine, by their ARN. */
export interface Runs {
  /** The same name with the same input is the same execution, so a start whose answer was lost may be sent again. */
  start(name: string, input: unknown): Promise<string>;
  /** Undefined: there is no such execution. */
  describe(arn: string): Promise<RunSeen | undefined>;
  /** Every event so far, oldest first. */
  history(arn: string): Promise<readonly HistoryEvent[]>;
}

export interface RunSeen {
  /** RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED. May lag behind by seconds. */
  readonly status: string;
  /** JSON text: the record of a run that ended as it should. */
  readonly output?: string;
  readonly error?: string;
  /** Of an `Uncertain` run: its record as JSON text. */
  readonly cause?: string;
}

/** An event of GetExecutionHistory, cut down to what is read. Times in milliseconds since the epoch. */
export interface HistoryEvent {
  readonly id: number;
  /** The event that led here in the same line of states; 0 for the first. */
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name?: string };
  readonly taskSucceededEventDetails?: { readonly output?: string };
  readonly taskFailedEventDetails?: { readonly error?: string; readonly cause?: string };
  readonly taskTimedOutEventDetails?: { readonly error?: string; readonly cause?: string };
}
