import { isIPv4, isIPv6 } from 'node:net';
import { canonicalName } from './names.ts';
import type { Change, ResourceRecordSet } from './shapes.ts';

/** What a record set alone must fulfil, whatever else is in its zone; and its one kept form. */
const types = ['SOA', 'A', 'TXT', 'NS', 'CNAME', 'MX', 'NAPTR', 'PTR', 'SRV', 'SPF', 'AAAA', 'CAA', 'DS'];
const WEIGHT_MAX = 255;
const SET_IDENTIFIER_CHARACTERS_MAX = 128;
const TTL_SECONDS_MAX = 2_147_483_647;
const TXT_STRING_CHARACTERS_MAX = 255;
const KNOWN_TYPE = `satisfy enum value set: [${types.join(', ')}]`;
const SHORT_IDENTIFIER = `have length less than or equal to ${SET_IDENTIFIER_CHARACTERS_MAX}`;

export type Policy = 'simple' | 'weighted' | 'latency' | 'failover' | 'geolocation' | 'multivalue answer';

export function policiesOf(set: ResourceRecordSet): Policy[] {
  const policies: Policy[] = [];
  if (set.Weight !== undefined) policies.push('weighted');
  if (set.Region !== undefined) policies.push('latency');
  if (set.Failover !== undefined) policies.push('failover');
  if (set.GeoLocation !== undefined) policies.push('geolocation');
  if (set.MultiValueAnswer !== undefined) policies.push('multivalue answer');
  return policies;
}

export function policyOf(set: ResourceRecordSet): Policy {
  return policiesOf(set)[0] ?? 'simple';
}

/** Broken constraints of the API's shapes; Route 53 answers them with InvalidInput before it looks into the zone. */
export function constraintsBroken({ Action, ResourceRecordSet: set }: Change, member: number): string[] {
  const broken: string[] = [];
  const expect = (fine: boolean, value: unknown, path: string, rule: string) => {
    if (fine) return;
    const at = `changeBatch.changes.${member}.member`;
    broken.push(`Value '${value}' at '${at}.${path}' failed to satisfy constraint: Member must ${rule}`);
  };
  const isKnown = ['CREATE', 'DELETE', 'UPSERT'].includes(Action);
  expect(isKnown, Action, 'action', 'satisfy enum value set: [CREATE, DELETE, UPSERT]');
  expect(types.includes(set.Type), set.Type, 'resourceRecordSet.type', KNOWN_TYPE);
  const { Weight: weight, SetIdentifier: identifier, TTL: ttl } = set;
  if (weight !== undefined) {
    const path = 'resourceRecordSet.weight';
    expect(Number.isInteger(weight) && weight >= 0, weight, path, 'have value greater than or equal to 0');
    expect(!(weight > WEIGHT_MAX), weight, path, `have value less than or equal to ${WEIGHT_MAX}`);
  }
  if (identifier !== undefined) {
    const path = 'resourceRecordSet.setIdentifier';
    expect(identifier.length >= 1, identifier, path, 'have length greater than or equal to 1');
    expect(identifier.length <= SET_IDENTIFIER_CHARACTERS_MAX, identifier, path, SHORT_IDENTIFIER);
  }
  if (ttl !== undefined) {
    const fine = Number.isInteger(ttl) && ttl >= 0 && ttl <= TTL_SECONDS_MAX;
    expect(fine, ttl, 'resourceRecordSet.tTL', `have value between 0 and ${TTL_SECONDS_MAX}`);
  }
  return broken;
}

/** Fields that do not go together; also answered with InvalidInput. */
export function fieldsAtOdds({ Action, ResourceRecordSet: set }: Change): string[] {
  const odds: string[] = [];
  const where = () =>
    `in Change with [Action=${Action}, Name=${set.Name}, Type=${set.Type}, SetIdentifier=${set.SetIdentifier ?? 'null'}]`;
  const alias = set.AliasTarget !== undefined;
  const valued = set.TTL !== undefined && (set.ResourceRecords?.length ?? 0) > 0;
  const contents =
    'Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]';
  if (!alias && !valued) odds.push(`${contents}, but found none ${where()}`);
  if (alias && (set.TTL !== undefined || set.ResourceRecords !== undefined)) {
    odds.push(`${contents}, but found more than one ${where()}`);
  }
  const policies = policiesOf(set).length;
  const routing = 'Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer]';
  if (set.SetIdentifier === undefined && policies > 0) odds.push(`Missing field 'SetIdentifier' ${where()}`);
  if (set.SetIdentifier !== undefined && policies === 0) odds.push(`${routing}, but found none ${where()}`);
  if (set.SetIdentifier !== undefined && policies > 1) odds.push(`${routing}, but found more than one ${where()}`);
  return odds;
}

/** Values that are none for their type, and values given twice, in Route 53's words. */
export function valueProblems(set: ResourceRecordSet): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { Value: value } of set.ResourceRecords ?? []) {
    if (seen.has(value)) problems.push(`Duplicate Resource Record: '${value}'`);
    seen.add(value);
    const problem = valueProblem(set.Type, value);
    if (problem !== undefined) {
      problems.push(`Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`);
    }
  }
  return problems;
}

function valueProblem(type: string, value: string): string | undefined {
  switch (type) {
    case 'A':
      return isIPv4(value) ? undefined : 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)';
    case 'AAAA':
      return isIPv6(value) ? undefined : 'AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)';
    case 'TXT':
    case 'SPF':
      return textProblem(value);
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return typeof canonicalName(value) === 'string'
        ? undefined
        : 'InvalidDomainName (Value is not a valid domain name)';
    default:
      return value.trim() === '' ? 'EmptyValue (Value is empty)' : undefined;
  }
}

/** One or more strings in quotation marks, spaces between them; a quotation mark inside is `\"`. */
function textProblem(value: string): string | undefined {
  if (!/^"(?:[^"\\]|\\.)*"(?:[ \t]+"(?:[^"\\]|\\.)*")*$/s.test(value)) {
    return 'InvalidCharacterString (Value should be enclosed in quotation marks)';
  }
  const strings = value.match(/"(?:[^"\\]|\\.)*"/gs) ?? [];
  const tooLong = strings.some((text) => plainText(text).length > TXT_STRING_CHARACTERS_MAX);
  return tooLong ? 'CharacterStringTooLong (Value is too long)' : undefined;
}

function plainText(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(?:\d{3}|.)/gs, '?');
}

/**
 * The kept form: canonical names, only the API's members, frozen all through, so that listings may hand it out as it is.
 * The name must be canonical already.
 */
export function kept(name: string, given: ResourceRecordSet): ResourceRecordSet {
  const set: Record<string, unknown> = { Name: name, Type: given.Type };
  if (given.SetIdentifier !== undefined) set.SetIdentifier = given.SetIdentifier;
  if (given.Weight !== undefined) set.Weight = given.Weight;
  if (given.Region !== undefined) set.Region = given.Region;
  if (given.GeoLocation !== undefined) set.GeoLocation = Object.freeze({ ...given.GeoLocation });
  if (given.Failover !== undefined) set.Failover = given.Failover;
  if (given.MultiValueAnswer !== undefined) set.MultiValueAnswer = given.MultiValueAnswer;
  if (given.TTL !== undefined) set.TTL = given.TTL;
  if (given.ResourceRecords !== undefined) {
    set.ResourceRecords = Object.freeze(given.ResourceRecords.map(({ Value }) => Object.freeze({ Value })));
  }
  if (given.AliasTarget !== undefined) {
    const { HostedZoneId, DNSName, EvaluateTargetHealth } = given.AliasTarget;
    const target = canonicalName(DNSName);
    set.AliasTarget = Object.freeze({
      HostedZoneId: bareZoneId(HostedZoneId),
      DNSName: typeof target === 'string' ? target : DNSName,
      EvaluateTargetHealth,
    });
  }
  if (given.HealthCheckId !== undefined) set.HealthCheckId = given.HealthCheckId;
  return Object.freeze(set) as unknown as ResourceRecordSet;
}

/** A zone's id without the prefix that the API puts before it. */
export function bareZoneId(id: string): string {
  return id.replace(/^\/?hostedzone\//, '');
}

/** What an exact DELETE compares; both in kept form. */
export function sameValues(a: ResourceRecordSet, b: ResourceRecordSet, comparesWeight: boolean): boolean {
  return (
    a.TTL === b.TTL &&
    a.HealthCheckId === b.HealthCheckId &&
    a.Region === b.Region &&
    a.Failover === b.Failover &&
    a.MultiValueAnswer === b.MultiValueAnswer &&
    (a.Weight === undefined) === (b.Weight === undefined) &&
    (!comparesWeight || a.Weight === b.Weight) &&
    sameGeoLocation(a, b) &&
    sameAlias(a, b) &&
    sameRecords(a, b)
  );
}

function sameGeoLocation(a: ResourceRecordSet, b: ResourceRecordSet): boolean {
  return JSON.stringify(sortedEntries(a.GeoLocation)) === JSON.stringify(sortedEntries(b.GeoLocation));
}

function sortedEntries(of: Readonly<Record<string, string>> | undefined): [string, string][] | undefined {
  return of === undefined ? undefined : Object.entries(of).sort(([one], [other]) => (one < other ? -1 : 1));
}

function sameAlias({ AliasTarget: a }: ResourceRecordSet, { AliasTarget: b }: ResourceRecordSet): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.HostedZoneId === b.HostedZoneId && a.DNSName === b.DNSName && a.EvaluateTargetHealth === b.EvaluateTargetHealth
  );
}

/** The order of values has no meaning. */
function sameRecords({ ResourceRecords: a }: ResourceRecordSet, { ResourceRecords: b }: ResourceRecordSet): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  if (a.length === 1) return a[0]?.Value === b[0]?.Value;
  const values = new Set(a.map(({ Value }) => Value));
  return b.every(({ Value }) => values.has(Value));
}
