import type { Labels, Stored } from './objects.ts';

/** What an ExternalDNS finds to publish in a cluster. */
export interface Endpoint {
  readonly names: readonly string[];
  /** undefined: a simple record. */
  readonly setIdentifier: string | undefined;
  readonly weight: number | undefined;
  /** Alias records get it unless the annotation says "false". */
  readonly evaluateTargetHealth: boolean;
  /** Host name of the cluster's load balancer, or what the target annotation says instead. */
  readonly target: string;
  /** `ingress/<namespace>/<name>`, as in the registry's TXT record. */
  readonly resource: string;
}

/**
 * Reads the annotations under one prefix, as ExternalDNS does: `external-dns.kubernetes.io/` since v0.22.0,
 * `external-dns.alpha.kubernetes.io/` before (facts/kubernetes.md, section 11).
 */
export function endpointOf(
  kind: 'ingress' | 'service',
  object: Stored,
  prefix: string,
  balancerHost: string,
): Endpoint | undefined {
  const { annotations = {}, namespace, name } = object.metadata;
  const said = (key: string) => annotations[`${prefix}${key}`];
  const names = [...new Set([...hostsOf(object), ...listed(said('hostname'))])];
  if (names.length === 0 || (kind === 'service' && object.spec?.type !== 'LoadBalancer')) return undefined;
  const weight = said('aws-weight');
  return {
    names,
    setIdentifier: said('set-identifier'),
    weight: weight === undefined ? undefined : Number(weight),
    evaluateTargetHealth: said('aws-evaluate-target-health') !== 'false',
    target: said('target') ?? balancerHost,
    resource: `${kind}/${namespace}/${name}`,
  };
}

export const currentPrefix = 'external-dns.kubernetes.io/';

/** Both prefixes with equal values, as people write them while versions change. */
export function annotationsUnderBoth(values: Labels): Labels {
  const prefixes = ['external-dns.alpha.kubernetes.io/', currentPrefix];
  const entries = prefixes.flatMap((prefix) =>
    Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value]),
  );
  return Object.fromEntries(entries);
}

function hostsOf({ spec }: Stored): string[] {
  return (spec?.rules ?? []).flatMap(({ host }) => (host === undefined ? [] : [host]));
}

function listed(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((name) => name.trim());
}
