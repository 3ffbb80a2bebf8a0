/** Batches of a move that nobody holds the pair for any more: fenced by the epoch of the debt that asks for them. */
import { placeOf } from '../../core/ledger/leaving.ts';
import { pausedAt } from '../../core/ledger/ledger.ts';
import { raiseBatch, standsAgainst } from '../../core/plan/raise.ts';
import type { ZoneAsRead } from '../../core/plan/reading.ts';
import { type Move, portionsOf, type Standpoint, steerBatch } from '../../core/plan/steer.ts';
import { otherCluster, titleOf } from '../../core/topology/pair.ts';
import { type Allowance, allowanceFor } from '../allowance.ts';
import { type Sender, type Sent, send, senderOf } from '../send.ts';
import type { Owed, Unpaid } from './payments.ts';

const WORK_MILLISECONDS = 30_000;

export interface Fenced {
  reading: ZoneAsRead;
  at: Standpoint;
  sender: Sender;
  allowance: Allowance;
  until: number;
}

/**
 * The zone under a fence of this debt's epoch. A debt that was carried on by a run that never fenced this zone has a
 * newer epoch than the zone: it is raised first. Nothing is done here while a run holds the pair, or automation is paused.
 */
export async function fenced(
  { debt, pair, world, ledger }: Owed,
  reading: ZoneAsRead,
  traffic: 'moves traffic' | 'bookkeeping',
): Promise<Fenced | Unpaid> {
  const { fence, zone } = reading;
  if (fence.kind !== 'fence') return { because: `the fence of ${titleOf(zone)} is ${fence.kind}` };
  const permit = async () => {
    const now = await world.ledger.read(pair.name);
    if (now?.epoch !== debt.epoch || now.holder !== undefined) return `a newer run acts on ${pair.name}`;
    const pause = traffic === 'moves traffic' ? pausedAt(now, world.clock.now()) : undefined;
    return pause && `paused by ${pause.by}: ${pause.reason}`;
  };
  const run = ledger.run ?? fence.fence.run;
  const ours = { pair: pair.name, zone: zone.name, epoch: debt.epoch, run, by: world.ledger.by };
  const sender = await senderOf(ours, world, permit);
  const allowance = allowanceFor(pair, world.clock);
  const until = world.clock.now() + WORK_MILLISECONDS;
  const stands = standsAgainst(fence.fence, ours);
  if (stands === 'mine') return { reading, at: fence, sender, allowance, until };
  if (stands !== 'older')
    return { because: `${titleOf(zone)} is fenced by ${fence.fence.run} at epoch ${fence.fence.epoch}` };
  const raise = (attempt: number) => raiseBatch(fence, ours, [], attempt);
  const sent = await send(world, allowance, sender, zone, fence, raise, until);
  return sent.kind === 'applied' ? { reading, at: sent.at, sender, allowance, until } : { because: sent.because };
}

/** Everything of the zone that the debt is about, to where the pair stands. */
export async function steerRest(owed: Owed, reading: ZoneAsRead): Promise<Unpaid | undefined> {
  const { debt, pair, ledger, world } = owed;
  const to = placeOf(debt, ledger);
  if (to === undefined || ledger.active === undefined) return { because: 'nobody knows who is active' };
  const found = await fenced(owed, reading, 'moves traffic');
  if ('because' in found) return found;
  const { sender, allowance, until } = found;
  const move: Move = {
    ...sender,
    by: world.ledger.by,
    to,
    from: otherCluster(pair, to),
    share: 100,
    active: ledger.active,
    ...(debt.ring === undefined ? {} : { ring: debt.ring }),
  };
  const portions = portionsOf(reading, move, allowance.elements());
  let { at } = found;
  for (const [index, names] of portions.entries()) {
    const [before, last] = [at, index === portions.length - 1];
    const plan = (attempt: number) => steerBatch(before, names, move, last, attempt);
    const sent: Sent = await send(world, allowance, sender, reading.zone, before, plan, until);
    if (sent.kind !== 'applied') return { because: sent.because };
    at = sent.at;
  }
  return undefined;
}
