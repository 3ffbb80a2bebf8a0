/**
 * What there is to see of both ExternalDNS: whole zones with our rights, Deployments, Ingresses and Services with those of
 * whoever types. Reads only. What does not answer is remembered with its reason; the rest is judged all the same.
 */
import { type Instance, instanceIn, OLD_PREFIX, PREFIX } from '../../core/external-dns/instance.ts';
import type { DnsFacts } from '../../core/external-dns/lint.ts';
import type { ClusterSeen } from '../../core/external-dns/lint-sources.ts';
import type { Source } from '../../core/external-dns/source.ts';
import { readingOf, type ZoneAsRead } from '../../core/plan/reading.ts';
import type { Zones } from '../../core/ports.ts';
import { clusterNames, type NamedPair, titleOf } from '../../core/topology/pair.ts';
import { wanted } from '../clusters/access.ts';
import type { Api, Loose } from '../clusters/api.ts';
import { sentenceOf } from '../reach.ts';

const PAGE = 500;

/**
 * @param readZone all records of a zone, by its id
 * @param apiOf the way into a cluster; throws when there is none
 */
export async function seenOf(
  pair: NamedPair,
  readZone: Zones['read'],
  apiOf: (cluster: string) => Api,
): Promise<DnsFacts> {
  const unread: { what: string; because: string }[] = [];
  const seen = async <T>(what: string, look: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await look();
    } catch (cause) {
      unread.push({ what, because: sentenceOf(cause) });
      return undefined;
    }
  };
  const [zones, clusters] = await Promise.all([
    Promise.all(
      pair.zones.map((zone) =>
        seen(`zone ${titleOf(zone)}`, async (): Promise<ZoneAsRead> => readingOf(pair, zone, await readZone(zone.id))),
      ),
    ),
    Promise.all(
      clusterNames(pair).map(
        async (name) => [name, await seen(`cluster ${name}`, () => clusterSeen(apiOf(name)))] as const,
      ),
    ),
  ]);
  return {
    pair,
    zones: zones.filter((zone) => zone !== undefined),
    clusters: Object.fromEntries(clusters.flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const]))),
    unread,
  };
}

async function clusterSeen(api: Api): Promise<ClusterSeen> {
  const [deployments, ingresses, services] = await Promise.all([
    listed(api, '/apis/apps/v1/deployments'),
    listed(api, '/apis/networking.k8s.io/v1/ingresses'),
    listed(api, '/api/v1/services'),
  ]);
  return {
    instances: deployments.flatMap((one): Instance | Instance[] => instanceIn(deploymentSeen(api.cluster, one)) ?? []),
    sources: [
      ...ingresses.flatMap((one) => sourceIn(api.cluster, 'ingress', one)),
      ...services.flatMap((one) => sourceIn(api.cluster, 'service', one)),
    ],
  };
}

async function listed(api: Api, path: string): Promise<Loose[]> {
  const items: Loose[] = [];
  for (let from = ''; ; ) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(from === '' ? {} : { continue: from }) });
    const page = wanted(api, await api.get(`${path}?${query}`), 200);
    items.push(...(page.items as Loose[]));
    from = page.metadata.continue ?? '';
    if (from === '') return items;
  }
}

function deploymentSeen(cluster: string, { metadata, spec }: Loose) {
  const containers = (spec.template.spec.containers as Loose[]).map(
    ({ image = '', command = [], args = [], env = [] }) => ({
      image: String(image),
      args: [...command, ...args].map(String),
      env: Object.fromEntries(
        (env as Loose[]).flatMap(({ name, value }) => (value === undefined ? [] : [[String(name), String(value)]])),
      ) as Record<string, string>,
    }),
  );
  const serviceAccount = String(spec.template.spec.serviceAccountName ?? 'default');
  return {
    cluster,
    namespace: String(metadata.namespace),
    name: String(metadata.name),
    serviceAccount,
    containers,
  };
}

/** Nothing when it asks for no name. */
function sourceIn(cluster: string, kind: 'ingress' | 'service', { metadata, spec }: Loose): Source[] {
  const annotations: Record<string, string> = metadata.annotations ?? {};
  const hosts: string[] = kind === 'ingress' ? (spec?.rules ?? []).flatMap(({ host }: Loose) => host ?? []) : [];
  const named = [PREFIX, OLD_PREFIX].flatMap((prefix) => (annotations[`${prefix}hostname`] ?? '').split(','));
  const names = [...new Set([...hosts, ...named].map((name) => name.trim()).filter((name) => name !== ''))];
  if (names.length === 0) return [];
  const resource = `${kind}/${metadata.namespace}/${metadata.name}`;
  return [{ cluster, resource, names: names.map((name) => `${name.replace(/\.$/, '')}.`), annotations }];
}
