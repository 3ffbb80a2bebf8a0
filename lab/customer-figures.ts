import type { Clock } from '../models/clock.ts';
import type { Customers } from '../models/customers/customers.ts';
import type { CustomerFigures } from './stage.ts';

/** What customers got since the lab began, and how it went after a fault. */
export function customerFigures(
  { recorder }: Customers,
  clock: Clock,
  faultAt: number,
  clusters: readonly string[],
): CustomerFigures {
  const restoredAt = recorder.restoredAt(faultAt);
  const failedSince: Record<number, number> = {};
  for (let at = faultAt; at <= clock.now(); at += 1_000) failedSince[at] = recorder.failed('honest', at);
  return {
    sent: recorder.sent(),
    failed: recorder.failed(),
    failedInTail: recorder.failed('tail'),
    ...(restoredAt === undefined ? {} : { restoredAt }),
    failedSince,
    servedNow: Object.fromEntries(clusters.map((name) => [name, recorder.servedInSecond(name, clock.now() - 1_000)])),
  };
}
