/**
 * Faults have stopped. Now the promises about the end are looked at: every claim ends, what is published is right, and a
 * person who types what they are told to type brings the pair to rest and can move it.
 */
import { emptyLedger } from '../../core/ledger/ledger.ts';
import { change } from '../../core/ledger/store.ts';
import { letGo } from '../../core/ledger/transitions.ts';
import { breaches } from '../invariants/invariant.ts';
import {
  neighboursMove,
  noSecrets,
  oldEventsStartNothing,
  peopleCanMove,
  peopleGoFirst,
  runsEnd,
  unkept,
} from '../invariants/liveness.ts';
import { repairConverges } from '../invariants/repair-end.ts';
import { copyEqualsLedger, fencesAtRest, wholeWeights } from '../invariants/rest.ts';
import { movedByHand } from './person.ts';
import { nameOf, recordOf } from './record.ts';
import type { Simulated } from './simulated.ts';

/** A run may last half an hour, and its last task was begun before that. */
const RUNS_END_SECONDS_MAX = 2_400;
/** Two ticks of the reaper and the time that they take, after the last execution ended. */
const REAPED_SECONDS_MAX = 200;
/** Until repair that the watch starts by itself has had its say, and debts that wait for an interval were paid. */
const REST_SECONDS = 600;
const WORLD_SECONDS_MIN = 2_700;
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
  if (unmet.length > 0) return [...unrepaired, ...unmet];
  await clock.run(Math.max(REST_SECONDS, WORLD_SECONDS_MIN - trace.seconds) * 1000);
  await quiet(simulated);
  const theirs = await ofTheSecondPair(simulated);
  return [
    ...unrepaired,
    ...theirs,
    ...promises.watching.atRest().map((line) => `at rest: ${line}`),
    ...ofEveryRun(simulated),
  ];
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
async function toRest(simulated: Simulated): Promise<string[]> {
  const { clock, podSeconds, promises, world } = simulated;
  const run = async (input: Readonly<Record<string, unknown>>) => {
    await quiet(simulated);
    const arn = simulated.ask({ reason: 'afterwards', ...input });
    await simulated.ended(arn, RUNS_END_SECONDS_MAX);
    return { name: nameOf(arn), ...recordOf(world, arn) };
  };
  const to = promises.watching.ledger()?.active === 'blue' ? 'green' : 'blue';
  const typed = await movedByHand({ clock, podSeconds, run }, to);
  return typed === undefined ? [] : [unkept(peopleCanMove, inVain(typed))];
}

function inVain(typed: readonly string[]): string {
  return `not in ${typed.length} commands\n    ${typed.join('\n    ')}`;
}

/** Whatever was done beside it, another pair in the same zones is moved as ever. */
async function ofTheSecondPair({ second }: Simulated): Promise<string[]> {
  if (second === undefined) return [];
  const typed = await second.move(RUNS_END_SECONDS_MAX);
  const how = typed === undefined ? second.divided : [inVain(typed)];
  return how.length === 0 ? [] : [unkept(neighboursMove, how.join('; '))];
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
