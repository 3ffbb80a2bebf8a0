/**
 * Own: in unplanned moves the old side's records become ours in the registry of its ExternalDNS, under the fence, before
 * users move: a zombie then leaves them alone. Runs beside Prepare, which takes longer.
 */
import * as z from 'zod/mini';
import { Superseded } from '../core/errors.ts';
import { isPlanned } from '../core/ledger/ledger.ts';
import { type Change, charactersOf, elementsOf, MOST_CHARACTERS, MOST_ELEMENTS } from '../core/plan/batch.ts';
import { takenChanges } from '../core/plan/ownership.ts';
import { raiseBatch, standsAgainst } from '../core/plan/raise.ts';
import { namesOfRun, readingOf } from '../core/plan/reading.ts';
import { type NamedPair, pairOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import { type Allowance, allowanceFor } from './allowance.ts';
import { mustHold } from './fence.ts';
import { ClaimedRun } from './run.ts';
import { type Sender, send, senderOf } from './send.ts';
import type { World } from './world.ts';

export const OwnInput = z.object({
  run: ClaimedRun,
  /** A planned move whose old side died on the way: from here on it is treated like an unplanned one. */
  died: z.exactOptional(z.boolean()),
});

type Needs = Pick<World, 'topology' | 'ledger' | 'zones' | 'clock'>;

export async function own(
  { run }: z.output<typeof OwnInput>,
  world: Needs,
): Promise<{ more: boolean; owned: number; because: string }> {
  const pair = pairOf(world.topology, run.pair);
  if (isPlanned(run.kind))
    return { more: false, owned: 0, because: 'planned: the old side still tends its own records' };
  await mustHold(run, world);
  const until = world.clock.now() + (pair.timing.taskSecondsMax - 10) * 1000;
  const allowance = allowanceFor(pair, world.clock);
  const sender = await senderOf(run, world);
  const zones = pair.zones.filter(({ layout }) => layout === 'records');
  const done = await Promise.all(zones.map((zone) => ownZone(pair, zone, run, sender, world, allowance, until)));
  return {
    more: done.some(({ more }) => more),
    owned: done.reduce((sum, { owned }) => sum + owned, 0),
    because: done.map((zone) => zone.because).join('; '),
  };
}

async function ownZone(
  pair: NamedPair,
  zone: Zone,
  run: ClaimedRun,
  sender: Sender,
  world: Needs,
  allowance: Allowance,
  until: number,
) {
  let owned = 0;
  while (world.clock.now() < until) {
    const reading = readingOf(pair, zone, await world.zones.read(zone.id));
    const ours = { pair: pair.name, zone: zone.name, epoch: run.epoch, run: run.run, by: world.ledger.by };
    if (reading.fence.kind !== 'fence' || standsAgainst(reading.fence.fence, ours) !== 'mine') {
      throw new Superseded(`${zone.name} is no longer fenced by epoch ${run.epoch}`, { zone: zone.name });
    }
    const setIdentifier = pair.clusters[run.from]?.setIdentifier ?? '';
    const portions = portionsOf(
      namesOfRun(reading, run.ring).map((name) => takenChanges(reading, name, setIdentifier)),
    );
    let at = { fence: reading.fence.fence, record: reading.fence.record };
    let again = false;
    for (const changes of portions) {
      if (world.clock.now() >= until) break;
      const before = at;
      const sent = await send(
        world,
        allowance,
        sender,
        zone,
        before,
        (attempt) => raiseBatch(before, ours, changes, attempt),
        until,
      );
      if (sent.kind === 'denied') return { more: false, owned, because: sent.because };
      if (sent.kind === 'read again') {
        again = true;
        break;
      }
      at = sent.at;
      owned += changes.length / 2;
    }
    if (!again && world.clock.now() < until)
      return { more: false, owned, because: `${owned} registry records of ${zone.name} are ours` };
  }
  return { more: true, owned, because: `${owned} registry records of ${zone.name} so far` };
}

/** As many names' changes as fit one call beside the fence. */
function portionsOf(names: readonly Change[][]): Change[][] {
  const portions: Change[][] = [];
  let [elements, characters] = [0, 0];
  for (const changes of names) {
    if (changes.length === 0) continue;
    elements += elementsOf(changes);
    characters += charactersOf(changes);
    const last = portions.at(-1);
    if (last !== undefined && elements <= MOST_ELEMENTS - 2 && characters <= MOST_CHARACTERS - 600)
      last.push(...changes);
    else {
      portions.push([...changes]);
      elements = elementsOf(changes);
      characters = charactersOf(changes);
    }
  }
  return portions;
}
