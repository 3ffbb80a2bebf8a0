/** What is owed after a move. In this order a person would do it too; what waits for something says until when. */
import type { Debt } from './ledger.ts';

export interface Moved {
  epoch: number;
  from: string;
  to: string;
  ring?: number;
  planned: boolean;
  now: number;
  settleSeconds: number;
  /** Zones that took no change: the watch goes on there. */
  behind: readonly string[];
}

export function owedAfter({ epoch, from, to, ring, planned, now, settleSeconds, behind }: Moved): Debt[] {
  const debt = (what: Debt['what'], more: Partial<Debt> = {}): Debt => ({
    what,
    epoch,
    ...(ring === undefined ? {} : { ring }),
    nextTryAt: now,
    tries: 0,
    ...more,
  });
  return [
    debt('roles', { about: to }),
    debt('publish'),
    debt('announce'),
    debt('roles', { about: from }),
    ...behind.map((zone) => debt('behind', { about: zone })),
    debt('settle', { until: now + settleSeconds * 1000 }),
    debt('stand down', { about: from }),
    ...(planned ? [] : [debt('return ownership', { about: from })]),
  ];
}

/** A move that led nowhere after its target was woken: put the target back to sleep. */
export function owedAfterPrepare(epoch: number, to: string, ring: number | undefined, now: number): Debt[] {
  return [
    { what: 'undo prepare', epoch, about: to, ...(ring === undefined ? {} : { ring }), nextTryAt: now, tries: 0 },
  ];
}
