import { listingOrder, parentName } from './names.ts';
import { kept } from './record-set.ts';
import type { ResourceRecordSet } from './shapes.ts';

/** A record set as it became with one write; undefined: deleted. */
interface Version {
  readonly write: number;
  readonly set: ResourceRecordSet | undefined;
}

/** One key (name, type, set identifier) for ever; what stands under it now, and what servers may still show. */
export interface Entry {
  readonly name: string;
  readonly type: string;
  readonly setIdentifier: string;
  readonly order: string;
  current: ResourceRecordSet | undefined;
  /** Oldest first; the first is what the slowest name server shows. */
  readonly versions: Version[];
  listed: boolean;
}

export type Group = Map<string, Entry>;

/** A moment of the zone: everything up to this write. */
export type View = number;
export const NEWEST: View = Number.POSITIVE_INFINITY;

interface Server {
  readonly name: string;
  /** What the server shows now, and what is on its way to it, in order. */
  shows: View;
  readonly coming: { at: number; write: number }[];
}

/**
 * One hosted zone: its record sets by key and in listing order, and what each of its name servers shows. A server is a
 * number of a write: what it shows of a key is the newest version up to it, so nothing is copied for any of them.
 */
export class Zone {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  /** While set, the zone refuses changes (accelerated recovery is being switched on or off). */
  locked = false;
  /** The zone is processing a change until then. */
  busyUntil = Number.NEGATIVE_INFINITY;
  count = 0;
  readonly servers: Server[];
  readonly #names = new Map<string, Map<string, Group>>();
  readonly #children = new Map<string, Set<string>>();
  #sorted: Entry[] = [];
  #unlisted: Entry[] = [];
  #gone = 0;
  #writes = 0;

  constructor({
    id,
    name,
    isPrivate,
    nameServers,
  }: { id: string; name: string; isPrivate: boolean; nameServers: string[] }) {
    this.id = id;
    this.name = name;
    this.isPrivate = isPrivate;
    this.servers = nameServers.map((server) => ({ name: server, shows: 0, coming: [] }));
    const dotted = nameServers.map((server) => (server.endsWith('.') ? server : `${server}.`));
    const soa = `${dotted[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
    this.#put({ Name: name, Type: 'NS', TTL: 172_800, ResourceRecords: dotted.map((Value) => ({ Value })) });
    this.#put({ Name: name, Type: 'SOA', TTL: 900, ResourceRecords: [{ Value: soa }] });
    for (const server of this.servers) server.shows = this.#writes;
  }

  #put(set: ResourceRecordSet): void {
    const entry = this.entry(set.Name, set.Type, '');
    this.write(entry, kept(set.Name, set));
    this.commit([entry], Number.NEGATIVE_INFINITY);
  }

  find(name: string, type: string, setIdentifier: string): Entry | undefined {
    return this.#names.get(name)?.get(type)?.get(setIdentifier);
  }

  group(name: string, type: string): Group | undefined {
    return this.#names.get(name)?.get(type);
  }

  groups(name: string): ReadonlyMap<string, Group> | undefined {
    return this.#names.get(name);
  }

  /** The entry of a key, made when it is new. */
  entry(name: string, type: string, setIdentifier: string): Entry {
    let groups = this.#names.get(name);
    if (groups === undefined) {
      groups = new Map();
      this.#names.set(name, groups);
      this.#adopt(name);
    }
    let group = groups.get(type);
    if (group === undefined) {
      group = new Map();
      groups.set(type, group);
    }
    let entry = group.get(setIdentifier);
    if (entry === undefined) {
      const order = listingOrder(name);
      entry = { name, type, setIdentifier, order, current: undefined, versions: [], listed: false };
      group.set(setIdentifier, entry);
    }
    return entry;
  }

  /** Every name is known to the one above it, up to the apex: what is between is an empty non-terminal. */
  #adopt(name: string): void {
    for (let child = name; child !== this.name; child = parentName(child)) {
      const parent = parentName(child);
      const siblings = this.#children.get(parent);
      if (siblings !== undefined) {
        siblings.add(child);
        return;
      }
      this.#children.set(parent, new Set([child]));
    }
  }

  /** Changes the working copy. Nobody sees it before `commit`; writing back what was there undoes it. */
  write(entry: Entry, set: ResourceRecordSet | undefined): void {
    this.count += (set === undefined ? 0 : 1) - (entry.current === undefined ? 0 : 1);
    entry.current = set;
  }

  /** Makes the working copy of these entries the newest version. Returns the numbers of its first and last write. */
  commit(entries: Iterable<Entry>, now: number): { first: View; last: View } {
    const shownByAll = Math.min(...this.servers.map((_, server) => this.shownBy(server, now)));
    const first = this.#writes + 1;
    for (const entry of entries) {
      entry.versions.push({ write: ++this.#writes, set: entry.current });
      while ((entry.versions[1]?.write ?? NEWEST) <= shownByAll) entry.versions.shift();
      if (entry.current === undefined) this.#gone++;
      else if (!entry.listed) {
        entry.listed = true;
        this.#unlisted.push(entry);
      }
    }
    return { first, last: this.#writes };
  }

  /** Sends everything up to a write to a server. It never overtakes what was sent to that server before. */
  send(server: number, write: View, at: number): number {
    const { coming } = this.#server(server);
    const arrivesAt = Math.max(at, coming.at(-1)?.at ?? at);
    coming.push({ at: arrivesAt, write });
    return arrivesAt;
  }

  /** What a name server shows now. */
  shownBy(server: number, now: number): View {
    const here = this.#server(server);
    while (here.coming[0] !== undefined && here.coming[0].at <= now)
      here.shows = here.coming.shift()?.write ?? here.shows;
    return here.shows;
  }

  /** Every server shows the newest writes at once: for setting a world up. */
  settle(): void {
    for (const server of this.servers) {
      server.coming.length = 0;
      server.shows = this.#writes;
    }
  }

  #server(server: number): Server {
    const found = this.servers[server];
    if (found === undefined)
      throw new RangeError(`zone ${this.name} has ${this.servers.length} name servers, no ${server}`);
    return found;
  }

  /** The sets of a name and type at a moment, in the order of their identifiers, whatever order they came in. */
  sets(name: string, type: string, view: View): ResourceRecordSet[] {
    const sets: ResourceRecordSet[] = [];
    for (const entry of this.group(name, type)?.values() ?? []) {
      const set = shown(entry, view);
      if (set !== undefined) sets.push(set);
    }
    if (sets.length < 2) return sets;
    return sets.sort((a, b) => compareTexts(a.SetIdentifier ?? '', b.SetIdentifier ?? ''));
  }

  get lastWrite(): View {
    return this.#writes;
  }

  /** Every record set at a moment, in listing order. */
  allSets(view: View): ResourceRecordSet[] {
    const found: { entry: Entry; set: ResourceRecordSet }[] = [];
    for (const groups of this.#names.values()) {
      for (const group of groups.values()) {
        for (const entry of group.values()) {
          const set = shown(entry, view);
          if (set !== undefined) found.push({ entry, set });
        }
      }
    }
    return found.sort((a, b) => compareEntries(a.entry, b.entry)).map(({ set }) => set);
  }

  /** Whether the name itself has any record at a moment. */
  has(name: string, view: View): boolean {
    for (const group of this.#names.get(name)?.values() ?? []) {
      for (const entry of group.values()) if (shown(entry, view) !== undefined) return true;
    }
    return false;
  }

  /** Whether the name has a record or is on the way to a name that has one. */
  exists(name: string, view: View): boolean {
    if (this.has(name, view)) return true;
    for (const child of this.#children.get(name) ?? []) if (this.exists(child, view)) return true;
    return false;
  }

  /** All record sets in listing order. Nothing is sorted again but what is new since the last listing. */
  listing(): readonly Entry[] {
    if (this.#gone > 0) {
      this.#gone = 0;
      this.#sorted = staying(this.#sorted);
    }
    if (this.#unlisted.length > 0) {
      const added = staying(this.#unlisted);
      this.#unlisted = [];
      this.#sorted = merged(this.#sorted, added.sort(compareEntries));
    }
    return this.#sorted;
  }
}

/** The version of an entry at a moment. */
export function shown(entry: Entry, view: View): ResourceRecordSet | undefined {
  for (let at = entry.versions.length - 1; at >= 0; at--) {
    const version = entry.versions[at];
    if (version !== undefined && version.write <= view) return version.set;
  }
  return undefined;
}

export type Position = Pick<Entry, 'order' | 'type' | 'setIdentifier'>;

export function compareEntries(a: Position, b: Position): number {
  return (
    compareTexts(a.order, b.order) || compareTexts(a.type, b.type) || compareTexts(a.setIdentifier, b.setIdentifier)
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function staying(entries: readonly Entry[]): Entry[] {
  for (const entry of entries) entry.listed = entry.current !== undefined;
  return entries.filter((entry) => entry.listed);
}

function merged(a: readonly Entry[], b: readonly Entry[]): Entry[] {
  const all: Entry[] = [];
  let fromA = 0;
  let fromB = 0;
  for (;;) {
    const one = a[fromA];
    const other = b[fromB];
    if (one !== undefined && (other === undefined || compareEntries(one, other) < 0)) {
      all.push(one);
      fromA++;
    } else if (other !== undefined) {
      all.push(other);
      fromB++;
    } else return all;
  }
}
