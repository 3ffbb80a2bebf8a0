import type { Cluster } from './kubernetes/cluster.ts';
import type { IngressAnswer, IngressRequest } from './kubernetes/ingress.ts';

export interface LoadBalancerOptions {
  readonly cluster: Cluster;
  /** Host name and zone of the balancer itself, as they stand in an alias target. */
  readonly dnsName: string;
  readonly zoneId: string;
  readonly addresses: { readonly v4: readonly string[]; readonly v6: readonly string[] };
  /** When the certificate shown for a host ends, in milliseconds since the epoch; undefined = it shows none. */
  readonly certificateEndsAt?: (host: string) => number | undefined;
}

/** One minute as CloudWatch has it, by the names of the metrics. */
export interface BalancerMetrics {
  /** Now, not in that minute: what is not sampled is not kept. */
  readonly HealthyHostCount: number;
  readonly RequestCount: number;
  readonly HTTPCode_Target_5XX_Count: number;
  readonly HTTPCode_ELB_5XX_Count: number;
}

/** The load balancer in front of one cluster: where customers arrive, what Route 53 evaluates, what CloudWatch counts. */
export class LoadBalancer {
  readonly cluster: Cluster;
  readonly dnsName: string;
  readonly zoneId: string;
  readonly addresses: LoadBalancerOptions['addresses'];
  readonly #certificateEndsAt: (host: string) => number | undefined;

  constructor({ cluster, dnsName, zoneId, addresses, certificateEndsAt = never }: LoadBalancerOptions) {
    this.#certificateEndsAt = certificateEndsAt;
    this.cluster = cluster;
    this.dnsName = dnsName;
    this.zoneId = zoneId;
    this.addresses = addresses;
  }

  /** Targets that pass the balancer's own check: pods of the ingress controller that are ready. */
  get healthyHosts(): number {
    return this.cluster.readyIngressPods;
  }

  /** What EvaluateTargetHealth of an alias sees: at least one healthy target (facts/route53.md, section 2). */
  get healthy(): boolean {
    return this.healthyHosts > 0;
  }

  /** Throws NetworkError when nobody answers. */
  request(request: IngressRequest): IngressAnswer {
    return this.cluster.ingress(request);
  }

  /** The balancer ends TLS itself, so it shows certificates while its cluster is dead or asleep. */
  certificateEndsAt(host: string): number | undefined {
    return this.#certificateEndsAt(host);
  }

  /** Requests for these hosts in the minute that contains `at`: what a target group of their own would count. */
  requestsFor(hosts: readonly string[], at: number): number {
    return hosts.reduce((sum, host) => sum + this.cluster.traffic.minute(at, host).requests, 0);
  }

  /** The minute that contains `at`, in milliseconds since the epoch. */
  metrics(at: number): BalancerMetrics {
    const { requests, target5xx, balancer5xx } = this.cluster.traffic.minute(at);
    return {
      HealthyHostCount: this.healthyHosts,
      RequestCount: requests,
      HTTPCode_Target_5XX_Count: target5xx,
      HTTPCode_ELB_5XX_Count: balancer5xx,
    };
  }
}

function never(): number {
  return Number.POSITIVE_INFINITY;
}
