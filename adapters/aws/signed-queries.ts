/**
 * Signs the queries that go to a workspace of Amazon Managed Prometheus, with what the function itself may do
 * (`aps:QueryMetrics`). Any other Prometheus is asked unsigned, and learns nothing of us.
 */
import { workspaceAt } from '../../core/topology/managed-prometheus.ts';
import type { TimedClock } from '../clock/timed.ts';
import type { QueryToSend, SignQuery } from '../http/prometheus.ts';
import { type Signer, signatureFor } from './signing.ts';

export function signedForWorkspaces(clock: TimedClock, credentials: () => Promise<Signer>): SignQuery {
  return async ({ url, path, query, headers }: QueryToSend) => {
    const workspace = workspaceAt(url);
    if (workspace === undefined) return headers;
    const { protocol, hostname } = new URL(url);
    const signed = await signatureFor('aps', workspace.region, await credentials()).sign(
      { method: 'GET', protocol, hostname, path, query: { ...query }, headers: { ...headers } },
      { signingDate: new Date(clock.now()) },
    );
    return signed.headers;
  };
}
