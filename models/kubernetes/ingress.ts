import { type Random, seeded, seededByKey } from '../random.ts';
import { remembered } from '../remembered.ts';
import type { Inventory } from './inventory.ts';
import { drawn, type Range } from './life-settings.ts';
import type { Stored } from './objects.ts';
import { workloadBehind } from './render/network.ts';
import { Traffic } from './traffic.ts';
import type { Workload } from './workloads.ts';

export interface IngressRequest {
  readonly host: string;
  readonly path: string;
  readonly method?: string;
}

export interface IngressAnswer {
  readonly status: number;
  /** An answer of a pod carries x-throwover-cluster and x-throwover-service; the ingress's own answers do not. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delayMs: number;
}

/** A database that both clusters of a pair use. */
export interface Database {
  readOnly: boolean;
}

/** What is wrong with the way from the balancer to the pods. */
export interface Trouble {
  readonly networkBroken: boolean;
  readonly gone: boolean;
  readonly appsBroken: boolean;
  /** No pod resolves a name. */
  readonly dnsBroken: boolean;
  /** No pod reaches the API of its cluster. */
  readonly apiGone: boolean;
  readonly slowMs: number;
}

interface Route {
  readonly path: string;
  readonly service: string;
  readonly workload: Workload | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** The workload that answers for the load balancer; without a ready pod of it nothing gets in. */
export const INGRESS_WORKLOAD = 'Deployment ingress/traefik';

const ANSWER_MS: Range = [4, 20];
const UPSTREAM_TIMEOUT_MS = 5_000;
const EXEMPT = 'throwover.dev/exempt';
const plain = { 'content-type': 'text/plain; charset=utf-8' } as const;

/** The ingress controller of one cluster: from a host, by the Ingress objects, to the ready pods behind it. */
export class Ingress {
  readonly traffic = new Traffic();
  readonly #inventory: Inventory;
  /** Of its own: how often somebody asks decides nothing about the pods. */
  readonly #random: Random;
  /** By host, path and instant: the order in which sockets bring the requests of one instant decides nothing. */
  readonly #latency: (key: string) => number;
  readonly #database: Database;
  #routes = new Map<string, Route[]>();
  #routing = -1;

  constructor(inventory: Inventory, random: Random, database: Database) {
    this.#inventory = inventory;
    const seed = Math.floor(random() * 2 ** 32);
    this.#random = seeded(seed);
    this.#latency = seededByKey(seed);
    this.#database = database;
  }

  /** Ready pods of the ingress controller: the healthy targets of the load balancer. */
  get readyPods(): number {
    return this.#inventory.life.workload(INGRESS_WORKLOAD)?.ready ?? 0;
  }

  answer({ host, path }: IngressRequest, trouble: Trouble): IngressAnswer {
    const now = this.#inventory.life.now;
    const name = hostOf(host);
    const route = this.#route(name, path);
    const answer = this.#answer(route, path, trouble);
    const latencyMs = drawn(ANSWER_MS, () => this.#latency(`${name} ${path} ${now}`));
    const late = { ...answer, delayMs: answer.delayMs + latencyMs + trouble.slowMs };
    this.traffic.count(name, late.status, answer.headers['x-throwover-cluster'] !== undefined, now, late.delayMs);
    return late;
  }

  #answer(route: Route | undefined, path: string, trouble: Trouble): IngressAnswer {
    if (trouble.gone || this.readyPods === 0) return own(503, 'no healthy target');
    if (route === undefined) return own(404, 'default backend - 404');
    const { workload } = route;
    if (workload === undefined || workload.ready === 0) return own(503, 'no available server');
    if (trouble.networkBroken) {
      // Half of the connections are reset at once, the others wait for an answer that never comes.
      return this.#random() < 0.5 ? own(502, 'bad gateway') : own(504, 'gateway timeout', UPSTREAM_TIMEOUT_MS);
    }
    const exempt = EXEMPT in workload.labels;
    // the canary tells what it tried (clusters/base/80-canary.yaml)
    if (exempt) return said(route, 200, 'ok', { resolves: !trouble.dnsBroken, api: !trouble.apiGone });
    if (trouble.appsBroken || trouble.dnsBroken) return said(route, 500, 'internal error');
    if (isDataPath(path))
      return this.#database.readOnly ? said(route, 503, 'read-only') : said(route, 200, 'written and read');
    return said(route, 200, 'ok');
  }

  #route(host: string, path: string): Route | undefined {
    if (this.#routing !== this.#inventory.routing) this.#learn();
    return this.#routes.get(host)?.find((route) => path.startsWith(route.path));
  }

  /** Reads the Ingress objects again; the longest path of a host comes first. */
  #learn(): void {
    this.#routing = this.#inventory.routing;
    this.#routes = new Map();
    for (const ingress of this.#inventory.store.values('ingresses')) {
      for (const rule of ingress.spec?.rules ?? []) {
        for (const { path = '/', backend } of rule.http?.paths ?? []) {
          if (rule.host === undefined || backend.service === undefined) continue;
          const routes = this.#routes.get(rule.host) ?? [];
          routes.push(this.#routeTo(ingress, path, backend.service.name));
          routes.sort((a, b) => b.path.length - a.path.length);
          this.#routes.set(rule.host, routes);
        }
      }
    }
  }

  #routeTo(ingress: Stored, path: string, service: string): Route {
    const found = this.#inventory.store.get('services', `${ingress.metadata.namespace}/${service}`);
    return {
      path,
      service,
      workload: found && workloadBehind(found, this.#inventory.life),
      headers: {
        'content-type': 'application/json',
        'x-throwover-cluster': this.#inventory.settings.name,
        'x-throwover-service': service,
      },
    };
  }
}

function own(status: number, body: string, delayMs = 0): IngressAnswer {
  return { status, headers: plain, body: `${body}\n`, delayMs };
}

function said({ headers, service }: Route, status: number, says: string, more: object = {}): IngressAnswer {
  const cluster = headers['x-throwover-cluster'];
  return { status, headers, body: `${JSON.stringify({ service, cluster, says, ...more })}\n`, delayMs: 0 };
}

/** `/healthz/<datastore>` writes to and reads from the shared database; `/healthz` alone does not. */
function isDataPath(path: string): boolean {
  return path.startsWith('/healthz/') && path.length > '/healthz/'.length;
}

/** The Host header without its port and without a closing dot. */
const hostOf = remembered((host: string) => host.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase());
