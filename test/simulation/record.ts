/** What an execution left behind. */
import type { PairWorld } from '../../lab/world.ts';

export interface Ended {
  outcome?: string;
  because?: readonly string[];
  next?: string;
  gates?: readonly { name: string; state: string; overridable?: string }[];
}

/** What an execution left, however it ended; empty for one that was stopped. */
export function recordOf({ stepFunctions }: PairWorld, arn: string): Ended {
  const { output, cause } = stepFunctions.executionOf(arn);
  if (output !== undefined) return output as Ended;
  try {
    return JSON.parse(cause ?? '{}') as Ended;
  } catch {
    return { because: [cause ?? ''] };
  }
}

export function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
