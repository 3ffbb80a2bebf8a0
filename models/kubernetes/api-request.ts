import { remembered } from '../remembered.ts';
import type { Asked } from './status.ts';

export interface ApiRequest {
  readonly method: string;
  /** May carry its query after a question mark. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** The body as an object, for callers in this process that save themselves the text. */
  readonly json?: unknown;
}

/** An answer whose body is still an object (a Status, a list, …), or text where the API answers text. */
export interface ObjectAnswer {
  readonly status: number;
  /** Part of the model's own state: not to be changed. */
  readonly body: unknown;
  readonly delayMs: number;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: { readonly 'content-type': string };
  readonly body: string;
  /** How long the answer takes, in milliseconds. */
  readonly delayMs: number;
}

/** What a path names. */
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** undefined: no resource, but discovery, health or nothing at all. */
export const targetOf: (path: string) => Target | undefined = remembered((path: string) => {
  const [root, ...rest] = path.split('/').slice(1).map(decodeURIComponent);
  const [group, version, ...inside] = root === 'api' ? ['', ...rest] : rest;
  if ((root !== 'api' && root !== 'apis') || group === undefined || version === undefined) return undefined;
  if (inside.length === 0 || inside[0] === '') return undefined;
  const namespaced = inside[0] === 'namespaces' && inside.length > 2 && inside[2] !== 'status';
  const [resource = '', name, subresource, more] = namespaced ? inside.slice(2) : inside;
  if (more !== undefined) return undefined;
  return { group, version, resource, namespace: namespaced ? inside[1] : undefined, name, subresource };
});

/** The verb that RBAC asks about. */
export function verbOf(method: string, target: Target, watch: boolean): string {
  if (method === 'GET' || method === 'HEAD') return target.name !== undefined ? 'get' : watch ? 'watch' : 'list';
  if (method === 'POST') return 'create';
  if (method === 'PUT') return 'update';
  if (method === 'PATCH') return 'patch';
  return target.name === undefined ? 'deletecollection' : 'delete';
}

export function askedOf(username: string, verb: string, target: Target): Asked {
  const { group, resource, subresource, namespace, name } = target;
  return { username, verb, group, resource, subresource, namespace, name };
}
