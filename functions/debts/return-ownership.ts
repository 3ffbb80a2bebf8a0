/**
 * Gives the records of a cluster back to its own ExternalDNS, when the role of that cluster is known to be right: last
 * tier first, under the fence, so that a mistake shows at the names that matter least.
 */
import { portioned } from '../../core/plan/batch.ts';
import { returnedChanges } from '../../core/plan/ownership.ts';
import { raiseBatch } from '../../core/plan/raise.ts';
import type { Standpoint } from '../../core/plan/steer.ts';
import { send } from '../send.ts';
import { readRecords } from '../zones-read.ts';
import type { Owed, Unpaid } from './payments.ts';
import { fenced } from './steer-rest.ts';

/** ExternalDNS publishes at most once in this time: what it planned before its cluster's role was right has landed after it. */
const INTERVAL_SECONDS = 60;

export async function returnOwnership(owed: Owed): Promise<Unpaid | undefined> {
  const { debt, pair, world } = owed;
  const setIdentifier = pair.clusters[debt.about ?? '']?.setIdentifier ?? '';
  const taken = (await readRecords(pair, world))
    .map((reading) => ({
      reading,
      changes: [...reading.names].reverse().map((name) => returnedChanges(reading, name, setIdentifier)),
    }))
    .filter(({ changes }) => changes.flat().length > 0);
  if (taken.length === 0) return undefined;
  const now = world.clock.now();
  const { until = now + INTERVAL_SECONDS * 1000 } = debt;
  if (now < until)
    return { because: 'waits one interval: a plan of its ExternalDNS may still be on its way', waiting: true, until };

  for (const { reading, changes } of taken) {
    const found = await fenced(owed, reading, 'bookkeeping');
    if ('because' in found) return found;
    const { sender, allowance, until: end } = found;
    const raise = {
      pair: pair.name,
      zone: reading.zone.name,
      epoch: sender.epoch,
      run: sender.run,
      by: world.ledger.by,
    };
    let at: Standpoint = found.at;
    for (const portion of portioned(changes, (one) => one, allowance.elements())) {
      const before = at;
      const plan = (attempt: number) => raiseBatch(before, raise, portion.flat(), attempt);
      const sent = await send(world, allowance, sender, reading.zone, before, plan, end);
      if (sent.kind !== 'applied') return { because: sent.because };
      at = sent.at;
    }
  }
  return undefined;
}
