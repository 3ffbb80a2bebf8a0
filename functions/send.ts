/**
 * Sends one batch and finds out what became of it. The fence in the batch is the probe: after a lost answer the zone is
 * asked what stands there, and nothing is ever assumed (design, section 5, *lost answer*).
 */
import { Superseded } from '../core/errors.ts';
import { markOf } from '../core/ledger/intents.ts';
import { type Batch, elementsOf } from '../core/plan/batch.ts';
import { type Fence, fenceText, readFence } from '../core/plan/fence.ts';
import { attemptAfter, type Standpoint } from '../core/plan/steer.ts';
import { fenceName, titleOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import type { Allowance } from './allowance.ts';
import type { World } from './world.ts';

export type Sent =
  /** `change` is missing when its answer was lost: then fence and names on all servers are the proof. */
  | { kind: 'applied'; change?: string; at: Standpoint }
  /**
   * What stands there is not what was read: read the zone again. `contested`: the fence stands as it was read, so somebody
   * else touched a name; else an earlier try of ours landed after all, or the last batch of a run that lost the pair to us.
   */
  | { kind: 'refused'; contested: boolean; because: string }
  /** Nothing happened: no tokens for so much at once, no time left, or lost on the way. Plan again from the same reading. */
  | { kind: 'again'; because: string }
  /** This zone takes no change from us now. */
  | { kind: 'denied'; because: string }
  /** A person's word came before this batch. */
  | { kind: 'stopped'; because: string };

export interface Sender {
  pair: string;
  epoch: number;
  run: string;
  /** The greatest `seq` sent to each zone at this epoch, whatever became of it. */
  sent: Map<string, number>;
  /** Asked right before each batch: why it may not leave, or undefined. May throw `Superseded`. */
  permit?: () => Promise<string | undefined>;
}

/** Who sends, with what it has sent before: an earlier invocation's batch may still land, and must not be taken for a new one. */
export async function senderOf(
  { pair, epoch, run }: Pick<Sender, 'pair' | 'epoch' | 'run'>,
  { ledger }: Pick<World, 'ledger'>,
  permit?: () => Promise<string | undefined>,
): Promise<Sender> {
  const sent = new Map<string, number>();
  for (const { facts } of await ledger.events(pair, epoch)) {
    if (typeof facts.zone !== 'string' || typeof facts.seq !== 'number') continue;
    sent.set(facts.zone, Math.max(facts.seq, sent.get(facts.zone) ?? 0));
  }
  return { pair, epoch, run, sent, ...(permit === undefined ? {} : { permit }) };
}

export type SendWorld = Pick<World, 'zones' | 'ledger' | 'clock'>;

const BUSY_MILLISECONDS = 1_000;

/**
 * @param plan makes the batch of an attempt; each attempt has a `seq` of its own, so that a try whose answer was lost and
 *   that lands later cannot be taken for another
 * @param until no new try is begun after this time
 * Throws `Superseded` when the zone's fence is somebody else's.
 */
export async function send(
  world: SendWorld,
  allowance: Allowance,
  sender: Sender,
  zone: Zone,
  before: Standpoint,
  plan: (attempt: number) => { batch: Batch; after: Standpoint },
  until: number,
): Promise<Sent> {
  let because = 'no time was left to send it';
  while (world.clock.now() <= until) {
    const { batch, after } = plan(attemptAfter(before, sender.sent.get(titleOf(zone))));
    if (!(await allowance.waitFor({ requests: 1, changes: elementsOf(batch.changes) }, until))) break;
    const stop = await sender.permit?.();
    if (stop !== undefined) return { kind: 'stopped', because: stop };
    sender.sent.set(titleOf(zone), batch.seq);
    await intend(world, sender, zone, batch, before.fence);
    const answer = await world.zones.apply(zone.id, batch);
    if (answer.kind === 'applied') {
      allowance.succeeded();
      return { kind: 'applied', change: answer.change, at: after };
    }
    because = answer.because;
    if (answer.kind === 'denied') return { kind: 'denied', because };
    if (answer.kind === 'throttled') {
      allowance.throttled();
      return { kind: 'again', because };
    }
    if (answer.kind === 'refused' || answer.kind === 'unknown')
      return whatBecameOf(world, sender, zone, before, after, answer.kind, because);
    await world.clock.wait(BUSY_MILLISECONDS);
  }
  return { kind: 'again', because: `${titleOf(zone)}: ${because}` };
}

/**
 * Every batch has an intent event before it; who looks later can see whether the zone ever got it.
 * @param replaced the fence that it takes the place of, where there is one of ours
 */
export async function intend(
  { ledger, clock }: Pick<World, 'ledger' | 'clock'>,
  { pair, epoch, run }: Pick<Sender, 'pair' | 'epoch' | 'run'>,
  zone: Zone,
  batch: Batch,
  replaced?: Fence,
): Promise<void> {
  const key = `${String(batch.seq).padStart(6, '0')}#${titleOf(zone)}`;
  const facts = {
    zone: titleOf(zone),
    seq: batch.seq,
    changes: batch.changes.length,
    writes: markOf({ epoch, seq: batch.seq, run }),
    ...(replaced === undefined ? {} : { replaces: markOf(replaced) }),
  };
  await ledger.note(pair, { epoch, key, at: clock.now(), what: batch.why, facts });
}

async function whatBecameOf(
  { zones }: SendWorld,
  { pair, epoch, run }: Sender,
  zone: Zone,
  before: Standpoint,
  after: Standpoint,
  answer: 'refused' | 'unknown',
  because: string,
): Promise<Sent> {
  const stands = readFence(await zones.readName(zone.id, fenceName(pair, zone)));
  if (stands.kind !== 'fence')
    throw new Superseded(`the fence of ${titleOf(zone)} is ${stands.kind} now; epoch ${epoch} does not act on it`);
  if (fenceText(stands.fence) === fenceText(after.fence)) return { kind: 'applied', at: after };
  if (fenceText(stands.fence) === fenceText(before.fence))
    return answer === 'unknown' ? { kind: 'again', because } : { kind: 'refused', contested: true, because };
  if (stands.fence.epoch === epoch && stands.fence.run === run) return { kind: 'refused', contested: false, because };
  // our epoch is not in this zone yet, and a run that lost the pair to us got its batch in first: ours goes on top of it
  const overtaken = before.fence.epoch < epoch && stands.fence.epoch < epoch && stands.fence.by === before.fence.by;
  if (overtaken) return { kind: 'refused', contested: false, because };
  throw new Superseded(
    `${titleOf(zone)} is at epoch ${stands.fence.epoch}, run ${stands.fence.run}; this run has epoch ${epoch}`,
    { zone: titleOf(zone) },
  );
}
