/** How much of a zone is read depends on what for: its registry records are most of it, and seldom asked for. */
import { readingOf, steeredNames, type ZoneAsRead } from '../core/plan/reading.ts';
import { fenceName, type NamedPair, namesInZone } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'zones'>;

/** Every zone of the pair, all pages, in the topology's order. */
export function readZones(pair: NamedPair, { zones }: Needs): Promise<ZoneAsRead[]> {
  return Promise.all(pair.zones.map(async (zone) => readingOf(pair, zone, await zones.read(zone.id))));
}

/** The fence, what is steered and the names that users ask for: all that gates ask. No registry records. */
export async function readServed(pair: NamedPair, zone: Zone, { zones }: Needs): Promise<ZoneAsRead> {
  const names = [...steeredNames(pair, zone), ...namesInZone(pair, zone)].map(({ name }) => name);
  return readingOf(pair, zone, await zones.readNames(zone.id, [fenceName(pair.name, zone), ...names]));
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
  return { ...reading, names: reading.names.filter(({ name }) => asked.has(name)) };
}
