/**
 * A zone that knows only what a batch is: all of it or nothing, DELETE only of exactly what is there, CREATE only where
 * nothing is. It shares no code with the planner.
 */
import type { Batch } from '../../../core/plan/batch.ts';
import type { Fence } from '../../../core/plan/fence.ts';
import { fenceText } from '../../../core/plan/fence.ts';
import { readingOf, type ZoneAsRead } from '../../../core/plan/reading.ts';
import type { RecordSet } from '../../../core/plan/records.ts';
import type { Move, Standpoint } from '../../../core/plan/steer.ts';
import { type NamedPair, pairOf, parseTopology } from '../../../core/topology/index.ts';
import { example } from '../topology/example.ts';

export class NaiveZone {
  readonly sets = new Map<string, RecordSet>();

  constructor(records: readonly RecordSet[]) {
    for (const record of records) this.sets.set(place(record), record);
  }

  apply({ changes }: Pick<Batch, 'changes'>): boolean {
    const copy = new Map(this.sets);
    for (const { action, record } of changes) {
      const there = copy.get(place(record));
      if (action === 'DELETE') {
        if (there === undefined || JSON.stringify(there) !== JSON.stringify(record)) return false;
        copy.delete(place(record));
      } else {
        if (there !== undefined) return false;
        copy.set(place(record), record);
      }
    }
    this.sets.clear();
    for (const [at, record] of copy) this.sets.set(at, record);
    return true;
  }

  get records(): RecordSet[] {
    return [...this.sets.values()];
  }

  /** Names and types that users ask for and whose sets all weigh nothing, or that are gone. */
  dark(asked: readonly string[]): string[] {
    const weights = new Map<string, number>();
    for (const { name, type, weight } of this.records) {
      if (type === 'TXT') continue;
      weights.set(`${name} ${type}`, (weights.get(`${name} ${type}`) ?? 0) + (weight ?? 0));
    }
    return asked.filter((name) => !((weights.get(name) ?? 0) > 0));
  }
}

function place({ name, type, setIdentifier }: RecordSet): string {
  return JSON.stringify([name, type, setIdentifier]);
}

/** The lab's pair with so many names more in ring 1 of `example.test`. */
export function shopWith(names: number): NamedPair {
  const file = example();
  for (let n = 0; n < names; n++) {
    const host = `n${String(n).padStart(5, '0')}.example.test`;
    file.pairs.shop.services[`s${n}`] = { hosts: [host], healthPath: '/', ring: 1, tier: n % 10, concurrency: 'safe' };
  }
  const { topology, problems } = parseTopology(file);
  if (topology === undefined) throw new Error(JSON.stringify(problems));
  return pairOf(topology);
}

export const shop = shopWith(0);

export function zoneOf(pair: NamedPair, name = 'example.test') {
  const zone = pair.zones.find((one) => one.name === name);
  if (zone === undefined) throw new Error(`no zone ${name}`);
  return zone;
}

/** One side of a name: an alias to the cluster's load balancer, as ExternalDNS writes it. */
export function side(name: string, type: string, cluster: string, weight: number): RecordSet {
  return {
    name,
    type,
    policy: 'weighted',
    setIdentifier: cluster,
    weight,
    alias: { zone: `Z0ELB${cluster.toUpperCase()}`, name: `${cluster}-lb.elb.test.`, evaluateTargetHealth: false },
  };
}

/** Both sides, A and AAAA: blue has `share`, green the rest. */
export function bothSides(name: string, blue: number, types = ['A', 'AAAA']): RecordSet[] {
  return types.flatMap((type) => [side(name, type, 'blue', blue), side(name, type, 'green', 100 - blue)]);
}

/** The registry TXT of ExternalDNS at `name`, which may be a form of the name it is about. */
export function registered(name: string, cluster: string, resource = 'ingress/shop/web'): RecordSet {
  return {
    name,
    type: 'TXT',
    policy: 'weighted',
    setIdentifier: cluster,
    weight: 100,
    ttlSeconds: 300,
    values: [`"heritage=external-dns,external-dns/owner=${cluster},external-dns/resource=${resource}"`],
  };
}

export const quiet: Fence = { by: '1b74c5a8', epoch: 42, seq: 7, active: 'blue', rings: {}, run: 'before' };

export function fenceSet(fence: Fence, zone = 'example.test'): RecordSet {
  return {
    name: `shop._throwover.${zone}.`,
    type: 'TXT',
    policy: 'simple',
    ttlSeconds: 5,
    values: [`"${fenceText(fence)}"`],
  };
}

export const ours = { pair: 'shop', zone: 'example.test', epoch: 43, run: 'run-43', by: '1b74c5a8' };

/** Everything from blue to green, by the run that holds epoch 43. */
export const toGreen: Move = { ...ours, to: 'green', from: 'blue', share: 100, active: 'blue' };

export function standpointOf(reading: ZoneAsRead): Standpoint {
  if (reading.fence.kind !== 'fence') throw new Error(reading.fence.kind);
  return { fence: reading.fence.fence, record: reading.fence.record };
}

/** Every name of the pair in the zone on blue, under a fence that run 43 has raised; `fence` changes some of it. */
export function recordsOf(pair: NamedPair, fence: Partial<Fence> = {}, zone = 'example.test'): RecordSet[] {
  const hosts = Object.values(pair.services).flatMap(({ hosts }) => hosts);
  const names =
    zone === 'pivot.test'
      ? ['live-0.pivot.test.', 'live-1.pivot.test.']
      : hosts.filter((host) => host.endsWith(`.${zone}`)).map((host) => `${host}.`);
  const raised = { ...quiet, epoch: ours.epoch, run: ours.run, ...fence };
  return [fenceSet(raised, zone), ...names.flatMap((name) => bothSides(name, 100))];
}

export function read(pair: NamedPair, records: readonly RecordSet[], zone = 'example.test'): ZoneAsRead {
  return readingOf(pair, zoneOf(pair, zone), records);
}
