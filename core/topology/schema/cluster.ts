/** A cluster, its load balancer, and how that one’s metrics are found. */
import * as z from 'zod/mini';
import { described, dnsName, port, text, zoneId } from './fields.ts';

const balancerMetrics = z.strictObject({
  namespace: described(
    z._default(text(255), 'AWS/ApplicationELB'),
    'CloudWatch namespace with `HealthyHostCount` and `RequestCount`: `AWS/ApplicationELB`, or `AWS/ELB` for a classic load balancer.',
  ),
  dimensions: described(
    z
      .record(text(255), text(1024))
      .check(z.refine((dimensions) => Object.keys(dimensions).length > 0, 'at least one dimension')),
    'Dimensions that both metrics have, as in `LoadBalancer: app/blue/50dc6c495c0c9188` and `TargetGroup: targetgroup/ingress/6d0ecf831eec9f09`.',
    { minProperties: 1 },
  ),
  rings: described(
    z._default(
      z.record(z.string().check(z.regex(/^\d{1,2}$/, 'the number of a ring')), z.record(text(255), text(1024))),
      {},
    ),
    'By ring, the dimensions under which its requests are counted by themselves: those of its own target group. After a move of one ring the balancer as a whole still has the users of the others; without this a person says when those of the ring have gone (`throwover stand-down`).',
  ),
});

/** As Kubernetes allows for an object: dots as well. */
const objectName = () =>
  z.string().check(z.regex(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/, 'the name of an object in Kubernetes'));

const loadBalancer = z.strictObject({
  host: described(
    dnsName(),
    'DNS name of the load balancer in front of the cluster; probes go through it, records point to it.',
  ),
  zone: described(
    zoneId(),
    'Hosted zone id of the load balancer itself, as in alias targets. Not the id of one of your zones.',
  ),
  ports: described(
    z.prefault(
      z.strictObject({
        http: described(z._default(port(), 80), 'Port of plain HTTP.'),
        https: described(z._default(port(), 443), 'Port of HTTPS.'),
      }),
      {},
    ),
    'Ports the load balancer listens on.',
  ),
  metrics: described(
    z.exactOptional(balancerMetrics),
    'Where CloudWatch counts its healthy hosts and requests, in the region of the cluster. Left out: the observer `aws` abstains, and after a move only a person stops the workloads of the old cluster.',
  ),
});

export const cluster = z.strictObject({
  eksName: described(
    z.string().check(z.regex(/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/, 'the name of the cluster in EKS')),
    'Name of the cluster in EKS.',
  ),
  region: described(
    z.string().check(z.regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, 'an AWS region, as in eu-west-1')),
    'AWS region of the cluster.',
  ),
  setIdentifier: described(
    text(128),
    'Set identifier of the cluster’s weighted records (annotation set-identifier of its ExternalDNS sources). Never rename it: Route 53 would see a new record.',
  ),
  loadBalancer: described(loadBalancer, 'The load balancer of the cluster. No two clusters share one.'),
  canaryHost: described(
    dnsName(),
    'Host served by the canary through the cluster’s own ingress, whatever its role is. Not one of the services’ hosts.',
  ),
  cni: described(
    z._default(
      z.union([
        z.literal('none'),
        z.strictObject({
          daemonSet: described(objectName(), 'Name of the DaemonSet.'),
          namespace: described(z._default(objectName(), 'kube-system'), 'Its namespace.'),
        }),
      ]),
      { daemonSet: 'aws-node', namespace: 'kube-system' },
    ),
    'The DaemonSet whose pods give other pods their network. A planned move waits while it is being replaced, and while it is not there. `none`: nothing of it runs in pods, as in EKS Auto Mode.',
  ),
  nodeSizes: described(
    z.exactOptional(
      z.record(
        text(128),
        z.strictObject({
          cpuMillis: described(z.int().check(z.positive()), 'CPU that one node gives to pods, in millicores.'),
          memoryMiB: described(z.int().check(z.positive()), 'Memory that one node gives to pods, in MiB.'),
          pods: described(z.int().check(z.positive()), 'Pods that one node takes.'),
        }),
      ),
    ),
    'What one node of a group gives to pods (its allocatable, without what DaemonSets ask for), by the name of the managed node group, NodePool or reserve. Needed only for groups that have no node while the cluster sleeps: of others it is read off their nodes.',
  ),
  nodesFrom: described(
    z._default(z.enum(['node groups', 'karpenter', 'pause pods']), 'node groups'),
    'Where a waking cluster gets its nodes from before its pods ask for them. `node groups`: the minimum of its managed node groups is raised, and restored afterwards; a cluster that has none is left to its autoscaler, and has room only on the nodes that are there. `pause pods`: the count of Deployments labelled `throwover.dev/capacity: pause` is raised, up to their annotation `throwover.dev/capacity-max`, and restored afterwards; each of their pods asks for as much as one node has, and gives way to every other pod (a negative priority). `karpenter`: the `replicas` of static NodePools labelled `throwover.dev/capacity: static` are raised, up to their `limits.nodes`, and restored afterwards (Karpenter ≥ 1.8 with its feature gate StaticCapacity, or EKS Auto Mode).',
  ),
});

export type Cluster = z.output<typeof cluster>;
