/**
 * One look at both clusters, by those who look for themselves at once, and by CloudWatch when they do not see all well. Who
 * cannot be asked, or answers too late, abstains.
 */
import * as z from 'zod/mini';
import type { Spared } from '../../core/ledger/leaving.ts';
import { fails } from '../../core/observe/votes.ts';
import type { Clock } from '../../core/ports.ts';
import { clusterNames, type NamedPair } from '../../core/topology/pair.ts';
import { Seen } from '../gather.ts';
import type { LookInput } from '../look.ts';
import { causeOf } from '../troubles.ts';
import type { LookingClass, World } from '../world.ts';

type Needs = Pick<World, 'observers' | 'clock'>;

/** Beyond the longest answer of an API: what it takes to call a function. */
const CALL_MILLISECONDS = 5_000;
/** Those who look for themselves. The third, `aws`, reads CloudWatch, which takes money for each number it gives. */
const LOOKING: readonly LookingClass[] = ['outside', 'inside'];

/**
 * @param active the cluster whose death would call for a move
 * @param troubles whose observer could not be asked, and why, is added: to abstain is no secret
 * @param spare where users are being counted, because workloads shall stop: nothing of ours is asked for there, or they would
 *   never seem to have gone. But who looks dead is looked at again together with that witness.
 */
export async function look(
  pair: NamedPair,
  active: string,
  spare: Spared | undefined,
  world: Needs,
  troubles: Set<string>,
): Promise<Seen> {
  const seen = await lookOnce(pair, active, spare, world, troubles);
  const looksDead = seen.observations.some(({ cluster, canary }) => cluster === active && fails(canary));
  return spare !== undefined && looksDead
    ? together(seen, await lookOnce(pair, active, undefined, world, troubles))
    : seen;
}

async function lookOnce(
  pair: NamedPair,
  active: string,
  spare: Spared | undefined,
  world: Needs,
  troubles: Set<string>,
): Promise<Seen> {
  const input = { pair: pair.name, ...(spare === undefined ? {} : { spare }) };
  // only the look inside knows how many pods there are
  const asked = (observer: LookingClass) => (observer === 'inside' ? { ...input, count: true } : input);
  const by = (observer: LookingClass) => seenBy(observer, asked(observer), pair, world, troubles);
  const seen = (await Promise.all(LOOKING.map(by))).reduce(together, nothing);
  return isAllWell(pair, active, seen) ? seen : together(seen, await by('aws'));
}

/** Both of those who look saw every user of the active cluster served, and both clusters answer: nothing is left to ask. */
function isAllWell(pair: NamedPair, active: string, { observations }: Seen): boolean {
  return LOOKING.every((observer) =>
    clusterNames(pair).every((cluster) => {
      const seen = observations.find((one) => one.observer === observer && one.cluster === cluster);
      if (seen?.canary !== 'healthy') return false;
      return cluster !== active || (seen.services !== undefined && seen.services.failed === 0);
    }),
  );
}

const nothing: Seen = { observations: [], clusters: {}, nodesMax: {} };

/** What was seen before, and now: all samples, and the newest facts. */
export function together(before: Seen, now: Seen): Seen {
  const counts = now.counts ?? before.counts;
  return {
    ...(counts === undefined ? {} : { counts }),
    observations: [...before.observations, ...now.observations],
    clusters: { ...before.clusters, ...now.clusters },
    nodesMax: { ...before.nodesMax, ...now.nodesMax },
  };
}

async function seenBy(
  observer: LookingClass,
  input: LookInput,
  pair: NamedPair,
  { observers, clock }: Needs,
  troubles: Set<string>,
): Promise<Seen> {
  const longest = 1000 * (pair.probe.apiTimeoutSeconds + pair.probe.timeoutSeconds) + CALL_MILLISECONDS;
  try {
    const answer = await Promise.race([observers.look(observer, input), lateAfter(longest, clock)]);
    const parsed = z.safeParse(Seen, answer);
    if (parsed.success) return parsed.data;
    troubles.add(
      answer === undefined ? `${observer} did not answer in time` : `${observer} answered what nobody knows`,
    );
  } catch (cause) {
    troubles.add(`${observer} could not be asked: ${causeOf(cause)}`);
  }
  return nothing;
}

async function lateAfter(milliseconds: number, clock: Clock): Promise<undefined> {
  await clock.wait(milliseconds);
  return undefined;
}
