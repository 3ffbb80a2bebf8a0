/**
 * Onboarding: a simple record becomes the weighted pair that can be steered. Route 53 refuses weighted sets beside a simple
 * one, so both ways are one batch: DELETE exactly as read, CREATE what takes its place. At no instant is there no answer,
 * and whoever answered before answers afterwards.
 */
import { type NamedPair, namesInZone, titleOf } from '../topology/pair.ts';
import type { Batch, Change } from './batch.ts';
import { elementsOf, MOST_ELEMENTS, PlanUnsafe, replaced } from './batch.ts';
import { fenceRecordAfter } from './fence.ts';
import { ownedBy, ownerOf, registryOf } from './ownership.ts';
import { FULL, type Group, type NameAsRead, standingOf, type ZoneAsRead } from './reading.ts';
import type { RecordSet } from './records.ts';
import type { Standpoint } from './steer.ts';

export interface Adoption {
  /** Records that go, exactly as read. */
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  /** The cluster whose records they were; undefined when there is nothing to do. */
  readonly on?: string;
  readonly names: readonly string[];
}

export interface Owners {
  /** Who keeps the records of each cluster: the owner id of its ExternalDNS. Undefined: nobody is known. */
  readonly [cluster: string]: string | undefined;
}

/** What changes in a zone for a service, or every reason why it may not. */
export function adoptionIn(
  pair: NamedPair,
  reading: ZoneAsRead,
  service: string,
  owners: Owners,
): Adoption | { readonly because: readonly string[] } {
  const names = namesOf(pair, reading, service);
  const because: string[] = [];
  const before: RecordSet[] = [];
  const after: RecordSet[] = [];
  const on = new Set<string>();
  for (const name of names) {
    for (const group of name.groups) {
      const found = simpleIn(pair, reading, name, group);
      if (typeof found === 'string') because.push(found);
      else if (found !== undefined) {
        before.push(found.record);
        after.push(...pairFor(pair, found.record, found.on));
        on.add(found.on);
      }
    }
    if (name.groups.length === 0) because.push(`${name.name} has no A or AAAA record in ${titleOf(reading.zone)}`);
  }
  if (on.size > 1)
    because.push(`its names lead to ${[...on].join(' and ')}: one cluster has to have all of them first`);
  if (because.length > 0) return { because };
  const [active] = on;
  if (active === undefined) return { before, after, names: [] };
  const adopted = new Set(before.map(({ name }) => name));
  for (const name of names.filter((one) => adopted.has(one.name))) {
    for (const record of registryOf(reading, name, '')) {
      before.push(record);
      after.push(...registryFor(pair, record, active, owners));
    }
  }
  return { before, after, on: active, names: [...adopted] };
}

/** The way back: the records that were there before, in the place of what is there now. */
export function undoneIn(
  pair: NamedPair,
  reading: ZoneAsRead,
  { before, on, names }: Adoption,
): Adoption | { readonly because: readonly string[] } {
  const those = reading.names.filter(({ name }) => names.includes(name));
  const elsewhere = those.filter((name) => standingOf([name]) !== on);
  if (elsewhere.length > 0 || those.length !== names.length)
    return {
      because: [`${elsewhere.map(({ name }) => name).join(', ') || 'a name'} does not stand on ${on} alone any more`],
    };
  const now = those.flatMap((name) => [
    ...name.groups.flatMap(({ sides, strays }) => [...Object.values(sides), ...strays]),
    ...Object.values(pair.clusters).flatMap(({ setIdentifier }) => registryOf(reading, name, setIdentifier)),
  ]);
  return { before: now, after: before, names, ...(on === undefined ? {} : { on }) };
}

/**
 * The batch of an adoption or of its way back, under the fence where the pair has one. Before its first activation it has
 * none, nobody moves it, and the DELETE of the records exactly as read is the only compare-and-set there is.
 */
export function adoptBatch(
  { before, after, names }: Adoption,
  at: Standpoint | undefined,
  attempt = 1,
): { batch: Batch; after: Standpoint | undefined } {
  const changes: Change[] = [
    ...before.map((record): Change => ({ action: 'DELETE', record })),
    ...after.map((record): Change => ({ action: 'CREATE', record })),
  ];
  assertAnswered(changes);
  const next = at && { ...at.fence, seq: at.fence.seq + attempt };
  const record = at && next && fenceRecordAfter(at.record, next);
  const fenced = at && record ? replaced(at.record, record) : [];
  const all = [...fenced, ...changes];
  if (elementsOf(all) > MOST_ELEMENTS)
    throw new PlanUnsafe(`${elementsOf(all)} elements are more than one change call may have`);
  const batch = {
    why: `${names.length} names adopted or given back, epoch ${next?.epoch ?? 0}`,
    epoch: next?.epoch ?? 0,
    seq: next?.seq ?? 1,
    changes: all,
  };
  return { batch, after: next && record && { fence: next, record } };
}

/** Whoever answered a name before answers it afterwards, by a simple record or by a weight above zero. */
function assertAnswered(changes: readonly Change[]): void {
  const targets = (action: Change['action'], name: string, type: string) =>
    changes
      .filter((one) => one.action === action && one.record.name === name && one.record.type === type)
      .map(({ record }) => record)
      .filter(({ policy, weight = 0 }) => policy === 'simple' || weight > 0)
      .map(({ alias, values }) => (alias ? alias.name : JSON.stringify(values)));
  for (const { record } of changes) {
    if (record.type === 'TXT') continue;
    const [old, next] = [targets('DELETE', record.name, record.type), targets('CREATE', record.name, record.type)];
    if (old.length !== 1 || next.length !== 1 || old[0] !== next[0])
      throw new PlanUnsafe(
        `${record.name} ${record.type} was answered with ${old.join() || 'nothing'} and would be with ${next.join() || 'nothing'}`,
      );
  }
}

function namesOf(pair: NamedPair, reading: ZoneAsRead, service: string): readonly NameAsRead[] {
  const wanted = new Set(namesInZone(pair, reading.zone).flatMap((one) => (one.service === service ? [one.name] : [])));
  return reading.names.filter(({ name }) => wanted.has(name));
}

/** The simple record of a name and whose load balancer it leads to; undefined: it is a pair already; else why not. */
function simpleIn(pair: NamedPair, reading: ZoneAsRead, name: NameAsRead, { type, sides, strays }: Group) {
  const label = `${name.name} ${type}`;
  const clusters = Object.keys(pair.clusters);
  if (strays.length === 0 && clusters.every((cluster) => sides[cluster] !== undefined)) return undefined;
  const [record, ...others] = [...strays, ...Object.values(sides)];
  if (record === undefined || others.length > 0 || record.policy !== 'simple')
    return `${label} is neither one simple record nor a pair: mend it first, \`throwover dns doctor\` lists its records`;
  const target = bare(record.alias?.name ?? '');
  const on = clusters.find((cluster) => bare(pair.clusters[cluster]?.loadBalancer.host ?? '') === target);
  if (on === undefined)
    return `${label} leads to ${target || record.values?.join(', ')}, and not by an alias to the load balancer of ${clusters.join(' or ')}`;
  const { fence } = reading;
  const place = fence.kind === 'fence' ? (fence.fence.rings[name.ring] ?? fence.fence.active) : on;
  return place === on ? { record, on } : `${label} leads to ${on}, and the fence says ${place}`;
}

/** `dualstack.` is the same load balancer. */
function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^dualstack\./, '');
}

function pairFor(pair: NamedPair, record: RecordSet, on: string): RecordSet[] {
  return Object.entries(pair.clusters).map(([cluster, { setIdentifier, loadBalancer }]): RecordSet => {
    const own = { ...record, policy: 'weighted' as const, setIdentifier, weight: cluster === on ? FULL : 0 };
    if (cluster === on) return own;
    const { healthCheck: _, ...bareOwn } = own;
    // weight 0 that evaluates target health would be an ungated failover
    return {
      ...bareOwn,
      alias: { zone: loadBalancer.zone, name: `${loadBalancer.host}.`, evaluateTargetHealth: false },
    };
  });
}

/** The registry follows its records: each side has its own, so that each ExternalDNS goes on with what is its own. */
function registryFor(pair: NamedPair, record: RecordSet, on: string, owners: Owners): RecordSet[] {
  return Object.entries(pair.clusters).flatMap(([cluster, { setIdentifier }]) => {
    const owner = cluster === on ? ownerOf(record) : owners[cluster];
    if (owner === undefined) return [];
    const weight = cluster === on ? FULL : 0;
    return [{ ...ownedBy(record, owner), policy: 'weighted' as const, setIdentifier, weight }];
  });
}
