/**
 * For what is told once: nobody finds it again by looking. What the bus does not take now stands among the events, and the
 * watch owes it until it is out (debt `tell`).
 */
import { emptyLedger } from '../core/ledger/ledger.ts';
import { change } from '../core/ledger/store.ts';
import { owesNotice } from '../core/ledger/transitions.ts';
import type { Notice } from '../core/notices/notice.ts';
import { causeOf } from './troubles.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'announcer' | 'ledger' | 'clock'>;

/**
 * @param about one word for what it tells of, a run's name say: it is owed once
 * @returns what went wrong, if it did; throws when it could neither be told nor owed
 */
export async function tellOrOwe(
  pair: string,
  about: string,
  notice: Notice,
  { announcer, ledger, clock }: Needs,
): Promise<string[]> {
  try {
    await announcer.announce(notice);
    return [];
  } catch (cause) {
    const because = `${notice.type} of ${about} was not taken by the bus: ${causeOf(cause)}`;
    const at = clock.now();
    const { epoch = 0 } = (await ledger.read(pair)) ?? {};
    await ledger.note(pair, { epoch, key: untoldKey(about), at, what: because, facts: { notice } });
    const written = await change(
      ledger,
      emptyLedger(pair),
      (now) => owesNotice(now, about, { epoch, at }),
      (now) => now.debts.some(({ what, about: of }) => what === 'tell' && of === about),
    );
    if (written.kind === 'no') throw new Error(`${because}; and ${written.because}`, { cause });
    return [because];
  }
}

/** The event that keeps the words. */
export function untoldKey(about: string): string {
  return `untold#${about}`;
}
