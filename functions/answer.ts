/** What a person answers to a run that asked: checked, written beside the question, and only then the run is woken. */
import { type Answer, type Approval, answered, isWaiting } from '../core/approval.ts';
import { instantOf } from '../core/notices/notice.ts';
import { command } from '../core/observe/commands.ts';
import type { RunRecord } from '../core/record.ts';
import { approvalOf, approvalsOf, changeApproval } from './approvals.ts';
import type { Request } from './request.ts';
import type { Run } from './run.ts';
import { wake } from './wake.ts';
import type { World } from './world.ts';

export async function answer(
  run: Run,
  request: Request,
  world: Pick<World, 'notes' | 'waiting' | 'clock'>,
): Promise<RunRecord> {
  const said: Answer = request.mode === 'reject' ? 'rejected' : 'approved';
  const now = world.clock.now();
  const wanted = await wantedBy(run.pair, request.run, now, world);
  if (typeof wanted === 'string') return record('Refused', run, [wanted], command.status(run.pair));
  const by = request.by ?? run.execution;
  const decide = (approval: Approval) => answered(approval, { said, by, reason: request.reason ?? '', now });
  const done = await changeApproval(run.pair, wanted.run, decide, world);
  if (done === undefined || done.kind === 'no')
    return record('Refused', run, [done?.because ?? `nothing asks under ${wanted.run}`], command.status(run.pair));
  const { intent } = wanted;
  const because = [
    `${said}: ${wanted.run}, ${intent.from} to ${intent.to}, ${intent.names} names, intent ${wanted.digest}`,
    await heard(done.next, said, world),
  ];
  return record('Recorded', run, because, command.status(run.pair));
}

/** Of several that wait a person has to say which: an approval is for one run. */
async function wantedBy(
  pair: string,
  run: string | undefined,
  now: number,
  world: Pick<World, 'notes'>,
): Promise<Approval | string> {
  if (run !== undefined) return (await approvalOf(pair, run, world)) ?? `no run ${run} of ${pair} asks for an approval`;
  const waiting = (await approvalsOf(pair, world)).filter((one) => isWaiting(one, now));
  const [only, ...others] = waiting;
  if (only === undefined) return `no run of ${pair} waits for an approval`;
  return others.length === 0 ? only : `several runs wait, say which: ${waiting.map((one) => one.run).join(', ')}`;
}

/** What is written is said: when the run cannot be woken now, the watch does it within a minute. */
async function heard(approval: Approval, said: Answer, world: Pick<World, 'notes' | 'waiting'>): Promise<string> {
  try {
    if ((await wake(approval, world)) === 'gone')
      return `the run no longer waits (it was asked until ${instantOf(approval.expiresAt)}): nothing follows from this`;
    return said === 'approved'
      ? 'the run looks and judges once more, then claims; whatever is no longer true holds it'
      : 'the run ends Held; nobody was moved';
  } catch {
    return 'the run could not be woken; the watch does it within a minute';
  }
}

function record(outcome: RunRecord['outcome'], run: Run, because: readonly string[], next: string): RunRecord {
  return { outcome, pair: run.pair, mode: run.mode, because, next, zones: [], gates: [], debts: [] };
}
