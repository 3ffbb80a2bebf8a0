/** A kubeconfig as the way into a cluster: its current context, or the one that is named. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import type { Door } from '../../adapters/kubernetes/https.ts';
import { Refused } from '../verb.ts';

const Exec = z.object({
  command: z.string(),
  args: z._default(z.nullable(z.array(z.string())), null),
  env: z._default(z.nullable(z.array(z.object({ name: z.string(), value: z.string() }))), null),
});

/** What we read of it; the rest is kubectl's. */
const Kubeconfig = z.object({
  'current-context': z.optional(z.string()),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) })),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.string(),
        'certificate-authority': z.optional(z.string()),
        'certificate-authority-data': z.optional(z.string()),
      }),
    }),
  ),
  users: z.array(
    z.object({
      name: z.string(),
      user: z.object({
        token: z.optional(z.string()),
        tokenFile: z.optional(z.string()),
        'client-certificate': z.optional(z.string()),
        'client-certificate-data': z.optional(z.string()),
        'client-key': z.optional(z.string()),
        'client-key-data': z.optional(z.string()),
        exec: z.optional(Exec),
      }),
    }),
  ),
});

const Credential = z.object({ status: z.object({ token: z.string() }) });

/** Throws `Refused` when the file cannot be read, or says nothing that we could come in with. */
export function doorOfKubeconfig(path: string, context?: string): Door {
  const config = read(path);
  const wanted = context ?? config['current-context'];
  const chosen = config.contexts.find(({ name }) => name === wanted)?.context;
  const cluster = config.clusters.find(({ name }) => name === chosen?.cluster)?.cluster;
  const user = config.users.find(({ name }) => name === chosen?.user)?.user;
  if (cluster === undefined || user === undefined)
    throw new Refused(`${path} has no context ${wanted ?? '(none is current)'} with a cluster and a user.`);
  const inline = (data: string | undefined, file: string | undefined) =>
    data !== undefined
      ? Buffer.from(data, 'base64').toString('utf8')
      : file && readFileSync(resolve(dirname(path), file), 'utf8');
  const ca = inline(cluster['certificate-authority-data'], cluster['certificate-authority']);
  const cert = inline(user['client-certificate-data'], user['client-certificate']);
  const key = inline(user['client-key-data'], user['client-key']);
  if (!ca) throw new Refused(`${path} names no certificate authority of ${wanted}: nobody is asked without.`);
  if (!cert && user.token === undefined && user.tokenFile === undefined && user.exec === undefined)
    throw new Refused(
      `the user of ${wanted} in ${path} has neither a certificate, nor a token, nor a command that makes one.`,
    );
  return {
    endpoint: async () => ({ url: cluster.server, ca, ...(cert && key ? { certificate: { cert, key } } : {}) }),
    async token() {
      if (user.token !== undefined) return user.token;
      if (user.tokenFile !== undefined) return readFileSync(resolve(dirname(path), user.tokenFile), 'utf8').trim();
      return user.exec === undefined ? undefined : tokenBy(user.exec);
    },
  };
}

function read(path: string): z.output<typeof Kubeconfig> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Refused(`the kubeconfig ${path} cannot be read.`, { cause });
  }
  const parsed = z.safeParse(Kubeconfig, parse(text));
  if (parsed.success) return parsed.data;
  throw new Refused(`${path} is no kubeconfig: ${parsed.error.issues[0]?.path.join('.')} is not as it should be.`);
}

/** As `aws eks get-token` prints it. */
async function tokenBy({ command, args, env }: z.output<typeof Exec>): Promise<string> {
  const own = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const { stdout } = await promisify(execFile)(command, args ?? [], { env: { ...process.env, ...own } });
  return z.parse(Credential, JSON.parse(stdout)).status.token;
}
