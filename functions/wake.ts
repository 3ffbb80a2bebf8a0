/** Wakes the run that asked with what was said, or with nothing when time is over. It reads the approval itself before it goes on. */
import type { Approval } from '../core/approval.ts';
import { changeApproval } from './approvals.ts';
import type { World } from './world.ts';

export async function wake(approval: Approval, world: Pick<World, 'notes' | 'waiting'>): Promise<'told' | 'gone'> {
  const { pair, run, token, answer, askedAt, expiresAt } = approval;
  const because =
    answer === undefined
      ? `nobody answered in time (${Math.round((expiresAt - askedAt) / 1000)} s): without a word nothing moves`
      : `${answer.said} by ${answer.by}${answer.reason === '' ? '' : `: ${answer.reason}`}`;
  const heard = await world.waiting.wake(token, { said: answer?.said ?? 'nothing', because });
  await changeApproval(pair, run, (there) => ({ kind: 'write', next: { ...there, told: true } }), world);
  return heard;
}
