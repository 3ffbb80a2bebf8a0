/**
 * Every function by its key: the schema of its input and its inner step. Lambda entry points wrap them, the simulation and
 * break-glass call them as they are.
 */
import type * as z from 'zod/mini';
import { AdmitInput, admit } from './admit.ts';
import { AdmitDrillInput, admitDrill } from './admit-drill.ts';
import { AnnounceInput, announce } from './announce.ts';
import { AnswerInput, answer } from './answer.ts';
import { AskInput, askInside } from './ask-inside.ts';
import { AskPersonInput, askPerson } from './ask-person.ts';
import { CheckDrillsInput, checkDrills } from './check-drills.ts';
import { ClaimInput, claim } from './claim.ts';
import { CommitInput, commit } from './commit.ts';
import { ControlInput, control } from './control.ts';
import { FenceInput, fence } from './fence.ts';
import { FindGoalInput, findGoal } from './find-goal.ts';
import { JudgeInput, judge } from './judge.ts';
import { JudgeStepInput, judgeStep } from './judge-step.ts';
import { KeepRecordInput, keepRecord } from './keep-record.ts';
import { LetGoInput, letGo } from './let-go.ts';
import { LookInput } from './look.ts';
import { LookAtDrillInput, lookAtDrill } from './look-at-drill.ts';
import { LookOutInput, lookOut } from './look-out.ts';
import { observeAws } from './observe-aws.ts';
import { observeInside } from './observe-inside.ts';
import { observeOutside } from './observe-outside.ts';
import { InboundEvent, onAlarm } from './on-alarm.ts';
import { OwnInput, own } from './own.ts';
import { parsedOrRefused } from './parse.ts';
import { PayDebtsInput, payDebts } from './pay-debts.ts';
import { PrepareInput, prepare } from './prepare.ts';
import { ReportInput, report } from './report.ts';
import { ReportDrillInput, reportDrill } from './report-drill.ts';
import { StartLegInput, startLeg } from './start-leg.ts';
import { SteerInput, steer } from './steer.ts';
import { TendApprovalsInput, tendApprovals } from './tend-approvals.ts';
import { TendCapacityInput, tendCapacity } from './tend-capacity.ts';
import { TendInput, tendCluster } from './tend-cluster.ts';
import { TendReserveInput, tendReserve } from './tend-reserve.ts';
import { VerifyInput, verify } from './verify.ts';
import { WatchInput, watch } from './watch.ts';
import type { World } from './world.ts';

export type Step = (input: unknown, world: World) => Promise<unknown>;

/** Parses, then does. An input that does not fit is `Refused`: nothing has been read or changed. */
function step<Schema extends z.ZodMiniType>(
  schema: Schema,
  inner: (input: z.output<Schema>, world: World) => Promise<unknown>,
): Step {
  return (input, world) => inner(parsedOrRefused(schema, input), world);
}

export const steps = {
  admit: step(AdmitInput, admit),
  control: step(ControlInput, control),
  'observe-outside': step(LookInput, observeOutside),
  'observe-inside': step(LookInput, observeInside),
  announce: step(AnnounceInput, announce),
  'keep-record': step(KeepRecordInput, keepRecord),
  'ask-inside': step(AskInput, askInside),
  'observe-aws': step(LookInput, observeAws),
  judge: step(JudgeInput, judge),
  'ask-person': step(AskPersonInput, askPerson),
  answer: step(AnswerInput, answer),
  'tend-approvals': step(TendApprovalsInput, tendApprovals),
  claim: step(ClaimInput, claim),
  fence: step(FenceInput, fence),
  'find-goal': step(FindGoalInput, findGoal),
  prepare: step(PrepareInput, prepare),
  own: step(OwnInput, own),
  'tend-capacity': step(TendCapacityInput, tendCapacity),
  'tend-cluster': step(TendInput, tendCluster),
  'tend-reserve': step(TendReserveInput, tendReserve),
  steer: step(SteerInput, steer),
  verify: step(VerifyInput, verify),
  'judge-step': step(JudgeStepInput, judgeStep),
  commit: step(CommitInput, commit),
  'pay-debts': step(PayDebtsInput, payDebts),
  'let-go': step(LetGoInput, letGo),
  report: step(ReportInput, report),
  'on-alarm': step(InboundEvent, onAlarm),
  'admit-drill': step(AdmitDrillInput, admitDrill),
  'start-leg': step(StartLegInput, startLeg),
  'look-at-drill': step(LookAtDrillInput, lookAtDrill),
  'report-drill': step(ReportDrillInput, reportDrill),
  'check-drills': step(CheckDrillsInput, checkDrills),
  watch: step(WatchInput, watch),
  'look-out': step(LookOutInput, lookOut),
} as const satisfies Readonly<Record<string, Step>>;

export type FunctionKey = keyof typeof steps;
