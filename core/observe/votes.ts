/**
 * What one class of observers says about one cluster. A vote is made from the class's own samples alone; putting the
 * votes of several classes together is the business of `situation.ts`.
 *
 * An observer whose own network is broken sees everything dead. So a bad word about a cluster counts only from an
 * observer that gets an answer from the *other* one at the same time. A good word needs no such proof: who is served
 * is not blind. Whatever is old, missing or not understood abstains: the unknown never triggers anything.
 */
import type { Facts } from '../facts.ts';
import { slowerThanUsual } from './baseline.ts';
import { type ClassTraits, classesOf, traitsOf } from './classes.ts';
import type { Health, Observation, ObserverClass } from './observation.ts';

export type Says = 'dead' | 'apps down' | 'api down' | 'well' | 'abstains';

export interface Vote {
  observer: ObserverClass;
  /** What could fool it; votes with the same cause count once. */
  cause: string;
  looksItself: boolean;
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
  /** What the canary says is wrong, in the newest sample. */
  canaryBecause?: string;
  /** The newest sample got an answer of any status from this cluster. */
  answers: boolean;
  /** A fresh look of this class got no answer from either cluster. */
  reachesNothing: boolean;
  /** Served, but slowly compared with the other cluster, or not everybody: in every sample there is. */
  brownout?: string;
  /** The Kubernetes API did not answer the newest look. */
  apiFails: boolean;
  /** Where public resolvers lead users. */
  leads?: Observation['leads'];
}

/** Which word about a cluster needs the other one as a witness. */
type Witness =
  /** For the cluster that has the traffic: acting on a blind observer's word would move users for nothing. */
  | 'the other cluster'
  /** For the cluster that shall receive traffic: an answer from itself is enough to call it sick, since that only holds. */
  | 'either cluster';

/** How many of these votes come from classes that cannot have been fooled by the same fault. */
export function independent(votes: readonly Vote[]): number {
  return new Set(votes.map(({ cause }) => cause)).size;
}

/** Was the newest sample taken just now, by the clock of whoever judges? A sample from the future is none either. */
export function isFresh(vote: Vote, { now, pair }: Facts): boolean {
  return vote.at !== undefined && Math.abs(now - vote.at) <= traitsOf(vote.observer, pair).ageSecondsMax * 1_000;
}

/**
 * Those who see users served while others see the cluster dead. Who counts minutes speaks of the past: its good word is
 * worth something only when the whole minute lies after the first look that found the cluster dead.
 */
export function seeingUsersServed(votes: readonly Vote[], { pair }: Facts): Vote[] {
  const deadSince = Math.min(...votes.map((vote) => vote.deadSince ?? Number.POSITIVE_INFINITY));
  return votes.filter(
    (vote) =>
      vote.says !== 'abstains' &&
      vote.userPath === 'serves' &&
      (vote.looksItself ||
        deadSince === Number.POSITIVE_INFINITY ||
        (vote.at ?? 0) - traitsOf(vote.observer, pair).coversSeconds * 1_000 >= deadSince),
  );
}

/** The vote of every class about `cluster`, in the order of the classes; `other` is the cluster that proves sight. */
export function votesAbout(cluster: string, other: string, witness: Witness, facts: Facts): Vote[] {
  return classesOf(facts.pair).map((observer) => {
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
  const traits = traitsOf(observer, facts.pair);
  const newest = here.at(-1);
  const blank = {
    observer,
    cause: traits.cause,
    looksItself: traits.looksItself,
    cluster,
    confirmed: false,
    userPath: 'not looked at',
    canary: 'unknown',
    answers: false,
    reachesNothing: false,
    apiFails: false,
  } as const;
  if (newest === undefined) return { ...blank, says: 'abstains', because: `${observer} has not looked at ${cluster}` };
  const age = (facts.now - newest.at) / 1_000;
  if (Math.abs(age) > traits.ageSecondsMax) {
    const because =
      age > 0
        ? `${observer} saw ${cluster} ${Math.round(age)} s ago, at most ${traits.ageSecondsMax} s count`
        : `the clock of ${observer} is ${Math.round(-age)} s ahead, at most ${traits.ageSecondsMax} s count`;
    return { ...blank, says: 'abstains', because, at: newest.at };
  }
  const sample = (looked: Observation) => sampleSays(looked, there, traits, witness, facts);
  const [says, reason] = sample(newest);
  const vote: Vote = {
    ...blank,
    says,
    because: `${observer}: ${reason}`,
    at: newest.at,
    userPath: userPathOf(newest, probe.deadServicesFraction),
    canary: canaryOf(newest.canary),
    answers: newest.answers,
    reachesNothing: traits.looksItself && reachesNothing(newest, nearest(there, newest.at, traits)),
    apiFails: fails(newest.api),
    ...(newest.canaryBecause === undefined ? {} : { canaryBecause: newest.canaryBecause }),
    ...(newest.leads === undefined ? {} : { leads: newest.leads }),
  };
  const brownout = says === 'well' ? brownoutIn(here, there, traits, facts) : undefined;
  if (says !== 'dead') return brownout === undefined ? vote : { ...vote, brownout };
  const deadSince = unbrokenSince(here, (looked) => sample(looked)[0] === 'dead', gapMax(traits, facts));
  return { ...vote, deadSince, confirmed: newest.at - deadSince >= timing.confirmSeconds * 1_000 };
}

/**
 * Milliseconds between two samples that still count as one span: one lost look is forgiven, two are not. While a run waits
 * for a person nobody looks; a person who approves answers for that time.
 */
function gapMax({ intervalSeconds }: ClassTraits, { now, approval }: Facts): number {
  const lost = 2.5 * intervalSeconds * 1_000;
  return approval?.answer?.said === 'approved' ? lost + now - approval.askedAt : lost;
}

/** Neither cluster answers at all: the fault is more likely on the way from here. */
function reachesNothing(here: Observation, there: Observation | undefined): boolean {
  return here.canary === 'unreachable' && !here.answers && there !== undefined && !there.answers;
}

/**
 * Users are served, but not as they should be: some services fail, or answers are slow in themselves and beside the other
 * cluster's, which is its equal and idle. In every fresh sample: one slow answer is no trend. Or they are slow against what was
 * usual for this cluster: that finds it also where both are slow.
 */
function brownoutIn(
  here: readonly Observation[],
  there: readonly Observation[],
  traits: ClassTraits,
  { now, pair: { probe }, usual }: Facts,
): string | undefined {
  const fresh = here.filter(({ at }) => Math.abs(now - at) <= traits.ageSecondsMax * 1_000);
  const found = fresh.map((one) => {
    const { asked = 0, failed = 0 } = one.services ?? {};
    if (failed > 0 && traits.looksItself) return `${failed} of ${asked} services fail`;
    const { milliseconds: usual } = nearest(there, one.at, traits) ?? {};
    if (one.milliseconds === undefined || usual === undefined) return undefined;
    const isSlow = one.milliseconds >= probe.slowMilliseconds && one.milliseconds >= probe.slowFactor * usual;
    return isSlow ? `answers take ${Math.round(one.milliseconds)} ms, ${Math.round(usual)} ms there` : undefined;
  });
  if (found.every((one) => one !== undefined)) return found.at(-1);
  const newest = here.at(-1);
  return newest && slowerThanUsual(usual?.[newest.cluster]?.[newest.observer], probe);
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
  traits: ClassTraits,
  witness: Witness,
  facts: Facts,
): readonly [Says, string] {
  const [says, reason] = aloneSays(sample, facts.pair.probe.deadServicesFraction);
  if (says === 'well' || says === 'abstains') return [says, reason];
  // who counts requests counts those of strays at a cluster that sleeps: that says nothing of what it could serve
  if (witness === 'either cluster' && says === 'apps down' && !traits.looksItself) return ['abstains', reason];
  if (witness === 'either cluster' && sample.answers) return [says, reason];
  const beside = nearest(there, sample.at, traits);
  if (beside === undefined) return ['abstains', `did not look at the other cluster, and alone cannot say: ${reason}`];
  if (!beside.answers) return ['abstains', `does not see ${beside.cluster} either and may be blind: ${reason}`];
  return [says, reason];
}

/** What a sample would say if its observer can be trusted to see. */
function aloneSays(sample: Observation, deadServicesFraction: number): readonly [Says, string] {
  // where a name leads says nothing about what is there
  if (sample.observer === 'resolvers') return ['abstains', sample.evidence];
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

function seenIn({ services, canary, canaryBecause, api, apiBecause, cluster }: Observation): string {
  const parts = [`canary of ${cluster} ${canary}${canaryBecause === undefined ? '' : ` (${canaryBecause})`}`];
  if (services !== undefined) parts.unshift(`${services.failed} of ${services.asked} services of ${cluster} fail`);
  if (api !== undefined) parts.push(`its API ${api}${apiBecause === undefined ? '' : ` (${apiBecause})`}`);
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

/** The sample closest in time, if there is one within an interval of its class. */
function nearest(
  samples: readonly Observation[],
  at: number,
  { intervalSeconds }: ClassTraits,
): Observation | undefined {
  const milliseconds = intervalSeconds * 1_000;
  let best: Observation | undefined;
  for (const sample of samples) {
    if (best === undefined || Math.abs(sample.at - at) < Math.abs(best.at - at)) best = sample;
  }
  return best !== undefined && Math.abs(best.at - at) <= milliseconds ? best : undefined;
}
