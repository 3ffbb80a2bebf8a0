/**
 * Steer, one zone: portion after portion of its names, each batch planned from what was read after Fence. Batches that are
 * refused, names that somebody else writes and a zone that takes no change are dealt with here.
 */
import { Superseded } from '../core/errors.ts';
import { standsAgainst } from '../core/plan/raise.ts';
import { type NameAsRead, namesOfRun, steeredNames, type ZoneAsRead } from '../core/plan/reading.ts';
import { afterBatch, isSteered, type Move, portionsOf, type Standpoint, steerBatch } from '../core/plan/steer.ts';
import { type NamedPair, titleOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import type { Allowance } from './allowance.ts';
import type { ClaimedRun } from './run.ts';
import { type Sender, send } from './send.ts';
import type { World } from './world.ts';
import { readSteered } from './zones-read.ts';

/** Rounds in which names that somebody else touched are read again, before they are tried alone; then a person decides. */
const CONTESTED_ROUNDS = 3;
const DENIED_MILLISECONDS = 5_000;
/** To move a name costs as many when it has A and AAAA: two records of each side, each deleted and created. */
const TOKENS_OF_A_NAME = 8;
/** As many as fit one batch: fewer are not worth a reading of their own. */
const NAMES_AHEAD_MIN = 125;

export interface ZoneSteered {
  zone: string;
  /** The fence's number after the last batch; every server that shows it shows the names too. */
  seq: number;
  /** The last change; missing when there was none or its answer was lost. */
  change?: string;
  state: 'steered' | 'going on' | 'denied' | 'contested' | 'stopped';
  /** A batch of this call was applied. */
  moved: boolean;
  because: string;
}

/** What the zones of a call share. */
export interface Steering {
  pair: NamedPair;
  run: ClaimedRun;
  move: Move;
  world: Pick<World, 'topology' | 'ledger' | 'zones' | 'clock'>;
  sender: Sender;
  allowance: Allowance;
  until: number;
  /** By zone, the first name that is not known to be where the move wants it. */
  next: Record<string, string>;
}

type Fenced = ZoneAsRead & { fence: Standpoint };

/**
 * Name after name in their order, no further ahead than the tokens of this call will go: what is read but not sent now
 * would be read again. Names in doubt wait until all others were sent.
 */
export async function steerZone(steering: Steering, zone: Zone): Promise<ZoneSteered> {
  const { pair, run, until, world, next } = steering;
  const so: ZoneSteered = { zone: titleOf(zone), seq: 0, state: 'going on', moved: false, because: 'not read yet' };
  const doubtful = new Map<string, number>();
  const names = steeredNames(pair, zone).flatMap(({ name, ring }) =>
    run.ring === undefined || ring === run.ring ? [name] : [],
  );
  let left = names.slice(Math.max(0, names.indexOf(next[titleOf(zone)] ?? '')));
  for (;;) {
    const ahead = namesAhead(left, steering, doubtful);
    const stretch: Stretch = { zone, names: ahead, last: ahead.length === left.length, doubtful, so };
    const { end, reading } = await steerStretch(steering, stretch);
    const rest = end === 'through' ? ahead.filter((name) => doubtful.has(name)) : namesNotYet(reading, steering);
    left = [...left.slice(ahead.length), ...rest];
    if (end === 'through' && world.clock.now() < until) continue;
    next[titleOf(zone)] = names.find((name) => left.includes(name)) ?? names.at(-1) ?? '';
    return end === 'through' ? so : { ...so, ...end };
  }
}

function namesAhead(left: string[], { allowance, until }: Steering, doubtful: ReadonlyMap<string, number>): string[] {
  if (left.every((name) => doubtful.has(name))) return left;
  return left.slice(0, Math.max(NAMES_AHEAD_MIN, Math.ceil(allowance.changesUntil(until) / TOKENS_OF_A_NAME)));
}

/** Some of a zone's names, one after the other in the order in which they move. */
interface Stretch {
  zone: Zone;
  names: readonly string[];
  /** Nothing is left behind it: the fence may say that the traffic stands elsewhere. */
  last: boolean;
  /** Names that somebody else touched, and how often that was seen. */
  doubtful: Map<string, number>;
  so: ZoneSteered;
}

type StretchEnd = 'through' | Pick<ZoneSteered, 'state' | 'because'>;

async function steerStretch(steering: Steering, stretch: Stretch): Promise<{ end: StretchEnd; reading: Fenced }> {
  const { move, world, until, allowance } = steering;
  const { last, doubtful, so } = stretch;
  let reading = await readMine(steering, stretch);
  while (world.clock.now() < until) {
    so.seq = reading.fence.fence.seq;
    if (last && isSteered(reading, move))
      return { end: { state: 'steered', because: `${move.share} of 100 on ${move.to}` }, reading };
    const portions = inOrder(portionsOf(reading, move, allowance.elements()), stretch);
    if (portions.length === 0 && !last) return { end: 'through', reading };
    if (portions.length === 0)
      return {
        end: { state: 'contested', because: `somebody else keeps changing ${[...doubtful.keys()].join(', ')}` },
        reading,
      };
    const round = await sendRound(steering, stretch, reading, portions);
    reading = round.reading;
    if (round.kind === 'stopped') return { end: { state: 'stopped', because: round.because }, reading };
    if (round.kind === 'denied') {
      await world.clock.wait(DENIED_MILLISECONDS);
      if (world.clock.now() >= until) return { end: { state: 'denied', because: round.because }, reading };
    }
    if (round.kind === 'refused') {
      reading = await readMine(steering, stretch);
      if (round.contested) markDoubtful(doubtful, round.names, reading, round.reading);
    }
  }
  return { end: { state: 'going on', because: so.because }, reading };
}

function namesNotYet(reading: ZoneAsRead, { move }: Steering): string[] {
  return portionsOf(reading, move).flatMap((names) => names.map(({ name }) => name));
}

/** These names as they stand, if this run's fence still stands in their zone. Throws `Superseded`. */
async function readMine({ pair, run, world }: Steering, { zone, names }: Stretch): Promise<Fenced> {
  const reading = await readSteered(pair, zone, names, world);
  const { fence } = reading;
  if (fence.kind !== 'fence' || standsAgainst(fence.fence, { ...run, by: world.ledger.by }) !== 'mine')
    throw new Superseded(`${titleOf(zone)} is no longer fenced by epoch ${run.epoch}`, { zone: titleOf(zone) });
  return { ...reading, fence };
}

/** How far a round came, and the reading as it is after it. */
type Round =
  | { kind: 'plan again'; reading: Fenced }
  | { kind: 'refused'; reading: Fenced; names: readonly NameAsRead[]; contested: boolean }
  | { kind: 'stopped' | 'denied'; reading: Fenced; because: string };

/** Sends portion after portion. What was applied is known exactly, so the zone is read again only after a refusal. */
async function sendRound(
  { move, world, sender, allowance, until }: Steering,
  { zone, last: nothingBehind, so }: Stretch,
  reading: Fenced,
  portions: readonly NameAsRead[][],
): Promise<Round> {
  const left = new Set(portionsOf(reading, move).flat());
  const applied: NameAsRead[] = [];
  let at: Standpoint = reading.fence;
  const soFar = (): Fenced => ({ ...afterBatch(reading, applied, move, at), fence: { kind: 'fence', ...at } });
  for (const names of portions) {
    const [before, last] = [at, nothingBehind && names.length === left.size];
    const sent = await send(
      world,
      allowance,
      sender,
      zone,
      before,
      (attempt) => steerBatch(before, names, move, last, attempt),
      until,
    );
    so.because = sent.kind === 'applied' ? `${left.size - names.length} names are left` : sent.because;
    if (sent.kind === 'again') return { kind: 'plan again', reading: soFar() };
    if (sent.kind === 'refused') return { kind: 'refused', reading: soFar(), names, contested: sent.contested };
    if (sent.kind !== 'applied') return { kind: sent.kind, reading: soFar(), because: sent.because };
    for (const name of names) left.delete(name);
    applied.push(...names);
    at = sent.at;
    so.moved = true;
    so.seq = at.fence.seq;
    if (sent.change === undefined) delete so.change;
    else so.change = sent.change;
  }
  return { kind: 'plan again', reading: soFar() };
}

/**
 * Names that nobody else touches first. Those in doubt leave their portions and go alone, at the end of the last stretch,
 * and after some rounds not at all. Nothing left but the fence to write is a portion of no names; none at all: only names
 * in doubt are left.
 */
function inOrder(portions: NameAsRead[][], { doubtful, last }: Stretch): NameAsRead[][] {
  if (portions.length === 0) return last ? [[]] : [];
  if (doubtful.size === 0) return portions;
  const calm = portions
    .map((names) => names.filter(({ name }) => !doubtful.has(name)))
    .filter((names) => names.length > 0);
  if (!last) return calm;
  const alone = portions
    .flat()
    .filter(({ name }) => doubtful.has(name) && (doubtful.get(name) ?? 0) <= CONTESTED_ROUNDS)
    .map((name) => [name]);
  return [...calm, ...alone];
}

/** A batch was refused though the fence stands: the names that are not as they were read are in doubt; if none is, all of them. */
function markDoubtful(
  doubtful: Map<string, number>,
  names: readonly NameAsRead[],
  now: ZoneAsRead,
  before: ZoneAsRead,
): void {
  const asRead = new Map(before.names.map((name) => [name.name, JSON.stringify(name.groups)]));
  const asked = new Set(names.map(({ name }) => name));
  const changed = namesOfRun(now, undefined).filter(
    ({ name, groups }) => asked.has(name) && asRead.get(name) !== JSON.stringify(groups),
  );
  for (const { name } of changed.length > 0 ? changed : names) doubtful.set(name, (doubtful.get(name) ?? 0) + 1);
}
