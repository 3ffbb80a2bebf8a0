/** What a Prometheus says of each cluster: one value, and whether it lies within its bounds. */
import type { Health, Observation } from '../core/observe/observation.ts';
import type { QueryAnswer } from '../core/ports.ts';
import { clusterNames, type NamedPair } from '../core/topology/pair.ts';
import type { World } from './world.ts';

/** @param from which function is asking: a Prometheus is asked by one of them only */
export async function observePrometheus(
  from: 'inside' | 'outside',
  pair: NamedPair,
  { probe, clock }: Pick<World, 'probe' | 'clock'>,
): Promise<Observation[]> {
  const { prometheus } = pair;
  if (prometheus === undefined || prometheus.askedFrom !== from) return [];
  return Promise.all(
    clusterNames(pair).map(async (cluster): Promise<Observation> => {
      const { query = '', min, max } = prometheus.clusters[cluster] ?? {};
      const answer = await probe.query({ url: prometheus.url, query, ageSeconds: prometheus.evidenceAgeSecondsMax });
      const base = { observer: 'prometheus', cluster } as const;
      if (answer.kind !== 'value')
        return { ...base, at: clock.now(), answers: false, canary: healthOf(answer), evidence: answer.because };
      const { value, at } = answer;
      const isWithin = (min === undefined || value >= min) && (max === undefined || value <= max);
      const bounds = [min === undefined ? '' : `≥ ${min}`, max === undefined ? '' : `≤ ${max}`]
        .filter(Boolean)
        .join(' and ');
      const evidence = `${query} is ${value}, well when ${bounds}`;
      return { ...base, at, answers: true, canary: isWithin ? 'healthy' : 'unhealthy', evidence };
    }),
  );
}

/** One that cannot be asked is no sick cluster: none of these is ever counted. */
function healthOf({ kind }: Exclude<QueryAnswer, { kind: 'value' }>): Health {
  return kind === 'unauthorized' ? 'unauthorized' : 'unknown';
}
