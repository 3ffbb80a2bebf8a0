/**
 * Own: in unplanned moves the old side's records become ours in the registry of its ExternalDNS, under the fence, before
 * users move: a zombie then leaves them alone. Runs beside Prepare, which takes longer. What that ExternalDNS had planned
 * before may still land, and makes it the owner again; so while that can be, it is called again right before users move, and
 * after them when Verify has seen it happen (docs/adr/0048).
 */
import * as z from 'zod/mini';
import { Superseded } from '../core/errors.ts';
import { isPlanned } from '../core/ledger/ledger.ts';
import { portioned } from '../core/plan/batch.ts';
import type { Budget } from '../core/plan/budget.ts';
import { INTERVAL_SECONDS, takenChanges } from '../core/plan/ownership.ts';
import { raiseBatch, standsAgainst } from '../core/plan/raise.ts';
import { namesOfRun, readingOf } from '../core/plan/reading.ts';
import type { Standpoint } from '../core/plan/steer.ts';
import { type NamedPair, pairOf, titleOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import { type Allowance, allowanceFor, BudgetLeft } from './allowance.ts';
import { noteWrittenBack } from './debts/written-back.ts';
import { mustHold } from './holding.ts';
import { ClaimedRun } from './run.ts';
import { type Sender, send, senderOf } from './send.ts';
import type { World } from './world.ts';

export const OwnInput = z.object({
  run: ClaimedRun,
  /** A planned move whose old side died on the way: from here on it is treated like an unplanned one. */
  died: z.exactOptional(z.boolean()),
  /** What Verify saw of a plan that landed: it is noted before it is written back, so that nobody writes it back twice. */
  wrote: z.exactOptional(z.string()),
  /** From an earlier call. */
  plansUntil: z.exactOptional(z.number()),
  budget: z.exactOptional(BudgetLeft),
});

export interface Owned {
  more: boolean;
  owned: number;
  /**
   * Until then, in milliseconds since the epoch, a plan that the old side's ExternalDNS made as the owner may land. Missing
   * when nothing was taken from anybody.
   */
  plansUntil?: number;
  /** What is left of the tokens; missing when none were needed. */
  budget?: Budget;
  because: string;
}

type Needs = Pick<World, 'topology' | 'ledger' | 'zones' | 'clock'>;

export async function own(
  { run, died = false, wrote, plansUntil: before, budget }: z.output<typeof OwnInput>,
  world: Needs,
): Promise<Owned> {
  const pair = pairOf(world.topology, run.pair);
  if (isPlanned(run.kind) && !died)
    return { more: false, owned: 0, because: 'planned: the old side still tends its own records' };
  await mustHold(run, world);
  if (wrote !== undefined) await noteWrittenBack(run.pair, run.epoch, wrote, world);
  const owning: Owning = {
    pair,
    run,
    world,
    sender: await senderOf(run, world, async () => {
      await mustHold(run, world);
      return undefined;
    }),
    allowance: allowanceFor(pair, world.clock, budget),
    until: world.clock.now() + (pair.timing.taskSecondsMax - 10) * 1000,
  };
  const ended = await Promise.allSettled(
    pair.zones.filter(({ layout }) => layout === 'records').map((zone) => ownZone(owning, zone)),
  );
  const done = ended.map((zone) => {
    if (zone.status === 'rejected') throw zone.reason;
    return zone.value;
  });
  const owned = done.reduce((sum, zone) => sum + zone.owned, 0);
  const plansUntil = owned > 0 ? world.clock.now() + INTERVAL_SECONDS * 1000 : before;
  return {
    more: done.some(({ more }) => more),
    owned,
    ...(plansUntil === undefined ? {} : { plansUntil }),
    budget: owning.allowance.left(),
    because: done.map((zone) => zone.because).join('; '),
  };
}

interface Owning {
  pair: NamedPair;
  run: ClaimedRun;
  world: Needs;
  sender: Sender;
  allowance: Allowance;
  until: number;
}

/** A refusal shows that the zone is not as it was read; nothing else asks for another reading, which is long. */
async function ownZone({ pair, run, world, sender, allowance, until }: Owning, zone: Zone) {
  const ours = { pair: pair.name, zone: zone.name, epoch: run.epoch, run: run.run, by: world.ledger.by };
  const setIdentifier = pair.clusters[run.from]?.setIdentifier ?? '';
  let owned = 0;
  for (let readMilliseconds = 0; world.clock.now() + readMilliseconds < until; ) {
    const began = world.clock.now();
    const reading = readingOf(pair, zone, await world.zones.read(zone.id));
    readMilliseconds = world.clock.now() - began;
    if (reading.fence.kind !== 'fence' || standsAgainst(reading.fence.fence, ours) !== 'mine') {
      throw new Superseded(`${titleOf(zone)} is no longer fenced by epoch ${run.epoch}`, { zone: titleOf(zone) });
    }
    let at: Standpoint = reading.fence;
    let left = namesOfRun(reading, run.ring).map((name) => takenChanges(reading, name, setIdentifier));
    for (let refused = false; !refused && world.clock.now() < until; ) {
      const [portion] = portioned(left, (changes) => changes, allowance.elements());
      if (portion === undefined)
        return { more: false, owned, because: `${owned} registry records of ${titleOf(zone)} are ours` };
      const [before, changes] = [at, portion.flat()];
      const plan = (attempt: number) => raiseBatch(before, ours, changes, attempt);
      const sent = await send(world, allowance, sender, zone, before, plan, until);
      if (sent.kind === 'denied') return { more: false, owned, because: sent.because };
      refused = sent.kind === 'refused';
      if (sent.kind !== 'applied') continue;
      at = sent.at;
      owned += changes.length / 2;
      left = left.filter((of) => !portion.includes(of));
    }
  }
  return { more: true, owned, because: `${owned} registry records of ${titleOf(zone)} so far` };
}
