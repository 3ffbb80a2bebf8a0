/**
 * Faults have stopped. Now the promises about the end are looked at: every claim ends, what is published is right, and a
 * person who types what they are told to type brings the pair to rest and can move it.
 */
import { emptyLedger } from '../../core/ledger/ledger.ts';
import { change } from '../../core/ledger/store.ts';
import { letGo } from '../../core/ledger/transitions.ts';
import { breaches } from '../invariants/invariant.ts';
import {
  noSecrets,
  oldEventsStartNothing,
  peopleCanMove,
  peopleGoFirst,
  runsEnd,
  unkept,
} from '../invariants/liveness.ts';
import { repairConverges } from '../invariants/repair-end.ts';
import { copyEqualsLedger, fencesAtRest, wholeWeights } from '../invariants/rest.ts';
import { nameOf, recordOf, type Simulated } from './simulated.ts';

/** A run may last half an hour, and its last task was begun before that. */
const RUNS_END_SECONDS_MAX = 2_400;
/** Two ticks of the reaper and the time that they take, after the last execution ended. */
const REAPED_SECONDS_MAX = 200;
/** Until repair that the watch starts by itself has had its say, and debts that wait for an interval were paid. */
const REST_SECONDS = 600;
const WORLD_SECONDS_MIN = 2_700;
/** So many commands a person types at most until the pair is at rest, from when pods have had their time. */
const COMMANDS_MAX = 8;
const LOOK_AGAIN_SECONDS = 180;
/** A cluster that was healed starts its pods anew; then the other one, where users shall go, is asked for its own. */
const STARTS = 2;
const SIGNAL_SECONDS_MAX = 300;

export async function afterwards(simulated: Simulated): Promise<string[]> {
  const { clock, promises, trace } = simulated;
  await quiet(simulated);
  if (simulated.isRunning) return [unkept(runsEnd, 'one still runs 40 minutes after the last fault')];
  await clock.run(REAPED_SECONDS_MAX * 1000);
  await quiet(simulated);
  await release(simulated);
  const holder = promises.watching.ledger()?.holder;
  if (holder !== undefined) return [unkept(runsEnd, `${JSON.stringify(holder)} still holds the pair`)];
  const unrepaired = simulated.repairsFirst ? await repaired(simulated) : [];
  const unmet = await toRest(simulated);
  if (unmet !== undefined) return [...unrepaired, unmet];
  await clock.run(Math.max(REST_SECONDS, WORLD_SECONDS_MIN - trace.seconds) * 1000);
  await quiet(simulated);
  return [...unrepaired, ...promises.watching.atRest().map((line) => `at rest: ${line}`), ...ofEveryRun(simulated)];
}

/** A claim of a person's own terminal that ended without letting go: `throwover release`, as `status` says. */
async function release({ world, inMemory, promises, clock }: Simulated): Promise<void> {
  if (promises.watching.ledger()?.holder?.id.startsWith('person:') !== true) return;
  const { ledger } = inMemory.ports;
  let done = false;
  const isFree = ({ holder }: { holder?: unknown }) => holder === undefined;
  void change(ledger, emptyLedger(world.pair.name), letGo, isFree).finally(() => {
    done = true;
  });
  await clock.runUntil(() => done);
}

/** Before anything else a person types `throwover repair`: what came of it, and what is not at rest after it. */
async function repaired(simulated: Simulated): Promise<string[]> {
  const arn = simulated.ask({ mode: 'repair', reason: 'afterwards' });
  await simulated.ended(arn, RUNS_END_SECONDS_MAX);
  await simulated.clock.run(REST_SECONDS * 1000);
  await quiet(simulated);
  const { outcome, because = [], next = '' } = recordOf(simulated.world, arn);
  const unrest = breaches([fencesAtRest, wholeWeights, copyEqualsLedger], simulated.promises.watching.pair());
  return breaches([repairConverges], { outcome, because: because.join('; '), next, unrest });
}

/** Until no execution runs; the watch may have started one just now. */
async function quiet(simulated: Simulated): Promise<void> {
  const latest = simulated.clock.now() + RUNS_END_SECONDS_MAX * 1000;
  await simulated.clock.runUntil(() => !simulated.isRunning || simulated.clock.now() > latest);
}

/** A person brings the pair to rest and moves it, following the one next command. */
async function toRest(simulated: Simulated): Promise<string | undefined> {
  const to = simulated.promises.watching.ledger()?.active === 'blue' ? 'green' : 'blue';
  const wish = { mode: 'switchover', to };
  let input: Readonly<Record<string, unknown>> = wish;
  const typed: string[] = [];
  const patientUntil = simulated.clock.now() + STARTS * simulated.podSeconds * 1000;
  for (let commands = 0; commands < COMMANDS_MAX; commands++) {
    await quiet(simulated);
    const arn = simulated.ask({ reason: 'afterwards', ...input });
    await simulated.ended(arn, RUNS_END_SECONDS_MAX);
    const { outcome, because, next } = recordOf(simulated.world, arn);
    typed.push(`${nameOf(arn)} ${JSON.stringify(input)}: ${outcome} (${because?.[0]}) next ${next}`);
    if (input === wish && (outcome === 'Switched' || outcome === 'Unchanged')) return undefined;
    const command = inputFrom(next ?? '', to);
    if (command === undefined) {
      await simulated.clock.run(LOOK_AGAIN_SECONDS * 1000);
      if (simulated.clock.now() < patientUntil) commands = 0;
    }
    input = command ?? wish;
  }
  return unkept(peopleCanMove, `not in ${typed.length} commands\n    ${typed.join('\n    ')}`);
}

/** `throwover repair --pair shop --to blue` as the input of an execution; undefined: it only looks. */
function inputFrom(command: string, to: string): Record<string, unknown> | undefined {
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

function ofEveryRun({ world, executions, hasSkew }: Simulated): string[] {
  return executions.flatMap((arn) => {
    const record = recordOf(world, arn);
    const { input, startedAt } = world.stepFunctions.executionOf(arn);
    const { signal, mode } = input as { signal?: { at: number }; mode?: string };
    const outranked = /does not take it from a (?!failover by a person|break-glass)/.exec(
      record.because?.join('; ') ?? '',
    );
    const isOld = signal !== undefined && startedAt - signal.at > SIGNAL_SECONDS_MAX * 1000 && !hasSkew;
    return [
      ...(isOld && record.outcome !== 'Refused'
        ? [unkept(oldEventsStartNothing, `${nameOf(arn)} ${record.outcome}`)]
        : []),
      ...(mode === 'failover' && signal === undefined && outranked !== null
        ? [unkept(peopleGoFirst, `${nameOf(arn)} ${record.outcome}: ${record.because?.join('; ')}`)]
        : []),
      ...(/k8s-aws-v1|Bearer /.test(JSON.stringify(record)) ? [unkept(noSecrets, nameOf(arn))] : []),
    ];
  });
}
