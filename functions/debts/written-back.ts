/**
 * What the old side's ExternalDNS published over us is written back once for each move, by the run while it still looks or by
 * Settle. It is noted before it is sent: whoever finds the note has somebody before him who keeps writing.
 */
import type { World } from '../world.ts';

const WRITTEN_BACK = 'settle#written back';

export async function wasWrittenBack(pair: string, epoch: number, { ledger }: Pick<World, 'ledger'>): Promise<boolean> {
  return (await ledger.events(pair, epoch)).some(({ key }) => key === WRITTEN_BACK);
}

/** @param what who wrote what, as far as the zone shows it */
export async function noteWrittenBack(
  pair: string,
  epoch: number,
  what: string,
  { ledger, clock }: Pick<World, 'ledger' | 'clock'>,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await ledger.note(pair, { epoch, key: WRITTEN_BACK, at: clock.now(), what, facts });
}
