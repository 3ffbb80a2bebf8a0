/**
 * `throwover clusters verify`: not whether files were applied, but whether writes are turned into what they must be. The API
 * server is asked by dry runs, which pass admission and are kept nowhere.
 */
import type { Cluster } from '../../core/topology/schema.ts';
import { CONFIG, optedIn, servesMutatingPolicies, wanted } from './access.ts';
import type { Api, Loose, Manifest } from './api.ts';
import { type Facets, facetsOf } from './facets.ts';

export interface Checked {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
}

const REPLICAS = 3;
const WEIGHTS = ['external-dns.kubernetes.io/aws-weight', 'external-dns.alpha.kubernetes.io/aws-weight'];

export async function verified(api: Api, { setIdentifier }: Cluster): Promise<Checked[]> {
  const mutating = await servesMutatingPolicies(api);
  const found = mutating ? 'served' : 'not served: this cluster needs the values contract';
  const checks: Checked[] = [{ what: 'MutatingAdmissionPolicy', ok: mutating, found }];
  const answer = await api.get(CONFIG);
  if (answer.status === 404)
    return [...checks, { what: 'ConfigMap', ok: false, found: 'there is none: nothing is installed' }];
  const data = wanted(api, answer, 200).data as Record<string, string>;
  const named = `it is ${data.cluster}, ${data.role}, epoch ${data.epoch}`;
  checks.push({ what: 'ConfigMap', ok: data.cluster === setIdentifier, found: named });
  const namespaces = await optedIn(api);
  for (const ring of [...new Set(namespaces.values())].sort()) {
    const [namespace = ''] = [...namespaces].find(([, one]) => one === ring) ?? [];
    checks.push(...(await effects(api, namespace, `ring ${ring}`, facetsOf(data, ring))));
  }
  if (namespaces.size === 0)
    checks.push({ what: 'rings', ok: false, found: 'no namespace has opted in, so no effect can be seen' });
  return [...checks, ...(await effects(api, 'default', 'no ring', undefined))];
}

/** @param facets undefined: nothing may be changed */
async function effects(api: Api, namespace: string, where: string, facets: Facets | undefined): Promise<Checked[]> {
  const name = 'throwover-verify';
  const attempt = async (what: string, object: Manifest, expected: string, read: (object: Loose) => string) => {
    const answer = await api.create(object, { dryRun: true });
    const found = answer.status === 201 ? read(answer.object) : `${answer.status}: ${answer.object?.message ?? ''}`;
    return { what: `${what}, ${where} (${namespace})`, ok: found === expected, found };
  };
  const stopped = facets?.workloads === 'stopped';
  const weight = facets === undefined ? 'none' : facets.weight;
  const metadata = { name, namespace };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: 'none' }] } };
  const job = { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } };
  const backend = { service: { name, port: { number: 80 } } };
  const deployment = { replicas: REPLICAS, selector: { matchLabels: { app: name } }, template };
  const route = { rules: [{ host: `${name}.invalid`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] };
  return [
    await attempt(
      'Deployment of 3',
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deployment },
      stopped ? '0 replicas, 3 remembered' : `${REPLICAS} replicas`,
      ({ spec, metadata: { annotations } }) => {
        const remembered = annotations?.['throwover.dev/desired-replicas'];
        return `${spec.replicas} replicas${remembered === undefined ? '' : `, ${remembered} remembered`}`;
      },
    ),
    await attempt(
      'CronJob',
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata,
        spec: { schedule: '0 0 30 2 *', jobTemplate: { spec: job } },
      },
      facets?.batch === 'suspended' ? 'suspended' : 'running',
      ({ spec }) => (spec.suspend === true ? 'suspended' : 'running'),
    ),
    await attempt(
      'Ingress',
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: route },
      `weight ${weight}/${weight}`,
      ({ metadata: { annotations } }) => `weight ${WEIGHTS.map((key) => annotations?.[key] ?? 'none').join('/')}`,
    ),
    await attempt(
      'Pod',
      { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec },
      stopped ? 'gated' : 'free',
      ({ spec }) => ((spec.schedulingGates ?? []).length > 0 ? 'gated' : 'free'),
    ),
  ];
}
