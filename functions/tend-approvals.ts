/**
 * Each minute, where something waits: what is still asked is kept alive, and told if nobody was told yet; what was answered
 * and not heard of, or will not be answered any more, wakes its run. Without the watch a run gives up after its heartbeat.
 */
import * as z from 'zod/mini';
import { isUnheard, isWaiting } from '../core/approval.ts';
import { approvalsOf } from './approvals.ts';
import { announceApproval } from './ask-person.ts';
import { tellDrillAge } from './drill-age.ts';
import { wake } from './wake.ts';
import type { World } from './world.ts';

export const TendApprovalsInput = z.object({ pair: z.string() });

export async function tendApprovals(
  { pair }: z.output<typeof TendApprovalsInput>,
  world: Pick<World, 'topology' | 'notes' | 'announcer' | 'waiting' | 'clock'>,
): Promise<string[]> {
  const now = world.clock.now();
  const did: string[] = [];
  for (const approval of await approvalsOf(pair, world)) {
    if (isWaiting(approval, now)) {
      if (!approval.announced && (await announceApproval(approval, world)) === 'told')
        did.push(`told that ${approval.run} waits for a person`);
      await world.waiting.keep(approval.token);
    }
    if (isUnheard(approval, now)) {
      await wake(approval, world);
      did.push(`${approval.run} was woken: ${approval.answer?.said ?? 'nobody answered'}`);
    }
  }
  return [...did, ...(await tellDrillAge(pair, world))];
}
