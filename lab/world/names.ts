/** What things are called in the lab: its stage is `lab`, everything else as on AWS. */
import { sampleAccount } from '../../models/sts.ts';

export const STAGE = 'lab';

export const TABLE = `throwover-${STAGE}`;
/** The topic for signals. */
export const SIGNALS = `throwover-${STAGE}-signals`;
/** The bucket for records; the whole world has one of that name. */
export const RECORDS = `throwover-${STAGE}-records-${sampleAccount.accountId}-${sampleAccount.region}`;
/** `throwover-lab-switch`. */
export function machineName(name: 'switch' | 'drill' | 'answer'): string {
  return `throwover-${STAGE}-${name}`;
}

/** `observe-outside` is the function `throwover-lab-observe-outside`. */
export function functionName(key: string): string {
  return `throwover-${STAGE}-${key}`;
}

/** Names of alarms of a pair begin so. */
export function alarmPrefix(pair: string): string {
  return `throwover-${STAGE}-${pair}-`;
}

/** The zones' name servers have names of their own, outside the zones. */
export function nameServerName(index: number): string {
  return `ns-${index + 1}.lab.test`;
}
