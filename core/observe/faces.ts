/**
 * What a zone says about itself: what its fence claims, where its weights stand, and what its servers answer. The three
 * agree at rest. Where they do not, either a move is under way (the fence says so), or Route 53 went by health, or
 * somebody wrote who is not us.
 */
import type { Facts, ZoneFacts } from '../facts.ts';
import type { Fence } from '../plan/fence.ts';
import { type NameAsRead, type Standing, standingOf, type ZoneAsRead } from '../plan/reading.ts';
import { titleOf } from '../topology/pair.ts';
import { command } from './commands.ts';

export type FaceState =
  | 'unread'
  | 'no fence'
  /** Not understood, of another ledger, or naming a cluster that is not of this pair: only a person replaces it. */
  | 'foreign fence'
  /** Weights where the fence does not say, and no move under way: nobody of us wrote them. */
  | 'foreign weights'
  | 'moving'
  | 'at rest';

export interface ZoneFace {
  zone: string;
  id: string;
  state: FaceState;
  /** One line with what stands there. */
  because: string;
  fence?: Fence;
  /** Where the weights of each ring stand, by ring. Empty when the zone could not be read. */
  rings: ReadonlyMap<number, Standing>;
  /** Names at rest whose servers, every one of them, lead to the cluster that has weight 0. */
  against: readonly { name: string; weights: string; answers: string }[];
}

/** What is asked about a zone's own words; whoever observes clusters adds nothing to it. */
type Written = Pick<Facts, 'pair' | 'zones' | 'by' | 'ledger'>;

export function zoneFaces(facts: Written): ZoneFace[] {
  return facts.pair.zones.map((zone) => {
    const seen = zoneFactsOf({ id: zone.id, title: titleOf(zone) }, facts);
    if (seen?.reading !== undefined) return faceOf(seen, seen.reading, facts);
    return {
      zone: titleOf(zone),
      id: zone.id,
      state: 'unread',
      because: `${titleOf(zone)} was not read`,
      rings: new Map(),
      against: [],
    };
  });
}

/** By id: a private zone may have the name of a public one. */
export function zoneFactsOf(
  { id, title }: { id: string; title: string },
  { zones }: Pick<Facts, 'zones'>,
): ZoneFacts | undefined {
  return (
    zones.find(({ reading }) => reading?.zone.id === id) ??
    zones.find(({ zone, reading }) => zone === title && reading === undefined)
  );
}

/** Where a ring stands when the fence is at rest. */
export function saidBy(fence: Pick<Fence, 'active' | 'rings'>, ring: number): string {
  return fence.rings[ring] ?? fence.active;
}

function faceOf(seen: ZoneFacts, reading: ZoneAsRead, facts: Written): ZoneFace {
  const byRing = namesByRing(reading.names);
  const rings = new Map([...byRing].map(([ring, names]) => [ring, standingOf(names)]));
  const title = titleOf(reading.zone);
  const face = { zone: title, id: reading.zone.id, rings, against: [] };
  if (reading.fence.kind === 'missing') return { ...face, state: 'no fence', because: `no fence in ${title}` };
  if (reading.fence.kind === 'unreadable')
    return { ...face, state: 'foreign fence', because: `the fence of ${title}: ${reading.fence.because}` };

  const { fence } = reading.fence;
  const stranger = strangeIn(fence, facts);
  if (stranger !== undefined)
    return { ...face, fence, state: 'foreign fence', because: `the fence of ${title} ${stranger}` };
  const elsewhere = [...rings].flatMap(([ring, standing]) => {
    const said = saidBy(fence, ring);
    const fits =
      standing === 'none' ||
      standing === said ||
      (fence.move !== undefined && standing !== 'dark') ||
      (standing === 'mixed' && cutOffOrHeld(facts));
    return fits ? [] : [`ring ${ring} stands ${told(standing)}, the fence says ${said}`];
  });
  if (elsewhere.length > 0)
    return { ...face, fence, state: 'foreign weights', because: `${title}: ${elsewhere.join('; ')}` };
  if (fence.move !== undefined) {
    const because = `${title} is moving to ${fence.move.to}, share ${fence.move.share}, epoch ${fence.epoch}`;
    return { ...face, fence, state: 'moving', because };
  }
  if ([...rings.values()].includes('mixed')) {
    const because = `${title} stands on both clusters, as a move leaves it that was not brought to its end`;
    return { ...face, fence, state: 'moving', because };
  }
  return {
    ...face,
    fence,
    state: 'at rest',
    because: `${title} stands on ${fence.active}, epoch ${fence.epoch}`,
    against: answersAgainst(seen, reading.names, fence),
  };
}

/**
 * A run raises the annotations of the side that gains before its first batch, and an ExternalDNS may publish them before
 * the fence speaks of a move. So while a run holds the pair, or one was cut off, names on both clusters are no foreign
 * writer's.
 */
function cutOffOrHeld({ ledger }: Written): boolean {
  return ledger?.interrupted !== undefined || ledger?.holder !== undefined;
}

/** What in a fence is not ours, or undefined. */
function strangeIn(fence: Fence, { by, pair }: Written): string | undefined {
  if (fence.by !== by) return `was written by the ledger ${fence.by}, ours is ${by}`;
  const named = [fence.active, fence.move?.to, ...Object.values(fence.rings)];
  const unknown = named.find((cluster) => cluster !== undefined && !Object.hasOwn(pair.clusters, cluster));
  return unknown === undefined ? undefined : `names ${unknown}, which is no cluster of ${pair.name}`;
}

function namesByRing(names: readonly NameAsRead[]): Map<number, NameAsRead[]> {
  const rings = new Map<number, NameAsRead[]>();
  for (const name of names) {
    const there = rings.get(name.ring);
    if (there) there.push(name);
    else rings.set(name.ring, [name]);
  }
  return rings;
}

/** All servers of a name must say so: while a change of ours spreads, some still give the old answer. */
function answersAgainst(seen: ZoneFacts, names: readonly NameAsRead[], fence: Fence): ZoneFace['against'] {
  const said = new Map<string, Set<string>>();
  for (const { name, cluster } of seen.answers) {
    if (cluster === 'no answer') continue;
    const there = said.get(name);
    if (there) there.add(cluster);
    else said.set(name, new Set([cluster]));
  }
  return names.flatMap(({ name, ring }) => {
    const answers = [...(said.get(name) ?? [])];
    const weights = saidBy(fence, ring);
    const [only] = answers;
    if (answers.length !== 1 || only === undefined || only === weights || only === 'both' || only === 'neither')
      return [];
    return [{ name, weights, answers: only }];
  });
}

function told(standing: Standing): string {
  return standing === 'mixed'
    ? 'on both clusters'
    : standing === 'dark'
      ? 'nowhere: weight 0 everywhere'
      : `on ${standing}`;
}

/** The cluster that every weight of every zone is on, if there is one: what a person would most likely say is true. */
export function standsOn(faces: readonly ZoneFace[]): string | undefined {
  const [where, ...others] = new Set(faces.flatMap((face) => [...face.rings.values()]));
  return others.length > 0 || where === 'mixed' || where === 'dark' || where === 'none' ? undefined : where;
}

/** Does some ring have names on both clusters, in one zone or in two? Nobody can accept that: it is brought together first. */
export function isMixed(faces: readonly ZoneFace[]): boolean {
  const seen = new Map<number, Standing>();
  return faces.some((face) =>
    [...face.rings].some(([ring, standing]) => {
      if (standing === 'none') return false;
      const before = seen.get(ring) ?? standing;
      seen.set(ring, before);
      return standing === 'mixed' || before !== standing;
    }),
  );
}

/**
 * How a person says what is true. Which cluster is suggested is decided by where the users are, never by who was active
 * before: that may be the very thing that is wrong.
 * @param otherwise where the zones say nothing, or not all of them the same
 */
export function waysToSayWhatIsTrue(pair: string, faces: readonly ZoneFace[], otherwise: string): string {
  const repair = `\`${command.repair(pair)}\``;
  return isMixed(faces)
    ? `${repair}; names stand on both clusters, so neither can be accepted as it is`
    : `\`${command.accept(pair, standsOn(faces) ?? otherwise)}\` (the zone is right) or ${repair}`;
}
