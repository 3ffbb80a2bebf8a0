import { remembered } from '../remembered.ts';
import { reviewed } from './access-review.ts';
import { type ApiRequest, askedOf, type ObjectAnswer, type Target, targetOf, verbOf } from './api-request.ts';
import { discovered } from './discovery.ts';
import { health } from './health-checks.ts';
import type { Inventory } from './inventory.ts';
import { apiVersionOf, type Kind, kindAt, kinds, type Plural } from './kinds.ts';
import type { Labels, Rendered } from './objects.ts';
import { openApi } from './openapi.ts';
import { read as readContinue, written } from './paging.ts';
import type { User } from './rbac.ts';
import { renderScale } from './render/workloads.ts';
import { fieldSelector, labelSelector } from './selectors.ts';
import {
  badRequest,
  expired,
  forbidden,
  forbiddenPath,
  notFound,
  notModelled,
  Refused,
  spaceExceeded,
  unauthorized,
} from './status.ts';
import { keyOf } from './store.ts';
import { tableOf } from './table.ts';
import { type Admitting, refusalOf } from './webhooks.ts';
import { Writes } from './writes.ts';

export type Authenticate = (token: string) => User | undefined;

type Query = Readonly<Record<string, string | undefined>>;

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly delayMs?: number;
}

/** A request that waits for etcd is given up by the server after a minute. */
const REQUEST_TIMEOUT_MS = 60_000;
const anonymousPaths = new Set(['/healthz', '/livez', '/readyz']);

const queryOf = remembered((search: string): Query => Object.fromEntries(new URLSearchParams(search)));

/** The API server: who asks, may they, what is meant, and the answer in Kubernetes' shapes. */
export class Api {
  etcdFrozen = false;
  etcdFull = false;
  readonly #inventory: Inventory;
  readonly #writes: Writes;
  readonly #authenticate: Authenticate;

  constructor(inventory: Inventory, authenticate: Authenticate) {
    this.#inventory = inventory;
    this.#writes = new Writes(inventory);
    this.#authenticate = authenticate;
  }

  answer(request: ApiRequest): ObjectAnswer {
    try {
      const [path = '', search] = request.path.split('?');
      const query = search === undefined ? (request.query ?? {}) : queryOf(search);
      return { delayMs: 0, ...this.#dispatch(request, path, query) };
    } catch (refusal) {
      if (refusal instanceof Refused) return { status: refusal.code, body: refusal.body, delayMs: 0 };
      throw refusal;
    }
  }

  #dispatch(request: ApiRequest, path: string, query: Query): Answer {
    const user = this.#user(request, path);
    const target = targetOf(path);
    if (target === undefined) return this.#path(request.method, path, query, user);
    const verb = verbOf(request.method, target, query.watch === 'true' || query.watch === '1');
    const asked = askedOf(user.username, verb, target);
    if (!this.#inventory.grants.allow(user, asked)) throw forbidden(asked);
    const kind = kindAt(target.group, target.version, target.resource);
    if (kind === undefined) return pageNotFound;
    if (kind === kinds.selfsubjectaccessreviews && verb === 'create') {
      return { status: 201, body: reviewed(request, user, this.#inventory.grants) };
    }
    if (verb === 'watch') throw notModelled('it does not watch; ask again instead');
    if (this.etcdFrozen && !servedFromCache(verb, query)) return timedOut;
    if (verb === 'get') return this.#get(request, kind, target);
    if (verb === 'list') return this.#list(request, kind, target, query);
    return this.#write(verb, { kind, target, request, query, user });
  }

  #user({ headers }: ApiRequest, path: string): User {
    const bearer = /^Bearer (.+)$/.exec(headers?.authorization ?? '')?.[1];
    if (bearer === undefined) {
      if (anonymousPaths.has(path)) return { username: 'system:anonymous', groups: ['system:unauthenticated'] };
      if (/^\/(livez|readyz|healthz)\//.test(path)) throw forbiddenPath('system:anonymous', 'get', path);
      throw unauthorized();
    }
    const user = this.#authenticate(bearer);
    if (user === undefined) throw unauthorized();
    return this.#impersonated(user, headers ?? {});
  }

  /** Who asks in the name of somebody else needs the right to; only administrators have it here. */
  #impersonated(user: User, headers: NonNullable<ApiRequest['headers']>): User {
    const username = headers['impersonate-user'];
    if (username === undefined) return user;
    const asked = { username: user.username, verb: 'impersonate', group: '', resource: 'users', name: username };
    if (!this.#inventory.grants.allow(user, asked)) throw forbidden(asked);
    const groups = (headers['impersonate-group'] ?? '').split(',').map((group) => group.trim());
    return { username, groups: [...groups.filter((group) => group !== ''), 'system:authenticated'] };
  }

  #path(method: string, path: string, query: Query, user: User): Answer {
    const verb = method.toLowerCase();
    if (!this.#inventory.grants.allowPath(user, verb, path)) throw forbiddenPath(user.username, verb, path);
    if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) {
      const verbose = query.verbose !== undefined && query.verbose !== 'false';
      return health(path, verbose, this.etcdFrozen) ?? pageNotFound;
    }
    if (path.startsWith('/openapi/v2'))
      throw notModelled('it publishes OpenAPI v3, and of that what kubectl apply asks for');
    const document = path.startsWith('/openapi') ? openApi(path) : discovered(path);
    return document === undefined ? pageNotFound : { status: 200, body: document };
  }

  #get(request: ApiRequest, kind: Kind, target: Target): Answer {
    const name = target.name ?? '';
    const key = keyOf(target.namespace, name);
    const object = this.#inventory.object(kind, key);
    if (object === undefined) throw notFound(kind, name);
    if (target.subresource === 'scale') {
      const plural = kind.plural as Plural;
      const stored = this.#inventory.store.get(plural, key);
      const counted = this.#inventory.counted(plural, key);
      if (kind.scale === undefined || stored === undefined || counted === undefined) return pageNotFound;
      return { status: 200, body: renderScale(stored, counted) };
    }
    if (target.subresource !== undefined && target.subresource !== 'status') return pageNotFound;
    return { status: 200, body: this.#shown(request, kind, object) };
  }

  #list(request: ApiRequest, kind: Kind, target: Target, query: Query): Answer {
    const { keys, at } = this.#inventory.collection(kind, target.namespace);
    const prefix = target.namespace === undefined ? '' : `${target.namespace}/`;
    const { from, revision } = this.#resumed(keys, prefix, query);
    const limit = limitOf(query.limit);
    const selects = [labelSelector(query.labelSelector), fieldSelector(query.fieldSelector)];
    const selective = Boolean(query.labelSelector) || Boolean(query.fieldSelector);
    const items: Rendered[] = [];
    let next = from;
    for (; next < keys.length && items.length < limit; next++) {
      const object = at(keys[next] ?? '');
      if (object !== undefined && selects.every((select) => select(object))) items.push(object);
    }
    const last = keys[next - 1];
    const more = next < keys.length && last !== undefined;
    const metadata = {
      resourceVersion: String(revision),
      ...(more ? { continue: written({ revision, after: last.slice(prefix.length) }) } : {}),
      ...(more && !selective ? { remainingItemCount: keys.length - next } : {}),
    };
    if (wantsTable(request)) return { status: 200, body: tableOf(kind, items, metadata, this.#inventory.life.now) };
    return { status: 200, body: { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items } };
  }

  /** Where a list goes on. What follows is read now, not at the revision of the first page: no history is kept. */
  #resumed(keys: readonly string[], prefix: string, query: Query): { from: number; revision: number } {
    const { store, life } = this.#inventory;
    const alive = store.remembers(store.revision, life.now);
    if (!alive || !query.continue) return { from: 0, revision: store.revision };
    const { revision, after } = readContinue(query.continue);
    if (revision >= 0 && !store.remembers(revision, life.now)) throw expired(written({ revision: -1, after }));
    const found = keys.findIndex((key) => key > prefix + after);
    return { from: found < 0 ? keys.length : found, revision: revision < 0 ? store.revision : revision };
  }

  #write(verb: string, writing: Parameters<Writes['create']>[0]): Answer {
    const { kind, target } = writing;
    if (target.subresource !== undefined && (target.subresource !== 'scale' || verb !== 'patch')) {
      throw notModelled(`${verb} of ${kind.plural}/${target.subresource} is not there`);
    }
    if (!kind.verbs.includes(verb)) throw notModelled(`${kind.plural} cannot be written with ${verb}`);
    if (verb !== 'create' && verb !== 'update' && verb !== 'patch' && verb !== 'delete') throw badRequest(`no ${verb}`);
    const stored = this.#inventory.store.get(kind.plural as Plural, keyOf(target.namespace, target.name ?? ''));
    const labels = stored?.metadata.labels ?? {};
    const refusal = refusalOf(this.#inventory, admittingOf(verb, target, kind, labels));
    if (refusal !== undefined) throw refusal;
    // a dry run ends before etcd is asked
    if (this.etcdFull && writing.query.dryRun === undefined) throw spaceExceeded();
    const { status, object } = this.#writes[verb](writing);
    return { status, body: target.subresource === 'scale' ? object : typed(kind, object) };
  }

  #shown(request: ApiRequest, kind: Kind, object: Rendered): unknown {
    if (!wantsTable(request)) return typed(kind, object);
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    return tableOf(kind, [object], metadata, this.#inventory.life.now);
  }
}

/** What a webhook would be shown of a write; labels as they are, where there is something already. */
function admittingOf(verb: string, target: Target, kind: Kind, labels: Labels): Admitting {
  const operation = verb === 'create' ? 'CREATE' : verb === 'delete' ? 'DELETE' : 'UPDATE';
  const resource = target.subresource === undefined ? kind.plural : `${kind.plural}/${target.subresource}`;
  return { operation, group: kind.group, resource, namespace: target.namespace, labels };
}

/** Plain text, not a Status: an API group or resource that is not installed. */
const pageNotFound: Answer = { status: 404, body: '404 page not found\n' };

const timedOut: Answer = {
  status: 504,
  body: new Refused(504, 'Timeout', 'Timeout: request did not complete within the allotted timeout', {}).body,
  delayMs: REQUEST_TIMEOUT_MS,
};

/** resourceVersion=0 is answered from the API server's cache, whatever etcd does. */
function servedFromCache(verb: string, query: Query): boolean {
  return (verb === 'get' || verb === 'list') && query.resourceVersion === '0';
}

function typed(kind: Kind, object: Rendered): unknown {
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), ...object };
}

function wantsTable({ headers }: ApiRequest): boolean {
  return headers?.accept?.includes('as=Table') ?? false;
}

function limitOf(text: string | undefined): number {
  if (text === undefined || text === '' || text === '0') return Number.POSITIVE_INFINITY;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 0) throw badRequest(`limit ${text} is not a whole number`);
  return limit;
}
