import { sameValues } from '../route53/record-set.ts';
import type { Action, Change, ResourceRecordSet } from '../route53/shapes.ts';
import type { Wanted } from './endpoint.ts';
import { type Labels, Registry, type RegistryNames, registryRecord } from './registry.ts';

export interface PlanSettings {
  readonly owner: string;
  readonly policy: 'sync' | 'upsert-only' | 'create-only';
  readonly names: RegistryNames;
}

/** All changes of one name, registry records among them: they are sent together, and alone when a batch was refused. */
export type Piece = readonly Change[];

const managed = ['A', 'AAAA', 'CNAME'];

/** What one name and set identifier has and should have, by type. */
interface Row {
  readonly current: Map<string, ResourceRecordSet>;
  readonly wanted: Map<string, Wanted>;
}

/**
 * What would make the zone as wanted. Updates and deletions are only for record sets whose registry names this owner; a
 * missing type is created beside existing ones only when all of those are its own.
 */
export function planned(
  listed: readonly ResourceRecordSet[],
  wanted: readonly Wanted[],
  settings: PlanSettings,
): Piece[] {
  const registry = new Registry(listed, settings.names);
  const pieces = new Map<string, Change[]>();
  const plan = (action: Action, set: ResourceRecordSet, labels: Labels) => {
    const changes = pieces.get(set.Name) ?? [];
    pieces.set(set.Name, changes);
    const beside = registryRecord(set, labels, settings.names);
    changes.push({ Action: action, ResourceRecordSet: set }, { Action: action, ResourceRecordSet: beside });
  };
  for (const row of rowsOf(listed, wanted).values()) {
    const owned = (set: ResourceRecordSet) => registry.labelsOf(set)?.owner === settings.owner;
    for (const [type, { set, resource }] of row.wanted) {
      const current = row.current.get(type);
      const labels = { owner: settings.owner, resource };
      if (current === undefined) {
        if ([...row.current.values()].every(owned)) plan('CREATE', set, labels);
      } else if (settings.policy !== 'create-only' && owned(current) && !sameValues(current, set, true)) {
        plan('UPSERT', set, labels);
      }
    }
    for (const [type, current] of row.current) {
      if (settings.policy !== 'sync' || row.wanted.has(type) || !owned(current)) continue;
      // The registry record is guessed from the record beside it: one with another weight or text stays stuck.
      plan('DELETE', current, registry.labelsOf(current) ?? {});
    }
  }
  return [...pieces.values()];
}

function rowsOf(listed: readonly ResourceRecordSet[], wanted: readonly Wanted[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  const row = ({ Name, SetIdentifier = '' }: ResourceRecordSet) => {
    const key = `${Name} ${SetIdentifier}`;
    const found = rows.get(key) ?? { current: new Map(), wanted: new Map() };
    rows.set(key, found);
    return found;
  };
  for (const set of listed) if (managed.includes(set.Type)) row(set).current.set(set.Type, set);
  for (const one of wanted) {
    const types = row(one.set).wanted;
    if (!types.has(one.set.Type)) types.set(one.set.Type, one); // two objects want it: the first one has it
  }
  return rows;
}

/** Pieces together in batches that Route 53 takes: by elements and characters, an UPSERT counted twice. */
export function batched(pieces: readonly Piece[], elementsMax = 1000, charactersMax = 32_000): Change[][] {
  const batches: Change[][] = [];
  let elements = 0;
  let characters = 0;
  for (const piece of pieces) {
    const size = sizeOf(piece);
    const current = batches.at(-1);
    if (
      current === undefined ||
      elements + size.elements > elementsMax ||
      characters + size.characters > charactersMax
    ) {
      batches.push([...piece]);
      ({ elements, characters } = size);
    } else {
      current.push(...piece);
      elements += size.elements;
      characters += size.characters;
    }
  }
  return batches;
}

function sizeOf(piece: Piece): { elements: number; characters: number } {
  const size = { elements: 0, characters: 0 };
  for (const { Action, ResourceRecordSet: set } of piece) {
    const times = Action === 'UPSERT' ? 2 : 1;
    size.elements += times * (set.ResourceRecords?.length ?? 1);
    for (const { Value } of set.ResourceRecords ?? []) size.characters += times * Value.length;
  }
  return size;
}
