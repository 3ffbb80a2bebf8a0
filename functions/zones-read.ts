/** How much of a zone is read depends on what for: its registry records are most of it, and seldom asked for. */
import { readingOf, standingOf, steeredNames, type ZoneAsRead } from '../core/plan/reading.ts';
import { fenceName, type NamedPair, namesInZone, ringsOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'zones'>;

/** Every zone of the pair with all its records, registry records too, in the topology's order. */
export function readRecords(pair: NamedPair, { zones }: Needs): Promise<ZoneAsRead[]> {
  return Promise.all(pair.zones.map(async (zone) => readingOf(pair, zone, await zones.read(zone.id))));
}

/** Every zone of the pair in the topology's order: the fence, and every name that is steered. */
export function readZones(pair: NamedPair, world: Needs): Promise<ZoneAsRead[]> {
  return Promise.all(pair.zones.map((zone) => readSteered(pair, zone, namesOf(pair, zone), world)));
}

/**
 * Where every zone of a pair stands after a move, in the topology's order. A fence at rest came in the batch that moved the
 * last name, so one name of each ring shows whether it is so; where it is not, every name is read.
 */
export function readStanding(pair: NamedPair, world: Needs): Promise<ZoneAsRead[]> {
  return Promise.all(
    pair.zones.map(async (zone) => {
      const steered = steeredNames(pair, zone);
      const firsts = ringsOf(pair).flatMap((ring) => steered.find((name) => name.ring === ring)?.name ?? []);
      const few = await readSteered(pair, zone, firsts, world);
      return isAsSaid(few) ? few : readSteered(pair, zone, namesOf(pair, zone), world);
    }),
  );
}

function isAsSaid({ fence, names }: ZoneAsRead): boolean {
  if (fence.kind !== 'fence' || fence.fence.move !== undefined) return false;
  const { active, rings } = fence.fence;
  return names.every((name) => standingOf([name]) === (rings[name.ring] ?? active));
}

function namesOf(pair: NamedPair, zone: Zone): string[] {
  return steeredNames(pair, zone).map(({ name }) => name);
}

/** The fence, what is steered and the names that users ask for: all that gates ask. No registry records. */
export async function readServed(pair: NamedPair, zone: Zone, { zones }: Needs): Promise<ZoneAsRead> {
  const served = namesInZone(pair, zone).map(({ name }) => name);
  const names = [fenceName(pair.name, zone), ...namesOf(pair, zone), ...served];
  return readingOf(pair, zone, await zones.readNames(zone.id, names));
}

/** The fence and some of the names that are steered: all that a batch is planned from. The reading holds no other names. */
export async function readSteered(
  pair: NamedPair,
  zone: Zone,
  names: readonly string[],
  { zones }: Needs,
): Promise<ZoneAsRead> {
  const asked = new Set(names);
  const reading = readingOf(pair, zone, await zones.readNames(zone.id, [fenceName(pair.name, zone), ...asked]));
  return { ...reading, names: reading.names.filter(({ name }) => asked.has(name)), only: asked };
}
