/** Look at a drill: what became of its leg, who has the pair, does an alarm say that customers are hurt? The core says what comes next. */
import * as z from 'zod/mini';
import { afterBack, afterOut, type Course, type CourseFacts, type LegSeen, whileBaking } from '../core/drill/course.ts';
import { Drill, type Leg, LegEnded, runOfLeg } from '../core/drill/drill.ts';
import { emptyLedger } from '../core/ledger/ledger.ts';
import { change } from '../core/ledger/store.ts';
import { abortAsked } from '../core/ledger/transitions.ts';
import type { RunRecord } from '../core/record.ts';
import { pairOf } from '../core/topology/pair.ts';
import { causeOf } from './troubles.ts';
import type { World } from './world.ts';

export const LookAtDrillInput = z.object({
  drill: Drill,
  /** Under way, baking, or on its way back. */
  phase: z.enum(['out', 'bake', 'back']),
  /** Legs that have ended. */
  legs: z.array(LegEnded),
  /** When the bake began, in milliseconds since the epoch. */
  since: z.number(),
  /** What ended the drill early; empty: nothing did. */
  failing: z.string(),
});

export interface DrillSeen {
  do: Course['do'];
  because: string[];
  outcome: string;
  legs: LegEnded[];
  failing: string;
  /** What could not be asked. */
  troubles?: string[];
}

type Needs = Pick<World, 'topology' | 'ledger' | 'alarms' | 'executions' | 'clock'>;

export async function lookAtDrill(
  { drill, phase, legs, since, failing }: z.output<typeof LookAtDrillInput>,
  world: Needs,
): Promise<DrillSeen> {
  const troubles: string[] = [];
  const [leg, alarm, ledger] = await Promise.all([
    phase === 'bake' ? undefined : legSeen(drill, phase, world),
    outcomeAlarm(drill, world, troubles),
    world.ledger.read(drill.pair),
  ]);
  const facts: CourseFacts = {
    ...{ drill, now: world.clock.now(), ledger, alarm },
    ...(failing === '' ? {} : { failing }),
  };
  const course =
    leg === undefined
      ? whileBaking(since, { ...facts, epoch: legs[0]?.epoch })
      : phase === 'out'
        ? afterOut(leg, facts)
        : afterBack(leg, facts);
  if (course.do === 'ask back') await askBack(drill, course.because, world);
  const ended = leg === undefined || phase === 'bake' ? undefined : await legEnded(drill, phase, leg, world);
  return {
    do: course.do === 'ask back' ? 'wait' : course.do,
    because: [course.because],
    outcome: course.do === 'finish' ? course.outcome : '',
    legs: ended === undefined ? legs : [...legs, ended],
    failing:
      (course.do === 'return' ? course.failing : course.do === 'ask back' ? course.because : undefined) ?? failing,
    ...(troubles.length === 0 ? {} : { troubles }),
  };
}

/** What was started a moment ago may not be visible yet. */
async function legSeen(drill: Drill, leg: Leg, { executions }: Needs): Promise<LegSeen> {
  const { status = 'RUNNING', record } = (await executions.find('switch', runOfLeg(drill, leg))) ?? {};
  return { status, ...(record === undefined ? {} : { record: record as Partial<RunRecord> }) };
}

/** An outcome alarm that cannot be read says nothing: it did not go off. Before the drill began it could be. */
async function outcomeAlarm(
  { pair, kind }: Drill,
  { topology, alarms }: Needs,
  troubles: string[],
): Promise<string | undefined> {
  const { endedByAlarm } = pairOf(topology, pair).drills;
  if (endedByAlarm === undefined || kind === 'preview') return undefined;
  try {
    const states: Readonly<Record<string, string>> = await alarms.states([endedByAlarm]);
    return states[endedByAlarm] === 'ALARM' ? `${endedByAlarm} is in ALARM` : undefined;
  } catch (cause) {
    troubles.push(`${endedByAlarm} could not be read: ${causeOf(cause)}`);
    return undefined;
  }
}

/** The same word that a person has for it, said to this drill's own leg and to no other run. */
async function askBack(drill: Drill, reason: string, { ledger }: Needs): Promise<void> {
  const run = runOfLeg(drill, 'out');
  const by = `drill ${drill.name}`;
  await change(
    ledger,
    emptyLedger(drill.pair),
    (now) =>
      now.holder?.run === run && now.abort === undefined
        ? // biome-ignore lint/suspicious/noThenProperty: the name is the interface's, and it holds a word, not a function
          abortAsked(now, { then: 'back', by, reason })
        : { kind: 'no', because: `${run} does not hold the pair, or was asked already` },
    (now) => now.abort?.by === by,
  );
}

/** How long it took stands in the ledger's own events: from the claim until the commit, which waits for every name server. */
async function legEnded(
  drill: Drill,
  leg: Leg,
  { status, record }: LegSeen,
  { ledger }: Needs,
): Promise<LegEnded | undefined> {
  if (status === 'RUNNING') return undefined;
  const { outcome = status, epoch } = record ?? {};
  const ended = { leg, run: runOfLeg(drill, leg), outcome };
  if (epoch === undefined) return ended;
  const events = await ledger.events(drill.pair, epoch);
  const [claimed, committed] = ['claim', 'commit'].map((key) => events.find((event) => event.key === key)?.at);
  const took = claimed === undefined || committed === undefined ? undefined : Math.round((committed - claimed) / 1000);
  return { ...ended, epoch, ...(took === undefined ? {} : { secondsToMove: took }) };
}
