import { readingOf, type ZoneAsRead } from '../core/plan/reading.ts';
import type { NamedPair } from '../core/topology/pair.ts';
import type { World } from './world.ts';

/** Every zone of the pair, all pages, in the topology's order. */
export function readZones(pair: NamedPair, { zones }: Pick<World, 'zones'>): Promise<ZoneAsRead[]> {
  return Promise.all(pair.zones.map(async (zone) => readingOf(pair, zone, await zones.read(zone.id))));
}
