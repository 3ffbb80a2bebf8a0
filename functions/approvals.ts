/** Approvals in the table: one item for each run that asked, replaced only as it was read. */
import { type Answering, type Approval, isUnheard, isWaiting, mayNeedApproval } from '../core/approval.ts';
import type { NamedPair } from '../core/topology/pair.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'notes'>;

const PREFIX = 'approval#';
const TRIES = 5;
const MINUTE_MILLISECONDS = 60_000;
const HOUR_MILLISECONDS = 3_600_000;
/** What was asked and answered can be read for this long. */
export const KEPT_MILLISECONDS = 400 * 86_400_000;

export async function approvalOf(pair: string, run: string, { notes }: Needs): Promise<Approval | undefined> {
  return (await notes.read(pair, keyOf(run)))?.item as Approval | undefined;
}

/** Every approval that was asked for, in no order of time. */
export async function approvalsOf(pair: string, { notes }: Needs): Promise<Approval[]> {
  return (await notes.list(pair, PREFIX)).map(({ item }) => item as unknown as Approval);
}

/** Is there anything that the watch has to have tended? Where nobody is ever asked, nothing is read for it. */
export async function somethingWaits(pair: NamedPair, world: Needs & Pick<World, 'clock'>): Promise<boolean> {
  if (!mayNeedApproval(pair, 'automatic failover') && !mayNeedApproval(pair, 'switchover')) return false;
  const now = world.clock.now();
  // how old the last drill is changes slowly: once an hour
  if (pair.drills.ageDaysMax !== undefined && now % HOUR_MILLISECONDS < MINUTE_MILLISECONDS) return true;
  return (await approvalsOf(pair.name, world)).some((one) => isWaiting(one, now) || isUnheard(one, now));
}

export async function addApproval(approval: Approval, { notes }: Needs): Promise<'added' | 'there'> {
  const { pair, run, expiresAt } = approval;
  return notes.add(pair, keyOf(run), { ...approval }, expiresAt + KEPT_MILLISECONDS);
}

/** Reads, decides, writes as read, and again when somebody was faster. Undefined: there is no such approval. */
export async function changeApproval(
  pair: string,
  run: string,
  decide: (approval: Approval) => Answering,
  { notes }: Needs,
): Promise<(Answering & { before: Approval }) | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const note = await notes.read(pair, keyOf(run));
    if (note === undefined) return undefined;
    const before = note.item as unknown as Approval;
    const decided = decide(before);
    if (decided.kind === 'no') return { ...decided, before };
    if ((await notes.replace(pair, note, { ...decided.next })) === 'written') return { ...decided, before };
  }
  throw new Error(`the approval of ${run} could not be written in ${TRIES} tries`);
}

function keyOf(run: string): string {
  return `${PREFIX}${run}`;
}
