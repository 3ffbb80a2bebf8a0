/** Settings that are each possible and together are not. */
import { type Problem, problem } from '../problem.ts';
import type { Pair } from '../schema.ts';

/**
 * What functions and state machine keep to themselves: a function is ended by Lambda before the task that called it
 * times out, so that the machine always sees the function's own answer. functions/list.ts and statemachines/ use these.
 */
export const functionTimeoutSeconds = 55;
export const taskTimeoutSeconds = 60;

/** Seconds a function keeps for its answer after the work of a task. */
const answerSeconds = 5;
/** Looks that must fit into the time of confirmation: fewer would let one lost packet count for half of the evidence. */
const confirmLooksMin = 3;
/** ExternalDNS writes its records again within one interval (its default); Settle watches at least one TTL and one of them. */
const externalDnsIntervalSeconds = 60;

type At = readonly (string | number)[];

export function timingProblems(timing: Pair['timing'], at: At): Problem[] {
  const here = [...at, 'timing'];
  const found: Problem[] = [];
  const check = (holds: boolean, setting: keyof Pair['timing'], expected: string, because: string) => {
    if (!holds) found.push(problem([...here, setting], JSON.stringify(timing[setting]), expected, because));
  };

  check(
    timing.taskSecondsMax + answerSeconds <= functionTimeoutSeconds,
    'taskSecondsMax',
    `at most ${functionTimeoutSeconds - answerSeconds}`,
    `a function ends after ${functionTimeoutSeconds} s, before its task times out at ${taskTimeoutSeconds} s, and needs ${answerSeconds} s to answer`,
  );
  check(
    timing.cooldownSeconds >= 2 * timing.runSecondsMax,
    'cooldownSeconds',
    `at least ${2 * timing.runSecondsMax}, twice runSecondsMax`,
    'a second automatic move must not start while the first one or its repair may still be running',
  );
  const unplanned =
    timing.confirmSeconds +
    timing.readyWaitSecondsMax +
    timing.evidenceWaitSecondsMax +
    timing.zoneRetrySeconds +
    timing.insyncWaitSecondsMax +
    timing.dnsTtlSecondsMax;
  check(
    timing.runSecondsMax >= unplanned,
    'runSecondsMax',
    `at least ${unplanned}`,
    'a failover may need confirmSeconds + readyWaitSecondsMax + evidenceWaitSecondsMax + zoneRetrySeconds + insyncWaitSecondsMax + dnsTtlSecondsMax',
  );
  const step = timing.insyncWaitSecondsMax + timing.dnsTtlSecondsMax + timing.stepJudgeSeconds;
  const planned = timing.readyWaitSecondsMax + timing.evidenceWaitSecondsMax + timing.stepShares.length * step;
  check(
    timing.runSecondsMax >= planned,
    'runSecondsMax',
    `at least ${planned}`,
    `a switchover may need readyWaitSecondsMax + evidenceWaitSecondsMax + ${timing.stepShares.length} steps of insyncWaitSecondsMax + dnsTtlSecondsMax + stepJudgeSeconds`,
  );
  check(
    timing.readyFractionFloor <= timing.readyFractionWanted,
    'readyFractionFloor',
    `at most ${timing.readyFractionWanted}, readyFractionWanted`,
    'the floor is what is accepted when the wanted fraction did not come',
  );
  check(
    timing.settleSeconds >= timing.dnsTtlSecondsMax + externalDnsIntervalSeconds,
    'settleSeconds',
    `at least ${timing.dnsTtlSecondsMax + externalDnsIntervalSeconds}, dnsTtlSecondsMax + ${externalDnsIntervalSeconds}`,
    'an ExternalDNS that still lives writes within its interval, and its answer lives one TTL',
  );
  check(
    timing.quietSeconds >= timing.dnsTtlSecondsMax,
    'quietSeconds',
    `at least ${timing.dnsTtlSecondsMax}, dnsTtlSecondsMax`,
    'within one TTL a resolver may still send users to the old cluster',
  );
  check(
    timing.tailGraceSeconds >= timing.quietSeconds,
    'tailGraceSeconds',
    `at least ${timing.quietSeconds}, quietSeconds`,
    'a tail is measured over quietSeconds, and cut only after its grace',
  );
  check(
    timing.signalAgeSecondsMax >= timing.confirmSeconds,
    'signalAgeSecondsMax',
    `at least ${timing.confirmSeconds}, confirmSeconds`,
    'a signal must outlive its own confirmation',
  );
  const ascending = timing.stepShares.every(
    (share, index) => index === 0 || share > (timing.stepShares[index - 1] ?? 0),
  );
  check(
    ascending && timing.stepShares.at(-1) === 100,
    'stepShares',
    'ascending shares that end in 100',
    'each step gives the receiving cluster more, and the last one all of it',
  );
  return found;
}

export function probeProblems(probe: Pair['probe'], timing: Pair['timing'] | undefined, at: At): Problem[] {
  const here = [...at, 'probe'];
  const found: Problem[] = [];
  for (const setting of ['timeoutSeconds', 'apiTimeoutSeconds', 'dnsTimeoutSeconds'] as const) {
    if (probe[setting] < probe.intervalSeconds) continue;
    const because = 'a look must be over before the next one starts';
    found.push(
      problem(
        [...here, setting],
        String(probe[setting]),
        `less than ${probe.intervalSeconds}, intervalSeconds`,
        because,
      ),
    );
  }
  const longest = Math.max(probe.timeoutSeconds, probe.apiTimeoutSeconds, probe.dnsTimeoutSeconds);
  if (probe.evidenceAgeSecondsMax < probe.intervalSeconds + longest) {
    found.push(
      problem(
        [...here, 'evidenceAgeSecondsMax'],
        String(probe.evidenceAgeSecondsMax),
        `at least ${probe.intervalSeconds + longest}, intervalSeconds + the longest time-out`,
        'evidence would be too old before the next look can replace it, and every gate would stay closed',
      ),
    );
  }
  if (probe.metricAgeSecondsMax < probe.evidenceAgeSecondsMax) {
    found.push(
      problem(
        [...here, 'metricAgeSecondsMax'],
        String(probe.metricAgeSecondsMax),
        `at least ${probe.evidenceAgeSecondsMax}, evidenceAgeSecondsMax`,
        'CloudWatch is later than a probe, never earlier',
      ),
    );
  }
  if (probe.slowMilliseconds >= probe.timeoutSeconds * 1_000) {
    found.push(
      problem(
        [...here, 'slowMilliseconds'],
        String(probe.slowMilliseconds),
        `less than ${probe.timeoutSeconds * 1_000}, timeoutSeconds`,
        'an answer that slow would be none',
      ),
    );
  }
  if (
    timing !== undefined &&
    timing.evidenceWaitSecondsMax > 0 &&
    timing.evidenceWaitSecondsMax < probe.intervalSeconds
  )
    found.push(
      problem(
        [...at, 'timing', 'evidenceWaitSecondsMax'],
        String(timing.evidenceWaitSecondsMax),
        `0, or at least ${probe.intervalSeconds}, intervalSeconds`,
        'it would be over before the next look',
      ),
    );
  if (timing !== undefined && confirmLooksMin * probe.intervalSeconds > timing.confirmSeconds) {
    found.push(
      problem(
        [...here, 'intervalSeconds'],
        String(probe.intervalSeconds),
        `at most ${Math.floor(timing.confirmSeconds / confirmLooksMin)}, so that ${confirmLooksMin} looks fit into confirmSeconds (${timing.confirmSeconds})`,
        'one lost answer must not decide',
      ),
    );
  }
  return found;
}

export function budgetProblems(route53: Pair['route53'], at: At): Problem[] {
  const bursts = [
    ['requestBurst', 'requestsPerSecond'],
    ['changeBurst', 'changesPerSecond'],
  ] as const;
  return bursts
    .filter(([burst, rate]) => route53[burst] < route53[rate])
    .map(([burst, rate]) =>
      problem(
        [...at, 'route53', burst],
        String(route53[burst]),
        `at least ${route53[rate]}, ${rate}`,
        'a budget that holds less than a second of its own rate can never be spent',
      ),
    );
}

export function objectiveProblems(
  objectives: Pair['objectives'],
  timing: Pair['timing'] | undefined,
  at: At,
): Problem[] {
  const here = [...at, 'objectives'];
  const found: Problem[] = [];
  if (timing !== undefined && objectives.withdrawSecondsMax <= timing.confirmSeconds) {
    found.push(
      problem(
        [...here, 'withdrawSecondsMax'],
        String(objectives.withdrawSecondsMax),
        `more than ${timing.confirmSeconds}, confirmSeconds`,
        'nothing is withdrawn before the fault is confirmed',
      ),
    );
  }
  if (objectives.restoreSecondsMax < objectives.withdrawSecondsMax) {
    found.push(
      problem(
        [...here, 'restoreSecondsMax'],
        String(objectives.restoreSecondsMax),
        `at least ${objectives.withdrawSecondsMax}, withdrawSecondsMax`,
        'users are served again only after the failed cluster is out of the answers',
      ),
    );
  }
  return found;
}
