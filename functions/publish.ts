/** The published copy: derived from the ledger, written only by the current holder and the watch, never read to decide. */
import type { Ledger } from '../core/ledger/ledger.ts';
import type { World } from './world.ts';

/** Undefined when the parameter says what the ledger says; otherwise why not. */
export async function publish(
  pair: string,
  ledger: Ledger,
  { published }: Pick<World, 'published'>,
): Promise<string | undefined> {
  if (ledger.active === undefined) return 'nobody knows who is active';
  const state = stateOf(ledger);
  const there = await published.read(pair);
  if (there.active === ledger.active && there.state === state) return undefined;
  await published.write(pair, ledger.active, state);
  return undefined;
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
