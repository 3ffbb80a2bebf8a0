/** `throwover clusters enrol none|example|all`: who takes part, by one label on a namespace, the same in both clusters. */
import type { NamedPair } from '../../core/topology/pair.ts';
import { Refused } from '../verb.ts';
import { CONFIG, optedIn, RING, wanted } from './access.ts';
import type { Api } from './api.ts';

export const WHO = ['none', 'example', 'all'] as const;
export type Who = (typeof WHO)[number];

/** What a cluster is made of never waits for what it carries. */
const platform = /^(kube-.*|default|throwover-.*|ingress.*|external-dns|monitoring|cert-.*|karpenter)$/;

export interface Change {
  readonly cluster: string;
  readonly namespace: string;
  /** Undefined: the label goes. */
  readonly ring: string | undefined;
}

/** The namespaces of services: called like the service, where `service=namespace` does not say otherwise. */
export function ringsWanted({ services }: NamedPair, who: Who, named: readonly string[]): Map<string, string> {
  const other = new Map(named.map((one) => one.split('=') as [string, string]));
  const unknown = [...other.keys()].find((name) => !Object.hasOwn(services, name));
  if (unknown !== undefined || [...other.values()].includes(undefined as unknown as string))
    throw new Refused(`--namespace is said as service=namespace, with a service of the pair; got ${named.join(', ')}.`);
  const rings = new Map<string, string>();
  for (const [name, { ring }] of Object.entries(services)) {
    if (who === 'none' || (who === 'example' && ring !== 0)) continue;
    const namespace = other.get(name) ?? name;
    if (platform.test(namespace))
      throw new Refused(`${namespace} is a namespace of the platform: it runs in both clusters.`);
    const before = rings.get(namespace);
    if (before !== undefined && before !== String(ring))
      throw new Refused(
        `services of rings ${before} and ${ring} share the namespace ${namespace}: a namespace is in one ring.`,
      );
    rings.set(namespace, String(ring));
  }
  return rings;
}

/** A cluster whose ConfigMap says something else than the ledger would stop what serves, or wake what must not. */
export async function assertRole(api: Api, active: string): Promise<void> {
  const answer = await api.get(CONFIG);
  if (answer.status === 404) throw new Refused(`nothing is installed in ${api.cluster}: docs/runbook/clusters.md.`);
  const { role } = wanted(api, answer, 200).data;
  const expected = api.cluster === active ? 'active' : 'standby';
  if (role !== expected)
    throw new Refused(
      `the ConfigMap of ${api.cluster} says ${role}, and the ledger says that ${active} is active: throwover status says what is owed.`,
    );
}

/** What has to be written in one cluster. Throws `Refused` when a namespace is missing there. */
export async function changesIn(api: Api, rings: ReadonlyMap<string, string>): Promise<Change[]> {
  const now = await optedIn(api);
  for (const namespace of rings.keys()) {
    if (now.has(namespace)) continue;
    const { status } = await api.get(`/api/v1/namespaces/${namespace}`);
    if (status === 404)
      throw new Refused(
        `${api.cluster} has no namespace ${namespace}; say where it is with --namespace service=namespace.`,
      );
  }
  return [...new Set([...rings.keys(), ...now.keys()])].sort().flatMap((namespace) => {
    const ring = rings.get(namespace);
    return now.get(namespace) === ring ? [] : [{ cluster: api.cluster, namespace, ring }];
  });
}

export async function carryOut(api: Api, { namespace, ring }: Change): Promise<void> {
  const labels = { [RING]: ring ?? null };
  wanted(api, await api.patch(`/api/v1/namespaces/${namespace}`, { metadata: { labels } }), 200);
}
