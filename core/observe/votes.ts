/**
 * What one class of observers says about one cluster. A vote is made from the class's own samples alone; putting the
 * votes of several classes together is the business of `situation.ts`.
 *
 * An observer whose own network is broken sees everything dead. So a bad word about a cluster counts only from an
 * observer that gets an answer from the *other* one at the same time. A good word needs no such proof: who is served
 * is not blind. Whatever is old, missing or not understood abstains: the unknown never triggers anything.
 */
import type { Facts } from '../facts.ts';
import { type Health, OBSERVER_CLASSES, type Observation, type ObserverClass } from './observation.ts';

export type Says = 'dead' | 'apps down' | 'api down' | 'well' | 'abstains';

export interface Vote {
  observer: ObserverClass;
  cluster: string;
  says: Says;
  /** One line with numbers: what was seen, or why the class abstains. */
  because: string;
  /** When the newest sample was taken; undefined when there is none. */
  at?: number;
  /** Dead in every sample of an unbroken span that began here. Only with `dead`. */
  deadSince?: number;
  /** The span has lasted `confirmSeconds`. */
  confirmed: boolean;
  /** Whether the newest sample looked at the users' path, and what it found there. */
  userPath: 'fails' | 'serves' | 'not looked at';
  canary: 'fails' | 'works' | 'unknown';
  /** The newest sample got an answer of any status from this cluster. */
  answers: boolean;
}

/** Which word about a cluster needs the other one as a witness. */
type Witness =
  /** For the cluster that has the traffic: acting on a blind observer's word would move users for nothing. */
  | 'the other cluster'
  /** For the cluster that shall receive traffic: an answer from itself is enough to call it sick, since that only holds. */
  | 'either cluster';

/**
 * What could fool a class. Classes with the same cause count once: two probes behind one broken NAT are one opinion.
 * Here no two share one; whoever adds a class says what it stands on.
 */
const CAUSE: Readonly<Record<ObserverClass, string>> = {
  outside: 'the public way to the load balancers',
  inside: 'the network of the VPC',
  aws: 'the metrics of AWS',
};

/** How many of these votes come from classes that cannot have been fooled by the same fault. */
export function independent(votes: readonly Vote[]): number {
  return new Set(votes.map((vote) => CAUSE[vote.observer])).size;
}

/** Was the newest sample taken just now, by the clock of whoever judges? A sample from the future is none either. */
export function isFresh(vote: Vote, { now, pair }: Facts): boolean {
  return vote.at !== undefined && Math.abs(now - vote.at) <= pair.probe.evidenceAgeSecondsMax * 1_000;
}

/** The vote of every class about `cluster`, in the order of the classes; `other` is the cluster that proves sight. */
export function votesAbout(cluster: string, other: string, witness: Witness, facts: Facts): Vote[] {
  return OBSERVER_CLASSES.map((observer) => {
    const seen = facts.observations.filter((sample) => sample.observer === observer);
    const here = seen.filter((sample) => sample.cluster === cluster).sort((a, b) => a.at - b.at);
    const there = seen.filter((sample) => sample.cluster === other);
    return voteOf(observer, cluster, here, there, witness, facts);
  });
}

function voteOf(
  observer: ObserverClass,
  cluster: string,
  here: readonly Observation[],
  there: readonly Observation[],
  witness: Witness,
  facts: Facts,
): Vote {
  const { probe, timing } = facts.pair;
  const newest = here.at(-1);
  const blank = {
    observer,
    cluster,
    confirmed: false,
    userPath: 'not looked at',
    canary: 'unknown',
    answers: false,
  } as const;
  if (newest === undefined) return { ...blank, says: 'abstains', because: `${observer} has not looked at ${cluster}` };
  const age = (facts.now - newest.at) / 1_000;
  if (Math.abs(age) > probe.evidenceAgeSecondsMax) {
    const because =
      age > 0
        ? `${observer} saw ${cluster} ${Math.round(age)} s ago, at most ${probe.evidenceAgeSecondsMax} s count`
        : `the clock of ${observer} is ${Math.round(-age)} s ahead, at most ${probe.evidenceAgeSecondsMax} s count`;
    return { ...blank, says: 'abstains', because, at: newest.at };
  }
  const sample = (looked: Observation) => sampleSays(looked, there, witness, facts);
  const [says, reason] = sample(newest);
  const vote: Vote = {
    ...blank,
    says,
    because: `${observer}: ${reason}`,
    at: newest.at,
    userPath: userPathOf(newest, probe.deadServicesFraction),
    canary: canaryOf(newest.canary),
    answers: newest.answers,
  };
  if (says !== 'dead') return vote;
  const deadSince = unbrokenSince(here, (looked) => sample(looked)[0] === 'dead', gapMax(facts));
  return { ...vote, deadSince, confirmed: newest.at - deadSince >= timing.confirmSeconds * 1_000 };
}

/** Milliseconds between two samples that still count as one span: one lost look is forgiven, two are not. */
function gapMax(facts: Facts): number {
  return 2.5 * facts.pair.probe.intervalSeconds * 1_000;
}

/** Where the unbroken run of samples that ends with the newest one began. */
function unbrokenSince(
  here: readonly Observation[],
  holds: (sample: Observation) => boolean,
  gapMilliseconds: number,
): number {
  let since = here.at(-1)?.at ?? 0;
  for (let index = here.length - 2; index >= 0; index--) {
    const sample = here[index];
    if (sample === undefined || since - sample.at > gapMilliseconds || !holds(sample)) break;
    since = sample.at;
  }
  return since;
}

function sampleSays(
  sample: Observation,
  there: readonly Observation[],
  witness: Witness,
  facts: Facts,
): readonly [Says, string] {
  const [says, reason] = aloneSays(sample, facts.pair.probe.deadServicesFraction);
  if (says === 'well' || says === 'abstains') return [says, reason];
  if (witness === 'either cluster' && sample.answers) return [says, reason];
  const beside = nearest(there, sample.at, facts.pair.probe.intervalSeconds * 1_000);
  if (beside === undefined) return ['abstains', `did not look at the other cluster, and alone cannot say: ${reason}`];
  if (!beside.answers) return ['abstains', `does not see ${beside.cluster} either and may be blind: ${reason}`];
  return [says, reason];
}

/** What a sample would say if its observer can be trusted to see. */
function aloneSays(sample: Observation, deadServicesFraction: number): readonly [Says, string] {
  const userPath = userPathOf(sample, deadServicesFraction);
  const canary = canaryOf(sample.canary);
  const seen = seenIn(sample);
  // users who are served are served, whatever became of the canary; a class that cannot look at them (healthy hosts,
  // for one) judges by the canary, and a gate asks that some class did look at them
  if (canary === 'fails' && userPath !== 'serves') return ['dead', seen];
  if (canary === 'unknown' && userPath !== 'serves') return ['abstains', `cannot tell a dead cluster: ${seen}`];
  if (userPath === 'fails') return ['apps down', seen];
  if (fails(sample.api)) return ['api down', seen];
  return ['well', seen];
}

function seenIn({ services, canary, api, cluster }: Observation): string {
  const parts = [`canary of ${cluster} ${canary}`];
  if (services !== undefined) parts.unshift(`${services.failed} of ${services.asked} services of ${cluster} fail`);
  if (api !== undefined) parts.push(`its API ${api}`);
  return parts.join(', ');
}

function userPathOf({ services }: Observation, deadServicesFraction: number): Vote['userPath'] {
  if (services === undefined || services.asked === 0) return 'not looked at';
  return services.failed / services.asked >= deadServicesFraction ? 'fails' : 'serves';
}

/** `unauthorized` and `unknown` are faults of who asks; `degraded` still answers. */
function canaryOf(health: Health): Vote['canary'] {
  if (fails(health)) return 'fails';
  return health === 'healthy' || health === 'degraded' ? 'works' : 'unknown';
}

export function fails(health: Health | undefined): boolean {
  return health === 'unhealthy' || health === 'unreachable';
}

/** The sample closest in time, if there is one within `milliseconds`. */
function nearest(samples: readonly Observation[], at: number, milliseconds: number): Observation | undefined {
  let best: Observation | undefined;
  for (const sample of samples) {
    if (best === undefined || Math.abs(sample.at - at) < Math.abs(best.at - at)) best = sample;
  }
  return best !== undefined && Math.abs(best.at - at) <= milliseconds ? best : undefined;
}
