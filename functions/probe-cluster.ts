/** One look at one cluster through its own load balancer: the canary, and what users ask for. */
import { canaryComplains } from '../core/observe/canary.ts';
import type { Observation, ObserverClass } from '../core/observe/observation.ts';
import type { Clock, Probe, ProbeAnswer } from '../core/ports.ts';
import { type NamedPair, ringsOf } from '../core/topology/pair.ts';
import { atMost } from './at-most.ts';
import { type LookInput, sparedOf } from './look.ts';

const CANARY_PATH = '/healthz';
/** Of one cluster by one function: a thousand time-outs of 2 s end within 8 s. */
const PROBES_AT_ONCE = 250;

/** What of a look concerns the asking. */
export type Looked = Pick<LookInput, 'ring' | 'spare'>;

export async function probeCluster(
  observer: ObserverClass,
  pair: NamedPair,
  cluster: string,
  input: Looked,
  { probe, clock }: { probe: Probe; clock: Clock },
): Promise<Observation> {
  const balancer = pair.clusters[cluster]?.loadBalancer;
  if (balancer === undefined) throw new RangeError(`no cluster ${cluster} in ${pair.name}`);
  const left = sparedOf(cluster, input);
  const spared = left === 'all' ? ringsOf(pair) : left;
  const through = { balancer: balancer.host, port: balancer.ports.https, secure: true };
  const [canary, services] = await Promise.all([
    probe.get({ ...through, host: pair.clusters[cluster]?.canaryHost ?? '', path: CANARY_PATH }),
    atMost(PROBES_AT_ONCE, judgedServices(pair, input.ring, spared), ({ host, path }) =>
      probe.get({ ...through, host, path }),
    ),
  ]);
  const milliseconds = slowerOf(canary, services);
  const isSlow = canary.kind === 'answered' && canary.milliseconds >= pair.probe.slowMilliseconds;
  const complaint = isServed(canary) && canary.kind === 'answered' ? canaryComplains(canary.body) : undefined;
  const failed = services.filter((answer) => !isServed(answer)).length;
  return {
    observer,
    cluster,
    at: clock.now(),
    answers: canary.kind === 'answered',
    canary:
      canary.kind === 'unreachable'
        ? 'unreachable'
        : isServed(canary)
          ? (complaint?.health ?? (isSlow ? 'degraded' : 'healthy'))
          : 'unhealthy',
    ...(complaint === undefined ? {} : { canaryBecause: complaint.because }),
    services: { asked: services.length, failed },
    ...(milliseconds === undefined ? {} : { milliseconds }),
    evidence: `canary ${told(canary)}${complaint === undefined ? '' : `, that it ${complaint.because}`}, ${failed} of ${services.length} services fail`,
  };
}

/**
 * The services that move and whose tier is the lowest of those: they decide whether a cluster is dead. One host each is
 * enough. What runs in one cluster only says nothing about the other, unless there is nothing else.
 * @param spared rings that nobody asks for now
 */
export function judgedServices(
  pair: NamedPair,
  ring?: number,
  spared: readonly number[] = [],
): { service: string; host: string; path: string }[] {
  const all = Object.entries(pair.services).filter(
    ([, service]) => (ring === undefined || service.ring === ring) && !spared.includes(service.ring),
  );
  const inBoth = all.filter(([, { concurrency }]) => concurrency !== 'exclusive');
  const moving = inBoth.length > 0 ? inBoth : all;
  const lowest = Math.min(...moving.map(([, service]) => service.tier));
  return moving
    .filter(([, service]) => service.tier === lowest)
    .map(([service, { hosts, healthPath }]) => ({ service, host: hosts[0] ?? '', path: healthPath }));
}

/** The canary's time or the median of the services' own, whichever is longer; only of what answered. */
function slowerOf(canary: ProbeAnswer, services: readonly ProbeAnswer[]): number | undefined {
  const took = (answer: ProbeAnswer) => (answer.kind === 'answered' ? [answer.milliseconds] : []);
  const times = services
    .filter(isServed)
    .flatMap(took)
    .sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  const longest = Math.max(...took(canary), median ?? 0);
  return canary.kind === 'answered' || median !== undefined ? longest : undefined;
}

/** Any 2xx; the default backend of an ingress says 404 and so counts as a failure. */
function isServed(answer: ProbeAnswer): boolean {
  return answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
}

function told(answer: ProbeAnswer): string {
  return answer.kind === 'answered' ? `says ${answer.status} in ${Math.round(answer.milliseconds)} ms` : answer.because;
}
