/**
 * The one name for everything that was seen. Total and pure: any facts have a situation, the same facts the same one.
 * The names, their order and the reason for it stand in `situations.ts`; this file says what each is recognised by.
 */
import type { Facts } from '../facts.ts';
import { neitherKnowsUs, partialFault, whatKilledIt } from './causes.ts';
import { traitsOf } from './classes.ts';
import { dataPathsByMetric } from './data-paths.ts';
import { type ZoneFace, zoneFaces } from './faces.ts';
import { readyFraction } from './readiness.ts';
import type { SituationName } from './situations.ts';
import { fails, independent, seeingUsersServed, type Vote, votesAbout } from './votes.ts';

export { SITUATIONS, type SituationName } from './situations.ts';

export interface Situation {
  name: SituationName;
  /** What was seen, with numbers. The sentence for people about the name itself is `SITUATIONS[name].means`. */
  because: string;
  /** One per class, about the cluster that has the traffic. */
  source: readonly Vote[];
  /** One per class, about the cluster that shall receive it. */
  target: readonly Vote[];
  /** One per zone of the topology. */
  faces: readonly ZoneFace[];
  /** With `Suspected`: when it could be confirmed at the earliest, in milliseconds since the epoch. */
  confirmedAt?: number;
}

export function situationOf(facts: Facts): Situation {
  const source = votesAbout(facts.from, facts.to, 'the other cluster', facts);
  const target = votesAbout(facts.to, facts.from, 'either cluster', facts);
  const faces = zoneFaces(facts);
  const [name, because, confirmedAt] = written(faces, facts) ?? seen(source, target, faces, facts);
  return { name, because, source, target, faces, ...(confirmedAt === undefined ? {} : { confirmedAt }) };
}

type Named = readonly [SituationName, string, number?];

/** What the zones and the ledger say, before anybody asks how a cluster feels. */
function written(faces: readonly ZoneFace[], { ledger, pair }: Facts): Named | undefined {
  const foreign = faces.filter((face) => face.state === 'foreign fence' || face.state === 'foreign weights');
  const fenced = faces.filter((face) => face.fence !== undefined);
  const without = faces.filter((face) => face.state === 'no fence');
  const epoch = ledger?.epoch ?? 0;
  if (epoch === 0 && ledger !== undefined && without.length > 0 && fenced.length === 0 && foreign.length === 0)
    return ['NeverActivated', `no fence in ${without.map((face) => face.zone).join(', ')}, ledger at epoch 0`];
  if (foreign.length > 0) return ['Disputed', foreign.map((face) => face.because).join('; ')];
  const [first] = fenced;
  if (ledger !== undefined && epoch === 0 && first !== undefined)
    return [
      'Disputed',
      `the ledger of ${pair.name} is at epoch 0, the fence of ${first.zone} at ${first.fence?.epoch}`,
    ];
  if (without.length > 0)
    return [
      'FenceMissing',
      `${without.map((face) => face.because).join('; ')}, ledger at epoch ${ledger?.epoch ?? 'unknown'}`,
    ];
  return undefined;
}

/** What observers and name servers say. */
function seen(source: readonly Vote[], target: readonly Vote[], faces: readonly ZoneFace[], facts: Facts): Named {
  const { from, to, pair } = facts;
  const saying = (says: Vote['says']) => source.filter((vote) => vote.says === says);
  const dead = saying('dead');
  const enough = pair.probe.unhealthyClassesMin;
  if (independent(dead) >= enough) {
    const sick = targetSickness(target, facts);
    if (sick?.bySight) return ['BothSick', `${told(dead)}; ${sick.because}`];
    if (isConfirmed(source, facts)) {
      if (sick !== undefined) return ['StandbyUnfit', `${told(dead)}; ${sick.because}`];
      const [name, cause] = whatKilledIt(source, facts);
      return [name, `${told(dead)} for ${deadSeconds(dead)} s${cause === '' ? '' : `; ${cause}`}`];
    }
  }
  const confirmedAt = earliestConfirmation(dead, facts);
  if (confirmedAt !== undefined) return ['Suspected', told(dead), confirmedAt];

  const against = faces.flatMap((face) => face.against);
  const [first] = against;
  if (first !== undefined)
    return [
      'ImplicitFailover',
      `${against.length} names answer against their weights, ${first.name} first: weights ${first.weights}, answers ${first.answers}`,
    ];
  const lost = nowhereToBeFound(source);
  if (lost !== undefined) return ['SharedDependencyDown', lost];
  const failing = saying('apps down');
  if (failing.length > 0) {
    const shared = failsThereToo(target, facts);
    return shared === undefined ? ['AppsDown', told(failing)] : ['SharedDependencyDown', `${told(failing)}; ${shared}`];
  }
  const voting = source.filter((vote) => vote.says !== 'abstains');
  const well = saying('well').concat(saying('api down'));
  if (dead.length > 0) {
    // a probe that finds dead what enough others find served has lost its way; a count of hosts has not
    const astray = dead.every((vote) => vote.looksItself) && well.every((vote) => vote.canary === 'works');
    return astray && independent(well) >= enough
      ? ['ProbePathBroken', `${told(dead)}, but ${told(well)}`]
      : ['ObserverBlind', `the classes differ about ${from}: ${told(source)}`];
  }
  if (independent(voting) < enough)
    return [
      'ObserverBlind',
      `${voting.length} of ${source.length} classes see ${from}, ${enough} needed: ${told(saying('abstains'))}`,
    ];
  const cutOff = source.filter((vote) => vote.reachesNothing);
  if (cutOff.length > 0) return ['ProbePathBroken', `${told(cutOff)}; ${voting.length} others see ${from} serve`];
  const strange = neitherKnowsUs(facts);
  if (strange !== undefined) return ['ProbePathBroken', `${strange}; ${voting.length} classes see ${from} serve`];
  const partial = partialFault(source, facts);
  if (partial !== undefined) return partial;
  const sick = targetSickness(target, facts);
  if (sick !== undefined) return ['StandbyUnfit', `${from} is well; ${sick.because}`];
  return ['Healthy', `${voting.length} of ${source.length} classes see ${from} well, ${to} is not known to be unfit`];
}

/**
 * Enough independent classes saw it dead for `confirmSeconds`, one of them looked at the users' path itself (a canary and
 * healthy hosts alone say that something is broken, not that users are), and none sees users served. After the fence it
 * was confirmed already, and the look that follows has no unbroken span before it: there it must only still be so.
 */
export function isConfirmed(source: readonly Vote[], facts: Facts): boolean {
  const { pair, stage } = facts;
  const dead = source.filter((vote) => vote.says === 'dead' && (stage === 'after fence' || vote.confirmed));
  return (
    independent(dead) >= pair.probe.unhealthyClassesMin &&
    dead.some((vote) => vote.looksItself && vote.userPath === 'fails') &&
    seeingUsersServed(source, facts).length === 0
  );
}

/**
 * When waiting could confirm it. A class that joins late is waited for as long as evidence may be old beyond the span of
 * the first; after that the classes simply differ, and looking on would never end.
 */
function earliestConfirmation(dead: readonly Vote[], { now, pair, stage }: Facts): number | undefined {
  const span = pair.timing.confirmSeconds * 1_000;
  const spans = dead.map((vote) => (vote.deadSince ?? now) + span).sort((a, b) => a - b);
  const [first] = spans;
  if (first === undefined || stage === 'after fence') return undefined;
  const last = spans[pair.probe.unhealthyClassesMin - 1];
  if (last !== undefined && last > now) return last;
  // enough of them, and one has not shown its next sample yet: CloudWatch's next minute comes late
  const enough = independent(dead) >= pair.probe.unhealthyClassesMin;
  const ages = dead.map((vote) => (enough && !vote.confirmed ? traitsOf(vote.observer, pair).ageSecondsMax : 0));
  const patience = first + Math.max(pair.probe.evidenceAgeSecondsMax, ...ages) * 1_000;
  return patience > now ? Math.max(last ?? now + span, now + pair.probe.intervalSeconds * 1_000) : undefined;
}

/** No public resolver leads users to either cluster: it is not a cluster that fails. */
function nowhereToBeFound(source: readonly Vote[]): string | undefined {
  return source.find((vote) => vote.leads === 'nowhere')?.because;
}

/**
 * The other cluster fails in the same way: its canary is well, and services fail although their pods are ready, or a
 * datastore that its metrics tell of is down for it too. A standby that sleeps fails its services as well, and proves nothing.
 */
function failsThereToo(target: readonly Vote[], { observations, target: looked, pair, from, to }: Facts) {
  const failing = target.filter((vote) => vote.says === 'apps down');
  const { ready, wanted } = readyFraction(looked?.workloads ?? []);
  if (failing.length > 0 && wanted > 0 && ready / wanted >= pair.timing.readyFractionFloor)
    return `${told(failing)}, with ${ready} of ${wanted} pods of ${to} ready`;
  const down = (cluster: string) => dataPathsByMetric(observations, cluster).filter(({ health }) => fails(health));
  const there = new Set(down(to).map(({ datastore }) => datastore));
  const both = down(from).filter(({ datastore }) => there.has(datastore));
  return both.length === 0
    ? undefined
    : `both clusters: ${both.map(({ datastore, evidence }) => `${datastore} ${evidence}`).join('; ')}`;
}

/** Why the target could not take over; `bySight` when the observers themselves see it fail and none sees it well. */
function targetSickness(target: readonly Vote[], { target: looked, to }: Facts) {
  const sick = target.filter((vote) => vote.says === 'dead');
  if (sick.length > 0)
    return { bySight: target.every((vote) => vote.says === 'dead' || vote.canary !== 'works'), because: told(sick) };
  if (fails(looked?.api)) return { bySight: false, because: `the Kubernetes API of ${to} is ${looked?.api}` };
  if (looked?.api === 'healthy' && looked.nodes.ready === 0)
    return { bySight: false, because: `0 of ${looked.nodes.wanted} nodes of ${to} are ready` };
  return undefined;
}

function deadSeconds(dead: readonly Vote[]): number {
  const spans = dead.map((vote) => ((vote.at ?? 0) - (vote.deadSince ?? vote.at ?? 0)) / 1_000);
  return Math.round(Math.max(0, ...spans));
}

function told(votes: readonly Vote[]): string {
  return votes.map((vote) => vote.because).join('; ');
}
