import { type Calls, countCall } from './calls.ts';
import type { Clock } from './clock.ts';
import {
  type Deliver,
  type DeliveryFaults,
  Passage,
  type RetryPolicy,
  type TargetRetryPolicy,
  targetRetries,
  tryUntilDelivered,
  type Undelivered,
} from './delivery.ts';
import { type Ids, numberedIds } from './ids.ts';
import { type Cron, cronOf, nextTime } from './scheduler-cron.ts';
import { ServiceError } from './service-error.ts';
import { type Account, sampleAccount } from './sts.ts';

export interface ScheduleTarget {
  Arn: string;
  RoleArn?: string | undefined;
  /** JSON text; `<aws.scheduler.scheduled-time>` and its like are filled in. */
  Input?: string | undefined;
  RetryPolicy?: TargetRetryPolicy | undefined;
  DeadLetterConfig?: { Arn?: string | undefined } | undefined;
}

export interface ScheduleInput {
  Name: string;
  /** `rate(1 minute)`, `at(2026-11-20T07:00:00)` or `cron(0 9 ? * 3#1 *)`, in UTC. */
  ScheduleExpression: string;
  FlexibleTimeWindow: { Mode: string };
  Target: ScheduleTarget;
  State?: 'ENABLED' | 'DISABLED' | undefined;
  /** Milliseconds since the epoch; a rate starts there, or at once. */
  StartDate?: number | undefined;
}

export interface Schedule extends ScheduleInput {
  Arn: string;
  GroupName: 'default';
  State: 'ENABLED' | 'DISABLED';
}

export interface UndeliveredCall extends Undelivered {
  scheduleArn: string;
  queueArn: string | undefined;
  /** Milliseconds since the epoch. */
  scheduledAt: number;
}

interface Known {
  schedule: Schedule;
  retries: RetryPolicy;
  takeBack: () => void;
}

type Timing = { kind: 'rate'; everyMs: number } | { kind: 'at'; atMs: number } | { kind: 'cron'; cron: Cron };

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const MEMBERS = new Set(['Name', 'ScheduleExpression', 'FlexibleTimeWindow', 'Target', 'State', 'StartDate']);

/** A stand-in for EventBridge Scheduler: calls targets on the model's clock, at least once. */
export class Scheduler {
  readonly calls: Calls = new Map();
  /** Calls that a target never took, oldest first. */
  readonly undelivered: UndeliveredCall[] = [];
  readonly passage: Passage;
  readonly #clock: Clock;
  readonly #account: Account;
  readonly #ids: Ids;
  readonly #deliver: Deliver;
  readonly #schedules = new Map<string, Known>();

  constructor({
    clock,
    deliver,
    account = sampleAccount,
    ids = numberedIds(),
    faults,
  }: {
    clock: Clock;
    deliver: Deliver;
    account?: Account;
    ids?: Ids;
    faults?: DeliveryFaults;
  }) {
    this.#clock = clock;
    this.#deliver = deliver;
    this.#account = account;
    this.#ids = ids;
    this.passage = new Passage(clock, { faults });
  }

  createSchedule(input: ScheduleInput): { ScheduleArn: string } {
    countCall(this.calls, 'CreateSchedule');
    if (this.#schedules.has(input.Name)) {
      throw new ServiceError('ConflictException', `Schedule ${input.Name} already exists.`, 409);
    }
    return { ScheduleArn: this.#put(input) };
  }

  /** Replaces the whole schedule, as the service does: what is left out goes back to its default. */
  updateSchedule(input: ScheduleInput): { ScheduleArn: string } {
    countCall(this.calls, 'UpdateSchedule');
    this.#known(input.Name).takeBack();
    return { ScheduleArn: this.#put(input) };
  }

  getSchedule({ Name }: { Name: string }): Schedule {
    countCall(this.calls, 'GetSchedule');
    return { ...this.#known(Name).schedule };
  }

  listSchedules({ NamePrefix = '' }: { NamePrefix?: string | undefined } = {}): { Schedules: Schedule[] } {
    countCall(this.calls, 'ListSchedules');
    const named = [...this.#schedules.values()].filter(({ schedule }) => schedule.Name.startsWith(NamePrefix));
    return { Schedules: named.map(({ schedule }) => ({ ...schedule })) };
  }

  deleteSchedule({ Name }: { Name: string }): Record<string, never> {
    countCall(this.calls, 'DeleteSchedule');
    this.#known(Name).takeBack();
    this.#schedules.delete(Name);
    return {};
  }

  #put(input: ScheduleInput): string {
    checkInput(input);
    const timing = timingOf(input.ScheduleExpression);
    const { accountId, region } = this.#account;
    const Arn = `arn:aws:scheduler:${region}:${accountId}:schedule/default/${input.Name}`;
    const schedule: Schedule = { ...input, Arn, GroupName: 'default', State: input.State ?? 'ENABLED' };
    const known = { schedule, retries: targetRetries(input.Target.RetryPolicy), takeBack: () => {} };
    this.#schedules.set(input.Name, known);
    const now = this.#clock.now();
    const first = firstOf(timing, Math.max(input.StartDate ?? now, now));
    if (first !== undefined && first >= now && schedule.State === 'ENABLED') this.#await(known, first, timing);
    return Arn;
  }

  #await(known: Known, atMs: number, timing: Timing): void {
    known.takeBack = this.#clock.after(atMs - this.#clock.now(), () => {
      const next = nextOf(timing, atMs);
      if (next !== undefined) this.#await(known, next, timing);
      this.passage.send(() => void this.#call(known, atMs));
    });
  }

  async #call({ schedule, retries }: Known, scheduledAt: number): Promise<void> {
    const { Arn, Input, DeadLetterConfig } = schedule.Target;
    const attempt = (retry: number) => this.#deliver(Arn, this.#event(schedule, Input, scheduledAt, retry + 1));
    const undelivered = await tryUntilDelivered(this.#clock, attempt, retries);
    if (undelivered === undefined) return;
    this.undelivered.push({
      ...undelivered,
      scheduleArn: schedule.Arn,
      queueArn: DeadLetterConfig?.Arn,
      scheduledAt,
    });
  }

  /** The execution id is new for every attempt: the idempotency key is schedule ARN + scheduled time. */
  #event(schedule: Schedule, input: string | undefined, scheduledAt: number, attempt: number): unknown {
    const time = `${new Date(scheduledAt).toISOString().slice(0, 19)}Z`;
    const id = this.#ids();
    if (input === undefined) return this.#defaultEvent(schedule, id, time);
    const text = input
      .replaceAll('<aws.scheduler.schedule-arn>', schedule.Arn)
      .replaceAll('<aws.scheduler.scheduled-time>', time)
      .replaceAll('<aws.scheduler.execution-id>', id)
      .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
    return JSON.parse(text);
  }

  #defaultEvent(schedule: Schedule, id: string, time: string): unknown {
    return {
      version: '0',
      id,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: this.#account.accountId,
      time,
      region: this.#account.region,
      resources: [schedule.Arn],
      detail: '{}',
    };
  }

  #known(name: string): Known {
    const known = this.#schedules.get(name);
    if (known !== undefined) return known;
    throw new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
  }
}

function checkInput(input: ScheduleInput): void {
  for (const member of Object.keys(input)) {
    if (!MEMBERS.has(member)) throw notImplemented(member);
  }
  if (!/^[\w.-]{1,64}$/.test(input.Name)) throw validation(`Invalid schedule name ${input.Name}.`);
  if (input.FlexibleTimeWindow.Mode !== 'OFF') throw notImplemented('flexible time windows');
  if (input.Target.Input === undefined) return;
  try {
    JSON.parse(input.Target.Input);
  } catch {
    throw validation('Invalid JSON in the Input of the target.');
  }
}

function timingOf(expression: string): Timing {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const everyMs = rate === null ? 0 : Number(rate[1]) * (UNIT_MS[rate[2] ?? ''] ?? 0);
  if (everyMs > 0) return { kind: 'rate', everyMs };
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression);
  const atMs = at === null ? Number.NaN : Date.parse(`${at[1]}Z`);
  if (!Number.isNaN(atMs)) return { kind: 'at', atMs };
  const cron = cronOf(expression);
  if (cron !== undefined) return { kind: 'cron', cron };
  throw validation(`Invalid Schedule Expression ${expression}.`);
}

function firstOf(timing: Timing, begins: number): number | undefined {
  if (timing.kind === 'at') return timing.atMs;
  return timing.kind === 'rate' ? begins : nextTime(timing.cron, begins - 1);
}

function nextOf(timing: Timing, at: number): number | undefined {
  if (timing.kind === 'at') return undefined;
  return timing.kind === 'rate' ? at + timing.everyMs : nextTime(timing.cron, at);
}

function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', `This stand-in for EventBridge Scheduler does not have ${what}.`, 501);
}

function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
