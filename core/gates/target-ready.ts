import type { Facts, TargetFacts } from '../facts.ts';
import { neitherKnowsUs, withoutNetwork } from '../observe/causes.ts';
import { command } from '../observe/commands.ts';
import { readyFraction } from '../observe/readiness.ts';
import type { Situation } from '../observe/situation.ts';
import type { Platform } from '../ports.ts';
import { stepSharesOf } from '../topology/pair.ts';
import type { Gate } from './gate.ts';
import { isUnplanned, moves } from './move.ts';

type Found = readonly [Gate['state'], string];

/**
 * The receiving cluster is fit. Before the claim its pods sleep, so only what is always awake is asked: API, canary,
 * nodes. After the fence the pods must be ready, as a fraction of what is wanted: "something is ready" proved too little.
 */
export function targetReady(facts: Facts, situation: Situation): Gate {
  const beside = facts.stage === 'after fence' ? [serving(facts, situation)] : platformFound(facts, situation);
  const asked = [awake(facts, situation), ...beside];
  const state = (['unknown', 'closed', 'open'] as const).find((one) => asked.some(([found]) => found === one));
  return {
    name: 'TargetReady',
    state: state ?? 'unknown',
    because: asked.map(([, because]) => because).join('; '),
    opensWhen: `${facts.to} has its API, its canary${facts.stage === 'after fence' ? ', its nodes and its pods' : ' and its nodes'} ready; \`${command.status(facts.pair.name)}\` shows which are not`,
    applies: facts.stage,
    overridable: 'person',
  };
}

function awake(facts: Facts, { target: votes }: Situation): Found {
  const target = facts.target?.cluster === facts.to ? facts.target : undefined;
  if (target === undefined) return ['unknown', `nobody could look into ${facts.to}`];
  const age = Math.abs(facts.now - target.at) / 1_000;
  const { evidenceAgeSecondsMax } = facts.pair.probe;
  if (age > evidenceAgeSecondsMax)
    return [
      'unknown',
      `what is known of ${facts.to} is ${Math.round(age)} s old, at most ${evidenceAgeSecondsMax} s count`,
    ];
  // whoever sees neither cluster abstains; of those who see, all must find the canary well
  const looked = votes.filter((vote) => vote.says !== 'abstains');
  const well = looked.filter((vote) => vote.canary === 'works');
  const { ready, wanted } = target.nodes;
  const nodesMin = Math.max(1, Math.ceil(wanted * nodeFraction(facts)));
  const why = target.apiBecause === undefined ? '' : ` (${target.apiBecause})`;
  const because = `API of ${facts.to} ${target.api}${why}, canary works for ${well.length} of ${looked.length} classes, ${ready} of ${wanted} nodes ready, ${nodesMin} needed`;
  const strange = neitherKnowsUs(facts);
  if (strange !== undefined) return ['unknown', `${because}; ${strange}`];
  if (looked.length === 0 || target.api === 'unknown' || target.api === 'unauthorized') return ['unknown', because];
  const fit = target.api === 'healthy' && well.length === looked.length && ready >= nodesMin;
  return [fit ? 'open' : 'closed', because];
}

/**
 * Nodes are Ready while a CNI is half replaced, and the canary that runs already needs no new address: pods that start would. An
 * unplanned move does not ask; the pods themselves will say it.
 */
function platformFound(facts: Facts, situation: Situation): Found[] {
  const { target, to } = facts;
  if (isUnplanned(facts) || facts.kind === 'repair' || target?.cluster !== to || target.api !== 'healthy') return [];
  const { platform, stuckPods, refusesToWake } = target;
  if (platform === undefined || stuckPods === undefined || refusesToWake === undefined)
    return [['unknown', `nobody could look at the CNI, the DNS, the webhooks and the stuck pods of ${to}`]];
  const broken = [...platformBroken(platform, nodeFraction(facts)), ...refusesToWake.some];
  if (stuckPods.count > 0) broken.push(withoutNetwork(stuckPods));
  const complaint = situation.target.find((vote) => vote.canaryBecause !== undefined)?.canaryBecause;
  if (complaint !== undefined) broken.push(`the canary of ${to} ${complaint}`);
  return broken.length === 0 ? [] : [['closed', broken.join('; ')]];
}

/** A sentence for each part of the platform that would fail pods that start. */
export function platformBroken({ cni, cniMissing, dns }: Platform, fraction: number): string[] {
  return [
    ...(cniMissing === undefined
      ? []
      : [`there is no DaemonSet ${cniMissing}: \`cni\` in throwover.yaml says where it is`]),
    ...(cni !== undefined && cni.updated < cni.wanted
      ? [`${cni.name} is being replaced: ${cni.updated} of ${cni.wanted} nodes have the new one`]
      : []),
    ...(cni !== undefined && cni.ready < Math.ceil(cni.wanted * fraction)
      ? [`${cni.name} is ready on ${cni.ready} of ${cni.wanted} nodes`]
      : []),
    ...(dns !== undefined && dns.wanted > 0 && dns.ready === 0 ? [`0 of ${dns.wanted} pods of CoreDNS are ready`] : []),
  ];
}

/** Nodes that are not ready will not take pods; how many may be missing is the same as for the pods. */
function nodeFraction(facts: Facts): number {
  const { timing } = facts.pair;
  return isUnplanned(facts) ? timing.readyFractionFloor : timing.readyFractionWanted;
}

function serving(facts: Facts, situation: Situation): Found {
  const moving = movingWorkloads(facts.target, facts);
  const { ready, wanted } = readyFraction(moving);
  const seconds = Math.round((facts.now - (facts.preparedSince ?? facts.now)) / 1_000);
  const needed = fractionNeeded(facts);
  const pods = `${ready} of ${wanted} pods of ${facts.to} ready, ${Math.round(needed * 100)} % needed after ${seconds} s`;
  if (wanted === 0) return ['closed', `0 pods wanted on ${facts.to}: nothing that is ready proves nothing`];
  if (ready / wanted < needed) return ['closed', pods];
  const [asleep] = isUnplanned(facts) ? [] : moving.flatMap((ring) => ring.asleep.some);
  if (asleep !== undefined) return ['closed', `${pods}; none of ${asleep}`];
  // the pods of a ring that stays asleep here cannot answer, so only a move of every ring can be judged by the users' path
  const looked = situation.target.filter((vote) => vote.userPath !== 'not looked at');
  if (facts.ring === undefined && looked.length > 0 && looked.every((vote) => vote.userPath === 'fails'))
    return ['closed', `${pods}; its users’ path fails for all ${looked.length} classes that looked`];
  return ['open', pods];
}

function movingWorkloads(target: TargetFacts | undefined, facts: Facts) {
  return (target?.workloads ?? []).filter(({ ring }) => moves(ring, facts));
}

/** A planned move never gives away a share of the traffic that is larger than what is ready. Less is accepted only when users are served by nobody and waiting has not helped. */
function fractionNeeded(facts: Facts): number {
  const { timing } = facts.pair;
  const waited = facts.now - (facts.preparedSince ?? facts.now) >= timing.readyWaitSecondsMax * 1_000;
  if (isUnplanned(facts)) return waited ? timing.readyFractionFloor : timing.readyFractionWanted;
  const [first = 100] = stepSharesOf(facts.pair, facts.ring);
  return Math.max(timing.readyFractionWanted, first / 100);
}
