import { ServiceError } from '../service-error.ts';
import { canonicalName, listingOrder } from './names.ts';
import { bareZoneId } from './record-set.ts';
import type { Rules } from './rules.ts';
import type {
  HostedZone,
  ListHostedZonesByNameInput,
  ListHostedZonesByNameOutput,
  ListHostedZonesInput,
  ListHostedZonesOutput,
  ListResourceRecordSetsInput,
  ListResourceRecordSetsOutput,
  ResourceRecordSet,
} from './shapes.ts';
import { compareEntries, type Entry, type Position, type Zone } from './zone.ts';

const ZONES_PER_PAGE_MAX = 100;

export function hostedZone(zone: Zone): HostedZone {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: `model-${zone.id}`,
    Config: { PrivateZone: zone.isPrivate },
    ResourceRecordSetCount: zone.count,
    ...(zone.locked ? { Features: { AcceleratedRecoveryStatus: 'ENABLING_HOSTED_ZONE_LOCKED' } } : {}),
  };
}

/** Zones in the order of their creation; the marker is the id of the first one of the next page. */
export function pageOfZones(
  zones: readonly Zone[],
  { Marker = '', MaxItems }: ListHostedZonesInput,
): ListHostedZonesOutput {
  const size = pageSize(MaxItems, ZONES_PER_PAGE_MAX);
  const start = Marker === '' ? 0 : zones.findIndex((zone) => zone.id === bareZoneId(Marker));
  if (start < 0) throw new ServiceError('NoSuchHostedZone', `No hosted zone found with ID: ${Marker}`, 404);
  const next = zones[start + size];
  return {
    HostedZones: zones.slice(start, start + size).map(hostedZone),
    Marker,
    IsTruncated: next !== undefined,
    ...(next === undefined ? {} : { NextMarker: next.id }),
    MaxItems: size,
  };
}

/** Zones by name with labels reversed, then by id, from the given ones on. */
export function pageOfZonesByName(
  zones: readonly Zone[],
  { DNSName, HostedZoneId, MaxItems }: ListHostedZonesByNameInput,
): ListHostedZonesByNameOutput {
  if (HostedZoneId !== undefined && DNSName === undefined) {
    throw new ServiceError('InvalidInput', 'HostedZoneId can be given only together with DNSName');
  }
  const size = pageSize(MaxItems, ZONES_PER_PAGE_MAX);
  const from = {
    order: DNSName === undefined ? '' : orderOf(DNSName),
    type: '',
    setIdentifier: bareZoneId(HostedZoneId ?? ''),
  };
  const position = (zone: Zone): Position => ({ order: listingOrder(zone.name), type: '', setIdentifier: zone.id });
  const sorted = [...zones].sort((a, b) => compareEntries(position(a), position(b)));
  const rest = sorted.filter((zone) => compareEntries(position(zone), from) >= 0);
  const next = rest[size];
  return {
    HostedZones: rest.slice(0, size).map(hostedZone),
    ...(DNSName === undefined ? {} : { DNSName }),
    ...(HostedZoneId === undefined ? {} : { HostedZoneId }),
    IsTruncated: next !== undefined,
    ...(next === undefined ? {} : { NextDNSName: next.name, NextHostedZoneId: next.id }),
    MaxItems: size,
  };
}

/** One page of a zone's record sets, from a name, type and identifier on (each needs the one before it). */
export function page(zone: Zone, input: ListResourceRecordSetsInput, rules: Rules): ListResourceRecordSetsOutput {
  const { StartRecordName: name, StartRecordType: type, StartRecordIdentifier: setIdentifier } = input;
  if (type !== undefined && name === undefined) {
    throw new ServiceError('InvalidInput', 'The input is not valid: StartRecordType needs StartRecordName');
  }
  if (setIdentifier !== undefined && type === undefined) {
    throw new ServiceError('InvalidInput', 'The input is not valid: StartRecordIdentifier needs StartRecordType');
  }
  const size = pageSize(input.MaxItems, rules.recordSetsPerPageMax);
  const entries = zone.listing();
  const start =
    name === undefined
      ? 0
      : firstFrom(entries, { order: orderOf(name), type: type ?? '', setIdentifier: setIdentifier ?? '' });
  const sets: ResourceRecordSet[] = [];
  for (const { current } of entries.slice(start, start + size))
    if (current !== undefined) sets.push(listed(current, rules));
  const next = entries[start + size]?.current;
  return {
    ResourceRecordSets: sets,
    IsTruncated: next !== undefined,
    ...(next === undefined ? {} : { NextRecordName: listed(next, rules).Name, NextRecordType: next.Type }),
    ...(next?.SetIdentifier === undefined ? {} : { NextRecordIdentifier: next.SetIdentifier }),
    MaxItems: size,
  };
}

function listed(set: ResourceRecordSet, { asteriskListed }: Rules): ResourceRecordSet {
  if (asteriskListed === '\\052' || !set.Name.startsWith('\\052.')) return set;
  return { ...set, Name: `*${set.Name.slice(4)}` };
}

function orderOf(name: string): string {
  const canonical = canonicalName(name);
  if (typeof canonical !== 'string') throw new ServiceError('InvalidInput', canonical.problem);
  return listingOrder(canonical);
}

function pageSize(wanted: number | undefined, most: number): number {
  if (wanted === undefined) return most;
  if (!(wanted >= 1)) {
    const constraint = 'Member must have value greater than or equal to 1';
    throw new ServiceError(
      'InvalidInput',
      `1 validation error detected: Value '${wanted}' at 'maxItems' failed to satisfy constraint: ${constraint}`,
    );
  }
  return Math.min(wanted, most);
}

/** Where the first entry at or after a position stands (binary search). */
function firstFrom(entries: readonly Entry[], position: Position): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && compareEntries(entry, position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
