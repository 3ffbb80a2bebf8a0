/** Changes of registry records that a debt asks for, portion after portion under the fence of its epoch. */
import { type Change, portioned } from '../../core/plan/batch.ts';
import { takenChanges } from '../../core/plan/ownership.ts';
import { raiseBatch } from '../../core/plan/raise.ts';
import { namesOfRun, type ZoneAsRead } from '../../core/plan/reading.ts';
import type { Standpoint } from '../../core/plan/steer.ts';
import { send } from '../send.ts';
import { readRecords } from '../zones-read.ts';
import type { Owed, Unpaid } from './payments.ts';
import { fenced } from './steer-rest.ts';

export interface RegistryChanges {
  reading: ZoneAsRead;
  /** By name, in the order in which they are to be written. */
  changes: Change[][];
}

/** Undefined: everything was written. */
export async function writeRegistry(owed: Owed, zones: readonly RegistryChanges[]): Promise<Unpaid | undefined> {
  const { pair, world } = owed;
  for (const { reading, changes } of zones) {
    const found = await fenced(owed, reading, 'bookkeeping');
    if ('because' in found) return found;
    const { sender, allowance, until } = found;
    const zone = reading.zone.name;
    const raise = { pair: pair.name, zone, epoch: sender.epoch, run: sender.run, by: world.ledger.by };
    let at: Standpoint = found.at;
    for (const portion of portioned(changes, (one) => one, allowance.elements())) {
      const before = at;
      const plan = (attempt: number) => raiseBatch(before, raise, portion.flat(), attempt);
      const sent = await send(world, allowance, sender, reading.zone, before, plan, until);
      if (sent.kind !== 'applied') return { because: sent.because };
      at = sent.at;
    }
  }
  return undefined;
}

/**
 * While a cluster cannot be told that it stands by, its ExternalDNS may come back at any time and publish the weights it
 * had: its records stay ours, also those that the run did not get. A zone that takes no change does not keep the others.
 */
export async function keepAway(owed: Owed, cluster: string): Promise<void> {
  const { debt, pair, world } = owed;
  const setIdentifier = pair.clusters[cluster]?.setIdentifier ?? '';
  for (const reading of await readRecords(pair, world)) {
    const changes = namesOfRun(reading, debt.ring).map((name) => takenChanges(reading, name, setIdentifier));
    if (changes.flat().length > 0) await writeRegistry(owed, [{ reading, changes }]);
  }
}
