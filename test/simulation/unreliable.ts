/**
 * What lies between our functions and the world, made unreliable: calls and invocations that are lost, late, doubled or cut
 * off, services that are down, observers that are blind, clocks that are wrong.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Network } from '../../adapters/memory/network.ts';
import { ClusterUnreachable } from '../../core/errors.ts';
import type { ObserverClass } from '../../core/observe/observation.ts';
import type { ClusterFenceRead, Probe } from '../../core/ports.ts';
import { functions } from '../../functions/list.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';
import { type Clock, pause } from '../../models/clock.ts';
import { type Fault, type FaultPlan, throttling, timeOut } from './faults.ts';
import type { Service } from './happenings.ts';
import type { Setting } from './setting.ts';

/** One call of one of our functions. */
interface Invocation {
  key: FunctionKey;
  number: number;
  /** Its process is gone: whatever it was waiting for never comes. */
  gone: boolean;
  crash: () => void;
  /** When it last read the ledger. */
  readAt?: number;
}

/** Functions that live in the VPC of the clusters. */
const INSIDE = functions.filter(({ vpc }) => vpc === 'inside').map(({ key }) => key);
const TIME_OUT_MILLISECONDS = 5_000;
/** As long as the function with the longest time-out lives. */
const FROZEN_SECONDS = 170;

export interface Surroundings {
  clock: Clock;
  plan: FaultPlan;
  skewSeconds: Setting['skewSeconds'];
  /** When an execution began and ended, for answers that are stale. */
  executionTimes: (arn: string) => { startedAt: number; stoppedAt: number | undefined } | undefined;
  /** A fault struck. */
  tell: (line: string) => void;
}

export class Unreliable {
  readonly outages = new Map<Service, 'throttled' | 'lost' | 'lost answers'>();
  readonly blind = new Map<ObserverClass, readonly string[]>();
  readonly #around: Surroundings;
  readonly #within = new AsyncLocalStorage<Invocation>();
  #invocations = 0;
  #skewed = true;
  /** Until when what struck last may keep something of ours waiting. */
  #troubledUntil = 0;
  #healedAt = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** When the invocation that is at work now last read the ledger. */
  get readAt(): number | undefined {
    return this.#within.getStore()?.readAt;
  }

  /** Since when nothing has been late, cut off or blind, and every service has answered. */
  get quietSince(): number {
    const troubled = this.outages.size > 0 || this.blind.size > 0;
    return Math.max(this.#troubledUntil, troubled ? this.#around.clock.now() : this.#healedAt);
  }

  outage(service: Service, how: 'throttled' | 'lost' | 'lost answers'): void {
    this.outages.set(service, how);
  }

  /** A service answers again, or a class of observers sees again. */
  over(service: Service): void {
    this.outages.delete(service);
    this.#healedAt = this.#around.clock.now();
  }

  blinded(observer: ObserverClass, to: readonly string[]): void {
    this.blind.set(observer, to);
  }

  sighted(observer: ObserverClass): void {
    this.blind.delete(observer);
    this.#healedAt = this.#around.clock.now();
  }

  get invocations(): number {
    return this.#invocations;
  }

  /** Everything works again: services, observers, clocks. What is under way stays as it is. */
  heal(): void {
    this.#healedAt = this.#around.clock.now();
    this.outages.clear();
    this.blind.clear();
    this.#skewed = false;
  }

  network(inner: Network): Network {
    return {
      out: async (call) => {
        if (this.#isGone()) await never();
        await inner.out(call);
        const struck = this.#strike(call, 'out');
        if (struck !== undefined) await struck;
        if (this.#isGone()) await never();
        const invocation = this.#within.getStore();
        if (invocation !== undefined && call === 'dynamodb:GetItem') invocation.readAt = this.#around.clock.now();
      },
      back: async (call) => {
        const struck = this.#strike(call, 'back');
        if (struck !== undefined) await struck;
        await inner.back(call);
        if (this.#isGone()) await never();
      },
    };
  }

  /** The function as Lambda runs it: perhaps twice, perhaps cut off. */
  step(key: FunctionKey, inner: Step = steps[key]): Step {
    return async (input, world) => {
      const fault = this.#around.plan.next(`invoke:${key}`, 'out');
      if (fault !== undefined) this.#note(fault, key);
      if (fault?.[3] === 'throttled') throw named('Lambda.TooManyRequestsException', 'Rate Exceeded.');
      if (fault?.[3] === 'crash') throw named('Runtime.ExitError', 'the runtime exited before it began');
      if (fault?.[3] === 'frozen') return never();
      if (fault?.[3] === 'twice')
        this.#around.clock.after(fault[4] * 1000, () => void this.#run(key, inner, input, world).catch(() => {}));
      const answer = await this.#run(key, inner, input, world);
      const late = this.#around.plan.next(`invoke:${key}`, 'back');
      if (late === undefined) return answer;
      this.#note(late, key);
      throw named('Runtime.ExitError', 'the runtime exited before it answered');
    };
  }

  #run(key: FunctionKey, inner: Step, input: unknown, world: World): Promise<unknown> {
    const { promise: crashed, reject } = Promise.withResolvers<never>();
    crashed.catch(() => {});
    const invocation: Invocation = {
      key,
      number: ++this.#invocations,
      gone: false,
      crash: () => {
        invocation.gone = true;
        reject(named('Runtime.ExitError', 'the runtime exited'));
      },
    };
    return Promise.race([this.#within.run(invocation, async () => inner(input, this.#seenBy(key, world))), crashed]);
  }

  /** Whoever belongs to a process that is gone is kept for ever. */
  #isGone(): boolean {
    return this.#within.getStore()?.gone === true;
  }

  /** Nothing happens to most calls, and they do not wait for it. */
  #strike(call: string, way: Fault[1]): Promise<void> | undefined {
    const outage = this.outages.size === 0 ? undefined : this.outages.get(serviceOf(call));
    // what a call meets while its service is down is counted after that
    if (outage !== undefined) return this.#outage(call, way, outage).then(() => this.#struckBy(call, way));
    return this.#struckBy(call, way);
  }

  #struckBy(call: string, way: Fault[1]): Promise<void> | undefined {
    const fault = this.#around.plan.next(call, way);
    return fault === undefined ? undefined : this.#fault(fault);
  }

  async #fault(fault: Fault): Promise<void> {
    const invocation = this.#within.getStore();
    this.#note(fault, invocation === undefined ? 'nobody' : `${invocation.key}/${invocation.number}`);
    const [call, , , what, seconds] = fault;
    if (what === 'throttled') throw throttling(call);
    if (what === 'slow') await pause(this.#around.clock, seconds * 1000);
    if (what === 'lost') await this.#timeOut(call);
    if (what === 'crash' && invocation !== undefined) {
      invocation.crash();
      await never();
    }
    if (what === 'frozen' && invocation !== undefined) await never();
  }

  async #outage(call: string, way: Fault[1], how: 'throttled' | 'lost' | 'lost answers'): Promise<void> {
    if (way === 'out' && how === 'throttled') throw throttling(call);
    if (way === (how === 'lost' ? 'out' : 'back') && how !== 'throttled') await this.#timeOut(call);
  }

  async #timeOut(call: string): Promise<never> {
    await pause(this.#around.clock, TIME_OUT_MILLISECONDS);
    throw timeOut(call);
  }

  #note(fault: Fault, by: string): void {
    const { plan, clock, tell } = this.#around;
    plan.struck.push({ fault, at: clock.now(), by });
    const [call, way, nth, what, seconds] = fault;
    const lasts = what === 'slow' || what === 'twice' ? seconds : what === 'frozen' ? FROZEN_SECONDS : 0;
    this.#troubledUntil = Math.max(this.#troubledUntil, clock.now() + lasts * 1000);
    tell(
      `fault: ${call} #${nth} ${way} ${what}${['slow', 'twice', 'stale'].includes(what) ? ` ${seconds} s` : ''} in ${by}`,
    );
  }

  /** The world as this function has it. */
  #seenBy(key: FunctionKey, world: World): World {
    const skew = this.#skewed ? (this.#around.skewSeconds[key] ?? 0) * 1000 : 0;
    const observer =
      key === 'observe-outside'
        ? 'outside'
        : INSIDE.includes(key)
          ? 'inside'
          : key === 'observe-aws'
            ? 'aws'
            : undefined;
    return {
      ...world,
      ...(skew === 0 ? {} : { clock: { now: () => world.clock.now() + skew, wait: (ms) => world.clock.wait(ms) } }),
      ...(key === 'watch' ? { executions: this.#perhapsStale(world.executions) } : {}),
      ...(observer === undefined ? {} : this.#perhapsBlind(observer, world)),
    };
  }

  #perhapsStale(executions: World['executions']): World['executions'] {
    return {
      ...executions,
      status: async (id) => {
        const status = await executions.status(id);
        const fault = this.#around.plan.next('stale:DescribeExecution', 'back');
        if (fault?.[3] !== 'stale') return status;
        this.#note(fault, 'watch');
        const asOf = this.#around.clock.now() - fault[4] * 1000;
        const times = this.#around.executionTimes(id);
        if (times === undefined || times.startedAt > asOf) return undefined;
        return times.stoppedAt === undefined || times.stoppedAt > asOf ? 'RUNNING' : status;
      },
    };
  }

  #perhapsBlind(observer: ObserverClass, world: World): Partial<World> {
    const hidden = (cluster: string) => this.blind.get(observer)?.includes(cluster) === true;
    const behind = (balancer: string) => hidden(balancer.split('-')[0] ?? '');
    if (observer === 'aws') {
      const { metrics } = world;
      return {
        metrics: {
          ...metrics,
          minutes: async (balancer) => (behind(balancer) ? [] : metrics.minutes(balancer)),
        },
      };
    }
    const { probe, clusters } = world;
    const unseen: Probe = {
      ...probe,
      get: async (target) => {
        if (!behind(target.balancer)) return probe.get(target);
        await world.clock.wait(2_000);
        return { kind: 'unreachable', because: 'no answer in 2 s' };
      },
      certificateDaysLeft: async (target) => (behind(target.balancer) ? undefined : probe.certificateDaysLeft(target)),
    };
    const reach = async <T>(cluster: string, ask: () => Promise<T>): Promise<T> => {
      if (!hidden(cluster)) return ask();
      await world.clock.wait(TIME_OUT_MILLISECONDS);
      throw new ClusterUnreachable(`${cluster} did not answer in 5 s`);
    };
    return {
      probe: unseen,
      clusters: {
        ...clusters,
        readFence: (cluster) =>
          reach(cluster, () => clusters.readFence(cluster)).catch((cause: unknown): ClusterFenceRead => {
            if (cause instanceof ClusterUnreachable) return { kind: 'unreachable', because: cause.message };
            throw cause;
          }),
        writeFence: async (cluster, change, version) => {
          if (!hidden(cluster)) return clusters.writeFence(cluster, change, version);
          await world.clock.wait(TIME_OUT_MILLISECONDS);
          return 'unreachable';
        },
        stuckPods: (cluster) => reach(cluster, () => clusters.stuckPods(cluster)),
        leases: (cluster) => reach(cluster, () => clusters.leases(cluster)),
        nodes: (cluster) => reach(cluster, () => clusters.nodes(cluster)),
        platform: (cluster, cni) => reach(cluster, () => clusters.platform(cluster, cni)),
        extensions: (cluster) => reach(cluster, () => clusters.extensions(cluster)),
        workloads: (cluster) => reach(cluster, () => clusters.workloads(cluster)),
        inventory: (cluster) => reach(cluster, () => clusters.inventory(cluster)),
        objects: (cluster, kind) => reach(cluster, () => clusters.objects(cluster, kind)),
        touch: (cluster, object, run) => reach(cluster, () => clusters.touch(cluster, object, run)),
      },
    };
  }
}

function serviceOf(call: string): Service {
  return call.slice(0, Math.max(0, call.indexOf(':'))) as Service;
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
