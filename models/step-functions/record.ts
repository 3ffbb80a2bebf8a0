import type { Execution, ExecutionStatus } from '../../workflow/execution.ts';
import { textOf } from '../../workflow/json.ts';

/** What DescribeExecution tells of an execution at one moment; times in milliseconds. */
export interface ExecutionDescription {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly input: string;
  readonly inputDetails: { readonly included: true };
  readonly output?: string;
  readonly outputDetails?: { readonly included: true };
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  readonly redriveDate?: number;
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE';
  readonly redriveStatusReason?: string;
}

const DAY_MS = 86_400_000;
/** Redrive is possible this long after the end; https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
const REDRIVE_MS = 14 * DAY_MS;
/** A closed execution keeps its name taken this long. */
const NAME_MS = 90 * DAY_MS;

/** An execution with the identity the service gave it, and what the service has shown of it so far. */
export class ExecutionRecord {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly inputText: string;
  readonly execution: Execution;
  redriveToken: string | undefined;
  readonly #moments: { readonly at: number; readonly shown: Omit<ExecutionDescription, RedriveMember> }[] = [];

  constructor(
    identity: { executionArn: string; stateMachineArn: string; name: string },
    inputText: string,
    of: Execution,
  ) {
    this.executionArn = identity.executionArn;
    this.stateMachineArn = identity.stateMachineArn;
    this.name = identity.name;
    this.inputText = inputText;
    this.execution = of;
  }

  /** To be called whenever the status changed. */
  changed(now: number): void {
    const { execution } = this;
    const { output, error, cause, stoppedAt, redrivenAt } = execution;
    this.#moments.push({
      at: now,
      shown: {
        executionArn: this.executionArn,
        stateMachineArn: this.stateMachineArn,
        name: this.name,
        status: execution.status,
        startDate: execution.startedAt,
        ...(stoppedAt !== undefined && { stopDate: stoppedAt }),
        input: this.inputText,
        inputDetails: { included: true },
        ...(output !== undefined && { output: textOf(output), outputDetails: { included: true } }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
        redriveCount: execution.redriveCount,
        ...(redrivenAt !== undefined && { redriveDate: redrivenAt }),
      },
    });
  }

  /** As it was at `moment`, which may lie behind `now`; a start is visible at once. */
  seenAt(moment: number, now: number): ExecutionDescription {
    const first = this.#moments[0];
    const { shown } = this.#moments.findLast(({ at }) => at <= moment) ?? (first as NonNullable<typeof first>);
    const reason = this.notRedrivable(now);
    if (reason === undefined) return { ...shown, redriveStatus: 'REDRIVABLE' };
    return { ...shown, redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
  }

  /** Why RedriveExecution would be refused. */
  notRedrivable(now: number): string | undefined {
    const { stoppedAt, notRedrivable } = this.execution;
    if (notRedrivable !== undefined) return notRedrivable;
    return now - (stoppedAt ?? now) > REDRIVE_MS ? 'Execution redrivable period exceeded' : undefined;
  }

  /** Whether its name may be given to another execution of the same machine. */
  nameIsFree(now: number): boolean {
    const { stoppedAt } = this.execution;
    return stoppedAt !== undefined && now - stoppedAt > NAME_MS;
  }
}

type RedriveMember = 'redriveStatus' | 'redriveStatusReason';
