/**
 * The situations, in the order in which they are recognised: the first that fits is the name. What makes every other
 * reading worthless comes first (whose zone is this?), then the full loss, then the partial ones, then health.
 * Seeing is not acting: the one column `actsAlone` says where automation may start a failover without a person.
 */
import type { Facts } from '../facts.ts';
import { command } from './commands.ts';
import type { ZoneFace } from './faces.ts';

export const SITUATION_NAMES = [
  'NeverActivated',
  'Disputed',
  'FenceMissing',
  'BothSick',
  'StandbyUnfit',
  'ActiveDead',
  'Suspected',
  'ImplicitFailover',
  'AppsDown',
  'ObserverBlind',
  'ActiveApiDownOnly',
  'Healthy',
] as const;
export type SituationName = (typeof SITUATION_NAMES)[number];

export interface SituationRow {
  /** May automation start a failover in it? */
  actsAlone: boolean;
  pages: boolean;
  /** For people. */
  means: string;
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
    order: 'first: before that word nothing in the zones is ours, so nothing in them can be wrong',
    next: ({ pair, from }, faces) => command.accept(pair.name, standsOn(faces) ?? from),
  },
  Disputed: {
    actsAlone: false,
    pages: true,
    means:
      'Somebody who is not us wrote fences or weights. Automation never changes that back: a person says who is right.',
    order: 'before health: who moves on top of another writer’s records fights them, however dead the cluster is',
    // names on both sides cannot be accepted: somebody has to bring them together first
    next: ({ pair, from }, faces) =>
      isMixed(faces) ? command.repair(pair.name) : command.accept(pair.name, standsOn(faces) ?? from),
  },
  FenceMissing: {
    actsAlone: false,
    pages: true,
    means:
      'A zone has lost its fence although this pair was moved before. Without it a stale writer cannot be refused there.',
    order:
      'before health: without a fence no move can be made safe. After Disputed: a missing fence beside foreign weights is a dispute',
    next: ({ pair }) => command.repair(pair.name),
  },
  BothSick: {
    actsAlone: false,
    pages: true,
    means: 'The active cluster serves nothing and the other one is just as sick. Moving would help nobody.',
    order: 'before ActiveDead: the same votes about the active one, and a target that makes moving pointless',
    next: ({ pair }) => command.status(pair.name),
  },
  StandbyUnfit: {
    actsAlone: false,
    pages: true,
    means: 'The cluster that would have to take over is not fit to.',
    order:
      'before ActiveDead when the active one is dead, before Healthy when it is not: in both cases there is nowhere to go',
    next: ({ pair }) => command.status(pair.name),
  },
  ActiveDead: {
    actsAlone: true,
    pages: true,
    means:
      'The active cluster serves nothing, for long enough and by enough independent observers, and the other one is fit.',
    order: 'before ImplicitFailover: where Route 53 already answers with the standby, moving properly is the cure',
    next: ({ pair, to }) => command.failover(pair.name, to),
  },
  Suspected: {
    actsAlone: false,
    pages: false,
    means: 'The active cluster looks dead, not yet for long enough or not to enough independent observers.',
    order: 'after ActiveDead: the same, unconfirmed',
    next: ({ pair }) => command.status(pair.name),
  },
  ImplicitFailover: {
    actsAlone: false,
    pages: true,
    means:
      'The weights say one cluster and the name servers answer with the other: Route 53 went by target health. No gate was asked, pods may be missing there.',
    order: 'before the partial faults: it is what users see, and it explains most of them',
    next: ({ pair }) => command.doctor(pair.name),
  },
  AppsDown: {
    actsAlone: false,
    pages: true,
    means:
      'Services fail while the canary of the same cluster is well: a release or a dependency, which would fail in the other cluster too.',
    order: 'after the dead: there the canary fails as well',
    next: ({ pair }) => command.status(pair.name),
  },
  ObserverBlind: {
    actsAlone: false,
    pages: true,
    means:
      'Too few observers see anything, or they contradict each other for longer than a suspicion lasts. Either some are blind or both clusters are gone; what cannot be seen is not acted on.',
    order:
      'after every fault that some class names and none contradicts: one that sees is worth more than two that do not',
    next: ({ pair }) => command.doctor(pair.name),
  },
  ActiveApiDownOnly: {
    actsAlone: false,
    pages: true,
    means: 'The Kubernetes API of the active cluster does not answer; users are served. Nothing moves for that.',
    order: 'after everything that users notice, and only when enough classes see that they notice nothing',
    next: ({ pair }) => command.status(pair.name),
  },
  Healthy: {
    actsAlone: false,
    pages: false,
    means: 'Users are served where the zones send them.',
    order: 'last: nothing else was found',
    next: ({ pair }) => command.status(pair.name),
  },
};

/** Does some ring have names on both clusters? */
function isMixed(faces: readonly ZoneFace[]): boolean {
  return faces.some((face) => [...face.rings.values()].includes('mixed'));
}

/** The cluster that every weight of every zone is on, if there is one: what a person would most likely say is true. */
function standsOn(faces: readonly ZoneFace[]): string | undefined {
  const [where, ...others] = new Set(faces.flatMap((face) => [...face.rings.values()]));
  return others.length > 0 || where === 'mixed' || where === 'dark' || where === 'none' ? undefined : where;
}
