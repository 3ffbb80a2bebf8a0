/** What the zones show: who keeps which record, by the registry beside it. */
import { someOf } from '../gates/wording.ts';
import { OUR_OWNER, ownerOf, registryOf } from '../plan/ownership.ts';
import { type Group, type NameAsRead, weightOf, type ZoneAsRead } from '../plan/reading.ts';
import type { RecordSet } from '../plan/records.ts';
import { clusterNames, type NamedPair, titleOf } from '../topology/pair.ts';
import type { DnsFinding } from './finding.ts';
import { type Instance, registryNames } from './instance.ts';

/** How each owner is known: the cluster in which an instance calls itself so. */
export interface Keepers {
  /** Undefined: nobody could look into that cluster. */
  readonly byCluster: Readonly<Record<string, readonly Instance[] | undefined>>;
}

type Say = (level: DnsFinding['level'], name: DnsFinding['name'], what: string, fix: string) => void;

export function lintZone(pair: NamedPair, reading: ZoneAsRead, keepers: Keepers): DnsFinding[] {
  const found = new Map<string, DnsFinding & { whats: string[] }>();
  const about = titleOf(reading.zone);
  // what is wrong with a thousand names in the same way is one finding
  const say: Say = (level, name, what, fix) => {
    const there = found.get(name + fix);
    if (there) there.whats.push(what);
    else found.set(name + fix, { level, name, about, what, fix, whats: [what] });
  };
  for (const name of reading.names) {
    for (const group of name.groups) lintGroup(pair, name, group, say);
    if (reading.zone.layout === 'records') lintOwners(pair, reading, name, keepers, say);
    else lintPivot(pair, reading, name, say);
  }
  return [...found.values()].map(({ whats, ...finding }) => ({ ...finding, what: `${about}: ${someOf(whats)}` }));
}

function lintGroup(pair: NamedPair, { name }: NameAsRead, group: Group, say: Say): void {
  const label = `${name} ${group.type}`;
  const sides = clusterNames(pair).flatMap((cluster) => group.sides[cluster] ?? []);
  const ttls = [...new Set(sides.flatMap(({ ttlSeconds }) => ttlSeconds ?? []))];
  if (ttls.length > 1)
    say(
      'MUST',
      'UnequalTtls',
      `${label} has TTLs ${ttls.join(' and ')} s`,
      'the same annotation ttl in both clusters: Route 53 refuses a weighted group with two, so each instance blocks the other',
    );
  if (group.strays.length > 0)
    say(
      'MUST',
      'ThirdRecord',
      `${label} has ${group.strays.map(({ setIdentifier, policy }) => setIdentifier ?? `a ${policy} record`).join(', ')} besides`,
      'a simple record: `throwover adopt`; another set identifier: delete it, or name its cluster in throwover.yaml',
    );
  for (const [cluster, side] of Object.entries(group.sides)) {
    if (weightOf(group, cluster) === 0 && side.alias?.evaluateTargetHealth)
      say(
        'SHOULD',
        'TargetHealthEvaluated',
        `${label} of ${cluster} has weight 0 and evaluates target health`,
        '`--no-aws-evaluate-target-health` in both instances, or the annotation aws-evaluate-target-health: "false": otherwise Route 53 answers with it ungated as soon as the other looks sick',
      );
  }
}

function lintOwners(pair: NamedPair, reading: ZoneAsRead, name: NameAsRead, { byCluster }: Keepers, say: Say): void {
  const owners = new Map<string, string>();
  for (const cluster of clusterNames(pair)) {
    const sides = name.groups.flatMap(({ sides: { [cluster]: side } }) => side ?? []);
    const { setIdentifier = '' } = pair.clusters[cluster] ?? {};
    const registry = registryOf(reading, name, setIdentifier);
    const [owner, ...others] = [...new Set(registry.flatMap((record) => ownerOf(record) ?? []))];
    if (sides.length === 0) continue;
    if (owner === undefined) {
      say(
        'SHOULD',
        'MissingRegistry',
        `${name.name} of ${cluster} has no registry record`,
        'recreate it with `throwover adopt`, or let its ExternalDNS create the name: a record without an owner is never updated by anybody',
      );
      continue;
    }
    if (owner === OUR_OWNER || others.includes(OUR_OWNER)) {
      const fix = '`throwover status` says what it waits for; given back when that cluster is seen to stand by';
      say('MAY', 'OwnedByUs', `${name.name} of ${cluster} is ours since a failover`, fix);
      continue;
    }
    owners.set(cluster, owner);
    const instances = byCluster[cluster] ?? [];
    const keeper = instances.find((one) => one.owner === owner);
    if (instances.length > 0 && keeper === undefined)
      say(
        'MUST',
        'OwnerElsewhere',
        `${name.name} of ${cluster} is kept by ${owner}`,
        `nobody in ${cluster} calls itself so: its --txt-owner-id was changed, or another cluster keeps its record`,
      );
    if (keeper !== undefined) lintForm(keeper, name, sides, registry, cluster, say);
  }
  const [first, second] = [...owners.values()];
  if (owners.size === 2 && first === second)
    say(
      'MUST',
      'KeptByOneOwner',
      `${name.name} of both clusters is kept by ${first}`,
      'an owner of its own for each cluster: with policy sync one of them deletes the records of the other',
    );
}

/** A changed prefix or suffix makes an instance blind for what it wrote before. */
function lintForm(
  keeper: Instance,
  { name }: NameAsRead,
  sides: readonly RecordSet[],
  registry: readonly RecordSet[],
  cluster: string,
  say: Say,
): void {
  const there = new Set(registry.map((record) => record.name));
  const unread = sides.filter(({ type }) => !registryNames(keeper, name, type).some((form) => there.has(form)));
  if (unread.length === 0 || keeper.registry !== 'txt') return;
  say(
    'SHOULD',
    'RegistryNotRead',
    `${name} ${unread.map(({ type }) => type).join(' and ')} of ${cluster} is registered as ${[...there].join(', ')}`,
    `${keeper.where} of ${cluster} looks under --txt-prefix "${keeper.txtPrefix}" and --txt-suffix "${keeper.txtSuffix}": they were changed, and must never be`,
  );
}

/** Pivots are written by us alone. */
function lintPivot(pair: NamedPair, reading: ZoneAsRead, name: NameAsRead, say: Say): void {
  for (const { setIdentifier } of Object.values(pair.clusters)) {
    const owner = registryOf(reading, name, setIdentifier).map(ownerOf)[0];
    if (owner !== undefined && owner !== OUR_OWNER)
      say('MUST', 'PivotIsKept', `${name.name} ${setIdentifier} is kept by ${owner}`, PIVOT_FIX);
  }
}

const PIVOT_FIX =
  'take the name away from its Ingress, or `--exclude-domains` of that name: a pivot has one writer, us';
