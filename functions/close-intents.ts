/**
 * Every batch has an intent event before it. When no run holds the pair any more, and no call of one can still be on its
 * way, the watch says of each what became of it, so that nobody has to work that out from the zones years later.
 */
import { closing, type Fate, fateOf, type Intent, intentsIn } from '../core/ledger/intents.ts';
import { debtsOwed, emptyLedger, type Ledger } from '../core/ledger/ledger.ts';
import { change } from '../core/ledger/store.ts';
import { intentsClosed } from '../core/ledger/transitions.ts';
import { readFence } from '../core/plan/fence.ts';
import { fenceName, type NamedPair, titleOf } from '../core/topology/pair.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'ledger' | 'zones' | 'clock'>;

/** Longer than any function runs: a batch that was sent before has landed by now or never will. */
const ON_ITS_WAY_MILLISECONDS = 120_000;
/**
 * A tick reads no more than that many epochs, the oldest that are open. More are open only after the watch was down for many
 * moves, or after break-glass has leapt: what a chain cannot tell by then is noted as that.
 */
const EPOCHS_MAX = 20;

const NOTES_MAX = 100;

/** @returns undefined at rest, when nothing was asked: the ledger says up to which epoch all are closed */
export async function closeIntents(pair: NamedPair, ledger: Ledger, world: Needs): Promise<string[] | undefined> {
  const first = (ledger.intentsClosed ?? 0) + 1;
  if (ledger.holder !== undefined || first > ledger.epoch) return undefined;
  const last = Math.min(ledger.epoch, first + EPOCHS_MAX - 1);
  const epochs = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const noted = await Promise.all(epochs.map(async (epoch) => intentsIn(await world.ledger.events(pair.name, epoch))));
  const open = noted.flatMap(({ intents, closed }) => intents.filter(({ key }) => !closed.has(key)));
  const fates = await fatesOf(
    open,
    noted.flatMap(({ intents }) => intents),
    pair,
    world,
  );
  const now = world.clock.now();
  for (const [intent, fate] of fates) await world.ledger.note(pair.name, closing(intent, fate, now));
  await remember(
    ledger,
    { first, last },
    open.filter((intent) => !fates.has(intent)),
    world,
  );
  return [...Map.groupBy(fates.values(), (fate) => fate)].map(([fate, all]) => `${all.length} batches: ${fate}`);
}

async function fatesOf(
  open: readonly Intent[],
  known: readonly Intent[],
  pair: NamedPair,
  { zones, ledger, clock }: Needs,
): Promise<Map<Intent, Fate>> {
  const landed = clock.now() - ON_ITS_WAY_MILLISECONDS;
  const due = open.filter(({ at }) => at <= landed).slice(0, NOTES_MAX);
  const fates = new Map<Intent, Fate>();
  for (const [title, intents] of Map.groupBy(due, ({ zone }) => zone)) {
    const zone = pair.zones.find((one) => titleOf(one) === title);
    if (zone === undefined) {
      // the topology has lost this zone since
      for (const intent of intents) fates.set(intent, 'cannot be told');
      continue;
    }
    const stands = readFence(await zones.readName(zone.id, fenceName(pair.name, zone)));
    const ofZone = known.filter((one) => one.zone === title);
    // a fence that is gone or not ours is a person's to judge, or repair's; then there will be one to compare with
    if (stands.kind !== 'fence' || stands.fence.by !== ledger.by) continue;
    for (const intent of intents) fates.set(intent, fateOf(intent, stands.fence, ofZone));
  }
  return fates;
}

/** An epoch is closed when nothing of it is open and nothing that is owed may send another batch. */
async function remember(
  ledger: Ledger,
  { first, last: read }: { first: number; last: number },
  open: readonly Intent[],
  world: Needs,
): Promise<void> {
  const last = debtsOwed(ledger).length === 0 ? ledger.epoch : ledger.epoch - 1;
  const upTo = Math.min(last, read, ...open.map(({ epoch }) => epoch - 1));
  if (upTo < first) return;
  await change(
    world.ledger,
    emptyLedger(ledger.pair),
    (now) => intentsClosed(now, upTo),
    (now) => now.intentsClosed === upTo,
  );
}
