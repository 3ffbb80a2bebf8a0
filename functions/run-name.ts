const MINUTE_MILLISECONDS = 60_000;
const LONGEST = 80;

/**
 * The name of an execution: pair, epoch, minute, kind. Names are unique for 90 days, so the minute is in it: a run that
 * died before its claim must not block the next one. The name saves cost; it is no lock.
 */
export function runName(pair: string, epoch: number, now: number, kind: string): string {
  return `${pair}-${epoch}-${Math.floor(now / MINUTE_MILLISECONDS)}-${kind}`.slice(0, LONGEST);
}
