/**
 * Faults have stopped. Now the promises about the end are looked at: every claim ends, what is published is right, and a
 * person who types what they are told to type brings the pair to rest and can move it.
 */
import { nameOf, recordOf, type Simulated } from './simulated.ts';

/** A run may last half an hour, and its last task was begun before that. */
const RUNS_END_SECONDS_MAX = 2_400;
/** Two ticks of the reaper and the time that they take, after the last execution ended. */
const REAPED_SECONDS_MAX = 200;
/** Until repair that the watch starts by itself has had its say, and debts that wait for an interval were paid. */
const REST_SECONDS = 600;
const WORLD_SECONDS_MIN = 2_700;
/** So many commands a person types at most until the pair is at rest. */
const COMMANDS_MAX = 8;

export async function afterwards(simulated: Simulated): Promise<string[]> {
  const { clock, promises, trace } = simulated;
  const latest = clock.now() + RUNS_END_SECONDS_MAX * 1000;
  await clock.runUntil(() => !simulated.isRunning || clock.now() > latest);
  if (simulated.isRunning) return ['L1, a run ends: one is still running 40 minutes after the last fault'];
  await clock.run(REAPED_SECONDS_MAX * 1000);
  await quiet(simulated);
  const ledger = promises.watching.ledger();
  if (ledger?.holder !== undefined && !simulated.isRunning)
    return [`L1, a claim ends or is reaped: ${JSON.stringify(ledger.holder)} still holds the pair`];
  const commands = await toRest(simulated);
  if (typeof commands === 'string') return [commands];
  await clock.run(Math.max(REST_SECONDS, WORLD_SECONDS_MIN - trace.seconds) * 1000);
  await quiet(simulated);
  return promises.watching.atRest().map((line) => `at rest: ${line}`);
}

/** Until no execution runs; the watch may have started one just now. */
async function quiet(simulated: Simulated): Promise<void> {
  const latest = simulated.clock.now() + RUNS_END_SECONDS_MAX * 1000;
  await simulated.clock.runUntil(() => !simulated.isRunning || simulated.clock.now() > latest);
}

/** A person brings the pair to rest and moves it, following the one next command. */
async function toRest(simulated: Simulated): Promise<undefined | string> {
  const to = simulated.promises.watching.ledger()?.active === 'blue' ? 'green' : 'blue';
  let input: Readonly<Record<string, unknown>> = { mode: 'switchover', to };
  const typed: string[] = [];
  for (let tries = 0; tries < COMMANDS_MAX; tries++) {
    await quiet(simulated);
    const arn = simulated.ask({ reason: 'afterwards', ...input });
    await simulated.ended(arn, RUNS_END_SECONDS_MAX);
    const record = recordOf(simulated.world, arn);
    typed.push(
      `${nameOf(arn)} ${JSON.stringify(input)}: ${record.outcome} (${record.because?.[0]}) next ${record.next}`,
    );
    if (input.mode === 'switchover' && (record.outcome === 'Switched' || record.outcome === 'Unchanged'))
      return undefined;
    const next = inputFrom(record.next ?? '', to);
    if (next === undefined) await simulated.clock.run(180_000);
    input = next ?? { mode: 'switchover', to };
  }
  return `L6, a person can always move traffic: not in ${COMMANDS_MAX} commands\n    ${typed.join('\n    ')}`;
}

/** `throwover repair --pair shop --to blue` as the input of an execution; undefined: it only looks. */
export function inputFrom(command: string, to: string): Record<string, unknown> | undefined {
  const [, verb = '', rest = ''] = /^throwover (\S+)(.*)$/.exec(command) ?? [];
  const option = (name: string) => new RegExp(`--${name} ([^\\s"]+)`).exec(rest)?.[1];
  const override = [...rest.matchAll(/--override (\S+)/g)].map(([, gate = '']) => gate);
  const more = override.length === 0 ? {} : { override };
  if (verb === 'switch')
    return { mode: rest.includes('--failover') ? 'failover' : 'switchover', to: option('to') ?? to, ...more };
  if (verb === 'repair') return { mode: 'repair', ...(option('to') === undefined ? {} : { to: option('to') }) };
  if (verb === 'accept') return { mode: 'accept', active: option('active') };
  return ['ack', 'resume', 'pause'].includes(verb) ? { mode: verb } : undefined;
}
