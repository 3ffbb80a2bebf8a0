import type { ExecutionDescription } from './record.ts';

/** The event Step Functions sends to EventBridge when an execution starts, ends or is redriven. */
export interface StatusChangeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Step Functions Execution Status Change';
  readonly source: 'aws.states';
  readonly account: string;
  /** ISO time in whole seconds, as EventBridge writes it. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export function statusChangeEvent(
  seen: ExecutionDescription,
  { id, now, region, accountId }: { id: string; now: number; region: string; accountId: string },
): StatusChangeEvent {
  const { startDate, stopDate, output, outputDetails, error, cause, redriveDate, redriveStatusReason, ...rest } = seen;
  return {
    version: '0',
    id,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: accountId,
    time: `${new Date(now).toISOString().slice(0, 19)}Z`,
    region,
    resources: [seen.executionArn],
    detail: {
      ...rest,
      startDate,
      stopDate: stopDate ?? null,
      output: output ?? null,
      outputDetails: outputDetails ?? null,
      error: error ?? null,
      cause: cause ?? null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveDate: redriveDate ?? null,
      redriveStatusReason: redriveStatusReason ?? null,
    },
  };
}
