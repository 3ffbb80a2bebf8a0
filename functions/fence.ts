/**
 * Fence: the epoch into every zone, anchor first, weights unchanged. This is also the write test: a zone that takes no
 * change ends the run before a user was moved. Who is refused by a newer fence stops before it touched another zone.
 */
import * as z from 'zod/mini';
import { Superseded } from '../core/errors.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import { acceptedBatch, restingPlaces } from '../core/plan/accept.ts';
import type { Batch } from '../core/plan/batch.ts';
import { type FenceAsRead, readFence } from '../core/plan/fence.ts';
import { firstFenceBatch, type Raise, raiseBatch, standsAgainst } from '../core/plan/raise.ts';
import { readingOf, standingOf } from '../core/plan/reading.ts';
import { fenceName, type NamedPair, pairOf, ringsOf, titleOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import { type Allowance, allowanceFor } from './allowance.ts';
import { mustHold } from './holding.ts';
import { ClaimedRun } from './run.ts';
import { intend, type Sender, send, senderOf } from './send.ts';
import type { World } from './world.ts';

export const FenceInput = z.object({ run: ClaimedRun });

type Needs = Pick<World, 'topology' | 'ledger' | 'zones' | 'clock' | 'published'>;
type Fenced =
  | { fenced: true; because: string }
  | { fenced: false; because: string; zone: string; awaitsPerson: boolean };

const ROUNDS = 5;
const BETWEEN_ROUNDS_MILLISECONDS = 500;
const THROTTLED_MILLISECONDS = 1_500;

export async function fence({ run }: z.output<typeof FenceInput>, world: Needs): Promise<Fenced> {
  const pair = pairOf(world.topology, run.pair);
  await mustHold(run, world);
  const sender = await senderOf(run, world);
  const until = world.clock.now() + (pair.timing.taskSecondsMax - 10) * 1000;
  const allowance = allowanceFor(pair, world.clock);
  for (const zone of pair.zones) {
    const refused = await raise(pair, zone, run, { sender, allowance, until }, world);
    if (refused !== undefined) return { fenced: false, zone: titleOf(zone), ...refused };
  }
  return { fenced: true, because: `epoch ${run.epoch} stands in ${pair.zones.map(titleOf).join(', ')}` };
}

/** Undefined when the zone carries this run's epoch now. */
async function raise(
  pair: NamedPair,
  zone: Zone,
  run: ClaimedRun,
  { sender, allowance, until }: { sender: Sender; allowance: Allowance; until: number },
  world: Needs,
): Promise<{ because: string; awaitsPerson: boolean } | undefined> {
  const ours: Raise = { pair: pair.name, zone: zone.name, epoch: run.epoch, run: run.run, by: world.ledger.by };
  let because = '';
  for (let round = 0; round < ROUNDS; round++) {
    const read = readFence(await world.zones.readName(zone.id, fenceName(pair.name, zone)));
    if (read.kind === 'missing') {
      const refused = await first(run, ours, pair, zone, until, world);
      if (refused === undefined || refused.awaitsPerson) return refused;
      because = refused.because;
      await world.clock.wait(BETWEEN_ROUNDS_MILLISECONDS);
      continue;
    }
    const stands = against(read, ours);
    if (stands === 'mine') return undefined;
    if (stands === 'newer') throw new Superseded(`${titleOf(zone)} is fenced by a newer run`, { zone: titleOf(zone) });
    if (read.kind !== 'fence' || stands === 'foreign') {
      const refused = await replace(run, ours, pair, zone, read, until, world);
      if (refused === undefined || refused.awaitsPerson) return refused;
      because = refused.because;
      await world.clock.wait(BETWEEN_ROUNDS_MILLISECONDS);
      continue;
    }
    const before = { fence: read.fence, record: read.record };
    const sent = await send(
      world,
      allowance,
      sender,
      zone,
      before,
      (attempt) => raiseBatch(before, ours, [], attempt),
      until,
    );
    if (sent.kind === 'applied') return undefined;
    because = sent.because;
    if (sent.kind === 'denied') break;
    // who is throttled was not answered: that costs time, and none of the rounds
    if (sent.kind === 'again' && world.clock.now() <= until) round--;
  }
  return { because: `${titleOf(zone)} takes no change: ${because}`, awaitsPerson: false };
}

function against(read: FenceAsRead, ours: Raise): ReturnType<typeof standsAgainst> {
  return read.kind === 'fence' ? standsAgainst(read.fence, ours) : 'foreign';
}

/** Where no fence is, CREATE alone is the compare-and-set. A machine does that only when nothing else leaves a doubt. */
async function first(
  run: ClaimedRun,
  ours: Raise,
  pair: NamedPair,
  zone: Zone,
  until: number,
  world: Needs,
): Promise<{ because: string; awaitsPerson: boolean } | undefined> {
  const ledger = await mustHold(run, world);
  if (ledger.active === undefined) return replace(run, ours, pair, zone, { kind: 'missing' }, until, world);
  const doubt = run.startedBy === 'machine' ? await doubtAbout(pair, zone, ledger, world) : undefined;
  if (doubt !== undefined) return { because: `${titleOf(zone)} has no fence and ${doubt}`, awaitsPerson: true };
  const { batch } = firstFenceBatch(ours, ledger.active, ledger.rings);
  return sendAnew(run, zone, batch, until, world);
}

/** What only a person replaces: a fence that is not ours, that nobody can read, or that is missing with the ledger. */
async function replace(
  run: ClaimedRun,
  ours: Raise,
  pair: NamedPair,
  zone: Zone,
  read: FenceAsRead,
  until: number,
  world: Needs,
): Promise<{ because: string; awaitsPerson: boolean } | undefined> {
  const { aim } = run;
  if (run.startedBy !== 'person' || aim === undefined)
    return { because: `${disputed(zone, read)}${await waysOut(run, pair, zone, world)}`, awaitsPerson: true };
  await mustHold(run, world);
  const { active, rings } = restingPlaces(pair, readingOf(pair, zone, await world.zones.read(zone.id)), aim);
  const batch = acceptedBatch(read, ours, active, rings);
  return sendAnew(run, zone, batch, until, world);
}

/** A throttled call had no effect: the same batch is sent again. Each new round would read the zone first, and starve itself. */
async function sendAnew(
  run: ClaimedRun,
  zone: Zone,
  batch: Batch,
  until: number,
  world: Needs,
): Promise<{ because: string; awaitsPerson: boolean } | undefined> {
  await intend(world, run, zone, batch);
  for (;;) {
    const answer = await world.zones.apply(zone.id, batch);
    if (answer.kind === 'applied') return undefined;
    if (answer.kind !== 'throttled' || world.clock.now() > until)
      return { because: answer.because, awaitsPerson: false };
    await world.clock.wait(THROTTLED_MILLISECONDS);
    await mustHold(run, world);
  }
}

/** Where the users are decides which cluster is named, not who was active before: the ledger may be what is wrong. */
async function waysOut({ from }: ClaimedRun, pair: NamedPair, zone: Zone, { zones }: Needs): Promise<string> {
  const { active } = restingPlaces(pair, readingOf(pair, zone, await zones.read(zone.id)), from);
  return `: \`throwover accept --active ${active}\` where everything stands, or \`throwover repair --to ${active}\` where it belongs`;
}

/** Ledger, weights and published copy must agree on what the lost fence said. */
async function doubtAbout(pair: NamedPair, zone: Zone, ledger: Ledger, world: Needs): Promise<string | undefined> {
  const [records, published] = await Promise.all([world.zones.read(zone.id), world.published.read(pair.name)]);
  const { names } = readingOf(pair, zone, records);
  for (const ring of ringsOf(pair)) {
    const [standing, said] = [
      standingOf(names.filter((name) => name.ring === ring)),
      ledger.rings[ring] ?? ledger.active,
    ];
    if (standing !== 'none' && standing !== said) return `ring ${ring} stands ${standing}, the ledger says ${said}`;
  }
  return published.active === ledger.active
    ? undefined
    : `the parameter says ${published.active ?? 'nothing'}, the ledger ${ledger.active}`;
}

function disputed(zone: Zone, read: FenceAsRead): string {
  if (read.kind === 'unreadable') return `the fence of ${titleOf(zone)} cannot be read: ${read.because}`;
  return read.kind === 'fence'
    ? `the fence of ${titleOf(zone)} was written by ledger ${read.fence.by}, not ours`
    : `${titleOf(zone)} has no fence and nobody knows who is active`;
}
