/**
 * The intent is what is judged and approved, and what a run may then do: which pair and rings, which way, in which steps,
 * and which names. It is small and can be hashed; records and their contents are not in it, they are read after the
 * fence. What is applied is the intent that was judged: a name that appeared in between was judged by nobody.
 */
import type { Facts } from './facts.ts';
import { isPlanned } from './ledger/ledger.ts';
import { FULL, type NameAsRead, type ZoneAsRead } from './plan/reading.ts';
import { canonicalJson, fnv1a64 } from './topology/digest.ts';
import { ringsOf, stepSharesOf } from './topology/pair.ts';

export interface Intent {
  pair: string;
  from: string;
  to: string;
  rings: readonly number[];
  /** Shares that the target is to have, one after the other. */
  steps: readonly number[];
  /** How many names there are, for people. */
  names: number;
  /** Digest of zones, names, types and sides. */
  namesDigest: string;
}

/** What this run wants, from what was read. Undefined when a zone was not read: nobody can judge what nobody saw. */
export function intentOf(facts: Facts): Intent | undefined {
  const zones = facts.pair.zones.map(
    (zone) => facts.zones.find(({ reading }) => reading?.zone.id === zone.id)?.reading,
  );
  const read = zones.filter((zone) => zone !== undefined);
  if (read.length < zones.length) return undefined;
  const rings = facts.ring === undefined ? ringsOf(facts.pair) : [facts.ring];
  const names = namesOf(read, rings);
  return {
    pair: facts.pair.name,
    from: facts.from,
    to: facts.to,
    rings,
    steps: isPlanned(facts.kind) ? stepSharesOf(facts.pair, facts.ring) : [FULL],
    names: names.length,
    namesDigest: digestOf(names),
  };
}

/** 16 hex digits; an approval is bound to them. */
export function intentDigest(intent: Intent): string {
  return fnv1a64(canonicalJson(intent));
}

/** Do the zones, read again after the fence, still hold exactly the names that were judged? */
export function sameIntent(intent: Intent, zonesReadAfterFence: readonly ZoneAsRead[]): boolean {
  return digestOf(namesOf(zonesReadAfterFence, intent.rings)) === intent.namesDigest;
}

function digestOf(names: readonly string[]): string {
  return fnv1a64(names.join('\n'));
}

/** Names, types and sides of what moves, sorted. Weights and contents may differ: the batch itself compares those. */
function namesOf(zones: readonly ZoneAsRead[], rings: readonly number[]): string[] {
  return zones
    .flatMap(({ zone, names }) =>
      names.filter((name) => rings.includes(name.ring)).map((name) => `${zone.id} ${name.name} ${typesOf(name)}`),
    )
    .sort();
}

function typesOf({ groups }: NameAsRead): string {
  return groups.map(({ type, sides }) => `${type}=${Object.keys(sides).sort().join('+')}`).join(' ');
}
