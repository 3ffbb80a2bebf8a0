/** DNS questions, HTTP probes, metrics and the Kubernetes API answered by models. */
import { ClusterUnreachable } from '../../core/errors.ts';
import type { Dns, DnsAnswer, Metrics, Probe } from '../../core/ports.ts';
import type { Clock } from '../../models/clock.ts';
import { pause } from '../../models/clock.ts';
import type { CloudWatch } from '../../models/cloudwatch/cloudwatch.ts';
import type { Cluster } from '../../models/kubernetes/cluster.ts';
import { NetworkError } from '../../models/kubernetes/network-error.ts';
import type { LoadBalancer } from '../../models/load-balancer.ts';
import type { Route53 } from '../../models/route53/route53.ts';
import { clusterMetricsOver } from '../aws/cluster-metrics.ts';
import type { ApiResponse, Transport } from '../kubernetes/transport.ts';
import { cloudWatchCalls } from './calls.ts';
import { type Network, over } from './network.ts';

const DAY_MILLISECONDS = 86_400_000;

export interface Looking {
  route53: Route53;
  nameServers: readonly string[];
  balancers: ReadonlyMap<string, LoadBalancer>;
  clusters: Readonly<Record<string, Cluster>>;
  cloudWatch: CloudWatch;
  clock: Clock;
  network: Network;
  timeoutMilliseconds: { http: number; api: number };
  /** Hosts whose requests a balancer counts by themselves for a ring; undefined where it does not. */
  hostsCounted?: (balancer: string, ring: number) => readonly string[] | undefined;
}

export function memoryDns({ route53, nameServers, balancers, network }: Looking): Dns {
  const answer = (name: string, type: string, from: 'internet' | 'vpc', server = 0): DnsAnswer => {
    const balancer = balancers.get(name.replace(/\.$/, ''));
    if (balancer !== undefined) {
      const addresses = [...(type === 'AAAA' ? balancer.addresses.v6 : balancer.addresses.v4)];
      return { rcode: 'NOERROR', addresses, texts: [] };
    }
    const { rcode, answers } = route53.answer({ name, type, server, from });
    const data = answers.filter((one) => one.type === type).map((one) => one.data);
    return type === 'TXT'
      ? { rcode, addresses: [], texts: data.map((text) => text.replace(/^"|"$/g, '')) }
      : { rcode, addresses: data, texts: [] };
  };
  return {
    askServer: (server, name, type) =>
      over(network, 'dns', () => answer(name, type, 'internet', Math.max(0, nameServers.indexOf(server)))),
    // the public has the same answers as the servers, here without a cache in between
    askResolver: (_, name, type) => over(network, 'dns', () => answer(name, type, 'internet')),
    // the VPC's: there private zones answer, and public ones as everywhere
    ask: (name, type) => over(network, 'dns', () => answer(name, type, 'vpc')),
    serversOf: async () => [...nameServers],
  };
}

export function memoryProbe({ balancers, network, clock, timeoutMilliseconds }: Looking): Probe {
  return {
    async get({ balancer, host, path }) {
      await network.out('probe');
      const started = clock.now();
      try {
        const answer = balancers.get(balancer)?.request({ host, path });
        if (answer === undefined) return { kind: 'unreachable', because: `${balancer} has no address` };
        await pause(clock, Math.min(answer.delayMs, timeoutMilliseconds.http));
        if (answer.delayMs > timeoutMilliseconds.http)
          return { kind: 'unreachable', because: `no answer in ${timeoutMilliseconds.http / 1000} s` };
        return {
          kind: 'answered',
          status: answer.status,
          headers: answer.headers,
          body: answer.body,
          milliseconds: clock.now() - started,
        };
      } catch (cause) {
        if (!(cause instanceof NetworkError)) throw cause;
        await pause(clock, Math.min(cause.afterMs, timeoutMilliseconds.http));
        return { kind: 'unreachable', because: cause.message };
      }
    },
    async certificateDaysLeft({ balancer, host }) {
      await network.out('probe');
      const ends = balancers.get(balancer)?.certificateEndsAt(host);
      return ends === undefined ? undefined : Math.floor((ends - clock.now()) / DAY_MILLISECONDS);
    },
    query: async ({ url }) => ({ kind: 'unreachable', because: `${url}: the lab has no Prometheus` }),
  };
}

export function memoryMetrics({ balancers, clusters, cloudWatch, network, clock, hostsCounted }: Looking): Metrics {
  const overModel = clusterMetricsOver(
    (cluster) => clusters[cluster] && { cloudWatch: cloudWatchCalls(cloudWatch, network), eksName: cluster },
    { now: () => clock.now(), wait: (milliseconds) => pause(clock, milliseconds) },
  );
  return {
    ...overModel,
    minutes: (host) =>
      over(network, 'cloudwatch:GetMetricData', () => {
        const balancer = balancers.get(host);
        return balancer === undefined ? [] : [{ at: clock.now(), hosts: balancer.healthyHosts }];
      }),
    healthyHosts: (host) =>
      over(network, 'cloudwatch:GetMetricData', () => {
        const balancer = balancers.get(host);
        return balancer === undefined ? undefined : { at: clock.now(), count: balancer.healthyHosts };
      }),
    requests: (host, seconds, ring) =>
      over(network, 'cloudwatch:GetMetricData', () => {
        const balancer = balancers.get(host);
        const hosts = ring === undefined ? [] : hostsCounted?.(host, ring);
        if (balancer === undefined || hosts === undefined) return undefined;
        let sum = 0;
        for (let at = clock.now() - seconds * 1000; at <= clock.now(); at += 60_000)
          sum += ring === undefined ? balancer.metrics(at).RequestCount : balancer.requestsFor(hosts, at);
        return sum;
      }),
  };
}

export function memoryTransport({ clusters, network, clock, timeoutMilliseconds }: Looking): Transport {
  return async (cluster, { method, path, contentType, body }) => {
    await network.out('kubernetes');
    try {
      const headers = {
        authorization: 'Bearer k8s-aws-v1.memory',
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      };
      const answer = clusters[cluster]?.answer({ method, path, headers, ...(body === undefined ? {} : { body }) });
      if (answer === undefined) throw new ClusterUnreachable(`there is no cluster ${cluster}`);
      await pause(clock, Math.min(answer.delayMs, timeoutMilliseconds.api));
      if (answer.delayMs > timeoutMilliseconds.api)
        throw new ClusterUnreachable(`${cluster} did not answer in ${timeoutMilliseconds.api / 1000} s`);
      await network.back('kubernetes');
      return asResponse(answer.status, answer.body, clock.now());
    } catch (cause) {
      if (!(cause instanceof NetworkError)) throw cause;
      await pause(clock, Math.min(cause.afterMs, timeoutMilliseconds.api));
      throw unanswered(cluster, cause);
    }
  };
}

/** As NetworkError: a dead cluster is asked thousands of times, and a stack would be the dearest part of the answer. */
function unanswered(cluster: string, cause: NetworkError): ClusterUnreachable {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const failure = new ClusterUnreachable(cause.message, { cluster }, { cause });
  Error.stackTraceLimit = stackTraceLimit;
  return failure;
}

function asResponse(status: number, answered: unknown, at: number): ApiResponse {
  if (typeof answered === 'string') return { status, contentType: 'text/plain; charset=utf-8', body: answered, at };
  return new ObjectResponse(status, answered, at);
}

/** The text is made only for those who look at it: most want what it says. */
class ObjectResponse implements ApiResponse {
  readonly contentType = 'application/json';
  readonly status: number;
  readonly object: unknown;
  readonly at: number;

  constructor(status: number, object: unknown, at: number) {
    this.status = status;
    this.object = object;
    this.at = at;
  }

  get body(): string {
    return JSON.stringify(this.object);
  }
}
