/** Sends the batch of an adoption: under the fence, announced in the ledger before, and never while a run holds the pair. */
import { emptyLedger } from '../../core/ledger/ledger.ts';
import { type Adoption, adoptBatch } from '../../core/plan/adopt.ts';
import type { ZoneAsRead } from '../../core/plan/reading.ts';
import type { Standpoint } from '../../core/plan/steer.ts';
import { type NamedPair, titleOf } from '../../core/topology/pair.ts';
import { allowanceFor } from '../../functions/allowance.ts';
import { intend, type SendWorld, send, senderOf } from '../../functions/send.ts';

const PATIENCE_MILLISECONDS = 30_000;
const TRIES = 3;
const BUSY_TRIES = 10;
const BUSY_MILLISECONDS = 2_000;

/** Undefined: it was applied. Throws `Superseded` when the zone's fence is somebody else's by now. */
export async function carryOut(
  pair: NamedPair,
  reading: ZoneAsRead,
  adoption: Adoption,
  world: SendWorld,
): Promise<string | undefined> {
  const held = await whyNot(pair, world);
  if (held !== undefined) return held;
  const { zone, fence } = reading;
  if (fence.kind === 'missing') return firstOfAll(pair, reading, adoption, world);
  if (fence.kind !== 'fence') return `the fence of ${titleOf(zone)} cannot be read: ${fence.because}`;
  if (fence.fence.move !== undefined) return `a move is under way in ${titleOf(zone)}`;
  const { epoch, run } = fence.fence;
  const sender = await senderOf({ pair: pair.name, epoch, run }, world, () => whyNot(pair, world));
  const at: Standpoint = fence;
  const plan = (attempt: number) => {
    const { batch, after } = adoptBatch(adoption, at, attempt);
    if (after === undefined) throw new RangeError('a batch under a fence has a fence');
    return { batch, after };
  };
  const allowance = allowanceFor(pair, world.clock);
  let because = '';
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const sent = await send(world, allowance, sender, zone, at, plan, world.clock.now() + PATIENCE_MILLISECONDS);
    if (sent.kind === 'applied') return undefined;
    because = sent.because;
    if (sent.kind !== 'again') break;
  }
  return `${titleOf(zone)}: ${because}`;
}

/** A pair that was never activated has no fence, and nobody moves it. */
async function firstOfAll(
  pair: NamedPair,
  { zone }: ZoneAsRead,
  adoption: Adoption,
  world: SendWorld,
): Promise<string | undefined> {
  const ledger = (await world.ledger.read(pair.name)) ?? emptyLedger(pair.name);
  if (ledger.epoch > 0) return `the fence is gone from ${titleOf(zone)}: \`throwover status\` says what brings it back`;
  const { batch } = adoptBatch(adoption, undefined);
  await intend(world, { pair: pair.name, epoch: 0, run: 'adopt' }, zone, batch);
  for (let attempt = 1; ; attempt++) {
    const answer = await world.zones.apply(zone.id, batch);
    if (answer.kind === 'applied') return undefined;
    const mayPass = answer.kind === 'busy' || answer.kind === 'throttled';
    if (!mayPass || attempt >= BUSY_TRIES) return `${titleOf(zone)}: ${answer.because}`;
    await world.clock.wait(BUSY_MILLISECONDS);
  }
}

async function whyNot(pair: NamedPair, { ledger }: SendWorld): Promise<string | undefined> {
  const holder = (await ledger.read(pair.name))?.holder;
  return holder && `${holder.id} (${holder.kind}) holds ${pair.name}`;
}
