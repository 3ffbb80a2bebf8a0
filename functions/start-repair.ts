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
 * A move that was claimed and neither committed nor given up, a fence that is gone, or zones that know of a move which the
 * ledger does not: a new run fences every zone, reads them and brings it to an end.
 * @param found what `fencesOf` found before the ledger was read
 */
export async function startRepair(
  pair: NamedPair,
  found: FencesFound,
  ledger: Ledger,
  world: Needs,
): Promise<string[]> {
  if (ledger.holder !== undefined) return [];
  const reason = reasonToRepair(found, ledger);
  if (reason === undefined) {
    if (ledger.repair !== undefined) await remember(pair, undefined, world);
    return [];
  }
  if (ledger.awaitsPerson !== undefined) return [`${reason}; repair waits for a person: ${ledger.awaitsPerson}`];
  if (pair.mode === 'observe') return [`${reason}; mode is observe: \`throwover repair --pair ${pair.name}\``];
  const pause = pausedAt(ledger, world.clock.now());
  if (pause !== undefined) return [`${reason}; repair is paused by ${pause.by}: ${pause.reason}`];
  const before = await lastTry(ledger, world);
  if (before !== undefined && (await isRunning(before.run, world)))
    return [`${reason}; ${before.run} looks already, or waits for a person`];
  if (before?.because !== undefined && world.clock.now() < before.nextTryAt)
    return [`${reason}; repair was held ${before.tries} times and waits: ${before.because}`];
  const name = runName(pair.name, ledger.epoch, world.clock.now(), 'repair');
  const signal = { source: 'watch', name: reason, at: world.clock.now() };
  // a ledger that is lost is begun by the claim, which sees the zones
  if (ledger.rev > 0)
    await remember(pair, { run: name, tries: before?.tries ?? 0, nextTryAt: world.clock.now() }, world);
  const answer = await world.executions.start('switch', name, { pair: pair.name, mode: 'repair', reason, signal });
  return answer === 'started' ? [`${reason}: started ${name}`] : [];
}

export interface FencesFound {
  /** A zone whose fence is gone. */
  missing?: string;
  /** The zone whose fence of ours has the greatest epoch. */
  newest?: { zone: string; epoch: number };
}

/** To be asked before the ledger is read: a fence is never ahead of a ledger that was read after it. A zone that cannot be read says nothing. */
export async function fencesOf(
  pair: NamedPair,
  { ledger, zones }: Pick<World, 'ledger' | 'zones'>,
): Promise<FencesFound> {
  const found: FencesFound = {};
  const read = await Promise.allSettled(
    pair.zones.map(async (zone) => readFence(await zones.readName(zone.id, fenceName(pair.name, zone)))),
  );
  for (const [at, zone] of pair.zones.entries()) {
    const fence = read[at]?.status === 'fulfilled' ? read[at].value : undefined;
    if (fence?.kind === 'missing') found.missing ??= titleOf(zone);
    if (fence?.kind !== 'fence' || fence.fence.by !== ledger.by) continue;
    const { epoch } = fence.fence;
    if (epoch > (found.newest?.epoch ?? 0)) found.newest = { zone: titleOf(zone), epoch };
  }
  return found;
}

/** Why what the ledger says is not the newest word; undefined: it is. */
export function ledgerBehind({ newest }: FencesFound, { epoch }: Pick<Ledger, 'epoch'>): string | undefined {
  return newest !== undefined && newest.epoch > epoch
    ? `${newest.zone} is at epoch ${newest.epoch}, the ledger at ${epoch}`
    : undefined;
}

function reasonToRepair(found: FencesFound, ledger: Ledger): string | undefined {
  if (ledger.interrupted !== undefined) return `the move at epoch ${ledger.epoch} was cut off`;
  const behind = ledgerBehind(found, ledger);
  if (behind !== undefined || ledger.active === undefined) return behind;
  return found.missing === undefined ? undefined : `the fence of ${found.missing} is gone`;
}

async function isRunning(run: string, { executions }: Needs): Promise<boolean> {
  return (await executions.status(executions.idOf('switch', run))) === 'RUNNING';
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
