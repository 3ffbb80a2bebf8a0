/**
 * What a role may do in hosted zones. Reading is limited to the zone; writing also by the condition keys of Route 53, to the
 * names, types and actions that our batches have. The three keys are judged each by itself, so a role that may write the names
 * of users and the registry's texts in one statement could write addresses under a registry's name: each kind of batch has a
 * statement of its own, and all records of a batch must fit one of them.
 *
 * ForAllValues is true when a key is absent: `Null` asks for each (facts/aws-semantics.md, section 5).
 */
import type { Topology } from '../../core/topology/index.ts';
import { fenceName, namesInZone, pivotName, ringsOf } from '../../core/topology/pair.ts';
import { allow, type Statement } from './statement.ts';

/**
 * Which batches a function sends: only fences; fences and the registry's texts; or those and what users are sent to.
 * No function sends addresses and registry texts in one batch.
 */
export type Writes = 'fence' | 'ownership' | 'traffic';

type Pair = Topology['pairs'][string];
type Zone = Pair['zones'][number];

/** A role's inline policies hold 10,240 characters; the rest of the largest role needs less than 3,000. */
export const NAMES_CHARACTERS_MAX = 7_000;

/** Our batches delete exactly what was read and create it anew; none of them is an UPSERT. */
const ACTIONS = ['CREATE', 'DELETE'];
const KEY = 'route53:ChangeResourceRecordSets';

/**
 * A zone in another account is reached through the role the topology names; that role says what may be done there.
 *
 * @param namesRoom how many characters the statements with exact names may take; with more, any name of a zone but its apex
 */
export function zoneRights(
  { pairs }: Topology,
  writes: readonly Writes[],
  namesRoom = NAMES_CHARACTERS_MAX,
): Statement[] {
  const zones = Object.entries(pairs).flatMap(([name, pair]) => pair.zones.map((zone) => ({ name, pair, zone })));
  const own = zones.filter(({ zone }) => zone.roleArn === undefined);
  const foreign = [...new Set(zones.flatMap(({ zone }) => zone.roleArn ?? []))];
  const exact = own.flatMap(({ name, pair, zone }) => writesIn(name, pair, zone, writes, false));
  const isLong = JSON.stringify(exact).length > namesRoom;
  return [
    ...(own.length === 0 ? [] : [allow(['route53:ListResourceRecordSets'], [...new Set(own.map(arnOf))].map(global))]),
    ...(isLong ? own.flatMap(({ name, pair, zone }) => writesIn(name, pair, zone, writes, true)) : exact),
    allow(['route53:GetChange'], [global('change/*')]),
    ...(foreign.length === 0 ? [] : [allow(['sts:AssumeRole'], foreign)]),
  ];
}

/**
 * @param wide for more names than a policy has room for: any name of the zone but its apex. Types and actions stay as narrow,
 *   and pivots and fences are few enough to be named always
 */
function writesIn(name: string, pair: Pair, zone: Zone, writes: readonly Writes[], wide: boolean): Statement[] {
  const fence = bare(fenceName(name, zone));
  const below = `*.${zone.name}`;
  const write = (names: readonly string[], types: readonly string[]): Statement => ({
    ...allow(['route53:ChangeResourceRecordSets'], [global(arnOf({ zone }))]),
    Condition: onlyFor(names, types),
  });
  return writes.flatMap((kind) => {
    if (kind === 'fence') return [write([fence], ['TXT'])];
    const hosts = namesInZone(pair, zone).map((managed) => bare(managed.name));
    if (kind === 'ownership') {
      if (zone.layout !== 'records' || hosts.length === 0) return [];
      return [write(wide ? [fence, below] : [fence, ...hosts.map(registryForms)], ['TXT'])];
    }
    const led =
      zone.layout === 'pivot' ? ringsOf(pair).map((ring) => bare(pivotName(ring, zone))) : wide ? [below] : hosts;
    return [write([fence, ...led], ['A', 'AAAA', 'TXT'])];
  });
}

/** Every form in which ExternalDNS may have called the registry's TXT of a host: a prefix, a type and a suffix around its first label. */
function registryForms(host: string): string {
  const [first, ...parent] = host.split('.');
  return [`*${first}*`, ...parent].join('.');
}

function onlyFor(names: readonly string[], types: readonly string[]): object {
  const isExact = names.every((name) => !name.includes('*'));
  return {
    Null: {
      [`${KEY}NormalizedRecordNames`]: 'false',
      [`${KEY}RecordTypes`]: 'false',
      [`${KEY}Actions`]: 'false',
    },
    'ForAllValues:StringEquals': {
      ...(isExact ? { [`${KEY}NormalizedRecordNames`]: names } : {}),
      [`${KEY}RecordTypes`]: types,
      [`${KEY}Actions`]: ACTIONS,
    },
    ...(isExact ? {} : { 'ForAllValues:StringLike': { [`${KEY}NormalizedRecordNames`]: names } }),
  };
}

/** As the condition key has it: names of a topology are in lower case and have no character that would be written in octal. */
function bare(name: string): string {
  return name.replace(/\.$/, '');
}

function arnOf({ zone }: { zone: Zone }): string {
  return `hostedzone/${zone.id}`;
}

/** Hosted zones have neither region nor account in their ARNs. */
function global(resource: string): object {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:route53:::${resource}` };
}
