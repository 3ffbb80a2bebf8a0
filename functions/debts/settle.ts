/**
 * After a move the zones are watched for a writer who is not us. There is one whom we know: the old side's own ExternalDNS,
 * whose annotations could not be lowered, gives its records their weight again. That is written back once, under the fence.
 * Everything else, and a second time, is a person's to judge.
 */
import { placeOf } from '../../core/ledger/leaving.ts';
import type { Debt, Ledger } from '../../core/ledger/ledger.ts';
import { instantOf } from '../../core/notices/notice.ts';
import { disputeIn } from '../../core/observe/dispute.ts';
import { zoneFaces } from '../../core/observe/faces.ts';
import { someTold, told } from '../../core/observe/foreign-write.ts';
import { FULL, type Group, type NameAsRead, namesOfRun, weightOf, type ZoneAsRead } from '../../core/plan/reading.ts';
import { otherCluster, titleOf } from '../../core/topology/pair.ts';
import { pause } from '../pause-for-dispute.ts';
import { readRecords, readZones } from '../zones-read.ts';
import type { Owed, Unpaid } from './payments.ts';
import { keepAway } from './registry.ts';
import { steerRest } from './steer-rest.ts';
import { noteWrittenBack, wasWrittenBack } from './written-back.ts';

const PAGED = 'settle#paged';

export async function settle(owed: Owed): Promise<Unpaid | undefined> {
  const { debt, pair, world, ledger } = owed;
  const now = world.clock.now();
  const over = now >= (debt.until ?? 0);
  const look = async () =>
    (await readZones(pair, world)).filter((zone) => !isBehind(zone, ledger) && differs(zone, owed));
  const different = await look();
  if (different.length === 0)
    return over ? undefined : { because: 'watching for a foreign writer', waiting: true, lookedAt: now };
  const names = different.map(({ zone }) => titleOf(zone)).join(', ');
  const seen = { evidence: await evidenceIn(different, owed), since: lastRightAt(owed), until: now };
  const facts = { zones: names, ...seen, since: instantOf(seen.since), until: instantOf(now) };
  const known = different.every((zone) => isOldSideOnly(zone, owed));

  if (known && !over && !(await wasWrittenBack(pair.name, debt.epoch, world))) {
    await noteWrittenBack(pair.name, debt.epoch, `the ExternalDNS of the old side wrote ${names}`, world, facts);
    // the owner first: one that is not the owner does not write a second time
    if (areKeptByUs(owed)) await keepAway(owed, oldSideOf(owed));
    for (const zone of await look()) {
      const left = await steerRest(owed, zone);
      if (left !== undefined) return left;
    }
    return { because: `written back once in ${names}`, waiting: true, lookedAt: world.clock.now() };
  }
  const paged = (await world.ledger.events(pair.name, debt.epoch)).some(({ key }) => key === PAGED);
  if (!paged) {
    const what = `somebody else keeps writing ${names}`;
    await world.ledger.note(pair.name, { epoch: debt.epoch, key: PAGED, at: now, what, facts });
    const zones = different.map((reading) => ({ zone: titleOf(reading.zone), reading, answers: [] }));
    const dispute = disputeIn(zoneFaces({ pair, zones, by: world.ledger.by, ledger }), { zones });
    // where a fence is gone, repair finds the same and pages for it
    if (dispute !== undefined) await pause(pair, dispute, world, seen);
  }
  return over ? undefined : { because: `${names}: somebody else writes there` };
}

/** Each name that is not wholly where it belongs: its weight on the side that was left, and whom the registry names. */
async function evidenceIn(different: readonly ZoneAsRead[], owed: Owed): Promise<string> {
  const { pair, world } = owed;
  const titles = different.map(({ zone }) => titleOf(zone));
  const whole = (await readRecords(pair, world)).filter(({ zone }) => titles.includes(titleOf(zone)));
  const cluster = oldSideOf(owed);
  const side = { cluster, setIdentifier: pair.clusters[cluster]?.setIdentifier ?? '' };
  return someTold(whole.flatMap((zone) => astray(zone, owed).map((name) => told(zone, name, side))));
}

/** When nobody else had written yet: the look before this one, else the commit. */
function lastRightAt({ debt, ledger, world }: Owed): number {
  return debt.lookedAt ?? ledger.since ?? world.clock.now();
}

function oldSideOf({ debt, pair, ledger }: Owed): string {
  return otherCluster(pair, placeOf(debt, ledger) ?? '');
}

/** Its registry records were taken and not given back yet. */
function areKeptByUs(owed: Owed): boolean {
  const old = oldSideOf(owed);
  const { debt, ledger } = owed;
  const owns = ({ what, about, watched }: Debt) => what === 'return ownership' && about === old && watched !== true;
  return debt.unplanned === true && ledger.debts.some(owns);
}

/** Names that the move was about and that are not wholly where they belong. */
function astray(zone: ZoneAsRead, owed: Owed): NameAsRead[] {
  return moved(zone, owed)
    .filter(({ place, name }) => name.groups.some((group) => !isWhole(group, place, owed)))
    .map(({ name }) => name);
}

function moved(zone: ZoneAsRead, { debt, ledger }: Owed): { place: string; name: NameAsRead }[] {
  return namesOfRun(zone, debt.ring).flatMap((name) => {
    const place = placeOf({ ...debt, ring: name.ring }, ledger);
    return place === undefined ? [] : [{ place, name }];
  });
}

function differs(zone: ZoneAsRead, owed: Owed): boolean {
  return astray(zone, owed).length > 0;
}

function isWhole(group: Group, place: string, { pair }: Owed): boolean {
  return weightOf(group, place) > 0 && weightOf(group, otherCluster(pair, place)) === 0;
}

/** The new side has everything it was given, and the old one has some again: what its ExternalDNS does. */
function isOldSideOnly(zone: ZoneAsRead, owed: Owed): boolean {
  return (
    zone.zone.layout === 'records' &&
    moved(zone, owed).every(({ place, name }) => name.groups.every((group) => weightOf(group, place) === FULL))
  );
}

/** Where the run could not write, everything is still as it was. */
function isBehind({ zone }: ZoneAsRead, { debts }: Ledger): boolean {
  return debts.some(({ what, about }: Debt) => what === 'behind' && about === titleOf(zone));
}
