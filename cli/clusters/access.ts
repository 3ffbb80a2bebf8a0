/** What is installed in a cluster is a person's to change: with the rights of their own kubeconfig, not with ours. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { httpsTransport } from '../../adapters/kubernetes/https.ts';
import { textOf } from '../run/options.ts';
import type { Asked, Surroundings } from '../verb.ts';
import { type Answer, type Api, apiOf, type Loose } from './api.ts';
import { doorOfKubeconfig } from './kubeconfig.ts';

const TIMEOUT_MILLISECONDS = 5_000;
export const CONFIG = '/api/v1/namespaces/throwover-system/configmaps/throwover';
export const RING = 'throwover.dev/ring';

export function withKubeconfig(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'your own rights (default: KUBECONFIG, else ~/.kube/config)')
    .option('--context <name>', 'its context (default: the one that is called like the cluster)');
}

/** @param cluster name of it in throwover.yaml */
export function apiAt(cluster: string, { options }: Asked, { env, clock }: Pick<Surroundings, 'env' | 'clock'>): Api {
  const file = textOf(options.kubeconfig) ?? (env.KUBECONFIG || join(env.HOME ?? '', '.kube', 'config'));
  const door = doorOfKubeconfig(file, textOf(options.context) ?? cluster);
  return apiOf(cluster, httpsTransport({ doorOf: () => door, clock, timeoutMilliseconds: TIMEOUT_MILLISECONDS }));
}

/** The API server said no to something that we cannot do without. Exit code 1. */
export class RefusedByCluster extends Error {
  override readonly name = 'RefusedByCluster';
}

export function wanted(api: Api, { status, object, text }: Answer, ...statuses: number[]): Loose {
  if (statuses.includes(status)) return object;
  throw new RefusedByCluster(`${api.cluster} answered ${status}: ${object?.message ?? text.slice(0, 200)}`);
}

/** Asked of discovery, because no version says it: EKS, feature gates and forks differ. */
export async function servesMutatingPolicies(api: Api): Promise<boolean> {
  const { resources } = wanted(api, await api.get('/apis/admissionregistration.k8s.io/v1'), 200);
  return resources.some(({ name }: { name: string }) => name === 'mutatingadmissionpolicies');
}

/** The names of namespaces that opted in, with their rings. */
export async function optedIn(api: Api): Promise<Map<string, string>> {
  const rings = new Map<string, string>();
  for (let from = ''; ; ) {
    const query = new URLSearchParams({
      labelSelector: RING,
      limit: '500',
      ...(from === '' ? {} : { continue: from }),
    });
    const { items, metadata } = wanted(api, await api.get(`/api/v1/namespaces?${query}`), 200);
    for (const one of items as Loose[]) rings.set(one.metadata.name, one.metadata.labels[RING]);
    from = metadata.continue ?? '';
    if (from === '') return rings;
  }
}
