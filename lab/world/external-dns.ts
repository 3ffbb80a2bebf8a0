import { clusterNames, type NamedPair, zonesOfHost } from '../../core/topology/pair.ts';
import type { Clock } from '../../models/clock.ts';
import type { Endpoint } from '../../models/external-dns/endpoint.ts';
import { ExternalDns } from '../../models/external-dns/external-dns.ts';
import type { Cluster } from '../../models/kubernetes/cluster.ts';
import type { Random } from '../../models/random.ts';
import type { Route53 } from '../../models/route53/route53.ts';

const INTERVAL_MILLISECONDS = 60_000;

/**
 * One ExternalDNS per cluster, each with an owner id of its own. They tend the zones with layout `records`; in the others
 * the names are not theirs (`--domain-filter`).
 */
export function externalDnsOf(
  pair: NamedPair,
  clusters: Readonly<Record<string, Cluster>>,
  route53: Route53,
  clock: Clock,
  own: () => Random,
  planDelayMs = 0,
): Record<string, ExternalDns> {
  const zones = pair.zones.filter(({ layout }) => layout === 'records').map(({ id, name }) => ({ id, name }));
  const entries = clusterNames(pair).map((name) => {
    const random = own();
    const calls = {
      listResourceRecordSets: (input: Parameters<Route53['listResourceRecordSets']>[0]) =>
        route53.listResourceRecordSets(input, `external-dns ${name}`),
      changeResourceRecordSets: (input: Parameters<Route53['changeResourceRecordSets']>[0]) =>
        route53.changeResourceRecordSets(input, `external-dns ${name}`),
    };
    const source = () => endpointsOf(pair, name, clusters[name]);
    const instance = new ExternalDns({
      clock,
      random,
      owner: name,
      zones,
      source,
      route53: calls,
      intervalMs: INTERVAL_MILLISECONDS,
      planDelayMs,
    });
    instance.start(Math.floor(random() * INTERVAL_MILLISECONDS));
    return [name, instance] as const;
  });
  return Object.fromEntries(entries);
}

function endpointsOf(pair: NamedPair, name: string, cluster: Cluster | undefined): Endpoint[] {
  if (cluster === undefined || !cluster.externalDnsRuns) throw new Error(`the ExternalDNS of ${name} does not run`);
  const zone = pair.clusters[name]?.loadBalancer.zone ?? '';
  return cluster.endpoints().flatMap(({ names, setIdentifier, weight, evaluateTargetHealth, target, resource }) =>
    names
      .filter((host) => zonesOfHost(pair.zones, host)[0]?.layout === 'records' && setIdentifier !== undefined)
      .map((host) => ({
        name: host,
        types: ['A', 'AAAA'] as const,
        target: { loadBalancer: target, zone, evaluateTargetHealth },
        setIdentifier,
        weight,
        resource,
      })),
  );
}
