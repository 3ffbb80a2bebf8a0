/**
 * Names for what is already known to be broken, or to be served and yet not well. None of them decides whether users are
 * served; they say why, as far as the cluster itself can tell. Where it cannot, the plain name stands.
 */
import type { Facts } from '../facts.ts';
import { dataPathsOf } from './data-paths.ts';
import { readyFraction } from './readiness.ts';
import type { SituationName } from './situations.ts';
import { fails, type Vote } from './votes.ts';
import type { Few } from './workloads.ts';

type Named = readonly [SituationName, string];

/** The active cluster is dead for its users and confirmed so: of what? */
export function whatKilledIt(source: readonly Vote[], facts: Facts): Named {
  const { from, source: looked, pair } = facts;
  const inside = source.find((vote) => vote.observer === 'inside' && vote.says !== 'abstains');
  const apiFails = inside?.apiFails === true || fails(looked?.api);
  const follows = apiFails ? undefined : followedFrom(facts);
  if (follows !== undefined) return ['LoadFollows', follows];
  // both the look itself and the facts brought by it: an API that came back in between tells of another time
  if (looked?.api !== 'healthy' || inside === undefined || apiFails) return ['ActiveDead', ''];
  const { stuckPods, creatingPods } = looked;
  const hanging = (creatingPods?.count ?? 0) === 0 ? '' : `${creatingPods?.count} pods hang in ContainerCreating`;
  if (stuckPods !== undefined && stuckPods.count > 0)
    return [
      'CniBroken',
      `the API of ${from} is well and ${withoutNetwork(stuckPods)}${hanging === '' ? '' : `; ${hanging}`}`,
    ];
  const { ready, wanted } = readyFraction(looked.workloads);
  if (wanted > 0 && ready / wanted >= pair.timing.readyFractionWanted)
    return [
      'IngressDown',
      `the API of ${from} is well and ${ready} of ${wanted} pods are ready, but no request gets there`,
    ];
  return ['ActiveDead', hanging];
}

/** One STS answers for both, and one role asks: a cluster whose neighbour does not know us either has not lost us. */
export function neitherKnowsUs({ source, target }: Pick<Facts, 'source' | 'target'>): string | undefined {
  return source?.api === 'unauthorized' && target?.api === 'unauthorized'
    ? 'both clusters answer 401 or 403: that is STS, our role or our rights, no dead cluster'
    : undefined;
}

export function withoutNetwork({ count, some }: Few): string {
  return `${count} pods get no network (FailedCreatePodSandBox): ${some.join(', ')}`;
}

/** The cluster that automation moved to a short while ago fails as the one before: the load, or what it brings, came along. */
function followedFrom({ ledger, now, pair, from }: Facts): string | undefined {
  const last = ledger?.lastAutomaticMove;
  if (last === undefined || now - last.at >= pair.timing.cooldownSeconds * 1_000) return undefined;
  const seconds = Math.round((now - last.at) / 1_000);
  return `automation moved to ${from} ${seconds} s ago (epoch ${last.epoch}), and it fails as the other did without losing its API`;
}

/** Users are served by the active cluster. What is wrong all the same, the worst first? */
export function partialFault(source: readonly Vote[], facts: Facts): Named | undefined {
  const { from, source: looked } = facts;
  const unwritable = dataPathsOf('source', facts).filter(({ health }) => health === 'unhealthy');
  if (unwritable.length > 0)
    return [
      'DataNotWritable',
      `${from} serves, and ${unwritable.map(({ datastore, evidence }) => `${datastore}: ${evidence}`).join('; ')}`,
    ];
  const apiDown = source.filter((vote) => vote.says === 'api down');
  if (apiDown.length > 0) return ['ActiveApiDownOnly', because(apiDown)];
  const zones = looked?.nodes.zones ?? [];
  const gone = zones.filter(({ ready, total }) => ready === 0 && total >= ZONE_NODES_MIN);
  if (gone.length > 0 && gone.length < zones.length)
    return [
      'ZoneImpaired',
      `${gone.map(({ zone, total }) => `0 of ${total} nodes of ${zone} are ready`).join('; ')}; the other zones of ${from} serve`,
    ];
  const slow = source.filter((vote) => vote.brownout !== undefined);
  if (slow.length > 0)
    return ['Brownout', slow.map((vote) => `${vote.observer}: ${vote.brownout} (${from})`).join('; ')];
  return undefined;
}

/** One node of a zone that is not ready is a node that is being replaced. */
const ZONE_NODES_MIN = 2;

function because(votes: readonly Vote[]): string {
  return votes.map((vote) => vote.because).join('; ');
}
