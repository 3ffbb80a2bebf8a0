/** The buttons of the lab: each does one thing to the world, and `heal` takes all of them back. */
import { type NamedPair, titleOf } from '../core/topology/pair.ts';
import type { Cluster } from '../models/kubernetes/cluster.ts';
import type { Webhook } from '../models/kubernetes/webhooks.ts';
import { ServiceError } from '../models/service-error.ts';
import type { PairWorld } from './world.ts';

/** What the world's own parts cannot do by themselves: the ways to them. */
export interface Ways {
  /** Observers (`outside`, `inside`, `aws`) that reach nothing. */
  readonly blind: Set<string>;
  /** How many answers of change calls will still be lost after their effect. */
  answersToLose: number;
  /** AWS services whose API answers nobody. */
  readonly down: Set<ServiceDown>;
}

/** By their signing names. */
type ServiceDown = 'dynamodb' | 'states';

export function openWays(): Ways {
  return { blind: new Set(), answersToLose: 0, down: new Set() };
}

/** What a service that is down says; undefined: it is up, or it cannot be taken down. */
export function outageOf({ down }: Ways, service: string): ServiceError | undefined {
  return down.has(service as ServiceDown)
    ? new ServiceError('ServiceUnavailable', `the lab has taken ${service} down`, 503)
    : undefined;
}

/** The functions that are the eyes of the blind observers, by their keys. */
export function blindFunctions({ blind }: Ways): Set<string> {
  return new Set([...blind].map(eyesOf));
}

export function isObserver(key: string): boolean {
  return OBSERVERS.some((observer) => eyesOf(observer) === key);
}

function eyesOf(observer: string): string {
  return `observe-${observer}`;
}

const OBSERVERS = ['outside', 'inside', 'aws'];
const THROTTLED_SHARE = 0.1;
/** The lab's clusters begin with the first of everything, three pods each. */
const [FIRST_RELEASE, NEXT_RELEASE, CHART_REPLICAS] = ['1.0.0', '1.1.0', 3];

const POLICY_ENGINE = 'policy-engine';
/** Its Service is not there, and it fails closed, as such engines do by default; the platform is left alone, as they advise. */
const UNANSWERED: Webhook = {
  name: 'validate.policy-engine.test',
  clientConfig: { service: { namespace: 'policy-engine', name: 'policy-engine' } },
  failurePolicy: 'Fail',
  rules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
  namespaceSelector: {
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }],
  },
};

/** What a pipeline does that knows one of the two clusters only. */
function deploy(cluster: Cluster | undefined, { services }: NamedPair, release: string): void {
  const service = Object.keys(services).at(-1) ?? '';
  const image = `${service}:${release}`;
  if (cluster?.deployment(service, service)?.image === image) return;
  cluster?.rollOut(service, service, { image, replicas: CHART_REPLICAS });
}

interface Button {
  /** What `name` chooses: one of the clusters, the zones or the observers; nothing for those without. */
  readonly of: 'cluster' | 'zone' | 'observer' | 'nothing';
  readonly does: string;
  press(world: PairWorld, what: string, ways: Ways): void;
}

const onCluster =
  (fault: 'kill' | 'partition' | 'api-down' | 'ingress-down' | 'slow' | 'etcd-frozen' | 'etcd-full' | 'dns-broken') =>
  ({ clusters }: PairWorld, name: string) =>
    clusters[name]?.inflict(fault);

export const BUTTONS: Readonly<Record<string, Button>> = {
  kill: { of: 'cluster', does: 'nobody answers any more: API, load balancer, pods', press: onCluster('kill') },
  partition: {
    of: 'cluster',
    does: 'packets to and from it vanish, its pods go on',
    press: onCluster('partition'),
  },
  'api-down': {
    of: 'cluster',
    does: 'the Kubernetes API does not answer, pods go on serving',
    press: onCluster('api-down'),
  },
  'frozen-etcd': {
    of: 'cluster',
    does: 'etcd answers nothing: the API has its cache, quorum reads and writes hang, pods go on serving',
    press: onCluster('etcd-frozen'),
  },
  'full-etcd': {
    of: 'cluster',
    does: 'etcd takes no writes: the API answers every read with what was, pods go on serving',
    press: onCluster('etcd-full'),
  },
  'cni-broken': {
    of: 'cluster',
    does: 'the API is well, pods have no network, and those that start get none',
    press: ({ clusters }, name) => {
      clusters[name]?.inflict('cni-broken');
      clusters[name]?.replacePod('canary', 'canary');
    },
  },
  'dns-broken': {
    of: 'cluster',
    does: 'CoreDNS answers nobody: services fail, and the canary, which is served, says why',
    press: onCluster('dns-broken'),
  },
  'webhook-down': {
    of: 'cluster',
    does: 'a policy engine that must be asked about every pod has none of its own: no pod can be made',
    press: ({ clusters }, name) => {
      clusters[name]?.install('validatingwebhookconfigurations', undefined, POLICY_ENGINE, { webhooks: [UNANSWERED] });
    },
  },
  'ingress-down': {
    of: 'cluster',
    does: 'the API and the pods are well, the ingress controller is gone',
    press: onCluster('ingress-down'),
  },
  slow: { of: 'cluster', does: 'every answer takes three seconds longer', press: onCluster('slow') },
  brownout: {
    of: 'cluster',
    does: 'every answer takes a second and a half longer',
    press: ({ clusters }, name) => clusters[name]?.inflict('slow', { slowMs: 1_500 }),
  },
  deploy: {
    of: 'cluster',
    does: 'a pipeline deploys the next release of the last service there, and nowhere else',
    press: ({ clusters, pair }, name) => deploy(clusters[name], pair, NEXT_RELEASE),
  },
  'observer-blind': {
    of: 'observer',
    does: 'an observer reaches nothing',
    press: (_, observer, ways) => {
      ways.blind.add(observer);
    },
  },
  'route53-throttled': {
    of: 'nothing',
    does: 'the neighbours leave a tenth of the Route 53 budget',
    press: ({ route53 }) => {
      route53.rules.budget.share = THROTTLED_SHARE;
    },
  },
  'zone-locked': {
    of: 'zone',
    does: 'a zone takes no change',
    press: ({ route53, pair }, name) => {
      for (const zone of pair.zones) if (titleOf(zone) === name) route53.setLocked(zone.id, true);
    },
  },
  'answer-lost': {
    of: 'nothing',
    does: 'the next change of a zone happens, and its answer is lost',
    press: (_, __, ways) => {
      ways.answersToLose++;
    },
  },
  'dynamodb-down': {
    of: 'nothing',
    does: 'DynamoDB answers nobody',
    press: (_, __, ways) => void ways.down.add('dynamodb'),
  },
  'step-functions-down': {
    of: 'nothing',
    does: 'the API of Step Functions answers nobody; executions under way go on',
    press: (_, __, ways) => void ways.down.add('states'),
  },
  'lambda-down': {
    of: 'nothing',
    does: 'Lambda runs no function, so the watch does not tick either',
    press: ({ lambda }) => {
      lambda.down = true;
    },
  },
  'eks-update': {
    of: 'cluster',
    does: 'somebody gives its CNI add-on another version: EKS says UPDATING for ten minutes',
    press: ({ eks }, name) => void eks.updateAddon({ clusterName: name, addonName: 'vpc-cni' }),
  },
  'database-read-only': {
    of: 'nothing',
    does: 'the shared database takes no writes',
    press: ({ clusters }) => Object.values(clusters)[0]?.inflict('database-read-only'),
  },
  heal: {
    of: 'nothing',
    does: 'everything is well again; a killed cluster comes back as it was',
    press: ({ clusters, route53, eks, lambda, pair }, _, ways) => {
      for (const cluster of Object.values(clusters)) {
        cluster.heal();
        cluster.uninstall('validatingwebhookconfigurations', undefined, POLICY_ENGINE);
        deploy(cluster, pair, FIRST_RELEASE);
      }
      for (const zone of pair.zones) route53.setLocked(zone.id, false);
      route53.rules.budget.share = 1;
      eks.endUpgrades();
      ways.blind.clear();
      ways.answersToLose = 0;
      ways.down.clear();
      lambda.down = false;
    },
  },
};

/** Presses a button. Without a name: the cluster that was active at first, the first zone, the observer outside. Returns what was done, or throws a sentence. */
export function press(world: PairWorld, ways: Ways, fault: string, what: string | undefined): string {
  const button = BUTTONS[fault];
  if (button === undefined)
    throw new RangeError(`there is no fault ${fault}; known: ${Object.keys(BUTTONS).join(', ')}`);
  const choices = {
    cluster: Object.keys(world.clusters),
    zone: world.pair.zones.map(titleOf),
    observer: OBSERVERS,
    nothing: [''],
  }[button.of];
  const chosen = what ?? choices[0] ?? '';
  if (!choices.includes(chosen))
    throw new RangeError(`${fault} is for a ${button.of}: ${choices.join(', ') || 'no name'}; found ${chosen}`);
  button.press(world, chosen, ways);
  return [fault, chosen].filter(Boolean).join(' ');
}
