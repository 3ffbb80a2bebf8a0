/**
 * What the looks of a run say of users. Nobody of ours stands where users stand, but the observer outside asks for the same
 * services in the same way: a look is a handful of requests through a cluster's own balancer.
 *
 * Of each look only the requests to the cluster count to which the name servers led users at that time: the one that was left
 * until the mark `withdraw`, the receiving one from then on.
 */
import type { Marks } from './record.ts';

/** One look of the observer outside at the services of the lowest tier through one cluster's balancer. */
export interface LookFromOutside {
  cluster: string;
  /** Milliseconds since the epoch. */
  at: number;
  asked: number;
  failed: number;
}

export interface RequestsSeen {
  sent: number;
  failed: number;
  /** Left out: nobody looked after users were served again. */
  failedAfterRestore?: number;
  looks: number;
  /** Of the first and of the last look, in milliseconds since the epoch. */
  from: number;
  to: number;
}

/** Users are served when at least so many of the requests of a look are. */
const SERVED_FRACTION = 0.99;

export interface Served {
  requests?: RequestsSeen;
  /**
   * From when on nobody whose resolver keeps to the rules was sent elsewhere than to a cluster that serves: one TTL after the first
   * look, taken when every name server named the receiving cluster, that found it serve. In milliseconds since the epoch. An
   * upper bound: users whose resolver had asked early are served earlier.
   */
  restore?: number;
  /** Why `restore` is not known. */
  because?: string;
}

/**
 * @param ttlSeconds the longest that an answer of the zones may be kept
 * @param hurt users were served by nobody when the run began: an unplanned one. Else there is nothing to restore
 */
export function servedIn(
  looks: readonly LookFromOutside[],
  move: { from: string; to: string; hurt: boolean },
  { withdraw }: Marks,
  ttlSeconds: number,
): Served {
  const led = looks
    .filter(({ cluster, at }) => cluster === (withdraw === undefined || at < withdraw ? move.from : move.to))
    .sort((a, b) => a.at - b.at);
  const since = withdraw === undefined ? undefined : led.find((look) => look.at >= withdraw && isServed(look))?.at;
  return { ...requestsIn(led, since), ...restoreOf(led, move, withdraw, since, ttlSeconds) };
}

function requestsIn(led: readonly LookFromOutside[], since: number | undefined): Pick<Served, 'requests'> {
  const [first, last] = [led[0], led.at(-1)];
  if (first === undefined || last === undefined) return {};
  const sum = (some: readonly LookFromOutside[], what: 'asked' | 'failed') =>
    some.reduce((total, look) => total + look[what], 0);
  const later = since === undefined ? [] : led.filter(({ at }) => at > since);
  return {
    requests: {
      sent: sum(led, 'asked'),
      failed: sum(led, 'failed'),
      ...(later.length === 0 ? {} : { failedAfterRestore: sum(later, 'failed') }),
      looks: led.length,
      from: first.at,
      to: last.at,
    },
  };
}

function restoreOf(
  led: readonly LookFromOutside[],
  { to, hurt }: { to: string; hurt: boolean },
  withdraw: number | undefined,
  since: number | undefined,
  ttlSeconds: number,
): Pick<Served, 'restore' | 'because'> {
  if (!hurt) return { because: 'a planned move: users were served all the time, there was nothing to restore' };
  if (withdraw === undefined) return { because: 'no move was verified on every name server' };
  if (since !== undefined) return { restore: since + ttlSeconds * 1_000 };
  const last = led.filter(({ at }) => at >= withdraw).at(-1);
  if (last === undefined) return { because: 'nobody looked from outside after every name server had the move' };
  return { because: `the last look from outside found ${last.failed} of ${last.asked} services of ${to} fail` };
}

function isServed({ asked, failed }: LookFromOutside): boolean {
  return asked > 0 && (asked - failed) / asked >= SERVED_FRACTION;
}

/** Users who went on asking the old side after its last answer had expired everywhere where the rules are kept. */
export interface Tail {
  /** Left out: `because` says why nobody knows. */
  fraction?: number;
  /** At the old side's balancer, and at both, in the minutes that were counted. */
  requests?: number;
  of?: number;
  seconds?: number;
  /** When it was counted, and when the old side was left alone by all. */
  at?: number;
  goneAt?: number;
  because?: string;
}

/** @param there requests at the receiving side's balancer in the same time; undefined: no datapoint, which is not zero */
export function tailSeen(here: number | undefined, there: number | undefined, seconds: number, at: number): Tail {
  if (here === undefined || there === undefined)
    return {
      at,
      because: `CloudWatch has no count of the ${here === undefined ? 'old' : 'receiving'} side’s requests`,
    };
  const of = here + there;
  return { ...(of === 0 ? {} : { fraction: here / of }), requests: here, of, seconds, at };
}
