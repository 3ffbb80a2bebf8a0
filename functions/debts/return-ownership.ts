/**
 * Gives the records of a cluster back to its own ExternalDNS, when that cluster is known to be standby and its annotations
 * say 0: last tier first, under the fence, so that a mistake shows at the names that matter least.
 */
import { returnedChanges } from '../../core/plan/ownership.ts';
import { raiseBatch } from '../../core/plan/raise.ts';
import type { Zone } from '../../core/topology/schema.ts';
import { allowanceFor } from '../allowance.ts';
import { send, senderOf } from '../send.ts';
import { readZones } from '../zones-read.ts';
import type { Owed } from './payments.ts';

/** ExternalDNS publishes at most once in this time: what it planned before it was standby has landed after it. */
const INTERVAL_SECONDS = 60;
const PORTION_CHANGES = 200;

export async function returnOwnership({ debt, pair, ledger, world }: Owed): Promise<string | undefined> {
  if (debt.tries === 0) return `waits ${INTERVAL_SECONDS} s: a plan of its ExternalDNS may still be on its way`;
  const setIdentifier = pair.clusters[debt.about ?? '']?.setIdentifier ?? '';
  const until = world.clock.now() + 30_000;
  const allowance = allowanceFor(pair, world.clock);
  for (const reading of await readZones(pair, world)) {
    const changes = [...reading.names].reverse().flatMap((name) => returnedChanges(reading, name, setIdentifier));
    if (changes.length === 0) continue;
    if (reading.fence.kind !== 'fence' || reading.fence.fence.epoch !== ledger.epoch)
      return `${reading.zone.name} is not fenced by epoch ${ledger.epoch}`;
    const [zone, before]: [Zone, { fence: typeof reading.fence.fence; record: typeof reading.fence.record }] = [
      reading.zone,
      reading.fence,
    ];
    const raise = { pair: pair.name, zone: zone.name, epoch: ledger.epoch, run: before.fence.run, by: world.ledger.by };
    const sender = await senderOf({ pair: pair.name, epoch: ledger.epoch, run: before.fence.run }, world);
    const portion = changes.slice(0, PORTION_CHANGES);
    const sent = await send(
      world,
      allowance,
      sender,
      zone,
      before,
      (attempt) => raiseBatch(before, raise, portion, attempt),
      until,
    );
    if (sent.kind !== 'applied') return sent.because;
    if (portion.length < changes.length)
      return `${changes.length - portion.length} registry changes of ${zone.name} are left`;
  }
  return undefined;
}
