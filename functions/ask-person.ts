/**
 * Ask a person: the run waits under its token until somebody answers or time is over. The token goes into the table and
 * nowhere else. Asked again (the machine lost our answer, or a retry brought a new token), the question stays the same.
 */
import * as z from 'zod/mini';
import type { Approval } from '../core/approval.ts';
import type { Intent } from '../core/intent.ts';
import { intentDigest } from '../core/intent.ts';
import { instantOf, notice } from '../core/notices/notice.ts';
import { command } from '../core/observe/commands.ts';
import { pairOf } from '../core/topology/pair.ts';
import { addApproval, changeApproval } from './approvals.ts';
import { Run } from './run.ts';
import type { World } from './world.ts';

export const AskPersonInput = z.object({
  run: Run,
  token: z.string(),
  /** Our own Judge said it. */
  intent: z.custom<Intent>(),
  situation: z.string(),
  because: z.array(z.string()),
});

export async function askPerson(
  { run, token, intent, situation, because }: z.output<typeof AskPersonInput>,
  world: Pick<World, 'topology' | 'notes' | 'announcer' | 'clock'>,
) {
  const { approvals } = pairOf(world.topology, run.pair);
  const now = world.clock.now();
  const approval: Approval = {
    pair: run.pair,
    run: run.run,
    execution: run.execution,
    kind: run.kind,
    mode: run.mode,
    ...(run.by === undefined ? {} : { starter: run.by }),
    intent,
    digest: intentDigest(intent),
    situation,
    because,
    reason: run.reason,
    askedAt: now,
    expiresAt: now + approvals.waitSeconds * 1000,
    token,
    announced: false,
  };
  if ((await addApproval(approval, world)) === 'there') {
    const { pair, run: name } = approval;
    await changeApproval(pair, name, (there) => ({ kind: 'write', next: { ...there, token } }), world);
  }
  await announceApproval(approval, world);
  return { because: `asked until ${instantOf(approval.expiresAt)}: ${command.approve(run.pair, run.run)}` };
}

/** A bus that does not answer stops nobody who looks: the watch tells it again. */
export async function announceApproval(
  approval: Approval,
  world: Pick<World, 'notes' | 'announcer'>,
): Promise<'told' | 'not told'> {
  const { pair, run, mode, intent, digest, because, expiresAt } = approval;
  const move = { pair, run, mode, from: intent.from, to: intent.to, intent: digest };
  try {
    await world.announcer.announce(
      notice('Approval Wanted', {
        ...move,
        because: [...because],
        expiresAt: instantOf(expiresAt),
        next: command.approve(pair, run),
      }),
    );
  } catch {
    return 'not told';
  }
  await changeApproval(pair, run, (there) => ({ kind: 'write', next: { ...there, announced: true } }), world);
  return 'told';
}
