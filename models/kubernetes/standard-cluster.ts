import { Cluster, type ClusterOptions } from './cluster.ts';
import type { Labels } from './objects.ts';

export interface StandardService {
  /** Name of its namespace, Deployment, Service and Ingress. */
  readonly name: string;
  readonly hosts: readonly string[];
  readonly ring: number | string;
  readonly replicas?: number;
  readonly healthPath?: string;
  /** What one pod asks for. */
  readonly cpu?: string;
  readonly memory?: string;
  readonly image?: string;
  readonly ingressAnnotations?: Labels;
  readonly cronJobs?: readonly {
    readonly name: string;
    readonly schedule: string;
    readonly startingDeadlineSeconds?: number;
  }[];
}

export interface StandardOptions extends ClusterOptions {
  readonly role: 'active' | 'standby';
  readonly epoch?: number;
  readonly services: readonly StandardService[];
  /** Served by the exempt canary through this cluster's own ingress. */
  readonly canaryHost: string;
  /** Arguments of its ExternalDNS; left out: those of a careful installation, with the cluster's name as owner. */
  readonly externalDnsArgs?: readonly string[];
}

/**
 * A cluster as one of a pair: system pods, ingress controller, canary, and per service a namespace in its ring with a
 * Deployment, a Service and an Ingress. All pods that its role wants are ready; a standby remembers its counts.
 */
export function standardCluster(options: StandardOptions): Cluster {
  const cluster = new Cluster(options);
  installSystem(cluster, options.externalDnsArgs ?? externalDnsArgs(options.name));
  installCanary(cluster, options.canaryHost);
  cluster.install('namespaces', undefined, 'throwover-system', {});
  cluster.install('configmaps', 'throwover-system', 'throwover', {
    data: { cluster: options.name, epoch: String(options.epoch ?? 0), role: options.role },
  });
  for (const service of options.services) installService(cluster, service);
  return cluster.begin();
}

/** An owner of its own in every cluster, and what is written stays readable for whoever has to take it over. */
export function externalDnsArgs(owner: string): string[] {
  return [
    '--provider=aws',
    '--source=ingress',
    '--source=service',
    '--policy=sync',
    '--registry=txt',
    `--txt-owner-id=${owner}`,
    '--interval=1m',
    '--no-aws-evaluate-target-health',
  ];
}

function installSystem(cluster: Cluster, args: readonly string[]): void {
  for (const namespace of ['default', 'kube-system', 'ingress', 'external-dns']) {
    cluster.install('namespaces', undefined, namespace, {});
  }
  installDeployment(cluster, 'kube-system', 'coredns', { replicas: 2, cpu: '100m', labels: { 'k8s-app': 'kube-dns' } });
  const dns = [{ name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 }];
  cluster.install('services', 'kube-system', 'kube-dns', {
    spec: { type: 'ClusterIP', clusterIP: '172.20.0.10', selector: { 'k8s-app': 'kube-dns' }, ports: dns },
  });
  // together what the scheduler of this model keeps free on each node
  for (const [name, image, cpu] of [
    ['aws-node', 'amazon-k8s-cni:v1.21.0', '50m'],
    ['kube-proxy', 'kube-proxy:v1.36.2', '100m'],
  ] as const) {
    const labels = { 'k8s-app': name };
    const template = {
      metadata: { labels },
      spec: { ...podDefaults, containers: [container(name, image, cpu, '0Mi')] },
    };
    cluster.install('daemonsets', 'kube-system', name, {
      labels,
      spec: { selector: { matchLabels: labels }, template },
    });
  }
  installDeployment(cluster, 'ingress', 'traefik', { replicas: 2, cpu: '200m', image: 'traefik:v3.6' });
  cluster.install('services', 'ingress', 'traefik', {
    spec: {
      type: 'LoadBalancer',
      clusterIP: '172.20.0.20',
      selector: { app: 'traefik' },
      ports: [
        { name: 'http', protocol: 'TCP', port: 80, targetPort: 8000, nodePort: 30080 },
        { name: 'https', protocol: 'TCP', port: 443, targetPort: 8443, nodePort: 30443 },
      ],
    },
  });
  installDeployment(cluster, 'external-dns', 'external-dns', {
    replicas: 1,
    cpu: '50m',
    image: 'registry.k8s.io/external-dns/external-dns:v0.23.0',
    args,
  });
}

/** The canary runs in both clusters, whatever their role: in a namespace of no ring, and exempt besides. */
function installCanary(cluster: Cluster, host: string): void {
  cluster.install('namespaces', undefined, 'canary', {});
  const labels = { app: 'canary', 'throwover.dev/exempt': 'true' };
  installDeployment(cluster, 'canary', 'canary', { replicas: 1, cpu: '50m', labels });
  installRoute(cluster, 'canary', 'canary', [host], undefined);
}

function installService(cluster: Cluster, service: StandardService): void {
  const { name, ring, healthPath = '/healthz', replicas = 3, cpu = '500m', memory } = service;
  const labels = { 'kubernetes.io/metadata.name': name, 'throwover.dev/ring': String(ring) };
  cluster.install('namespaces', undefined, name, { labels });
  const image = service.image ?? `${name}:1.0.0`;
  installDeployment(cluster, name, name, { replicas, cpu, ...(memory && { memory }), image, healthPath });
  installRoute(cluster, name, name, service.hosts, service.ingressAnnotations);
  for (const job of service.cronJobs ?? []) {
    const template = {
      metadata: {},
      spec: { ...podDefaults, restartPolicy: 'Never', containers: [container(job.name, image, '100m')] },
    };
    const { schedule, startingDeadlineSeconds } = job;
    cluster.install('cronjobs', name, job.name, {
      spec: {
        schedule,
        ...(startingDeadlineSeconds === undefined ? {} : { startingDeadlineSeconds }),
        concurrencyPolicy: 'Forbid',
        suspend: false,
        jobTemplate: { metadata: {}, spec: { template } },
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      },
    });
  }
}

interface DeploymentShape {
  readonly replicas: number;
  readonly cpu: string;
  readonly memory?: string;
  readonly image?: string;
  readonly labels?: Labels;
  readonly healthPath?: string;
  readonly args?: readonly string[];
}

function installDeployment(cluster: Cluster, namespace: string, name: string, shape: DeploymentShape): void {
  const { replicas, cpu, memory, image = `${name}:1.0.0`, labels = { app: name }, healthPath, args } = shape;
  const exempt = 'throwover.dev/exempt' in labels ? { labels: { 'throwover.dev/exempt': 'true' } } : {};
  cluster.install('deployments', namespace, name, {
    ...exempt,
    annotations: { 'deployment.kubernetes.io/revision': '1' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ ...container(name, image, cpu, memory, healthPath), ...(args && { args: [...args] }) }],
          ...podDefaults,
        },
      },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
  });
}

function installRoute(
  cluster: Cluster,
  namespace: string,
  name: string,
  hosts: readonly string[],
  annotations: Labels | undefined,
): void {
  const ports = [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }];
  cluster.install('services', namespace, name, {
    spec: { type: 'ClusterIP', clusterIP: '172.20.1.1', selector: { app: name }, ports },
  });
  const backend = { service: { name, port: { number: 80 } } };
  cluster.install('ingresses', namespace, name, {
    ...(annotations === undefined ? {} : { annotations }),
    spec: {
      ingressClassName: 'traefik',
      rules: hosts.map((host) => ({ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } })),
    },
  });
}

const podDefaults = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
};

function container(name: string, image: string, cpu: string, memory = '128Mi', healthPath?: string) {
  return {
    name,
    image,
    resources: { requests: { cpu, memory } },
    ...(healthPath === undefined ? {} : { readinessProbe: { httpGet: { path: healthPath, port: 8080 } } }),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  };
}
