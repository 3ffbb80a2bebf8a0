/**
 * Starts the one run that looks for a pair. Whoever suggests it, and however many at once: one item names the last run, and
 * who writes it starts that run. While it looks, nothing else is started; who died between writing and starting is
 * finished by the next one who comes, under the same name.
 */
import * as z from 'zod/mini';
import type { Ledger } from '../core/ledger/ledger.ts';
import { LedgerUnreachable } from '../core/ledger/store.ts';
import type { Note } from '../core/ports.ts';
import { type Disposition, needless, type SuggestedRun, started } from '../core/signals/disposition.ts';
import type { Signal } from '../core/signals/signal.ts';
import { runName } from './run-name.ts';
import type { World } from './world.ts';

const KEY = 'suggested';
const TRIES = 5;
/** DescribeExecution may not know a run yet that was just started. */
const KNOWN_MILLISECONDS = 60_000;

const Suggested = z.object({ run: z.string(), at: z.number(), signal: z.string() });

type Needs = Pick<World, 'notes' | 'executions' | 'clock'>;

/** @param key of the signal, which makes a second try of the same one known */
export async function suggestRun(
  pair: string,
  key: string,
  signal: Pick<Signal, 'source' | 'name' | 'at'>,
  ledger: Ledger | undefined,
  world: Needs,
): Promise<Disposition> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const now = world.clock.now();
    const note = await world.notes.read(pair, KEY);
    const last = note === undefined ? undefined : lastIn(note);
    const status =
      last === undefined ? undefined : await world.executions.status(world.executions.idOf('switch', last.run));
    // it was written and not started, or started so lately that nobody knows: the name makes sure that it is one
    if (last !== undefined && status === undefined && now - last.at < KNOWN_MILLISECONDS)
      return start(pair, last.run, last.signal === key, signal, ledger, world);
    // one that was never started has looked at nothing
    const looked = last === undefined || status === undefined ? undefined : { ...last, running: status === 'RUNNING' };
    if (looked?.signal === key) return started(looked.run, ledger, now);
    const answered = needless(signal, ledger, looked);
    if (answered !== undefined) return answered;
    const run = runName(pair, ledger?.epoch ?? 0, now, 'failover');
    const next: SuggestedRun = { run, at: now, signal: key };
    const written =
      note === undefined
        ? (await world.notes.add(pair, KEY, { ...next })) === 'added'
        : (await world.notes.replace(pair, note, { ...next })) === 'written';
    if (written) return start(pair, run, true, signal, ledger, world);
  }
  throw new LedgerUnreachable(`the last suggested run of ${pair} could not be written in ${TRIES} tries`);
}

function lastIn({ item }: Note): SuggestedRun | undefined {
  const parsed = z.safeParse(Suggested, item);
  return parsed.success ? parsed.data : undefined;
}

async function start(
  pair: string,
  run: string,
  isOwn: boolean,
  signal: Pick<Signal, 'source' | 'name' | 'at'>,
  ledger: Ledger | undefined,
  { executions, clock }: Needs,
): Promise<Disposition> {
  const { source, name, at } = signal;
  const input = { pair, mode: 'failover', reason: reasonOf(signal), signal: { source, name, at } };
  const answer = await executions.start('switch', run, input);
  if (answer === 'started' && isOwn) return started(run, ledger, clock.now());
  return { did: 'answered', because: `${run} was started within this minute`, run };
}

function reasonOf({ source, name }: Pick<Signal, 'source' | 'name'>): string {
  if (source === 'cloudwatch') return `${name} is in ALARM`;
  return source === 'alertmanager' ? `${name} is firing` : name;
}
