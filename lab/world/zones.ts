import { clusterNames, type NamedPair, namesInZone, pivotName, ringsOf } from '../../core/topology/pair.ts';
import type { Zone } from '../../core/topology/schema.ts';
import { registryRecord } from '../../models/external-dns/registry.ts';
import type { ResourceRecordSet } from '../../models/route53/shapes.ts';

const TYPES = ['A', 'AAAA'] as const;
const EQUAL_WEIGHT = 1;

/** What a zone of the pair holds before Throwover ever ran: every name on the active side. */
export function zoneContents(pair: NamedPair, zone: Zone, active: string): ResourceRecordSet[] {
  const names = namesInZone(pair, zone);
  if (zone.layout === 'records') {
    return names.flatMap(({ name, service }) =>
      toBalancers(pair, name, active).flatMap((set) => [set, registered(set, service, pair)]),
    );
  }
  const pivots = ringsOf(pair)
    .filter((ring) => names.some((name) => name.ring === ring))
    .flatMap((ring) => toBalancers(pair, pivotName(ring, zone), active));
  return [...pivots, ...names.flatMap(({ name, ring }) => toPivot(pair, zone, name, pivotName(ring, zone)))];
}

/** The weighted pair of a name, one alias per cluster. */
function toBalancers(pair: NamedPair, name: string, active: string): ResourceRecordSet[] {
  return clusterNames(pair).flatMap((cluster) =>
    TYPES.map((Type) => {
      const { setIdentifier = cluster, loadBalancer } = pair.clusters[cluster] ?? {};
      return {
        Name: name,
        Type,
        SetIdentifier: setIdentifier,
        Weight: cluster === active ? 100 : 0,
        AliasTarget: {
          HostedZoneId: loadBalancer?.zone ?? '',
          DNSName: `${loadBalancer?.host}.`,
          EvaluateTargetHealth: false,
        },
      };
    }),
  );
}

/** Layout `pivot`: both clusters' records point to the same name, so either may vanish. */
function toPivot(pair: NamedPair, zone: Zone, name: string, pivot: string): ResourceRecordSet[] {
  return clusterNames(pair).flatMap((cluster) =>
    TYPES.map((Type) => ({
      Name: name,
      Type,
      SetIdentifier: pair.clusters[cluster]?.setIdentifier ?? cluster,
      Weight: EQUAL_WEIGHT,
      AliasTarget: { HostedZoneId: zone.id, DNSName: pivot, EvaluateTargetHealth: false },
    })),
  );
}

/** The record with which the cluster's ExternalDNS says that a set is its own. */
function registered(set: ResourceRecordSet, service: string, pair: NamedPair): ResourceRecordSet {
  const owner = clusterNames(pair).find((cluster) => pair.clusters[cluster]?.setIdentifier === set.SetIdentifier) ?? '';
  return registryRecord(set, { owner, resource: `ingress/${service}/${service}` }, {});
}
