/** The clusters as they really are, which our functions never know: who serves, whose pods are ready, who sleeps. */
import type { PairWorld } from '../../lab/world.ts';
import { usersFindPods, usersKeepNodes } from '../invariants/cluster-sleep.ts';
import { breaches } from '../invariants/invariant.ts';
import type { Trace } from './trace.ts';

const LOOK_MILLISECONDS = 10_000;
const SLEEP_LOOK_MILLISECONDS = 30_000;
const OUTAGE_MEMORY_MILLISECONDS = 300_000;
const READY_FLOOR = 0.3;
/** How slow a cluster may be and still count as serving: the time-out of a probe. */
const SLOW_FAULT = 'slow';

export interface Around {
  world: PairWorld;
  trace: Trace;
  /** Where the run goes that holds the pair. */
  wantedAt: () => string | undefined;
  breach: (lines: readonly string[]) => void;
}

export class ClustersSeen {
  readonly #around: Around;
  /** Since when nobody is served there. */
  readonly #deadSince = new Map<string, number>();
  readonly #outages: { cluster: string; from: number; to: number }[] = [];
  readonly #readyAt = new Map<string, number>();
  readonly #sleeping = new Map<string, ReadonlySet<string>>();
  /** Minimums of nodes that were asked for, by cluster. */
  readonly #nodesMin = new Map<string, number>();

  constructor(around: Around) {
    this.#around = around;
    this.#look();
    this.#lookForSleepers();
  }

  /** When enough of its pods were ready last; 0: never. */
  readyAt(cluster: string): number {
    return this.#readyAt.get(cluster) ?? 0;
  }

  #look(): void {
    const now = this.#around.world.clock.now();
    for (const [name, cluster] of Object.entries(this.#around.world.clusters)) {
      const dead =
        cluster.has('kill') || cluster.has('cni-broken') || cluster.has(SLOW_FAULT) || cluster.readyIngressPods === 0;
      const since = this.#deadSince.get(name);
      if (dead && since === undefined) this.#deadSince.set(name, now);
      if (!dead && since !== undefined) {
        this.#deadSince.delete(name);
        this.#outages.push({ cluster: name, from: since, to: now });
      }
    }
    this.lookAtPods();
    this.#around.world.clock.after(LOOK_MILLISECONDS, () => this.#look());
  }

  lookAtPods(): void {
    const services = Object.keys(this.#around.world.pair.services);
    for (const [name, cluster] of Object.entries(this.#around.world.clusters)) {
      if (cluster.has('kill')) continue;
      const pods = services.map((service) => cluster.deployment(service, service));
      const wanted = pods.reduce((sum, pod) => sum + (pod?.wanted ?? 0), 0);
      const ready = pods.reduce((sum, pod) => sum + Math.min(pod?.ready ?? 0, pod?.wanted ?? 0), 0);
      if (wanted > 0 && ready / wanted >= READY_FLOOR) this.#readyAt.set(name, this.#around.world.clock.now());
    }
  }

  deadSeconds(cluster: string, at: number): number {
    const since = this.#deadSince.get(cluster);
    return since === undefined ? 0 : Math.max(0, at - since) / 1000;
  }

  longestOutage(cluster: string, now: number): number {
    const recent = this.#outages.filter((one) => one.cluster === cluster && one.to > now - OUTAGE_MEMORY_MILLISECONDS);
    const lasted = recent.map(({ from, to }) => (to - from) / 1000);
    return Math.max(0, ...lasted, this.deadSeconds(cluster, now));
  }

  resized(cluster: string, min: number | undefined): void {
    this.#around.trace.add(`nodes: ${cluster} shall have at least ${min}`);
    const before = this.#nodesMin.get(cluster) ?? 0;
    this.#nodesMin.set(cluster, min ?? before);
    if (min === undefined || min >= before) return;
    const { pair, route53 } = this.#around.world;
    const hosts = Object.values(pair.services).flatMap((service) => service.hosts);
    const led = hosts.filter((host) => (route53.shares({ name: `${host}.`, type: 'A' }).get(cluster) ?? 0) > 0).length;
    this.#around.breach(breaches([usersKeepNodes], { cluster, led, wanted: this.#around.wantedAt() === cluster }));
  }

  #lookForSleepers(): void {
    const { route53, pair, clock } = this.#around.world;
    for (const [name, asleep] of this.noteSleepers()) {
      const led = asleep.filter((service) =>
        pair.services[service]?.hosts.some(
          (host) => (route53.shares({ name: `${host}.`, type: 'A' }).get(name) ?? 0) > 0,
        ),
      );
      // the whole minute before the last look, when they were still awake
      const before = clock.now() - SLEEP_LOOK_MILLISECONDS - 60_000;
      const requests = this.#around.world.clusters[name]?.traffic.minute(before).requests ?? 0;
      this.#around.breach(breaches([usersFindPods], { cluster: name, asleep, led, requests }));
    }
    clock.after(SLEEP_LOOK_MILLISECONDS, () => this.#lookForSleepers());
  }

  /** Services that were put to sleep since the last look, by cluster. */
  noteSleepers(): [string, string[]][] {
    const { clusters, pair } = this.#around.world;
    return Object.entries(clusters).map(([name, cluster]) => {
      const before = this.#sleeping.get(name) ?? new Set();
      if (cluster.has('kill')) return [name, []];
      const sleeping = Object.keys(pair.services).filter(
        (service) => cluster.deployment(service, service)?.wanted === 0,
      );
      this.#sleeping.set(name, new Set(sleeping));
      return [name, sleeping.filter((service) => !before.has(service))];
    });
  }
}
