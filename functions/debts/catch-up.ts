/**
 * A zone that took no change while the others moved: the watch goes on where the run stopped, under the same epoch, until
 * the zone stands where the pair stands.
 */
import { placeOf } from '../../core/ledger/leaving.ts';
import { namesOfRun, standingOf } from '../../core/plan/reading.ts';
import { titleOf } from '../../core/topology/pair.ts';
import { readZones } from '../zones-read.ts';
import type { Owed, Unpaid } from './payments.ts';
import { steerRest } from './steer-rest.ts';

export async function catchUp(owed: Owed): Promise<Unpaid | undefined> {
  const { debt, pair, ledger, world } = owed;
  const reading = (await readZones(pair, world)).find(({ zone }) => titleOf(zone) === debt.about);
  if (reading === undefined) return { because: `there is no zone ${debt.about}` };
  const { fence } = reading;
  const arrived = standingOf(namesOfRun(reading, debt.ring)) === placeOf(debt, ledger);
  if (arrived && fence.kind === 'fence' && fence.fence.move === undefined) return undefined;
  return steerRest(owed, reading);
}
