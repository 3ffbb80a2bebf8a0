/** One cluster's API for a person's own rights: objects in and out, refusals as answers. */
import { objectOf, type Transport } from '../../adapters/kubernetes/transport.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of many kinds, of which a caller reads a few members
export type Loose = any;

export interface Answer {
  readonly status: number;
  /** The object, or the Status of a refusal; undefined when the answer is no JSON. */
  readonly object: Loose;
  readonly text: string;
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string } & Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

export type How = {
  readonly dryRun?: boolean;
  readonly as?: { readonly user: string; readonly groups: readonly string[] };
};

export interface Api {
  readonly cluster: string;
  get(path: string, how?: How): Promise<Answer>;
  create(object: Manifest, how?: How): Promise<Answer>;
  replace(object: Manifest, how?: How): Promise<Answer>;
  /** A merge patch, or a JSON patch when it is a list. */
  patch(path: string, change: object, how?: How): Promise<Answer>;
  delete(path: string, how?: How): Promise<Answer>;
}

export function apiOf(cluster: string, transport: Transport): Api {
  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    how: How = {},
    body?: object,
  ) => {
    const query = method === 'GET' ? {} : { fieldManager: 'throwover-cli', ...(how.dryRun ? { dryRun: 'All' } : {}) };
    const search = method === 'DELETE' ? (how.dryRun ? '?dryRun=All' : '') : `?${new URLSearchParams(query)}`;
    const json = method === 'PATCH' ? (Array.isArray(body) ? 'json-patch+json' : 'merge-patch+json') : 'json';
    const answer = await transport(cluster, {
      method,
      path: `${path}${method === 'GET' ? '' : search}`,
      ...(how.as === undefined
        ? {}
        : { headers: { 'impersonate-user': how.as.user, 'impersonate-group': [...how.as.groups] } }),
      ...(body === undefined ? {} : { contentType: `application/${json}`, body: JSON.stringify(body) }),
    });
    const isJson = answer.object !== undefined || answer.contentType.startsWith('application/json');
    return { status: answer.status, object: isJson ? objectOf<Loose>(answer) : undefined, text: answer.body };
  };
  return {
    cluster,
    get: (path, how) => ask('GET', path, how),
    create: (object, how) => ask('POST', collectionOf(object), how, object),
    replace: (object, how) => ask('PUT', pathOf(object), how, object),
    patch: (path, change, how) => ask('PATCH', path, how, change),
    delete: (path, how) => ask('DELETE', path, how),
  };
}

export function pathOf(object: Manifest): string {
  return `${collectionOf(object)}/${object.metadata.name}`;
}

function collectionOf({ apiVersion, kind, metadata }: Manifest): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const inside = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return `${root}${inside}/${pluralOf(kind)}`;
}

/** Good for every kind that we write. */
function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`;
  return word.endsWith('s') ? `${word}es` : `${word}s`;
}
