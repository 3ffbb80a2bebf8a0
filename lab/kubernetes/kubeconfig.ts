import { stringify } from 'yaml';

export interface ClusterAccess {
  /** The name of its context too. */
  readonly name: string;
  readonly endpoint: string;
  /** PEM of its authority in base64. */
  readonly certificateAuthorityData: string;
}

/** The text of a kubeconfig file: a context for each cluster, the first one current, all with the same static token. */
export function kubeconfig(clusters: readonly ClusterAccess[], token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': clusters[0]?.name ?? '',
    clusters: clusters.map(({ name, endpoint, certificateAuthorityData }) => ({
      name,
      cluster: { server: endpoint, 'certificate-authority-data': certificateAuthorityData },
    })),
    users: [{ name: 'lab', user: { token } }],
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: 'lab' } })),
  });
}
