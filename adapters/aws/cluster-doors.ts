/** The way into an EKS cluster: where its API is, which CA it shows, and a token signed with our own credentials. */
import { ClusterUnreachable } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { Door } from '../kubernetes/https.ts';
import { eksToken } from '../kubernetes/token.ts';
import type { EksClient } from './clients/eks.ts';

export function doorTo(eksName: string, region: string, eks: EksClient, clock: Clock): Door {
  return {
    async endpoint() {
      const { cluster } = await eks.describeCluster({ name: eksName });
      const [url, ca] = [cluster?.endpoint, cluster?.certificateAuthority?.data];
      if (url === undefined || ca === undefined)
        throw new ClusterUnreachable(`EKS does not say where ${eksName} is: it is being made or deleted`);
      return { url, ca: Buffer.from(ca, 'base64').toString('utf8') };
    },
    token: async () => eksToken(eksName, region, await eks.credentials(), clock.now()),
  };
}
