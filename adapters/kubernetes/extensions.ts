/**
 * What others have put between the API server and its objects: webhooks that fail closed, and APIs that are served by pods. When the
 * pods behind a webhook are gone, every write that it wanted to see is refused, ours first of all.
 */
import type { ApiExtensions, Webhook } from '../../core/ports.ts';
import { listed } from './lists.ts';
import type { ApiService, EndpointSlice, LabelSelector, Namespace, WebhookConfiguration } from './objects.ts';
import type { Transport } from './transport.ts';

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const KINDS = {
  mutatingwebhookconfigurations: 'MutatingWebhookConfiguration',
  validatingwebhookconfigurations: 'ValidatingWebhookConfiguration',
} as const;
const RING = 'throwover.dev/ring';
const OWN = 'throwover-system';

/** Throws `ClusterUnreachable`, also when the cluster gives no right to look. */
export async function extensionsOf(transport: Transport, cluster: string): Promise<ApiExtensions> {
  const [closed, services, namespaces] = await Promise.all([
    Promise.all(
      (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((plural) => failingClosed(transport, cluster, plural)),
    ),
    listed<ApiService>(transport, cluster, '/apis/apiregistration.k8s.io/v1/apiservices'),
    listed<Namespace>(transport, cluster, '/api/v1/namespaces'),
  ]);
  const ours = namespaces.filter(({ metadata }) => metadata.name === OWN || metadata.labels?.[RING] !== undefined);
  const webhooks = await withEndpoints(transport, cluster, closed.flat());
  return {
    webhooks: webhooks.map(({ namespaceSelector, ...webhook }) => ({
      ...webhook,
      namespaces: ours.filter((one) => selects(namespaceSelector, one)).map(({ metadata }) => metadata.name),
    })),
    unavailable: services.flatMap(({ metadata, status }) => {
      const available = status?.conditions?.find(({ type }) => type === 'Available');
      if (available?.status === 'True') return [];
      return [{ name: metadata.name, because: available?.message ?? available?.reason ?? 'it does not say why' }];
    }),
  };
}

type Found = Omit<Webhook, 'endpoints' | 'namespaces'> & { namespaceSelector: LabelSelector };

/** Those with a Service: what stands at a URL is not of this cluster, and nothing here says whether it answers. */
async function failingClosed(transport: Transport, cluster: string, plural: keyof typeof KINDS): Promise<Found[]> {
  const configurations = await listed<WebhookConfiguration>(transport, cluster, `${ADMISSION}/${plural}`);
  return configurations.flatMap(({ metadata, webhooks = [] }) =>
    webhooks.flatMap(
      ({ name, clientConfig: { service }, failurePolicy = 'Fail', rules = [], namespaceSelector = {} }) =>
        service === undefined || failurePolicy !== 'Fail'
          ? []
          : [
              {
                name: `${KINDS[plural]}/${metadata.name} ${name}`,
                service: `${service.namespace}/${service.name}`,
                rules: rules.map(({ operations, apiGroups, resources }) => ({
                  operations,
                  groups: apiGroups,
                  resources,
                })),
                namespaceSelector,
              },
            ],
    ),
  );
}

/** Several webhooks share a Service, which is asked for once. */
async function withEndpoints(transport: Transport, cluster: string, webhooks: readonly Found[]) {
  const services = [...new Set(webhooks.map(({ service }) => service))];
  const counts = await Promise.all(services.map((service) => readyEndpoints(transport, cluster, service)));
  const ready = new Map(services.map((service, at) => [service, counts[at] ?? 0]));
  return webhooks.map((webhook) => ({ ...webhook, endpoints: ready.get(webhook.service) ?? 0 }));
}

async function readyEndpoints(transport: Transport, cluster: string, service: string): Promise<number> {
  const [namespace, name] = service.split('/');
  const slices = await listed<EndpointSlice>(
    transport,
    cluster,
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
    { labelSelector: `kubernetes.io/service-name=${name}` },
  );
  // undefined is to be read as ready
  return slices.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
    .length;
}

/** By the labels of a namespace; the one with its name is there even where the server has not written it. */
function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, { metadata }: Namespace): boolean {
  const labels: Record<string, string> = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const label = labels[key];
      switch (operator) {
        case 'In':
          return label !== undefined && values.includes(label);
        case 'NotIn':
          return label === undefined || !values.includes(label);
        case 'Exists':
          return label !== undefined;
        default:
          return label === undefined;
      }
    })
  );
}
