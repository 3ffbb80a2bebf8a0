/**
 * Every gate, in the order in which a person reads them at night: is it true, can the other one take it, would users
 * arrive there, and may we. A new gate is a file here and a line below.
 */
import { approved } from './approved.ts';
import { calendar } from './calendar.ts';
import { capacity } from './capacity.ts';
import { clustersAgree } from './clusters-agree.ts';
import { cooldown } from './cooldown.ts';
import { dataPathWorks } from './data-path-works.ts';
import { dnsFit } from './dns-fit.ts';
import { drillIsFresh } from './drill-is-fresh.ts';
import { enoughObservers } from './enough-observers.ts';
import { everyZoneFenced } from './every-zone-fenced.ts';
import { exclusiveWork } from './exclusive-work.ts';
import { facesAgree } from './faces-agree.ts';
import { freshEvidence } from './fresh-evidence.ts';
import type { GateQuestion } from './gate.ts';
import { noChangeUnderWay } from './no-change-under-way.ts';
import { noHolder } from './no-holder.ts';
import { notPaused } from './not-paused.ts';
import { policy } from './policy.ts';
import { targetCertificates } from './target-certificates.ts';
import { targetReady } from './target-ready.ts';
import { userPathAndCanaryFail } from './user-path-and-canary-fail.ts';

export const allGates: readonly GateQuestion[] = [
  freshEvidence,
  enoughObservers,
  userPathAndCanaryFail,
  targetReady,
  capacity,
  dataPathWorks,
  targetCertificates,
  clustersAgree,
  noChangeUnderWay,
  exclusiveWork,
  dnsFit,
  facesAgree,
  everyZoneFenced,
  noHolder,
  notPaused,
  cooldown,
  calendar,
  policy,
  drillIsFresh,
  approved,
];

/** Gates that one person's answer opens, for this run. */
export const APPROVAL_GATES: readonly string[] = ['DrillIsFresh', 'Approved'];

/** Gates that keep a move back which is right in itself: without them it would happen now. */
export const BLOCKS: readonly string[] = ['NoHolder', 'NotPaused', 'Cooldown', 'Calendar', 'Policy', ...APPROVAL_GATES];

/** What they are called, so that a name that none has is refused before anything is read. */
export const GATE_NAMES: readonly string[] = [
  'FreshEvidence',
  'EnoughObservers',
  'UserPathAndCanaryFail',
  'TargetReady',
  'Capacity',
  'DataPathWorks',
  'TargetCertificates',
  'ClustersAgree',
  'NoChangeUnderWay',
  'ExclusiveWork',
  'DnsFit',
  'FacesAgree',
  'EveryZoneFenced',
  'NoHolder',
  'NotPaused',
  'Cooldown',
  'Calendar',
  'Policy',
  'DrillIsFresh',
  'Approved',
];

/** A sentence about names that no gate has; undefined when each has one. */
export function unknownGates(names: readonly string[]): string | undefined {
  const unknown = names.filter((name) => !GATE_NAMES.includes(name));
  return unknown.length === 0 ? undefined : `there is no gate ${unknown.join(', ')}; known: ${GATE_NAMES.join(', ')}`;
}

/** Gates that time and more looking may open by themselves. */
export const EVIDENCE_GATES: readonly string[] = ['FreshEvidence', 'EnoughObservers', 'UserPathAndCanaryFail'];
