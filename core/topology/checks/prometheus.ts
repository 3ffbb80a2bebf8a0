/** A Prometheus must be asked about both clusters, and its answers need a bound. */
import { isWithoutWorkspace } from '../managed-prometheus.ts';
import { type Problem, problem } from '../problem.ts';
import type { Pair, Prometheus } from '../schema.ts';

export function prometheusProblems(
  prometheus: Prometheus,
  clusters: Pair['clusters'] | undefined,
  probe: Pair['probe'] | undefined,
  at: readonly (string | number)[],
): Problem[] {
  const here = [...at, 'prometheus'];
  const found: Problem[] = [];
  if (clusters !== undefined) {
    const wanted = Object.keys(clusters).sort();
    const asked = Object.keys(prometheus.clusters).sort();
    if (asked.join() !== wanted.join())
      found.push(
        problem(
          [...here, 'clusters'],
          asked.join(', ') || 'none',
          `a query for each of ${wanted.join(' and ')}`,
          'an observer that does not look at the other cluster abstains',
        ),
      );
  }
  if (isWithoutWorkspace(prometheus.url))
    found.push(
      problem(
        [...here, 'url'],
        prometheus.url,
        'the path of a workspace: /workspaces/ws-…',
        'the observer’s role may query that workspace only, and signs for it',
      ),
    );
  for (const [name, { min, max }] of Object.entries(prometheus.clusters)) {
    if ((min ?? Number.NEGATIVE_INFINITY) <= (max ?? Number.POSITIVE_INFINITY) && (min ?? max) !== undefined) continue;
    found.push(
      problem(
        [...here, 'clusters', name],
        JSON.stringify({ min, max }),
        'min, max or both, min at most max',
        'without a bound no value would say that the cluster is unhealthy',
      ),
    );
  }
  if (probe !== undefined && prometheus.evidenceAgeSecondsMax > probe.metricAgeSecondsMax)
    found.push(
      problem(
        [...here, 'evidenceAgeSecondsMax'],
        String(prometheus.evidenceAgeSecondsMax),
        `at most ${probe.metricAgeSecondsMax}, metricAgeSecondsMax`,
        'nothing that anybody counts may be older than what CloudWatch is allowed',
      ),
    );
  return found;
}
