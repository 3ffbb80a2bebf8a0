/**
 * A batch is one change call: all of it happens or none. It is checked here, before it leaves, against what was read:
 * a bug must not be able to empty a name even once.
 */
import { keyOf, type RecordSet } from './records.ts';

export interface Change {
  action: 'DELETE' | 'CREATE';
  record: RecordSet;
}

export interface Batch {
  /** One sentence for people; becomes the comment of the change. */
  why: string;
  epoch: number;
  seq: number;
  changes: readonly Change[];
}

/** What one change call may hold at most (facts/route53: 1,000 elements with aliases counted, 32,000 characters of values). */
export const MOST_ELEMENTS = 1_000;
export const MOST_CHARACTERS = 32_000;

/** A fence is deleted and created in every batch: two elements, and two strings of at most 255 characters in quotes. */
const FENCE_ELEMENTS = 2;
const FENCE_CHARACTERS = 2 * 257;

/** The largest weight of a record set (facts/route53, section 2). */
const MOST_WEIGHT = 255;

/** A plan that would do something we promise never to do. Always a fault of ours: nothing is sent. */
export class PlanUnsafe extends Error {
  override readonly name = 'PlanUnsafe';
}

/** DELETE exactly as read, CREATE as it shall be: a record that somebody changed since refuses the whole batch. */
export function replaced(old: RecordSet, next: RecordSet): Change[] {
  return [
    { action: 'DELETE', record: old },
    { action: 'CREATE', record: next },
  ];
}

/** Elements of a change call; an alias counts as one, like a value. As many change tokens does it cost, too. */
export function elementsOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { record }) => sum + (record.values?.length ?? 1), 0);
}

/** Characters of values in a change call. */
export function charactersOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { record }) => sum + lengthOf(record), 0);
}

function lengthOf(record: RecordSet): number {
  return (record.values ?? []).reduce((sum, value) => sum + value.length, 0);
}

/**
 * Cuts items into portions whose changes fit one change call beside the fence. Order is kept, no item is torn, and items
 * that change nothing are left out.
 * @param elements the most elements of one call, fence included: fewer than allowed when tokens are scarce
 */
export function portioned<Item>(
  items: readonly Item[],
  changesOf: (item: Item) => readonly Change[],
  elements: number = MOST_ELEMENTS,
): Item[][] {
  const portions: Item[][] = [];
  const room = { elements: 0, characters: 0 };
  for (const item of items) {
    const changes = changesOf(item);
    if (changes.length === 0) continue;
    const size = { elements: elementsOf(changes), characters: charactersOf(changes) };
    const last = portions.at(-1);
    if (last !== undefined && size.elements <= room.elements && size.characters <= room.characters) last.push(item);
    else {
      portions.push([item]);
      room.elements = Math.min(elements, MOST_ELEMENTS) - FENCE_ELEMENTS;
      room.characters = MOST_CHARACTERS - FENCE_CHARACTERS;
    }
    room.elements -= size.elements;
    room.characters -= size.characters;
  }
  return portions;
}

/**
 * Refuses a batch that could leave a name without an answer. Each deleted set is created again in the same batch with
 * nothing changed but its weight (a TXT: nothing but its text), no set is created that was not there, and what answers
 * users is touched only where all sets of the name and type are known and one of them keeps a weight above zero.
 * @param groups for each name and type that is steered, its sets as read: one for each cluster that has one
 */
export function assertNeverDark(batch: Batch, groups: Iterable<readonly RecordSet[]>): void {
  const created = recreated(batch.changes);
  const known = new Set<string>();
  for (const sets of groups) {
    let left = false;
    for (const set of sets) {
      const key = keyOf(set);
      known.add(key);
      left ||= ((created.get(key) ?? set).weight ?? 0) > 0;
    }
    const [one] = sets;
    if (one !== undefined && !left)
      throw new PlanUnsafe(`${one.name} ${one.type} would have no weight left on any side`);
  }
  for (const [key, { type }] of created) {
    if (type !== 'TXT' && !known.has(key))
      throw new PlanUnsafe(`${key} would be changed without a look at its other side`);
  }
  if (elementsOf(batch.changes) > MOST_ELEMENTS || charactersOf(batch.changes) > MOST_CHARACTERS) {
    throw new PlanUnsafe(
      `a batch of ${elementsOf(batch.changes)} elements and ${charactersOf(batch.changes)} characters is larger than one change call may be`,
    );
  }
}

/** What is created, by key, after making sure that each set was deleted before, once, and comes back as it was. */
function recreated(changes: readonly Change[]): Map<string, RecordSet> {
  const deleted = new Map<string, RecordSet>();
  const created = new Map<string, RecordSet>();
  for (const { action, record } of changes) {
    const key = keyOf(record);
    const old = deleted.get(key);
    if (action === 'DELETE') {
      if (old !== undefined) throw new PlanUnsafe(`${key} would be deleted twice`);
      deleted.set(key, record);
    } else {
      if (old === undefined)
        throw new PlanUnsafe(`${key} would be created without having been deleted in the same batch`);
      if (created.has(key)) throw new PlanUnsafe(`${key} would be created twice`);
      assertSame(key, old, record);
      created.set(key, record);
    }
  }
  const gone = [...deleted.keys()].filter((key) => !created.has(key));
  if (gone.length > 0) throw new PlanUnsafe(`${gone.join(', ')} would be gone`);
  return created;
}

/** Values and alias are compared by identity: a plan copies records, it never makes new targets. */
function assertSame(key: string, old: RecordSet, next: RecordSet): void {
  const same =
    next.policy === old.policy &&
    next.ttlSeconds === old.ttlSeconds &&
    next.healthCheck === old.healthCheck &&
    next.alias === old.alias &&
    (next.type === 'TXT' ? next.weight === old.weight && next.values?.length === 1 : next.values === old.values);
  if (!same)
    throw new PlanUnsafe(
      `${key} would come back with more than its ${next.type === 'TXT' ? 'text' : 'weight'} changed`,
    );
  if (next.weight !== undefined && !(Number.isInteger(next.weight) && next.weight >= 0 && next.weight <= MOST_WEIGHT)) {
    throw new PlanUnsafe(`${key} would get the weight ${next.weight}, which is none`);
  }
}
