import { createSecureContext, type SecureContext } from 'node:tls';
import type { Authority } from '../tls.ts';

/** One certificate for each host, found by the name that a client sends (SNI). */
export interface HostCertificates {
  readonly context: (host: string) => SecureContext | undefined;
}

export async function hostCertificates(
  authority: Authority,
  hosts: readonly string[],
  endsAt: (host: string) => number | undefined = () => undefined,
): Promise<HostCertificates> {
  const made = hosts.map(async (host): Promise<[string, SecureContext]> => {
    const certificate = await authority.issue({ commonName: host.slice(0, 64), hosts: [host], endsAt: endsAt(host) });
    return [host, createSecureContext({ ...certificate })];
  });
  const contexts = new Map(await Promise.all(made));
  return { context: (host) => contexts.get(host.toLowerCase().replace(/\.$/, '')) };
}
