/**
 * What goes wrong with single calls, as a sparse list: the how many-th call of a kind, on its way out or back, and what
 * happens to it. A list is data, so that a failure can be made smaller and kept.
 */
import { ClusterUnreachable } from '../../core/errors.ts';
import type { FunctionKey } from '../../functions/steps.ts';
import { ServiceError } from '../../models/service-error.ts';
import type { Story } from './stories.ts';
import { type Draw, streamOf } from './streams.ts';

/**
 * - `throttled` out: refused, nothing happened.
 * - `lost` out: a time-out without an effect; back: a time-out after the effect.
 * - `slow`: so many seconds more; long ones outlive their invocation, which goes on as a zombie.
 * - `crash`: the process of the invocation is gone at once. `frozen`: it never goes on, and Lambda ends it in time.
 * - `twice`: delivered again so many seconds later (invocations only).
 * - `stale`: answered as of so many seconds ago (DescribeExecution only).
 */
export type What = 'throttled' | 'lost' | 'slow' | 'crash' | 'frozen' | 'twice' | 'stale';
/** Only `slow`, `twice` and `stale` look at the seconds. */
export type Fault = readonly [call: string, way: 'out' | 'back', nth: number, what: What, seconds: number];

/** About how many calls of a kind a world with one failover makes: where faults are spread. */
export const CALLS: Readonly<Record<string, number>> = {
  'route53:ChangeResourceRecordSets': 30,
  'route53:ListResourceRecordSets': 150,
  'route53:GetChange': 20,
  'dynamodb:PutItem': 80,
  'dynamodb:GetItem': 200,
  'dynamodb:Query': 40,
  'dynamodb:UpdateItem': 2,
  'ssm:PutParameter': 10,
  'ssm:GetParameters': 60,
  'states:DescribeExecution': 30,
  'states:StartExecution': 8,
  'states:SendTaskSuccess': 1,
  'states:SendTaskHeartbeat': 3,
  'events:PutEvents': 8,
  'cloudwatch:GetMetricData': 80,
  'cloudwatch:DescribeAlarms': 2,
  's3:PutObject': 6,
  'eks:DescribeCluster': 3,
  'eks:ListNodegroups': 40,
  'eks:DescribeNodegroup': 40,
  'eks:UpdateNodegroupConfig': 2,
  'eks:ListAddons': 3,
  'eks:DescribeAddon': 8,
  'eks:ListUpdates': 2,
  'eks:DescribeUpdate': 2,
  kubernetes: 250,
  dns: 80,
  probe: 200,
};

/** The same for functions. */
const INVOCATIONS: Readonly<Record<FunctionKey, number>> = {
  admit: 6,
  control: 4,
  'observe-outside': 20,
  'observe-inside': 20,
  'ask-inside': 2,
  'observe-aws': 20,
  judge: 12,
  'ask-person': 2,
  answer: 2,
  'tend-approvals': 3,
  claim: 5,
  fence: 5,
  'find-goal': 3,
  prepare: 6,
  own: 5,
  'tend-cluster': 25,
  'tend-capacity': 6,
  'tend-reserve': 2,
  steer: 8,
  verify: 10,
  'judge-step': 4,
  commit: 4,
  'let-go': 4,
  'pay-debts': 6,
  report: 6,
  announce: 3,
  'keep-record': 3,
  'on-alarm': 5,
  'admit-drill': 2,
  'start-leg': 2,
  'look-at-drill': 4,
  'report-drill': 2,
  'check-drills': 2,
  watch: 40,
  'look-out': 40,
};

export function drawFaults(seed: number, story: Story): Fault[] {
  const draw = streamOf(seed, 'faults');
  if (story === 'active dies, one class is blind') return [];
  if (story === 'a stalled run') return [stall(draw), ...(draw.chance(0.3) ? [sharpOne(draw)] : [])];
  if (draw.chance(0.1)) return [];
  const sharp = Array.from({ length: draw.pick([0, 1, 1, 2, 3]) }, () => sharpOne(draw));
  const many = draw.pick([0, 3, 8, 20, 60]);
  const others = Array.from({ length: draw.whole(0, many) }, () =>
    draw.chance(0.7) ? ofACall(draw) : ofAnInvocation(draw),
  );
  return [...sharp, ...others];
}

/** A batch that is on its way for minutes: longer than its function, and its run, may wait for it. Or a run that is cut off. */
function stall(draw: Draw): Fault {
  if (draw.chance(0.3)) return [`invoke:${draw.pick(['verify', 'commit'])}`, draw.pick(['out', 'back']), 0, 'crash', 0];
  return ['route53:ChangeResourceRecordSets', 'out', draw.whole(0, 12), 'slow', draw.pick([80, 150, 300])];
}

/** Steps of a run that change something, and how often they are called in its first minutes. */
const CHANGING = [
  'claim',
  'fence',
  'own',
  'steer',
  'commit',
  'let-go',
  'tend-cluster',
  'prepare',
  'pay-debts',
] as const;

/** Where it hurts: the few calls and steps in the first runs that change something. */
function sharpOne(draw: Draw): Fault {
  const long = draw.pick([20, 60, 80, 150, 300]);
  const [batch, write] = [draw.whole(0, 9), draw.whole(0, 25)];
  const step = `invoke:${draw.pick([...CHANGING] as [FunctionKey, ...FunctionKey[]])}`;
  return draw.pick<() => Fault>([
    () => ['route53:ChangeResourceRecordSets', 'out', batch, 'slow', long],
    () => ['route53:ChangeResourceRecordSets', 'back', batch, draw.pick(['lost', 'crash', 'frozen']), 0],
    () => ['dynamodb:PutItem', 'out', write, 'slow', long],
    () => ['dynamodb:PutItem', 'back', write, draw.pick(['lost', 'crash']), 0],
    () => [step, 'out', draw.whole(0, 2), draw.pick(['crash', 'frozen']), 0],
    () => [step, 'out', draw.whole(0, 2), 'twice', draw.pick([1, 10, 60, 150])],
    () => [
      `invoke:${draw.pick<FunctionKey>(['verify', 'commit', 'let-go', 'find-goal', 'judge'])}`,
      'back',
      draw.whole(0, 2),
      'crash',
      0,
    ],
  ])();
}

function ofACall(draw: Draw): Fault {
  // what changes something is seldom called, and it is there that faults hurt
  const changing = draw.chance(0.5);
  const call = changing
    ? draw.pick(['route53:ChangeResourceRecordSets', 'dynamodb:PutItem', 'kubernetes'])
    : draw.pick(Object.keys(CALLS) as [string, ...string[]]);
  const nth = draw.whole(0, CALLS[call] ?? 1);
  const seconds = drawSeconds(draw);
  // a question of the network that nobody answers is an answer: who is blind is drawn elsewhere
  if (call === 'dns' || call === 'probe') return [call, 'out', nth, 'slow', Math.min(seconds, 5)];
  if (call === 'states:DescribeExecution' && draw.chance(0.5))
    return ['stale:DescribeExecution', 'back', nth, 'stale', Math.min(seconds, 30)];
  return draw.chance(0.5)
    ? [call, 'out', nth, draw.pick(['throttled', 'lost', 'slow', 'slow', 'crash', 'frozen']), seconds]
    : [call, 'back', nth, draw.pick(['lost', 'lost', 'slow', 'crash', 'frozen']), seconds];
}

function ofAnInvocation(draw: Draw): Fault {
  const key = draw.pick(Object.keys(INVOCATIONS) as [FunctionKey, ...FunctionKey[]]);
  const nth = draw.whole(0, INVOCATIONS[key]);
  const what = draw.pick(['twice', 'twice', 'crash', 'frozen', 'throttled'] as const);
  const way = what === 'crash' && draw.chance(0.5) ? 'back' : 'out';
  return [`invoke:${key}`, way, nth, what, drawSeconds(draw)];
}

function drawSeconds(draw: Draw): number {
  return draw.pick([1, 3, 10, 30, 60, 80, 150, 300]);
}

/** Counts calls by kind and way, and says what happens to each. Counting begins anew with `begin`. */
export class FaultPlan {
  readonly struck: { fault: Fault; at: number; by: string }[] = [];
  readonly #faults = new Map<string, Fault>();
  readonly #counts = new Map<string, number>();
  #begun = false;

  constructor(faults: readonly Fault[]) {
    for (const fault of faults) this.#faults.set(`${fault[0]} ${fault[1]} ${fault[2]}`, fault);
  }

  begin(): void {
    this.#begun = true;
  }

  /** Faults stop. */
  end(): void {
    this.#begun = false;
  }

  next(call: string, way: Fault[1]): Fault | undefined {
    if (!this.#begun) return undefined;
    const key = `${call} ${way}`;
    const nth = this.#counts.get(key) ?? 0;
    this.#counts.set(key, nth + 1);
    return this.#faults.size === 0 ? undefined : this.#faults.get(`${key} ${nth}`);
  }
}

/** How a refusal by throttling looks to the caller of this kind of call. */
export function throttling(call: string): Error {
  if (call === 'kubernetes') return new ClusterUnreachable('the API answers 429');
  return new ServiceError(call.startsWith('route53:') ? 'Throttling' : 'ThrottlingException', 'Rate exceeded', 400);
}

/** How a time-out looks: the caller cannot know whether there was an effect. */
export function timeOut(call: string): Error {
  if (call === 'kubernetes') return new ClusterUnreachable('no answer in 5 s');
  return Object.assign(new Error(`${call}: no answer in 5 s`), { name: 'TimeoutError' });
}
