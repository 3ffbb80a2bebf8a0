/** One look at one cluster through its own load balancer: the canary, and what users ask for. */
import type { Observation, ObserverClass } from '../core/observe/observation.ts';
import type { Clock, Probe, ProbeAnswer } from '../core/ports.ts';
import type { NamedPair } from '../core/topology/pair.ts';

const CANARY_PATH = '/healthz';

export async function probeCluster(
  observer: ObserverClass,
  pair: NamedPair,
  cluster: string,
  ring: number | undefined,
  { probe, clock }: { probe: Probe; clock: Clock },
): Promise<Observation> {
  const balancer = pair.clusters[cluster]?.loadBalancer;
  if (balancer === undefined) throw new RangeError(`no cluster ${cluster} in ${pair.name}`);
  const through = { balancer: balancer.host, port: balancer.ports.https, secure: true };
  const [canary, ...services] = await Promise.all([
    probe.get({ ...through, host: pair.clusters[cluster]?.canaryHost ?? '', path: CANARY_PATH }),
    ...judgedServices(pair, ring).map(({ host, path }) => probe.get({ ...through, host, path })),
  ]);
  const failed = services.filter((answer) => !isServed(answer)).length;
  return {
    observer,
    cluster,
    at: clock.now(),
    answers: canary.kind === 'answered',
    canary: canary.kind === 'unreachable' ? 'unreachable' : isServed(canary) ? 'healthy' : 'unhealthy',
    services: { asked: services.length, failed },
    evidence: `canary ${told(canary)}, ${failed} of ${services.length} services fail`,
  };
}

/** The services that move and whose tier is the lowest of those: they decide whether a cluster is dead. One host each is enough. */
export function judgedServices(pair: NamedPair, ring?: number): { service: string; host: string; path: string }[] {
  const moving = Object.entries(pair.services).filter(([, service]) => ring === undefined || service.ring === ring);
  const lowest = Math.min(...moving.map(([, service]) => service.tier));
  return moving
    .filter(([, service]) => service.tier === lowest)
    .map(([service, { hosts, healthPath }]) => ({ service, host: hosts[0] ?? '', path: healthPath }));
}

/** Any 2xx; the default backend of an ingress says 404 and so counts as a failure. */
function isServed(answer: ProbeAnswer): boolean {
  return answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
}

function told(answer: ProbeAnswer): string {
  return answer.kind === 'answered' ? `says ${answer.status} in ${Math.round(answer.milliseconds)} ms` : answer.because;
}
