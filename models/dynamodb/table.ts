/**
 * The items of one table: partitions in the order of their hash, items of a partition in the order of their sort key.
 * Versions younger than the staleness window are kept, so that an eventually consistent read can see the past.
 */
import { type AttributeMap, compareText, sizeOfItem } from './attribute-value.ts';

interface Version {
  /** undefined: deleted. */
  item: AttributeMap | undefined;
  bytes: number;
  at: number;
  before: Version | undefined;
}

interface Partition {
  pk: string;
  hash: number;
  sortKeys: string[];
  versions: Map<string, Version>;
}

export interface StoredItem {
  item: AttributeMap;
  bytes: number;
}

export class Table {
  readonly name: string;
  readonly createdAt: number;
  readonly #keepMs: number;
  readonly #partitions = new Map<string, Partition>();
  readonly #byHash: Partition[] = [];

  constructor(name: string, createdAt: number, keepMs: number) {
    this.name = name;
    this.createdAt = createdAt;
    this.#keepMs = keepMs;
  }

  /** The item as it was at `asOf` (milliseconds since the epoch). */
  read(pk: string, sk: string, asOf: number): AttributeMap | undefined {
    return this.#seen(this.#partitions.get(pk)?.versions.get(sk), asOf)?.item;
  }

  write(pk: string, sk: string, item: AttributeMap | undefined, now: number): void {
    const partition = this.#partitions.get(pk) ?? (item === undefined ? undefined : this.#addPartition(pk));
    if (partition === undefined) return;
    const before = partition.versions.get(sk);
    if (before === undefined) {
      if (item === undefined) return;
      partition.sortKeys.splice(lowerBound(partition.sortKeys, sk), 0, sk);
    }
    if (item === undefined && this.#keepMs === 0) {
      this.#forget(partition, sk);
      return;
    }
    const bytes = item === undefined ? 0 : sizeOfItem(item);
    partition.versions.set(sk, { item, bytes, at: now, before: this.#stillSeen(before, now) });
  }

  /** Items of a partition from `startSk` on (backwards: from `startSk` down), itself included. */
  *items(pk: string, asOf: number, startSk: string | undefined, forward: boolean): Generator<StoredItem> {
    const partition = this.#partitions.get(pk);
    if (partition !== undefined) yield* this.#itemsOf(partition, asOf, startSk, forward);
  }

  /** Every item, partition by partition, from the given key on. */
  *everyItem(asOf: number, start: { pk: string; sk: string } | undefined): Generator<StoredItem> {
    const first = start === undefined ? 0 : this.#placeOf({ pk: start.pk, hash: hashOf(start.pk) });
    for (let at = first; at < this.#byHash.length; at++) {
      const partition = this.#byHash[at] as Partition;
      yield* this.#itemsOf(partition, asOf, partition.pk === start?.pk ? start.sk : undefined, true);
    }
  }

  *#itemsOf(partition: Partition, asOf: number, startSk: string | undefined, forward: boolean): Generator<StoredItem> {
    const { sortKeys, versions } = partition;
    const step = forward ? 1 : -1;
    for (let at = startOf(sortKeys, startSk, forward); at >= 0 && at < sortKeys.length; at += step) {
      const version = this.#seen(versions.get(sortKeys[at] as string), asOf);
      if (version?.item !== undefined) yield { item: version.item, bytes: version.bytes };
    }
  }

  /** Live items and their bytes. */
  totals(): { items: number; bytes: number } {
    const totals = { items: 0, bytes: 0 };
    for (const { bytes } of this.everyItem(Number.POSITIVE_INFINITY, undefined)) {
      totals.items++;
      totals.bytes += bytes;
    }
    return totals;
  }

  #seen(version: Version | undefined, asOf: number): Version | undefined {
    let seen = version;
    while (seen !== undefined && seen.at > asOf) seen = seen.before;
    return seen;
  }

  /** The chain without what no read can see any more: everything below the first version older than the window. */
  #stillSeen(version: Version | undefined, now: number): Version | undefined {
    if (this.#keepMs === 0) return undefined;
    let oldest = version;
    while (oldest !== undefined && oldest.at > now - this.#keepMs) oldest = oldest.before;
    if (oldest !== undefined) oldest.before = undefined;
    return version;
  }

  #forget(partition: Partition, sk: string): void {
    partition.sortKeys.splice(lowerBound(partition.sortKeys, sk), 1);
    partition.versions.delete(sk);
  }

  #addPartition(pk: string): Partition {
    const partition: Partition = { pk, hash: hashOf(pk), sortKeys: [], versions: new Map() };
    this.#partitions.set(pk, partition);
    this.#byHash.splice(this.#placeOf(partition), 0, partition);
    return partition;
  }

  #placeOf({ pk, hash }: { pk: string; hash: number }): number {
    const at = this.#byHash.findIndex((other) => other.hash > hash || (other.hash === hash && other.pk >= pk));
    return at === -1 ? this.#byHash.length : at;
  }
}

function startOf(sortKeys: readonly string[], startSk: string | undefined, forward: boolean): number {
  if (startSk === undefined) return forward ? 0 : sortKeys.length - 1;
  const at = lowerBound(sortKeys, startSk);
  return forward || sortKeys[at] === startSk ? at : at - 1;
}

/** The first position whose key is not below `key`. */
function lowerBound(sortKeys: readonly string[], key: string): number {
  let low = 0;
  let high = sortKeys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(sortKeys[middle] as string, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** FNV-1a: spreads partitions as DynamoDB does, so that nobody comes to rely on a scan in the order of the keys. */
function hashOf(pk: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < pk.length; at++) hash = Math.imul(hash ^ pk.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
