/**
 * Repair by the watch: when, and how often. What holds a repair seldom changes within a minute, and each try costs an
 * execution, a look at everything and sometimes an epoch; so one that was held waits longer each time. A repair that died
 * on its way is not held: nobody knows what it left, and the next one follows at once.
 */
import { emptyLedger, type Ledger, pausedAt, type RepairTried } from '../core/ledger/ledger.ts';
import { change } from '../core/ledger/store.ts';
import { repairTried } from '../core/ledger/transitions.ts';
import { readFence } from '../core/plan/fence.ts';
import { fenceName, type NamedPair, titleOf } from '../core/topology/pair.ts';
import { runName } from './run-name.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'ledger' | 'zones' | 'executions' | 'clock'>;

const MINUTE_MILLISECONDS = 60_000;
const WAIT_MINUTES_MAX = 15;
const REASON_LONGEST = 500;

/**
 * A move that was claimed and neither committed nor given up, or a fence that is gone: a new run fences every zone, reads
 * them and brings it to an end.
 */
export async function startRepair(pair: NamedPair, world: Needs): Promise<string[]> {
  const ledger = await world.ledger.read(pair.name);
  if (ledger === undefined || ledger.holder !== undefined) return [];
  const reason = await reasonToRepair(pair, ledger, world);
  if (reason === undefined) {
    if (ledger.repair !== undefined) await remember(pair, undefined, world);
    return [];
  }
  if (ledger.awaitsPerson !== undefined) return [`${reason}; repair waits for a person: ${ledger.awaitsPerson}`];
  if (pair.mode !== 'auto') return [`${reason}; mode is ${pair.mode}: \`throwover repair --pair ${pair.name}\``];
  const pause = pausedAt(ledger, world.clock.now());
  if (pause !== undefined) return [`${reason}; repair is paused by ${pause.by}: ${pause.reason}`];
  const before = await lastTry(ledger, world);
  if (before?.because !== undefined && world.clock.now() < before.nextTryAt)
    return [`${reason}; repair was held ${before.tries} times and waits: ${before.because}`];
  const name = runName(pair.name, ledger.epoch, world.clock.now(), 'repair');
  const signal = { source: 'watch', name: reason, at: world.clock.now() };
  await remember(pair, { run: name, tries: before?.tries ?? 0, nextTryAt: world.clock.now() }, world);
  const answer = await world.executions.start('switch', name, { pair: pair.name, mode: 'repair', reason, signal });
  return answer === 'started' ? [`${reason}: started ${name}`] : [];
}

async function reasonToRepair(pair: NamedPair, ledger: Ledger, world: Needs): Promise<string | undefined> {
  if (ledger.interrupted !== undefined) return `the move at epoch ${ledger.epoch} was cut off`;
  if (ledger.active === undefined) return undefined;
  for (const zone of pair.zones) {
    const fence = readFence(await world.zones.readName(zone.id, fenceName(pair.name, zone)));
    if (fence.kind === 'missing') return `the fence of ${titleOf(zone)} is gone`;
  }
  return undefined;
}

/** What became of the last repair: its report is an event of the epoch that stands. */
async function lastTry(ledger: Ledger, world: Needs): Promise<RepairTried | undefined> {
  const { repair, pair, epoch } = ledger;
  if (repair === undefined || repair.because !== undefined) return repair;
  const report = (await world.ledger.events(pair, epoch)).find(({ key }) => key === `report#${repair.run}`);
  if (report === undefined) return repair;
  const tries = repair.tries + 1;
  const { because = [] } = (report.facts.record ?? {}) as { because?: readonly string[] };
  const wait = Math.min(2 ** (tries - 1), WAIT_MINUTES_MAX) * MINUTE_MILLISECONDS;
  const ended = {
    run: repair.run,
    tries,
    because: `${report.what}: ${because.join('; ')}`.slice(0, REASON_LONGEST),
    nextTryAt: report.at + wait,
  };
  await remember({ name: pair }, ended, world);
  return ended;
}

async function remember(
  { name }: Pick<NamedPair, 'name'>,
  repair: RepairTried | undefined,
  { ledger }: Needs,
): Promise<void> {
  await change(
    ledger,
    emptyLedger(name),
    (now) => repairTried(now, repair),
    (now) => JSON.stringify(now.repair) === JSON.stringify(repair),
  );
}
