/** Judge: the situation, every gate, one verdict with all reasons. Before the claim, and again right before users move. */
import * as z from 'zod/mini';
import { decide, type Verdict } from '../core/decide.ts';
import type { Facts } from '../core/facts.ts';
import { type Intent, intentOf } from '../core/intent.ts';
import { isPlanned } from '../core/ledger/ledger.ts';
import { sideToLeave } from '../core/observe/side-to-leave.ts';
import { situationOf } from '../core/observe/situation.ts';
import { stepSharesOf } from '../core/topology/pair.ts';
import { JudgeInput as Gathered, type JudgeInput as GatheredInput, type GatherWorld, gather } from './gather.ts';

export const JudgeInput = z.extend(Gathered, { stage: z.enum(['before claim', 'after fence']) });

export interface Judged {
  verdict: Verdict['kind'];
  situation: string;
  gates: Verdict['gates'];
  because: readonly string[];
  next: string;
  judgedAt: number;
  /** With `LookAgain` before the claim: how long to look. */
  until?: number;
  /** With `LookAgain` after the fence: since when. */
  lookingSince?: number;
  /** With `LookAgain`: after how many seconds the next look begins. Never at once: observers that all fail bring no time with them. */
  againSeconds?: number;
  /** What the target shall have first: everything, or the first step of a planned move. */
  share: number;
  /** With `Approve`: what a person is asked for. */
  ask?: { intent: Intent };
  /** With `Hold`: nothing but these blocks keeps a right move back. */
  blocks?: readonly string[];
  /** How long a step stands before it is judged: no resolver that keeps to the rules has the old answer then. */
  waitSeconds: number;
  /** Epochs that fences of zones and clusters show: a new one must be higher than all of them. */
  epochsSeen: number[];
  /** The run leaves the other cluster: that one is dead, and rings stand on it. */
  turned?: Pick<Facts, 'from' | 'to'>;
}

export async function judge({ stage, ...input }: z.output<typeof JudgeInput>, world: GatherWorld): Promise<Judged> {
  if (stage === 'after fence') {
    const facts = await gather(input, stage, world, 'read');
    return judgedOf(facts, decide(facts, input.run.override));
  }
  const written = await gather(input, stage, world, 'unread');
  const side = sideToLeave(written);
  if (side.from !== input.run.from) {
    const turned = { ...input, run: { ...input.run, ...side } };
    return { ...(await judgeBefore(turned, await gather(turned, stage, world, 'unread'), world)), turned: side };
  }
  return judgeBefore(input, written, world);
}

/** @param written what is known without a look at the zones: while a suspicion is young they are not read for it */
async function judgeBefore(input: GatheredInput, written: Facts, world: GatherWorld): Promise<Judged> {
  const early = suspicion(input, written);
  if (early !== undefined) return early;
  const facts = await gather(input, 'before claim', world, 'read');
  return judgedOf(facts, decide(facts, input.run.override));
}

function suspicion(input: GatheredInput, facts: Facts): Judged | undefined {
  const situation = situationOf(facts);
  if (input.run.mode.startsWith('preview') || situation.name !== 'Suspected' || situation.confirmedAt === undefined)
    return undefined;
  if (situation.confirmedAt <= facts.now) return undefined;
  return {
    verdict: 'LookAgain',
    situation: situation.name,
    gates: [],
    because: [situation.because],
    next: 'wait',
    judgedAt: facts.now,
    until: situation.confirmedAt,
    againSeconds: nextLook(facts, situation.confirmedAt),
    ...pace(facts),
    epochsSeen: [],
  };
}

function judgedOf(facts: Facts, verdict: Verdict): Judged {
  return {
    verdict: verdict.kind,
    situation: verdict.situation.name,
    gates: verdict.gates,
    because: verdict.because,
    next: verdict.next,
    judgedAt: facts.now,
    ...askOf(facts, verdict),
    ...(verdict.wouldAct === undefined ? {} : { blocks: verdict.wouldAct.map(({ name }) => name) }),
    ...lookAgain(facts, verdict),
    ...pace(facts),
    epochsSeen: epochsSeen(facts),
  };
}

/** A suspicion is looked at without a break until it is confirmed; who brought nothing is asked again a little later. */
function lookAgain(
  facts: Facts,
  { lookAgainUntil: until }: Verdict,
): Pick<Judged, 'until' | 'lookingSince' | 'againSeconds'> {
  if (until === undefined) return {};
  const { stage, now, lookingSince = now, pair } = facts;
  return stage === 'before claim'
    ? { until, againSeconds: nextLook(facts, until) }
    : { lookingSince, againSeconds: pair.probe.intervalSeconds };
}

/** As long after this look as samples lie apart, but not beyond the end of the span that is to be confirmed. */
function nextLook({ now, pair }: Facts, until: number): number {
  return Math.min(pair.probe.intervalSeconds, Math.max(1, Math.floor((until - now) / 1000)));
}

function askOf(facts: Facts, { kind }: Verdict): Pick<Judged, 'ask'> {
  const intent = kind === 'Approve' ? intentOf(facts) : undefined;
  return intent === undefined ? {} : { ask: { intent } };
}

function pace({ kind, pair, ring }: Facts): Pick<Judged, 'share' | 'waitSeconds'> {
  const { timing } = pair;
  const [first = 100] = stepSharesOf(pair, ring);
  return {
    share: isPlanned(kind) ? first : 100,
    waitSeconds: Math.max(timing.dnsTtlSecondsMax, timing.stepJudgeSeconds),
  };
}

function epochsSeen({ zones, target, source }: Facts): number[] {
  const fences = zones.flatMap(({ reading }) => (reading?.fence.kind === 'fence' ? [reading.fence.fence.epoch] : []));
  const clusters = [target, source].flatMap((cluster) => (cluster?.fence === undefined ? [] : [cluster.fence.epoch]));
  return [...fences, ...clusters];
}
