/** What repair aims at: read after every zone was fenced by this repair, and judged by who is fit now. */
import * as z from 'zod/mini';
import type { Facts } from '../core/facts.ts';
import { approved } from '../core/gates/approved.ts';
import type { Gate } from '../core/gates/gate.ts';
import { type Intent, intentOf } from '../core/intent.ts';
import { command, commandIn } from '../core/observe/commands.ts';
import { fitnessOf } from '../core/observe/fitness.ts';
import { situationOf } from '../core/observe/situation.ts';
import { votesAbout } from '../core/observe/votes.ts';
import { type Fitness, type Goal, goalOf } from '../core/plan/goal.ts';
import { INTERVAL_SECONDS } from '../core/plan/ownership.ts';
import { standingOf, type ZoneAsRead } from '../core/plan/reading.ts';
import { otherCluster } from '../core/topology/pair.ts';
import { type GatherWorld, gather, JudgeInput } from './gather.ts';
import type { Run } from './run.ts';

export const FindGoalInput = z.extend(JudgeInput, {
  /** Before the claim: what would it move, and must a person be asked first? */
  unclaimed: z.exactOptional(z.boolean()),
});

export interface GoalFound {
  kind: Goal['kind'];
  /** The cluster that shall have everything; with `Nothing` where the run came from. */
  to: string;
  from: string;
  /** With `Move`: only this ring is left to move. */
  ring?: number;
  /**
   * With `Move`: how long to let plans of the target's ExternalDNS land, once its annotations are raised. It may be taking
   * back what the move that was cut off made it publish, and nobody is without service meanwhile (ADR 0054).
   */
  plansSeconds?: number;
  /** With `Settled`: the rings that stand elsewhere, as the zones say. */
  rings?: Readonly<Record<string, string>>;
  because: string;
}

/** A verdict in the words of Judge: is a person asked for what the zones show before they are fenced? */
export interface AskedFirst {
  verdict: 'Move' | 'Approve' | 'Hold';
  ask?: { intent: Intent };
  situation: string;
  because: string[];
  gates: Gate[];
  next: string;
}

export async function findGoal(
  { unclaimed = false, ...input }: z.output<typeof FindGoalInput>,
  world: GatherWorld,
): Promise<GoalFound | AskedFirst> {
  const facts = await gather(input, unclaimed ? 'before claim' : 'after fence', world, 'read');
  const goal = goalIn(facts, input.run);
  return unclaimed ? askedFirst(facts, goal) : goal;
}

/** Where no user is moved nobody is asked: the ledger is only told what the zones say. */
function askedFirst(facts: Facts, goal: GoalFound): AskedFirst {
  const { name: situation } = situationOf(facts);
  const { ring: _, ...rest } = facts;
  const { from, to, ring } = goal;
  const aimed: Facts = { ...rest, from, to, ...(ring === undefined ? {} : { ring }) };
  const gate = goal.kind === 'Move' ? approved(aimed) : undefined;
  const next = gate === undefined ? command.status(facts.pair.name) : (commandIn([gate.opensWhen]) ?? '');
  const said = { situation, gates: gate === undefined ? [] : [gate], next };
  if (gate === undefined || gate.state === 'open') return { ...said, verdict: 'Move', because: [goal.because] };
  const because = [goal.because, `${gate.name} ${gate.state}: ${gate.because}`];
  const intent = facts.approval?.answer === undefined ? intentOf(aimed) : undefined;
  return intent === undefined
    ? { ...said, verdict: 'Hold', because }
    : { ...said, verdict: 'Approve', because, ask: { intent } };
}

function goalIn(facts: Facts, run: Run): GoalFound {
  const { pair } = facts;
  const readings = facts.zones.flatMap(({ reading }): ZoneAsRead[] => (reading === undefined ? [] : [reading]));
  if (readings.length < pair.zones.length) return none(run, 'not every zone could be read');
  const fitness = (cluster: string, other: string): Fitness => {
    const fit = fitnessOf(votesAbout(cluster, other, 'either cluster', facts));
    return { cluster, fit: fit === 'unknown' ? undefined : fit === 'healthy' };
  };
  const { from, to } = run;
  const goal =
    aimed(run, readings) ?? goalOf(readings, [fitness(from, to), fitness(to, from)], facts.ledger?.interrupted);
  if (goal.kind === 'Nothing') return none(run, goal.because);
  const { cluster, because } = goal;
  const foreign = goal.kind === 'Settled' ? fenceAgainst(readings, goal) : undefined;
  if (foreign !== undefined) return none(run, foreign);
  const found = { to: cluster, from: otherCluster(pair, cluster), because };
  if (goal.kind === 'Settled') return { kind: 'Settled', ...found, rings: goal.rings };
  const tended = pair.zones.some(({ layout }) => layout === 'records');
  return {
    kind: 'Move',
    ...found,
    ...(goal.ring === undefined ? {} : { ring: goal.ring }),
    ...(goal.bothFit && tended ? { plansSeconds: INTERVAL_SECONDS } : {}),
  };
}

/** A person said where everything belongs: that is the goal, unless all of it is there. The gates still have their say. */
function aimed({ aim }: Run, readings: readonly ZoneAsRead[]): Goal | undefined {
  const standing = standingOf(readings.flatMap(({ names }) => names));
  if (aim === undefined || standing === aim) return undefined;
  return { kind: 'Move', cluster: aim, because: `a person said that everything belongs on ${aim}` };
}

/** Names at rest where their fence does not say: nobody of us put them there, and only a person may say that they are right. */
function fenceAgainst(
  readings: readonly ZoneAsRead[],
  { cluster, rings }: Extract<Goal, { kind: 'Settled' }>,
): string | undefined {
  const against = readings.find(
    ({ fence }) =>
      fence.kind === 'fence' &&
      (fence.fence.active !== cluster || JSON.stringify(fence.fence.rings) !== JSON.stringify(rings)),
  );
  return (
    against &&
    `every name stands on ${cluster}, but the fence of ${against.zone.name} does not say so: \`throwover accept --active ${cluster}\` if that is right`
  );
}

function none({ from, to }: { from: string; to: string }, because: string): GoalFound {
  return { kind: 'Nothing', from, to, because };
}
