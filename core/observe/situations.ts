/**
 * The situations, in the order in which they are recognised: the first that fits is the name. What makes every other
 * reading worthless comes first (whose zone is this?), then the full loss, then the partial ones, then health.
 * Seeing is not acting: the one column `actsAlone` says where automation may start a failover without a person.
 */
import type { Facts } from '../facts.ts';
import { command } from './commands.ts';
import { isMixed, standsOn, type ZoneFace } from './faces.ts';

export const SITUATION_NAMES = [
  'NeverActivated',
  'Disputed',
  'FenceMissing',
  'BothSick',
  'StandbyUnfit',
  'LoadFollows',
  'CniBroken',
  'IngressDown',
  'ActiveDead',
  'Suspected',
  'ImplicitFailover',
  'SharedDependencyDown',
  'AppsDown',
  'ObserverBlind',
  'ProbePathBroken',
  'DataNotWritable',
  'ActiveApiDownOnly',
  'ZoneImpaired',
  'Brownout',
  'Healthy',
] as const;
export type SituationName = (typeof SITUATION_NAMES)[number];

export interface SituationRow {
  /** May automation start a failover in it? */
  actsAlone: boolean;
  pages: boolean;
  /** For people. */
  means: string;
  /** What it is recognised by, and what is most often behind it. */
  cause: string;
  /** Why it is asked for at this place in the order. */
  order: string;
  /** The next command to type. */
  next(facts: Facts, faces: readonly ZoneFace[]): string;
}

export const SITUATIONS: Readonly<Record<SituationName, SituationRow>> = {
  NeverActivated: {
    actsAlone: false,
    pages: false,
    means:
      'This pair was never activated: no zone has a fence and the ledger is at epoch 0. A person says once who is active.',
    cause: 'A new pair.',
    order: 'first: before that word nothing in the zones is ours, so nothing in them can be wrong',
    next: ({ pair, from }, faces) => command.accept(pair.name, standsOn(faces) ?? from),
  },
  Disputed: {
    actsAlone: false,
    pages: true,
    means:
      'Somebody who is not us wrote fences or weights. Automation never changes that back: a person says who is right.',
    cause:
      'Weights where the fence does not say, a fence of another ledger or one that cannot be read: the console, another tool, an ExternalDNS with other settings, a ledger that was lost.',
    order: 'before health: who moves on top of another writer’s records fights them, however dead the cluster is',
    next: ({ pair, from }, faces) =>
      isMixed(faces) ? command.repair(pair.name) : command.accept(pair.name, standsOn(faces) ?? from),
  },
  FenceMissing: {
    actsAlone: false,
    pages: true,
    means:
      'A zone has lost its fence although this pair was moved before. Without it a stale writer cannot be refused there.',
    cause: 'The TXT was deleted, or the zone was made anew.',
    order:
      'before health: without a fence no move can be made safe. After Disputed: a missing fence beside foreign weights is a dispute',
    next: ({ pair }) => command.repair(pair.name),
  },
  BothSick: {
    actsAlone: false,
    pages: true,
    means: 'The active cluster serves nothing and the other one is just as sick. Moving would help nobody.',
    cause: 'Enough classes see both clusters fail: what they share, such as a release, the same upgrade, a region.',
    order: 'before ActiveDead: the same votes about the active one, and a target that makes moving pointless',
    next: ({ pair }) => command.status(pair.name),
  },
  StandbyUnfit: {
    actsAlone: false,
    pages: true,
    means: 'The cluster that would have to take over is not fit to.',
    cause: 'Its canary fails, its API does not answer, or it has no ready node.',
    order:
      'before ActiveDead when the active one is dead, before Healthy when it is not: in both cases there is nowhere to go',
    next: ({ pair }) => command.status(pair.name),
  },
  LoadFollows: {
    actsAlone: false,
    pages: true,
    means:
      'Automation moved here a short while ago, and this cluster now fails as the one before did. Moving back would only carry the load along.',
    cause:
      'Dead for its users within `cooldownSeconds` of an automatic move, and its API is not known to be down: load that no single cluster bears, a poisonous request, a client that retries without end.',
    order: 'before every name of a dead cluster that may be left: whoever leaves it now starts to flap',
    next: ({ pair, to }) => command.preview(pair.name, to),
  },
  CniBroken: {
    actsAlone: true,
    pages: true,
    means:
      'The active cluster serves nothing: its API is well, but its pods have no network. The other one is fit. It is left like one that is dead.',
    cause:
      'Canary and services fail through the ingress, and pods get no sandbox (FailedCreatePodSandBox) and hang in ContainerCreating: an upgrade of the CNI, subnets without addresses, rules that were removed from the nodes. What watches the API alone calls this cluster healthy.',
    order: 'before ActiveDead: the same votes, with a cause that the cluster itself names',
    next: ({ pair, to }) => command.failover(pair.name, to),
  },
  IngressDown: {
    actsAlone: true,
    pages: true,
    means:
      'The active cluster serves nothing: its API is well and its pods are ready, but no request reaches them. The other one is fit. It is left like one that is dead.',
    cause:
      'Canary and services fail through the ingress while the pods behind it are ready: the ingress controller, its load balancer or its targets, a certificate it does not load.',
    order: 'before ActiveDead: the same votes, with a cause that the cluster itself names',
    next: ({ pair, to }) => command.failover(pair.name, to),
  },
  ActiveDead: {
    actsAlone: true,
    pages: true,
    means:
      'The active cluster serves nothing, for long enough and by enough independent observers, and the other one is fit.',
    cause: 'Its canary and at least `deadServicesFraction` of the services fail through its own load balancer.',
    order: 'before ImplicitFailover: where Route 53 already answers with the standby, moving properly is the cure',
    next: ({ pair, to }) => command.failover(pair.name, to),
  },
  Suspected: {
    actsAlone: false,
    pages: false,
    means: 'The active cluster looks dead, not yet for long enough or not to enough independent observers.',
    cause: 'The same as of the dead ones, for less than `confirmSeconds`: most often a partition that ends by itself.',
    order: 'after ActiveDead: the same, unconfirmed',
    next: ({ pair }) => command.status(pair.name),
  },
  ImplicitFailover: {
    actsAlone: false,
    pages: true,
    means:
      'The weights say one cluster and the name servers answer with the other: Route 53 went by target health. No gate was asked, pods may be missing there.',
    cause: 'Aliases with EvaluateTargetHealth, and a load balancer without a healthy target.',
    order: 'before the partial faults: it is what users see, and it explains most of them',
    next: ({ pair }) => command.doctor(pair.name),
  },
  SharedDependencyDown: {
    actsAlone: false,
    pages: true,
    means: 'Both clusters fail their users in the same way. Failing over would not help.',
    cause:
      'Services fail in both although their canaries are well and the pods of both are ready, a datastore is down for both, or no public resolver finds either: a release in both, a database, a provider, the domain itself.',
    order: 'before AppsDown: the same, and known to wait in the other cluster too',
    next: ({ pair }) => command.status(pair.name),
  },
  AppsDown: {
    actsAlone: false,
    pages: true,
    means:
      'Services fail while the canary of the same cluster is well: a release or a dependency, which would fail in the other cluster too.',
    cause: 'At least `deadServicesFraction` of the services fail beside a canary that answers.',
    order: 'after the dead: there the canary fails as well',
    next: ({ pair }) => command.status(pair.name),
  },
  ObserverBlind: {
    actsAlone: false,
    pages: true,
    means:
      'Too few observers see anything, or they contradict each other for longer than a suspicion lasts. Either some are blind or both clusters are gone; what cannot be seen is not acted on.',
    cause: 'Functions that fail, STS, a VPC without a way out, CloudWatch; or a loss of both clusters.',
    order:
      'after every fault that some class names and none contradicts: one that sees is worth more than two that do not',
    next: ({ pair }) => command.doctor(pair.name),
  },
  ProbePathBroken: {
    actsAlone: false,
    pages: true,
    means:
      'One observer has lost its way: it reaches nothing, or finds dead what enough others find served. Users are served; one eye is missing.',
    cause:
      'A NAT, a route, a security group or an allow-list between one observer and the load balancers. Or both Kubernetes APIs answer 401 or 403: that is STS, our role or its rights, never two clusters at once.',
    order: 'after ObserverBlind: here enough others see that users are served',
    next: ({ pair }) => command.doctor(pair.name),
  },
  DataNotWritable: {
    actsAlone: false,
    pages: true,
    means: 'Users are served, but a datastore cannot be read and written from the active cluster. Data is never moved.',
    cause: 'The check of a datastore answers, and says no: a failover of the database, a full disk, a lost grant.',
    order: 'the first of the faults beside which users are served: what they write is lost',
    next: ({ pair }) => command.status(pair.name),
  },
  ActiveApiDownOnly: {
    actsAlone: false,
    pages: true,
    means: 'The Kubernetes API of the active cluster does not answer; users are served. Nothing moves for that.',
    cause: 'The control plane, its endpoint, or the way to it. Pods go on, nothing is repaired or scaled.',
    order: 'after everything that users notice, and only when enough classes see that they notice nothing',
    next: ({ pair }) => command.status(pair.name),
  },
  ZoneImpaired: {
    actsAlone: false,
    pages: true,
    means:
      'A zone of the active cluster has no ready node, and the other zones serve. A zonal shift takes the load balancer out of that zone; moving everybody is the larger operation.',
    cause: 'A fault of one availability zone: at least two nodes in it, none of them ready.',
    order: 'before Brownout: it explains one',
    next: ({ pair }) => command.status(pair.name),
  },
  Brownout: {
    actsAlone: false,
    pages: true,
    means:
      'The active cluster serves, but slowly beside the other one or against what was usual, or not every service.',
    cause:
      'In every fresh sample some services fail, or answers take `slowMilliseconds` and `slowFactor` times as long as the other cluster’s, or, over five looks of the watch, as was usual for half a day: load, a neighbour, a gray failure of a zone or a dependency.',
    order: 'after the faults that explain it',
    next: ({ pair }) => command.status(pair.name),
  },
  Healthy: {
    actsAlone: false,
    pages: false,
    means: 'Users are served where the zones send them.',
    cause: 'Nothing was found.',
    order: 'last: nothing else was found',
    next: ({ pair }) => command.status(pair.name),
  },
};
