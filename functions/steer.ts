/**
 * Steer: the batches that move users. Everything is read here, after Fence, and planned from that alone; so a second call
 * finds less to do, and a call with nothing left to do sends nothing. Zones go in parallel, one batch in flight in each.
 */
import * as z from 'zod/mini';
import { Superseded } from '../core/errors.ts';
import { holds, type Ledger, pausedAt } from '../core/ledger/ledger.ts';
import { standsAgainst } from '../core/plan/raise.ts';
import { type NameAsRead, namesOfRun, readingOf, type ZoneAsRead } from '../core/plan/reading.ts';
import { isSteered, type Move, portionsOf, steerBatch } from '../core/plan/steer.ts';
import { type NamedPair, pairOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import { type Allowance, allowanceFor } from './allowance.ts';
import { ClaimedRun } from './run.ts';
import { type Sender, send, senderOf } from './send.ts';
import type { World } from './world.ts';

export const SteerInput = z.object({
  run: ClaimedRun,
  /** What `to` shall have, of 100. */
  share: z.int().check(z.minimum(0), z.maximum(100)),
  /** Where the pair stood when the run claimed it. */
  active: z.string(),
  /** When steering to this share began, from its first answer. */
  since: z.exactOptional(z.number()),
});

export interface ZoneSteered {
  zone: string;
  /** The fence's number after the last batch; every server that shows it shows the names too. */
  seq: number;
  /** The last change; missing when there was none or its answer was lost. */
  change?: string;
  state: 'steered' | 'going on' | 'denied' | 'contested';
  /** A batch of this call was applied. */
  moved: boolean;
  because: string;
}

export interface Steered {
  kind: 'Steered' | 'More' | 'Stopped' | 'Behind' | 'Uncertain' | 'Nothing moved';
  since: number;
  zones: ZoneSteered[];
  because: string;
}

type Needs = Pick<World, 'topology' | 'ledger' | 'zones' | 'clock'>;
/** Rounds in which names that somebody else touched are read again, before they are tried alone; then a person decides. */
const CONTESTED_ROUNDS = 3;
const DENIED_MILLISECONDS = 5_000;

export async function steer(
  { run, share, active, since }: z.output<typeof SteerInput>,
  world: Needs,
): Promise<Steered> {
  const pair = pairOf(world.topology, run.pair);
  const began = since ?? world.clock.now();
  const move: Move = { ...run, by: world.ledger.by, share, active };
  const stop = await reasonToStop(run, world);
  if (stop !== undefined) return { kind: 'Stopped', since: began, zones: [], because: stop };
  const until = world.clock.now() + (pair.timing.taskSecondsMax - 5) * 1000;
  const allowance = allowanceFor(pair, world.clock);
  const sender = await senderOf(run, world);
  const zones = await Promise.all(
    pair.zones.map((zone) => steerZone(pair, zone, run, sender, move, world, allowance, until)),
  );
  const retry = world.clock.now() - began < pair.timing.zoneRetrySeconds * 1000;
  return { ...summary(zones, retry), since: began, zones };
}

function summary(zones: readonly ZoneSteered[], retry: boolean): Pick<Steered, 'kind' | 'because'> {
  const because = zones.map((zone) => `${zone.zone}: ${zone.because}`).join('; ');
  const having = (state: ZoneSteered['state']) => zones.filter((zone) => zone.state === state);
  if (having('contested').length > 0) return { kind: 'Uncertain', because };
  const denied = having('denied');
  if (having('going on').length > 0 || (denied.length > 0 && retry)) return { kind: 'More', because };
  if (denied.length === zones.length) return { kind: 'Nothing moved', because };
  return { kind: denied.length > 0 ? 'Behind' : 'Steered', because };
}

/** Why no further batch may leave, read from the ledger before each. Throws `Superseded`. */
async function reasonToStop(run: ClaimedRun, { ledger, clock }: Needs): Promise<string | undefined> {
  const read: Ledger | undefined = await ledger.read(run.pair);
  if (read === undefined || !holds(read, run.nonce, run.epoch)) {
    throw new Superseded(
      `${read?.holder?.id ?? 'nobody'} holds ${run.pair} at epoch ${read?.epoch ?? 0}; this run had epoch ${run.epoch}`,
    );
  }
  const pause = run.startedBy === 'machine' ? pausedAt(read, clock.now()) : undefined;
  if (pause !== undefined) return `paused by ${pause.by}: ${pause.reason}`;
  return read.abort === undefined
    ? undefined
    : `${read.abort.by} asked to ${read.abort.then === 'back' ? 'go back' : 'stay'}: ${read.abort.reason}`;
}

async function steerZone(
  pair: NamedPair,
  zone: Zone,
  run: ClaimedRun,
  sender: Sender,
  move: Move,
  world: Needs,
  allowance: Allowance,
  until: number,
): Promise<ZoneSteered> {
  const doubtful = new Map<string, number>();
  const so: ZoneSteered = { zone: zone.name, seq: 0, state: 'going on', moved: false, because: 'not read yet' };
  while (world.clock.now() < until) {
    const reading = readingOf(pair, zone, await world.zones.read(zone.id));
    if (
      reading.fence.kind !== 'fence' ||
      standsAgainst(reading.fence.fence, { ...move, by: world.ledger.by }) !== 'mine'
    ) {
      throw new Superseded(`${zone.name} is no longer fenced by epoch ${run.epoch}`, { zone: zone.name });
    }
    so.seq = reading.fence.fence.seq;
    if (isSteered(reading, move)) return { ...so, state: 'steered', because: `${move.share} of 100 on ${move.to}` };
    const given = [...doubtful].filter(([, times]) => times > CONTESTED_ROUNDS).map(([name]) => name);
    if (given.length > 0)
      return { ...so, state: 'contested', because: `somebody else keeps changing ${given.join(', ')}` };
    const round = await sendRound(zone, run, sender, move, reading, doubtful, world, allowance, until, so);
    if (round === 'stop') return { ...so, because: 'stopped between two batches' };
    if (round === 'denied') await world.clock.wait(DENIED_MILLISECONDS);
    if (round === 'denied' && world.clock.now() >= until) return { ...so, state: 'denied' };
    if (round !== 'denied' && round !== 'sent')
      markDoubtful(doubtful, round, readingOf(pair, zone, await world.zones.read(zone.id)), reading);
  }
  return so;
}

/** Sends what is left, names that nobody else touched first. The names of a batch that was refused come back. */
async function sendRound(
  zone: Zone,
  run: ClaimedRun,
  sender: Sender,
  move: Move,
  reading: ZoneAsRead,
  doubtful: ReadonlyMap<string, number>,
  world: Needs,
  allowance: Allowance,
  until: number,
  so: ZoneSteered,
): Promise<'sent' | 'denied' | 'stop' | readonly NameAsRead[]> {
  if (reading.fence.kind !== 'fence') return 'sent';
  let at = { fence: reading.fence.fence, record: reading.fence.record };
  const portions = inOrder(portionsOf(reading, move), doubtful);
  for (const [index, names] of portions.entries()) {
    if (world.clock.now() >= until) return 'sent';
    if (index > 0 && (await reasonToStop(run, world)) !== undefined) return 'stop';
    const [before, last] = [at, index === portions.length - 1];
    const sent = await send(
      world,
      allowance,
      sender,
      zone,
      before,
      (attempt) => steerBatch(before, names, move, last, attempt),
      until,
    );
    so.because = sent.kind === 'applied' ? `${index + 1} of ${portions.length} batches sent` : sent.because;
    if (sent.kind === 'denied') return 'denied';
    if (sent.kind === 'read again') return names;
    at = sent.at;
    so.moved = true;
    so.seq = at.fence.seq;
    if (sent.change === undefined) delete so.change;
    else so.change = sent.change;
  }
  return 'sent';
}

/** Names in doubt leave their portions and go alone, last. Nothing left but the fence to write is a portion of no names. */
function inOrder(portions: NameAsRead[][], doubtful: ReadonlyMap<string, number>): NameAsRead[][] {
  if (portions.length === 0) return [[]];
  if (doubtful.size === 0) return portions;
  const calm = portions
    .map((names) => names.filter(({ name }) => !doubtful.has(name)))
    .filter((names) => names.length > 0);
  const alone = portions
    .flat()
    .filter(({ name }) => doubtful.has(name))
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
