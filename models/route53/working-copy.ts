import { ServiceError } from '../service-error.ts';
import { canonicalName, isInside } from './names.ts';
import { bareZoneId, kept, policyOf, sameValues, valueProblems } from './record-set.ts';
import type { Rules } from './rules.ts';
import type { Change, ResourceRecordSet } from './shapes.ts';
import type { Entry, Zone } from './zone.ts';

/** What a batch refers to outside its zone. */
export interface Surroundings {
  isZone(id: string): boolean;
  isHealthCheck(id: string): boolean;
  isLoadBalancer(dnsName: string): boolean;
}

/**
 * The changes of one batch, done one by one on the zone itself with a log to undo them, and refused with every problem
 * at once (facts: ChangeResourceRecordSets). Only the keys of the batch are touched, whatever the size of the zone.
 */
export class WorkingCopy {
  readonly #zone: Zone;
  readonly #rules: Rules;
  readonly #around: Surroundings;
  readonly #before = new Map<Entry, ResourceRecordSet | undefined>();
  readonly #deleted = new Map<Entry, ResourceRecordSet>();
  readonly #problems: string[] = [];

  constructor(zone: Zone, rules: Rules, around: Surroundings) {
    this.#zone = zone;
    this.#rules = rules;
    this.#around = around;
  }

  /** Applies all, or throws and leaves the zone as it was. Returns the changes in kept form and the keys touched. */
  apply(changes: readonly Change[]): { done: Change[]; touched: Entry[] } {
    try {
      const isFirst = ({ Action }: Change) => this.#rules.deletesFirst && Action === 'DELETE';
      const inOrder = [...changes.filter(isFirst), ...changes.filter((change) => !isFirst(change))];
      const done = inOrder.flatMap((change) => this.#one(change) ?? []);
      if (this.#rules.ttlCompared === 'after the batch') this.#compareTtls();
      const limit = this.#rules.recordSetsPerZoneMax;
      if (this.#zone.count > limit) this.#problems.push(`Number of records limit of ${limit} exceeded.`);
      if (this.#problems.length > 0) throw invalidBatch(this.#problems);
      return { done, touched: [...this.#before.keys()] };
    } catch (refusal) {
      for (const [entry, set] of this.#before) this.#zone.write(entry, set);
      throw refusal;
    }
  }

  #one({ Action, ResourceRecordSet: given }: Change): Change | undefined {
    const name = canonicalName(given.Name);
    const problemsBefore = this.#problems.length;
    if (typeof name !== 'string') this.#problems.push(name.problem);
    else if (!isInside(name, this.#zone.name)) {
      this.#problems.push(`RRSet with DNS name ${name} is not permitted in zone ${this.#zone.name}`);
    } else {
      const set = kept(name, given);
      if (Action === 'DELETE') this.#delete(set);
      else this.#store(Action, set);
      if (this.#problems.length === problemsBefore) return { Action, ResourceRecordSet: set };
    }
    return undefined;
  }

  #delete(set: ResourceRecordSet): void {
    const entry = this.#zone.find(set.Name, set.Type, set.SetIdentifier ?? '');
    const current = entry?.current;
    if (entry !== undefined && this.#deleted.has(entry)) this.#problems.push(invalidSetOfChanges(set));
    else if (entry === undefined || current === undefined) {
      this.#problems.push(`Tried to delete resource record set ${bracketed(set)} but it was not found`);
    } else if (!sameValues(current, set, this.#rules.deleteComparesWeight)) {
      const what = `Tried to delete resource record set ${bracketed(set)}`;
      this.#problems.push(`${what} but the values provided do not match the current values`);
    } else if (set.Name === this.#zone.name && set.Type === 'SOA') {
      this.#problems.push('A HostedZone must contain exactly one SOA record.');
    } else if (set.Name === this.#zone.name && set.Type === 'NS') {
      this.#problems.push('A HostedZone must contain at least one NS record for the zone itself.');
    } else {
      this.#deleted.set(entry, current);
      this.#write(entry, undefined);
    }
  }

  #store(action: 'CREATE' | 'UPSERT', set: ResourceRecordSet): void {
    const current = this.#zone.find(set.Name, set.Type, set.SetIdentifier ?? '')?.current;
    if (action === 'CREATE' && current !== undefined) {
      this.#problems.push(`Tried to create resource record set ${bracketed(set)} but it already exists`);
      return;
    }
    const problems = [...valueProblems(set), ...this.#nameProblems(set), ...this.#groupProblems(set, current)];
    this.#problems.push(...problems, ...this.#aliasProblems(set));
    if (set.HealthCheckId !== undefined && !this.#around.isHealthCheck(set.HealthCheckId)) {
      throw new ServiceError(
        'NoSuchHealthCheck',
        `No health check exists with the specified ID: ${set.HealthCheckId}`,
        404,
      );
    }
    if (problems.length > 0) return;
    const entry = this.#zone.entry(set.Name, set.Type, set.SetIdentifier ?? '');
    const deleted = this.#deleted.get(entry);
    if (this.#rules.identicalReplacement === 'refuse' && deleted !== undefined && sameValues(deleted, set, true)) {
      this.#problems.push(invalidSetOfChanges(set));
    }
    this.#write(entry, set);
    if (this.#rules.mixedTtl === 'rewrite' && set.TTL !== undefined) this.#rewriteTtls(set, set.TTL);
  }

  #nameProblems(set: ResourceRecordSet): string[] {
    const problems: string[] = [];
    const { name: zoneName } = this.#zone;
    const what = () => `RRSet of type ${set.Type} with DNS name ${set.Name} is not permitted`;
    if (set.Type === 'SOA' && set.Name !== zoneName) problems.push(`${what()} below the apex of zone ${zoneName}.`);
    if (set.Type === 'CNAME' && set.Name === zoneName) problems.push(`${what()} at apex in zone ${zoneName}`);
    else if (set.Type === 'CNAME' && this.#hasOtherThan('CNAME', set.Name)) {
      const why = 'as it conflicts with other records with the same DNS name in zone';
      problems.push(`${what()} ${why} ${zoneName}`);
    } else if (set.Type !== 'CNAME' && this.#has('CNAME', set.Name)) {
      const why = 'because a conflicting RRSet of type CNAME with the same DNS name already exists in zone';
      problems.push(`${what()} ${why} ${zoneName}`);
    }
    return problems;
  }

  /** What the other sets of the same name and type do not allow. */
  #groupProblems(set: ResourceRecordSet, current: ResourceRecordSet | undefined): string[] {
    const problems: string[] = [];
    const others = this.#othersOf(set);
    const what = () => `RRSet with DNS name ${set.Name}, type ${set.Type}`;
    const named = () => (set.SetIdentifier === undefined ? what() : `${what()}, SetIdentifier ${set.SetIdentifier}`);
    const policy = policyOf(set);
    if (policy === 'simple' && others.length > 0) {
      problems.push(`${what()} cannot be created as other RRSets exist with the same name and type.`);
    } else if ((current === undefined ? others : [...others, current]).some((other) => policyOf(other) !== policy)) {
      problems.push(`${named()} cannot be created as a non-${policy} set exists with the same name and type.`);
    }
    if (policy !== 'weighted') return problems;
    if ((set.ResourceRecords?.length ?? 1) > 1) {
      problems.push(`${named()} cannot be created as weighted sets must contain exactly one resource record.`);
    }
    if (others.length >= this.#rules.setsPerGroupMax) {
      const limit = this.#rules.setsPerGroupMax;
      problems.push(
        `${named()} cannot be created as the limit of ${limit} weighted sets with the same name and type is exceeded.`,
      );
    }
    const comparesNow = this.#rules.mixedTtl === 'refuse' && this.#rules.ttlCompared === 'after each change';
    if (comparesNow && others.some((other) => ttlsDiffer(other, set))) problems.push(mixedTtl(named()));
    return problems;
  }

  /** An alias to a name of this zone needs a target of its own type that is there; other zones' names are no targets. */
  #aliasProblems({ AliasTarget: alias, Type: type }: ResourceRecordSet): string[] {
    if (alias === undefined) return [];
    const what = () =>
      `Tried to create an alias that targets ${alias.DNSName}, type ${type} in zone ${alias.HostedZoneId},`;
    const target = canonicalName(alias.DNSName);
    if (typeof target !== 'string') return [target.problem];
    if (bareZoneId(alias.HostedZoneId) === this.#zone.id) {
      if (!isInside(target, this.#zone.name))
        return [`${what()} but the alias target name does not lie within the target zone`];
      return this.#has(type, target) ? [] : [`${what()} but that target was not found`];
    }
    if (this.#around.isZone(alias.HostedZoneId)) {
      return [`${what()} but that zone is not the one that contains the alias, nor one of an AWS resource`];
    }
    const isMissing = this.#rules.unknownLoadBalancer === 'refuse' && !this.#around.isLoadBalancer(target);
    return isMissing ? [`${what()} but that target was not found`] : [];
  }

  #othersOf(set: ResourceRecordSet): ResourceRecordSet[] {
    const others: ResourceRecordSet[] = [];
    for (const [identifier, { current }] of this.#zone.group(set.Name, set.Type) ?? []) {
      if (current !== undefined && identifier !== (set.SetIdentifier ?? '')) others.push(current);
    }
    return others;
  }

  #has(type: string, name: string): boolean {
    for (const { current } of this.#zone.group(name, type)?.values() ?? []) if (current !== undefined) return true;
    return false;
  }

  #hasOtherThan(type: string, name: string): boolean {
    for (const other of this.#zone.groups(name)?.keys() ?? [])
      if (other !== type && this.#has(other, name)) return true;
    return false;
  }

  #rewriteTtls(set: ResourceRecordSet, ttl: number): void {
    for (const entry of this.#zone.group(set.Name, set.Type)?.values() ?? []) {
      const { current } = entry;
      if (current?.TTL === undefined || current.TTL === ttl) continue;
      this.#write(entry, kept(current.Name, { ...current, TTL: ttl }));
    }
  }

  #compareTtls(): void {
    if (this.#rules.mixedTtl === 'rewrite') return;
    const looked = new Set<string>();
    for (const { current } of this.#before.keys()) {
      if (current === undefined || policyOf(current) !== 'weighted') continue;
      const key = `${current.Type} ${current.Name}`;
      if (looked.has(key)) continue;
      looked.add(key);
      const other = this.#othersOf(current).find((sibling) => ttlsDiffer(sibling, current));
      if (other === undefined) continue;
      const named = `RRSet with DNS name ${current.Name}, type ${current.Type}, SetIdentifier ${current.SetIdentifier}`;
      this.#problems.push(mixedTtl(named));
    }
  }

  #write(entry: Entry, set: ResourceRecordSet | undefined): void {
    if (!this.#before.has(entry)) this.#before.set(entry, entry.current);
    this.#zone.write(entry, set);
  }
}

/** Aliases have no TTL and agree with any. */
function ttlsDiffer(a: ResourceRecordSet, b: ResourceRecordSet): boolean {
  return a.TTL !== undefined && b.TTL !== undefined && a.TTL !== b.TTL;
}

function mixedTtl(named: string): string {
  return `${named} cannot be created as weighted sets must contain the same TTL.`;
}

function invalidSetOfChanges({ Type, Name }: ResourceRecordSet): string {
  return `The request contains an invalid set of changes for a resource record set '${Type} ${Name}'`;
}

function bracketed({ Name, Type, SetIdentifier }: ResourceRecordSet): string {
  const identifier = SetIdentifier === undefined ? '' : `, set-identifier='${SetIdentifier}'`;
  return `[name='${Name}', type='${Type}'${identifier}]`;
}

/** Every problem of a batch in one error, as Route 53 lists them. */
export function invalidBatch(problems: readonly string[]): ServiceError {
  return new ServiceError('InvalidChangeBatch', `[${problems.join(', ')}]`, 400, { messages: problems });
}
