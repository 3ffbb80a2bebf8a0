/**
 * How an event gets from the service that has it to the target that should have it: late, twice, out of order, or
 * never, then retried in model time until a policy gives up. EventBridge, Scheduler, SNS and alarm actions share it.
 */
import { type Clock, pause } from './clock.ts';
import type { Random } from './random.ts';
import { ServiceError } from './service-error.ts';

/** Hands an event to a target. Rejects when the target did not take it. */
export type Deliver = (targetArn: string, event: unknown) => Promise<unknown>;

/** Shares of all events, 0 to 1. An event held back up to `lateMsMax` is overtaken by those behind it. */
export interface DeliveryFaults {
  random: Random;
  lost?: number;
  duplicated?: number;
  late?: number;
  lateMsMax?: number;
}

export class Passage {
  /** May be changed at any time: the lab's buttons and the simulation's worlds do. */
  faults: DeliveryFaults | undefined;
  readonly #clock: Clock;
  readonly #delayMs: number;

  constructor(clock: Clock, { delayMs = 0, faults }: { delayMs?: number; faults?: DeliveryFaults | undefined } = {}) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.faults = faults;
  }

  /** Calls `arrives` once, later; under faults, any number of times. */
  send(arrives: () => void): void {
    if (this.faults === undefined) {
      this.#clock.after(this.#delayMs, arrives);
      return;
    }
    const { random, lost = 0, duplicated = 0 } = this.faults;
    if (random() < lost) return;
    const copies = random() < duplicated ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.#clock.after(this.#delayMs + lateness(this.faults), arrives);
  }
}

function lateness({ random, late = 0, lateMsMax = 0 }: DeliveryFaults): number {
  return random() < late ? Math.ceil(random() * lateMsMax) : 0;
}

export interface RetryPolicy {
  retriesMax: number;
  ageMsMax: number;
  /** Milliseconds before the n-th retry (from 1). */
  pauseMs(retry: number): number;
}

/** Why a target never got an event. */
export interface Undelivered {
  errorCode: string;
  errorMessage: string;
  retries: number;
  exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | 'NoRetry';
}

/** A target that is not there, or may not be called, will not be there at the next try either. */
const PERMANENT = new Set([
  'AccessDeniedException',
  'NotFound',
  'NotImplemented',
  'ResourceNotFoundException',
  'StateMachineDoesNotExist',
  'InvalidArn',
]);

/** Tries until it worked (undefined) or the policy gives up. The event's age counts from now. */
export async function tryUntilDelivered(
  clock: Clock,
  attempt: (retry: number) => Promise<unknown>,
  policy: RetryPolicy,
): Promise<Undelivered | undefined> {
  const since = clock.now();
  for (let retry = 0; ; retry++) {
    try {
      await attempt(retry);
      return undefined;
    } catch (cause) {
      const exhausted = givesUp(cause, retry, clock.now() - since, policy);
      if (exhausted !== undefined) return { ...errorOf(cause), retries: retry, exhausted };
    }
    await pause(clock, policy.pauseMs(retry + 1));
  }
}

function givesUp(
  cause: unknown,
  retry: number,
  ageMs: number,
  policy: RetryPolicy,
): Undelivered['exhausted'] | undefined {
  if (cause instanceof ServiceError && PERMANENT.has(cause.name)) return 'NoRetry';
  if (retry >= policy.retriesMax) return 'MaximumRetryAttempts';
  return ageMs + policy.pauseMs(retry + 1) > policy.ageMsMax ? 'MaximumEventAgeInSeconds' : undefined;
}

function errorOf(cause: unknown): { errorCode: string; errorMessage: string } {
  if (cause instanceof Error) return { errorCode: cause.name, errorMessage: cause.message };
  return { errorCode: 'Error', errorMessage: String(cause) };
}

/** RetryPolicy of EventBridge and Scheduler targets; the defaults are the services' own. */
export interface TargetRetryPolicy {
  MaximumRetryAttempts?: number | undefined;
  MaximumEventAgeInSeconds?: number | undefined;
}

/**
 * Source of the bounds: API, RetryPolicy. The pauses between tries are not documented; doubling from a second up to
 * ten minutes is what "exponential backoff" usually means.
 */
export function targetRetries({
  MaximumRetryAttempts: retriesMax = 185,
  MaximumEventAgeInSeconds: ageSecondsMax = 86_400,
}: TargetRetryPolicy = {}): RetryPolicy {
  inRange('MaximumRetryAttempts', retriesMax, 0, 185);
  inRange('MaximumEventAgeInSeconds', ageSecondsMax, 60, 86_400);
  return {
    retriesMax,
    ageMsMax: ageSecondsMax * 1_000,
    pauseMs: (retry) => Math.min(1_000 * 2 ** (retry - 1), 600_000),
  };
}

function inRange(member: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ServiceError(
    'ValidationException',
    `RetryPolicy.${member} is ${value}; it must be between ${least} and ${most}.`,
  );
}
