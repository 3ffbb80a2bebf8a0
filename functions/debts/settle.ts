/**
 * After a move the zones are watched for a writer who is not us. There is one whom we know: the old side's own ExternalDNS,
 * whose annotations could not be lowered, gives its records their weight again. That is written back once, under the fence.
 * Everything else, and a second time, is a person's to judge.
 */
import { placeOf } from '../../core/ledger/leaving.ts';
import type { Debt, Ledger } from '../../core/ledger/ledger.ts';
import { disputeIn } from '../../core/observe/dispute.ts';
import { zoneFaces } from '../../core/observe/faces.ts';
import { FULL, type Group, namesOfRun, weightOf, type ZoneAsRead } from '../../core/plan/reading.ts';
import { otherCluster, titleOf } from '../../core/topology/pair.ts';
import { pause } from '../pause-for-dispute.ts';
import { readZones } from '../zones-read.ts';
import type { Owed, Unpaid } from './payments.ts';
import { steerRest } from './steer-rest.ts';

const WRITTEN_BACK = 'settle#written back';
const PAGED = 'settle#paged';

export async function settle(owed: Owed): Promise<Unpaid | undefined> {
  const { debt, pair, world, ledger } = owed;
  const over = world.clock.now() >= (debt.until ?? 0);
  const different = (await readZones(pair, world)).filter((zone) => !isBehind(zone, ledger) && differs(zone, owed));
  if (different.length === 0) return over ? undefined : { because: 'watching for a foreign writer', waiting: true };
  const known = different.every((zone) => isOldSideOnly(zone, owed));
  const events = new Set((await world.ledger.events(pair.name, debt.epoch)).map(({ key }) => key));
  const names = different.map(({ zone }) => titleOf(zone)).join(', ');
  const note = (key: string, what: string) =>
    world.ledger.note(pair.name, { epoch: debt.epoch, key, at: world.clock.now(), what, facts: { zones: names } });

  if (known && !over && !events.has(WRITTEN_BACK)) {
    await note(WRITTEN_BACK, `the ExternalDNS of the old side wrote ${names}`);
    for (const zone of different) {
      const left = await steerRest(owed, zone);
      if (left !== undefined) return left;
    }
    return { because: `written back once in ${names}`, waiting: true };
  }
  if (!events.has(PAGED)) {
    await note(PAGED, `somebody else keeps writing ${names}`);
    const zones = different.map((reading) => ({ zone: titleOf(reading.zone), reading, answers: [] }));
    const dispute = disputeIn(zoneFaces({ pair, zones, by: world.ledger.by, ledger }), { zones });
    // where a fence is gone, repair finds the same and pages for it
    if (dispute !== undefined) await pause(pair, dispute, world);
  }
  return over ? undefined : { because: `${names}: somebody else writes there` };
}

/** Names that the move was about and that are not wholly where they belong. */
function moved(zone: ZoneAsRead, { debt, ledger }: Owed): { place: string; groups: readonly Group[] }[] {
  return namesOfRun(zone, debt.ring).flatMap(({ ring, groups }) => {
    const place = placeOf({ ...debt, ring }, ledger);
    return place === undefined ? [] : [{ place, groups }];
  });
}

function differs(zone: ZoneAsRead, owed: Owed): boolean {
  return moved(zone, owed).some(({ place, groups }) => groups.some((group) => !isWhole(group, place, owed)));
}

function isWhole(group: Group, place: string, { pair }: Owed): boolean {
  return weightOf(group, place) > 0 && weightOf(group, otherCluster(pair, place)) === 0;
}

/** The new side has everything it was given, and the old one has some again: what its ExternalDNS does. */
function isOldSideOnly(zone: ZoneAsRead, owed: Owed): boolean {
  return (
    zone.zone.layout === 'records' &&
    moved(zone, owed).every(({ place, groups }) => groups.every((group) => weightOf(group, place) === FULL))
  );
}

/** Where the run could not write, everything is still as it was. */
function isBehind({ zone }: ZoneAsRead, { debts }: Ledger): boolean {
  return debts.some(({ what, about }: Debt) => what === 'behind' && about === titleOf(zone));
}
