/** The published copy: derived from the ledger, written only by the current holder and the watch, never read to decide. */
import type { Ledger } from '../core/ledger/ledger.ts';
import type { World } from './world.ts';

export type Publishing = Pick<World, 'published' | 'ledger'>;

const TRIES = 3;

/**
 * Makes the parameter say what the ledger says. It knows no compare-and-set, so the ledger is read again after a write:
 * a run that committed in between would otherwise stay hidden behind an older copy.
 * @returns why it could not; undefined when it is right. `wrote` is told what stood there and was wrong.
 */
export async function publish(
  pair: string,
  ledger: Ledger,
  { published, ledger: ledgers }: Publishing,
  wrote: (before: { active: string | undefined; state: string | undefined }) => void = () => {},
): Promise<string | undefined> {
  let now = ledger;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (now.active === undefined) return 'nobody knows who is active';
    const there = await published.read(pair);
    const state = stateOf(now);
    if (there.active === now.active && there.state === state) return undefined;
    await published.write(pair, now.active, state);
    wrote(there);
    now = (await ledgers.read(pair)) ?? now;
    if (now.active !== undefined && stateOf(now) === state) return undefined;
  }
  return 'the ledger changed each time it was published';
}

/** `/throwover/<pair>/state` */
export function stateOf({ active, epoch, since, run }: Ledger): string {
  return JSON.stringify({
    v: 1,
    active,
    epoch,
    since: since === undefined ? null : new Date(since).toISOString(),
    run,
  });
}
