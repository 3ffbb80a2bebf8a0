/**
 * The run that the watch starts by what it saw itself. It is the same run that an alarm starts, with the same gates. One that
 * could not move users is not followed by another every minute: what held it seldom changes so fast. Where a person is to be
 * asked first, the run is what asks.
 */
import { isWaiting } from '../../core/approval.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { NamedPair } from '../../core/topology/pair.ts';
import { approvalsOf } from '../approvals.ts';
import { runName } from '../run-name.ts';
import type { World } from '../world.ts';
import type { Remembered } from './memory.ts';
import type { Found } from './suspicion.ts';

type Needs = Pick<World, 'executions' | 'notes' | 'clock'>;

const MINUTE_MILLISECONDS = 60_000;
const WAIT_MINUTES_MAX = 15;
const REASON_LONGEST = 500;
/** A run that has not claimed by then does not confirm a suspicion any more. */
const LOOKING_MINUTES_MAX = 2;

export interface Started {
  did: string[];
  tried?: Remembered['tried'];
}

export async function startFailover(
  pair: NamedPair,
  ledger: Ledger,
  { verdict, needsTime }: Found,
  { tried }: Remembered,
  world: Needs,
): Promise<Started> {
  const kept = tried === undefined ? {} : { tried };
  if (verdict.situation.source.every(({ says }) => says !== 'dead')) return { did: [] };
  // a run asks a person, and waits for the answer: without an alarm there would be nothing to approve
  const asks = verdict.kind === 'Approve';
  const isDue = (verdict.kind === 'Move' || asks || needsTime) && ledger.interrupted === undefined;
  if (!isDue) return { did: [], ...kept };
  const now = world.clock.now();
  const asked = asks ? await askedLately(pair.name, now, world) : undefined;
  if (asked !== undefined) return { did: [asked], ...kept };
  if (tried !== undefined && now < tried.nextTryAt)
    return { did: [`${tried.run} moved nobody; the next failover waits for its turn`], ...kept };
  const looking = await runThatLooks(pair, ledger, now, world);
  if (looking !== undefined) return { did: [`${looking} is looking already`], ...kept };
  const run = runName(pair.name, ledger.epoch, now, 'failover');
  const { name, because } = verdict.situation;
  const reason = `${name}: ${because}`.slice(0, REASON_LONGEST);
  const signal = { source: 'watch', name, at: now };
  const answer = await world.executions.start('switch', run, { pair: pair.name, mode: 'failover', reason, signal });
  const tries = (tried?.tries ?? 0) + 1;
  const wait = Math.min(2 ** (tries - 1), WAIT_MINUTES_MAX) * MINUTE_MILLISECONDS;
  return {
    did: answer === 'started' ? [`${reason}: started ${run}`] : [`${run} was started already`],
    tried: { run, tries, nextTryAt: now + wait },
  };
}

/** One question at a time, however it came about; and who said no is not asked again in the next minute. */
async function askedLately(pair: string, now: number, world: Pick<Needs, 'notes'>): Promise<string | undefined> {
  const all = (await approvalsOf(pair, world)).filter(({ kind }) => kind === 'automatic failover');
  const waiting = all.find((one) => isWaiting(one, now));
  if (waiting !== undefined) return `${waiting.run} waits for a person`;
  const quiet = WAIT_MINUTES_MAX * MINUTE_MILLISECONDS;
  const refused = all.find(({ answer }) => answer?.said === 'rejected' && now - answer.at < quiet);
  return refused && `${refused.run} was rejected by ${refused.answer?.by}: a person is asked again later`;
}

/** An alarm was faster: its run has what the watch has seen, and claims the pair as soon as this one would. */
async function runThatLooks(
  { name }: NamedPair,
  { epoch }: Ledger,
  now: number,
  { executions }: Needs,
): Promise<string | undefined> {
  const names = Array.from({ length: LOOKING_MINUTES_MAX + 1 }, (_, ago) =>
    runName(name, epoch, now - ago * MINUTE_MILLISECONDS, 'failover'),
  );
  const running = await Promise.all(names.map((run) => isRunning(run, executions)));
  return names.find((_, at) => running[at]);
}

async function isRunning(run: string, executions: Needs['executions']): Promise<boolean> {
  try {
    return (await executions.status(executions.idOf('switch', run))) === 'RUNNING';
  } catch {
    // then one more is started: the same minute has the same name, and of two runs only one can claim
    return false;
  }
}
