/**
 * A zone that took no change while the others moved: the watch goes on where the run stopped, under the same epoch, until
 * the zone stands where the pair stands.
 */
import { pausedAt } from '../../core/ledger/ledger.ts';
import { standingOf } from '../../core/plan/reading.ts';
import { type Move, portionsOf, steerBatch } from '../../core/plan/steer.ts';
import { otherCluster } from '../../core/topology/pair.ts';
import { allowanceFor } from '../allowance.ts';
import { send, senderOf } from '../send.ts';
import { readZones } from '../zones-read.ts';
import type { Owed } from './payments.ts';

export async function catchUp({ debt, pair, ledger, world }: Owed): Promise<string | undefined> {
  const reading = (await readZones(pair, world)).find(({ zone }) => zone.name === debt.about);
  const to = ledger.active;
  if (reading === undefined || to === undefined) return `there is no zone ${debt.about}`;
  if (standingOf(reading.names) === to) return undefined;
  const pause = pausedAt(ledger, world.clock.now());
  if (pause !== undefined) return `paused by ${pause.by}: ${pause.reason}`;
  if (reading.fence.kind !== 'fence' || reading.fence.fence.epoch !== debt.epoch)
    return `${debt.about} is not fenced by epoch ${debt.epoch}`;
  const { run } = reading.fence.fence;
  const move: Move = {
    pair: pair.name,
    epoch: debt.epoch,
    run,
    by: world.ledger.by,
    to,
    from: otherCluster(pair, to),
    share: 100,
    active: to,
  };
  const allowance = allowanceFor(pair, world.clock);
  const sender = await senderOf(move, world);
  const until = world.clock.now() + 30_000;
  let at = { fence: reading.fence.fence, record: reading.fence.record };
  const portions = portionsOf(reading, move);
  for (const [index, names] of portions.entries()) {
    const [before, last] = [at, index === portions.length - 1];
    const sent = await send(
      world,
      allowance,
      sender,
      reading.zone,
      before,
      (attempt) => steerBatch(before, names, move, last, attempt),
      until,
    );
    if (sent.kind !== 'applied') return sent.because;
    at = sent.at;
  }
  return undefined;
}
