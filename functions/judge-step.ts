/** Between two steps of a planned move: the target by its errors, the old side by whether it lives, and what a person asked. */
import * as z from 'zod/mini';
import type { Facts } from '../core/facts.ts';
import { byMachine, moves } from '../core/gates/move.ts';
import { anotherTopology, type Ledger, pausedAt } from '../core/ledger/ledger.ts';
import { fitnessOf, livenessOf } from '../core/observe/fitness.ts';
import { readyFraction } from '../core/observe/readiness.ts';
import { situationOf } from '../core/observe/situation.ts';
import { type Step, stepAfter } from '../core/plan/steps.ts';
import { pairOf, stepSharesOf } from '../core/topology/pair.ts';
import { type GatherWorld, gather, JudgeInput } from './gather.ts';
import type { World } from './world.ts';

export const JudgeStepInput = z.extend(JudgeInput, {
  share: z.int(),
  /** Steer was stopped before everybody who shall have moved had. */
  unfinished: z._default(z.boolean(), false),
});

export async function judgeStep(
  { share, unfinished, ...input }: z.output<typeof JudgeStepInput>,
  world: GatherWorld & Pick<World, 'digest'>,
): Promise<Step & { judgedAt: number }> {
  const pair = pairOf(world.topology, input.run.pair);
  const { timing, probe } = pair;
  const facts = await gather(input, 'after fence', world, 'unread');
  const { source, target } = situationOf(facts);
  const fraction = readyFractionOf(facts);
  const since = facts.ledger?.holder?.since;
  if (since !== undefined && facts.now - since > timing.runSecondsMax * 1000) {
    const because = `this run lasts longer than ${timing.runSecondsMax} s`;
    return { kind: 'Stop', because, judgedAt: facts.now };
  }
  const pause = byMachine(facts) && facts.ledger !== undefined ? pausedAt(facts.ledger, facts.now) : undefined;
  const step = stepAfter({
    shares: stepSharesOf(pair, input.run.ring),
    share,
    unfinished,
    target: fitnessOf(target),
    source: livenessOf(source, probe.unhealthyClassesMin),
    ...(fraction === undefined ? {} : { ready: fraction }),
    waitedEnough: since !== undefined && facts.now - since > PART_OF_RUN * timing.runSecondsMax * 1000,
    ...askedToEnd(facts.ledger, world.digest, share >= FULL && !unfinished),
    ...(pause === undefined ? {} : { paused: `paused by ${pause.by}: ${pause.reason}` }),
  });
  return { ...step, judgedAt: facts.now };
}

/** Waiting for pods must leave time for the way back. */
const PART_OF_RUN = 0.5;

/** Undefined: the target could not be counted, or nothing of it is wanted, which proves nothing. */
function readyFractionOf(facts: Facts): number | undefined {
  const { target } = facts;
  if (target === undefined || target.api !== 'healthy') return undefined;
  const { ready, wanted } = readyFraction(target.workloads.filter(({ ring }) => moves(ring, facts)));
  return wanted === 0 ? undefined : ready / wanted;
}

const FULL = 100;

/** A person's word, or a deploy in between: names that nobody judged do not go along. Once everything has moved it is no reason to go back. */
function askedToEnd(ledger: Ledger | undefined, digest: string, whole: boolean) {
  if (ledger?.abort !== undefined) return abortOf(ledger.abort);
  const deployed = ledger === undefined || whole ? undefined : anotherTopology(ledger, digest);
  return deployed === undefined ? {} : { abort: 'back' as const, abortedBy: `a deploy (${deployed})` };
}

/** People's executions are called as they or the CLI like; a drill says that it is one. */
function abortOf({ then, by }: NonNullable<Ledger['abort']>) {
  return { abort: then, ...(by.startsWith('drill ') ? { abortedBy: by } : {}) };
}
