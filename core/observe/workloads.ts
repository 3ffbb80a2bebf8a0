/**
 * What gates ask about the workloads and certificates of a cluster, ring by ring: counts, and by name only the first few
 * that stand out. A cluster has thousands of workloads, and no more than 256 KB pass from one state to the next.
 */
import { type NamedPair, ringsOf } from '../topology/pair.ts';

/** One workload, as its object says. */
export interface WorkloadFacts {
  /** `Deployment/shop/web` */
  object: string;
  ring: number;
  /** What it will run with when its ring is running. */
  wanted: number;
  ready: number;
  images: readonly string[];
  /** It starts with batch work, after the move: nobody waits for it before. */
  exclusive?: boolean;
}

/** Many things of which a few are named. */
export interface Few {
  count: number;
  some: readonly string[];
}

/** The workloads of one ring together. */
export interface RingOfWorkloads {
  ring: number;
  /** Pods. */
  wanted: number;
  /** Of those: more than wanted of one workload does not make up for another. */
  ready: number;
  /** Workloads that want pods and have none ready. */
  asleep: Few;
  /** Workloads labelled as exclusive. They start with batch work, after the move, and are not counted above. */
  exclusive?: Few;
}

/** One ring of two clusters, object by object. */
export interface RingCompared {
  ring: number;
  workloads: number;
  /** A sentence for each that is missing on one side or runs other images there. */
  different: Few;
}

/** The certificates that a cluster's load balancer shows for the hosts of one ring. */
export interface RingOfCertificates {
  ring: number;
  /** Hosts that were asked for. */
  hosts: number;
  /** A sentence for each that ends too soon. */
  short: Few;
  /** Hosts that show none. */
  none: Few;
}

const NAMED_MAX = 5;

/** The whole count, and by name only the first. */
export function few(items: readonly string[]): Few {
  return { count: items.length, some: items.slice(0, NAMED_MAX) };
}

export function byRing(workloads: readonly WorkloadFacts[]): RingOfWorkloads[] {
  return rings(workloads).map(([ring, all]) => {
    const [those, exclusive] = [
      all.filter((one) => one.exclusive !== true),
      all.filter((one) => one.exclusive === true),
    ];
    return {
      ring,
      wanted: those.reduce((sum, { wanted }) => sum + wanted, 0),
      ready: those.reduce((sum, { wanted, ready }) => sum + Math.min(wanted, ready), 0),
      asleep: few(those.filter(({ wanted, ready }) => wanted > 0 && ready === 0).map(({ object }) => object)),
      ...(exclusive.length === 0 ? {} : { exclusive: few(exclusive.map(({ object }) => object)) }),
    };
  });
}

/** @param here, there one cluster and the other, each with its name */
export function compared(
  here: { cluster: string; workloads: readonly WorkloadFacts[] },
  there: { cluster: string; workloads: readonly WorkloadFacts[] },
): RingCompared[] {
  const [ours, theirs] = [new Map(rings(here.workloads)), new Map(rings(there.workloads))];
  const all = [...new Set([...ours.keys(), ...theirs.keys()])].sort((a, b) => a - b);
  return all.map((ring) => {
    const [old, next] = [imagesOf(ours.get(ring)), imagesOf(theirs.get(ring))];
    const objects = [...new Set([...old.keys(), ...next.keys()])].sort();
    const different = objects.flatMap((object) => {
      const [one, other] = [old.get(object), next.get(object)];
      if (one === undefined) return [`${object} is missing in ${here.cluster}`];
      if (other === undefined) return [`${object} is missing in ${there.cluster}`];
      return one === other ? [] : [`${object} runs ${one} in ${here.cluster}, ${other} in ${there.cluster}`];
    });
    return { ring, workloads: objects.length, different: few(different) };
  });
}

/** @param shown whole days left of each host's certificate; undefined: none was shown */
export function certificatesByRing(
  pair: NamedPair,
  shown: readonly { host: string; daysLeft: number | undefined }[],
): RingOfCertificates[] {
  const { certificateDaysMin } = pair.probe;
  const daysLeft = new Map(shown.map((one) => [one.host, one.daysLeft]));
  return ringsOf(pair).map((ring) => {
    const hosts = Object.values(pair.services).flatMap((service) => (service.ring === ring ? service.hosts : []));
    const short = hosts.filter((host) => (daysLeft.get(host) ?? certificateDaysMin) < certificateDaysMin);
    return {
      ring,
      hosts: hosts.length,
      short: few(short.map((host) => `${host} has ${daysLeft.get(host)} days left`)),
      none: few(hosts.filter((host) => daysLeft.get(host) === undefined)),
    };
  });
}

function rings(workloads: readonly WorkloadFacts[]): [number, WorkloadFacts[]][] {
  return [...Map.groupBy(workloads, ({ ring }) => ring)].sort(([a], [b]) => a - b);
}

function imagesOf(workloads: readonly WorkloadFacts[] = []): Map<string, string> {
  return new Map(workloads.map(({ object, images }) => [object, [...images].sort().join(' ')]));
}
