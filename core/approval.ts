/**
 * Approvals: a person lets exactly one run do exactly one thing. What is approved is an intent, by its digest; what it
 * releases is the execution that asked. The token that wakes the run stays in the table, and opens nothing by itself: the
 * run reads the approval again, and judges again, before it claims.
 */
import type { Intent } from './intent.ts';
import type { Kind } from './ledger/ledger.ts';
import type { Pair } from './topology/schema.ts';

export type Answer = 'approved' | 'rejected';

export interface Approval {
  pair: string;
  /** The run that asks: its name, its execution. */
  run: string;
  execution: string;
  kind: Kind;
  mode: string;
  /** Who started the run, where a person did. */
  starter?: string;
  intent: Intent;
  /** `intentDigest` of it. */
  digest: string;
  situation: string;
  because: readonly string[];
  reason: string;
  /** Milliseconds since the epoch. */
  askedAt: number;
  expiresAt: number;
  /** Wakes the run. Never printed, never sent on. */
  token: string;
  /** The event was taken by the bus. */
  announced: boolean;
  answer?: { said: Answer; by: string; at: number; reason: string };
  /** The run was woken with the answer. */
  told?: boolean;
  /** The claim that it released. */
  usedBy?: string;
}

export type Answering = { kind: 'write'; next: Approval } | { kind: 'no'; because: string };

const no = (because: string): Answering => ({ kind: 'no', because });

/** Every member but the token: what may be shown. */
export type ApprovalShown = Omit<Approval, 'token'>;

/** Does this kind of run ever wait for a person in this pair? Whoever asks for the approval of others reads no more. */
export function mayNeedApproval(pair: Pick<Pair, 'mode' | 'approvals' | 'drills'>, kind: Kind): boolean {
  if (kind === 'switchover') return pair.approvals.fourEyes;
  const isAsked = kind === 'automatic failover' || kind === 'repair';
  return isAsked && (pair.mode === 'approve' || pair.drills.ageDaysMax !== undefined);
}

export function isWaiting(approval: Pick<Approval, 'answer' | 'expiresAt'>, now: number): boolean {
  return approval.answer === undefined && now < approval.expiresAt;
}

/** There is an answer, or there will be none, and the run has not heard of it. */
export function isUnheard({ answer, told, expiresAt }: Pick<Approval, 'answer' | 'told' | 'expiresAt'>, now: number) {
  return told !== true && (answer !== undefined || now >= expiresAt);
}

/** What a person said becomes of it: once, in time, and by another person than the one who started the run. */
export function answered(
  approval: Approval,
  { said, by, reason, now }: { said: Answer; by: string; reason: string; now: number },
): Answering {
  if (approval.answer !== undefined)
    return no(`${approval.run} was ${approval.answer.said} by ${approval.answer.by} already`);
  if (now >= approval.expiresAt) return no(`${approval.run} waited for an answer until it expired: it was held`);
  if (said === 'approved' && approval.starter === by)
    return no(`${by} started ${approval.run}: another person approves it`);
  return { kind: 'write', next: { ...approval, answer: { said, by, at: now, reason } } };
}

/** Why it does not release this run to do this now; undefined: it does. */
export function whyNotReleased(
  approval: Approval | undefined,
  { run, execution, digest, nonce }: { run: string; execution: string; digest: string | undefined; nonce: string },
): string | undefined {
  if (approval === undefined) return 'nobody was asked yet';
  if (approval.run !== run || approval.execution !== execution) return `the approval is for ${approval.run}`;
  if (approval.answer === undefined) return 'nobody has answered';
  if (approval.answer.said === 'rejected') return `rejected by ${approval.answer.by}: ${approval.answer.reason}`;
  if (approval.usedBy !== undefined && approval.usedBy !== nonce) return 'it was used by another claim';
  if (digest === undefined) return 'what would move could not be read';
  if (approval.digest !== digest)
    return `what would move now (${digest}) is not what was approved (${approval.digest})`;
  return undefined;
}

/** The claim takes it: a second one finds it used. */
export function used(approval: Approval, nonce: string): Answering {
  if (approval.answer?.said !== 'approved') return no(`${approval.run} is not approved`);
  if (approval.usedBy !== undefined && approval.usedBy !== nonce) return no('it was used by another claim');
  return { kind: 'write', next: { ...approval, usedBy: nonce } };
}
