import { canonicalName } from '../route53/names.ts';
import { kept } from '../route53/record-set.ts';
import type { ResourceRecordSet } from '../route53/shapes.ts';

/** A name that the objects of a cluster ask for, with what their annotations say. */
export interface Endpoint {
  readonly name: string;
  /** ELB host names become an alias of each type. */
  readonly types: readonly ('A' | 'AAAA' | 'CNAME')[];
  readonly target:
    | { readonly loadBalancer: string; readonly zone: string; readonly evaluateTargetHealth: boolean }
    | { readonly values: readonly string[]; readonly ttlSeconds?: number | undefined };
  readonly setIdentifier?: string | undefined;
  readonly weight?: number | undefined;
  readonly healthCheckId?: string | undefined;
  /** Who asks, as in the registry: `ingress/shop/shop`. */
  readonly resource: string;
}

const DEFAULT_TTL_SECONDS = 300;

/** A record set that is wanted, and for whom. */
export interface Wanted {
  readonly set: ResourceRecordSet;
  readonly resource: string;
}

/** The record sets of an endpoint, in kept form. */
export function wantedSets(endpoint: Endpoint): Wanted[] {
  const { target, resource, setIdentifier, weight, healthCheckId } = endpoint;
  const name = canonicalName(endpoint.name);
  if (typeof name !== 'string') return []; // ExternalDNS logs such a name and goes on
  const routing = { SetIdentifier: setIdentifier, Weight: weight, HealthCheckId: healthCheckId };
  return endpoint.types.map((type) => {
    const where =
      'values' in target
        ? { TTL: target.ttlSeconds ?? DEFAULT_TTL_SECONDS, ResourceRecords: target.values.map((Value) => ({ Value })) }
        : {
            AliasTarget: {
              HostedZoneId: target.zone,
              DNSName: target.loadBalancer,
              EvaluateTargetHealth: target.evaluateTargetHealth,
            },
          };
    return { set: kept(name, { Name: name, Type: type, ...routing, ...where }), resource };
  });
}
