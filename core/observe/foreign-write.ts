/**
 * What an ExternalDNS wrote over us, with the evidence that the zone itself holds. In an unplanned move its cluster's registry
 * records are ours; one that names the old owner again was written by that ExternalDNS and by nobody else, because a person
 * who changes a weight leaves the registry alone. With it came the weight that it had planned.
 */
import { notOurs, OUR_OWNER, ownerOf, registryOf, resourceOf } from '../plan/ownership.ts';
import { type NameAsRead, namesOfRun, weightOf, type ZoneAsRead } from '../plan/reading.ts';
import type { RecordSet } from '../plan/records.ts';
import { WHO_WROTE } from './dispute.ts';

/** The side whose ExternalDNS it may have been. */
export interface Side {
  cluster: string;
  setIdentifier: string;
}

/** Names whose registry records were taken from `side` and are not ours now: each in a few words. */
export function writtenOver(reading: ZoneAsRead, side: Side, ring: number | undefined): string[] {
  // most looks find nothing: then no name is looked for among the registry's
  if (!reading.records.some((record) => namesAnotherOwner(record, side))) return [];
  return namesOfRun(reading, ring)
    .filter((name) => notOurs(reading, name, side.setIdentifier).length > 0)
    .map((name) => told(reading, name, side));
}

function namesAnotherOwner(record: RecordSet, { setIdentifier }: Side): boolean {
  if (record.type !== 'TXT' || (record.setIdentifier ?? '') !== setIdentifier) return false;
  const owner = ownerOf(record);
  return owner !== undefined && owner !== OUR_OWNER;
}

/** `shop.example.test. has blue 100 (A), 100 (AAAA); its registry record says owner=blue resource=ingress/shop/shop`. */
export function told(reading: ZoneAsRead, name: NameAsRead, { cluster, setIdentifier }: Side): string {
  const weights = name.groups.map((group) => `${weightOf(group, cluster)} (${group.type})`);
  const [record] = registryOf(reading, name, setIdentifier);
  const resource = record === undefined ? undefined : resourceOf(record);
  const who =
    record === undefined
      ? 'it has no registry record'
      : `its registry record says owner=${ownerOf(record)}${resource === undefined ? '' : ` resource=${resource}`}`;
  return `${name.name} has ${cluster} ${weights.join(', ')}; ${who}`;
}

/** Lists what changed record sets between two looks: the change is one of these. For a person; minutes late. */
export function whoWroteBetween(since: string, until: string): string {
  return `${WHO_WROTE} --start-time ${since} --end-time ${until}`;
}

/** At most a few of many. */
export function someTold(writes: readonly string[]): string {
  const more = writes.length - MOST_TOLD;
  return [...writes.slice(0, MOST_TOLD), ...(more > 0 ? [`${more} more names`] : [])].join('; ');
}

const MOST_TOLD = 3;
