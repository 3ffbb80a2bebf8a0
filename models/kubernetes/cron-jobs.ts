import type { Random } from '../random.ts';
import { Schedule } from './cron.ts';
import type { Inventory } from './inventory.ts';
import { drawn } from './life-settings.ts';
import { type Spec, type Stored, timestamp, uidOf } from './objects.ts';
import { keyOf } from './store.ts';

interface State {
  readonly createdAt: number;
  lastRun: number | undefined;
  /** Counts changes, so that a run planned before a change does not happen after it. */
  turn: number;
  jobs: string[];
}

/** The CronJob controller: makes Jobs when their time comes, also the time that was missed while suspended. */
export class CronJobs {
  readonly #inventory: Inventory;
  readonly #random: Random;
  readonly #states = new Map<string, State>();

  constructor(inventory: Inventory, random: Random) {
    this.#inventory = inventory;
    this.#random = random;
  }

  /** A CronJob was written. Resuming runs the last missed time at once, unless its starting deadline has passed. */
  changed(key: string, { spec }: Stored): void {
    const { life, settings } = this.#inventory;
    const cron = this.#states.get(key) ?? { createdAt: life.now, lastRun: undefined, turn: 0, jobs: [] };
    this.#states.set(key, cron);
    const turn = ++cron.turn;
    const schedule = Schedule.parse(spec?.schedule ?? '');
    if (spec?.suspend === true || schedule === undefined || life.instant) return;
    const missed = missedRun(schedule, cron, life.now, spec?.startingDeadlineSeconds);
    if (missed !== undefined) {
      life.later(drawn(settings.life.controllerMs, this.#random), () => {
        if (cron.turn === turn) this.#run(key, cron, missed);
      });
    }
    this.#planNext(key, cron, schedule, turn);
  }

  forget(key: string): void {
    const cron = this.#states.get(key);
    if (cron !== undefined) cron.turn++;
    this.#states.delete(key);
  }

  /** The set-up is over: what is not suspended has run whenever it should have. */
  settle(now: number): void {
    for (const [key, cron] of this.#states) {
      const spec = this.#inventory.store.get('cronjobs', key)?.spec;
      if (spec?.suspend !== true) cron.lastRun = Schedule.parse(spec?.schedule ?? '')?.last(now);
    }
    this.wake();
  }

  /** Everything that was planned was forgotten (a cluster is powered on again): it is planned anew. */
  wake(): void {
    for (const key of this.#states.keys()) {
      const object = this.#inventory.store.get('cronjobs', key);
      if (object !== undefined) this.changed(key, object);
    }
  }

  /** A Job ended, perhaps one of ours. */
  finished(jobKey: string): void {
    for (const [key, { jobs }] of this.#states) {
      if (jobs.some((job) => jobKey.endsWith(`/${job}`))) this.#inventory.store.statusChanged('cronjobs', key);
    }
  }

  status(key: string) {
    const cron = this.#states.get(key);
    if (cron?.lastRun === undefined) return {};
    const [namespace] = key.split('/');
    const jobs = cron.jobs.map((name) => ({ name, job: this.#inventory.workload('jobs', `${namespace}/${name}`) }));
    const running = jobs.filter(({ job }) => job !== undefined && job.finishedAt === undefined);
    const succeeded = jobs.findLast(({ job }) => job?.finishedAt !== undefined)?.job?.finishedAt;
    const active = running.map(({ name }) => ({ kind: 'Job', namespace, name, apiVersion: 'batch/v1' }));
    return {
      ...(active.length === 0 ? {} : { active }),
      lastScheduleTime: timestamp(cron.lastRun),
      ...(succeeded === undefined ? {} : { lastSuccessfulTime: timestamp(succeeded) }),
    };
  }

  #planNext(key: string, cron: State, schedule: Schedule, turn: number): void {
    const { life } = this.#inventory;
    const next = schedule.next(life.now);
    if (next === undefined) return;
    life.later(next - life.now, () => {
      if (cron.turn !== turn) return;
      this.#run(key, cron, next);
      this.#planNext(key, cron, schedule, turn);
    });
  }

  #run(key: string, cron: State, at: number): void {
    const { store, life, settings } = this.#inventory;
    const object = store.get('cronjobs', key);
    const template = object?.spec?.jobTemplate?.spec as Spec | undefined;
    if (object === undefined || template === undefined) return;
    const { name, namespace, uid } = object.metadata;
    const job = `${name}-${Math.floor(at / 60_000)}`;
    cron.lastRun = at;
    cron.jobs = [...cron.jobs, job];
    const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name, uid, controller: true, blockOwnerDeletion: true };
    const metadata = {
      name: job,
      ...(namespace === undefined ? {} : { namespace }),
      uid: uidOf(`${settings.name} job ${namespace}/${job}`),
      resourceVersion: '0',
      generation: 1,
      creationTimestamp: timestamp(life.now),
      ownerReferences: [owner],
    };
    this.#inventory.keep('jobs', keyOf(namespace, job), {
      metadata,
      spec: { parallelism: 1, completions: 1, ...template },
    });
    const kept = 1 + Number(object.spec?.successfulJobsHistoryLimit ?? 3);
    while (cron.jobs.length > kept) this.#inventory.drop('jobs', keyOf(namespace, cron.jobs.shift() ?? ''));
    store.statusChanged('cronjobs', key);
  }
}

function missedRun(schedule: Schedule, cron: State, now: number, deadlineSeconds?: number): number | undefined {
  const last = schedule.last(now);
  if (last === undefined || last <= (cron.lastRun ?? cron.createdAt)) return undefined;
  return deadlineSeconds === undefined || now - last <= deadlineSeconds * 1_000 ? last : undefined;
}
