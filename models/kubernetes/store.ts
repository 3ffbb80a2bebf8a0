import type { Plural } from './kinds.ts';
import type { Stored } from './objects.ts';

const COMPACTION_EVERY_MS = 300_000;

/**
 * What etcd holds: objects by kind and key, one revision counter for all, and a compaction every five minutes that
 * makes older `continue` tokens worthless (facts/kubernetes.md, section 16).
 */
export class Store {
  #revision = 1;
  #marked = 1;
  #compacted = 0;
  #compactsAt: number;
  readonly #kinds = new Map<Plural, Map<string, Stored>>();
  readonly #seeds = new Map<Plural, ReadonlyMap<string, Stored>>();
  readonly #sorted = new Map<Plural, readonly string[]>();

  constructor(now: number) {
    this.#compactsAt = now + COMPACTION_EVERY_MS;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The next resourceVersion. */
  next(): string {
    this.#revision++;
    return String(this.#revision);
  }

  get(plural: Plural, key: string): Stored | undefined {
    return this.all(plural).get(key);
  }

  /** Objects that were there before everything else. Shared between clusters, and copied before the first write. */
  seed(plural: Plural, objects: ReadonlyMap<string, Stored>): void {
    this.#seeds.set(plural, objects);
  }

  /** What there is of a kind now. */
  all(plural: Plural): ReadonlyMap<string, Stored> {
    return this.#kinds.get(plural) ?? this.#seeds.get(plural) ?? none;
  }

  put(plural: Plural, key: string, object: Stored): void {
    const objects = this.#of(plural);
    if (!objects.has(key)) this.#sorted.delete(plural);
    objects.set(key, object);
  }

  delete(plural: Plural, key: string): void {
    if (this.#of(plural).delete(key)) this.#sorted.delete(plural);
  }

  /** All keys of a kind in etcd's order. */
  keys(plural: Plural): readonly string[] {
    const known = this.#sorted.get(plural);
    if (known !== undefined) return known;
    const keys = [...this.all(plural).keys()].sort(byBytes);
    this.#sorted.set(plural, keys);
    return keys;
  }

  values(plural: Plural): Iterable<Stored> {
    return this.all(plural).values();
  }

  /** The status of an object changed: it has a new resourceVersion and is otherwise as it was. */
  statusChanged(plural: Plural, key: string): void {
    const object = this.get(plural, key);
    if (object === undefined) return;
    this.#of(plural).set(key, { ...object, metadata: { ...object.metadata, resourceVersion: this.next() } });
  }

  /** Whether a list that began at `revision` can still be continued. */
  remembers(revision: number, now: number): boolean {
    while (now >= this.#compactsAt) {
      this.#compacted = this.#marked;
      this.#marked = this.#revision;
      this.#compactsAt += COMPACTION_EVERY_MS;
    }
    return revision >= this.#compacted;
  }

  #of(plural: Plural): Map<string, Stored> {
    let objects = this.#kinds.get(plural);
    if (objects === undefined) {
      objects = new Map(this.#seeds.get(plural));
      this.#kinds.set(plural, objects);
    }
    return objects;
  }
}

const none: ReadonlyMap<string, Stored> = new Map();

/** `namespace/name`; objects without a namespace have only the name. */
export function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
