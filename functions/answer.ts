/**
 * What a person answers to a run that asked: checked, written beside the question, and only then the run is woken. It is asked
 * through a machine of its own, so that IAM can tell those who approve from those who start.
 */
import * as z from 'zod/mini';
import { type Answer, type Approval, answered, isWaiting } from '../core/approval.ts';
import { instantOf } from '../core/notices/notice.ts';
import { command } from '../core/observe/commands.ts';
import type { RunRecord } from '../core/record.ts';
import { pairOf } from '../core/topology/pair.ts';
import { approvalOf, approvalsOf, changeApproval } from './approvals.ts';
import { oneInput } from './one-input.ts';
import { ExecutionInput } from './request.ts';
import { wake } from './wake.ts';
import type { World } from './world.ts';

export const ANSWERS = ['approve', 'reject'] as const;

const { pair, reason, by } = ExecutionInput.shape;

/** What people may ask of the machine of answers: its execution input. Strict, as that of the switch. */
export const SaidInput = z.strictObject({
  pair,
  mode: z.enum(ANSWERS),
  reason,
  /** The run that asks. May be left out when only one does. */
  run: z.exactOptional(z.string().check(z.maxLength(80))),
  by,
});
export type Said = z.output<typeof SaidInput>;

export const AnswerInput = z.object({
  input: z.unknown(),
  execution: z.object({ id: z.string(), name: z.string() }),
});

type Needs = Pick<World, 'topology' | 'notes' | 'waiting' | 'clock'>;

/** @returns `Recorded`, or `Refused` with nothing changed */
export async function answer(
  { input, execution }: z.output<typeof AnswerInput>,
  { topology, ...world }: Needs,
): Promise<RunRecord> {
  const said = oneInput(SaidInput, input, '{"mode":"approve"}');
  if (typeof said === 'string') return record('Refused', '', '', [said], 'throwover status');
  try {
    return await answerFor(pairOf(topology, said.pair).name, said, execution.id, world);
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'UnknownPair') throw cause;
    return record('Refused', '', said.mode, [cause.message], 'throwover status');
  }
}

async function answerFor(
  pair: string,
  { mode, run, by: who, reason = '' }: Said,
  execution: string,
  world: Omit<Needs, 'topology'>,
): Promise<RunRecord> {
  const said: Answer = mode === 'reject' ? 'rejected' : 'approved';
  const now = world.clock.now();
  const next = command.status(pair);
  const wanted = await wantedBy(pair, run, now, world);
  if (typeof wanted === 'string') return record('Refused', pair, mode, [wanted], next);
  if (said === 'approved' && wanted.starter !== undefined && who === undefined) {
    const because = `${wanted.starter} started ${wanted.run}, and another person approves it: say who you are, as in {"by":"person:ada"}`;
    return record('Refused', pair, mode, [because], next);
  }
  const decide = (approval: Approval) => answered(approval, { said, by: who ?? execution, reason, now });
  const done = await changeApproval(pair, wanted.run, decide, world);
  if (done === undefined || done.kind === 'no')
    return record('Refused', pair, mode, [done?.because ?? `nothing asks under ${wanted.run}`], next);
  const { intent } = wanted;
  const because = [
    `${said}: ${wanted.run}, ${intent.from} to ${intent.to}, ${intent.names} names, intent ${wanted.digest}`,
    await heard(done.next, said, world),
  ];
  return { ...record('Recorded', pair, mode, because, next), caller: who ?? `unnamed, execution ${execution}` };
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

function record(
  outcome: RunRecord['outcome'],
  pair: string,
  mode: string,
  because: readonly string[],
  next: string,
): RunRecord {
  return { outcome, pair, mode, because, next, zones: [], gates: [], debts: [] };
}
