import type { Inventory } from './inventory.ts';
import type { Labels, Spec, Stored } from './objects.ts';
import { workloadBehind } from './render/network.ts';
import { Refused } from './status.ts';
import { keyOf } from './store.ts';

/** `matchLabels` and `matchExpressions`, both of which must hold; left out or empty: everything. */
export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** One webhook of a MutatingWebhookConfiguration or a ValidatingWebhookConfiguration. */
export interface Webhook {
  readonly name: string;
  readonly clientConfig: {
    readonly service?: { readonly namespace: string; readonly name: string };
    readonly url?: string;
  };
  readonly failurePolicy?: 'Fail' | 'Ignore';
  readonly rules?: readonly {
    readonly operations: readonly string[];
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly resources: readonly string[];
  }[];
  readonly namespaceSelector?: Selector;
  readonly objectSelector?: Selector;
}

export interface Admitting {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly group: string;
  /** With its subresource, as in `deployments/scale`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly labels: Labels;
}

/**
 * The refusal of a webhook that cannot be asked and has failurePolicy Fail; undefined: none stands in the way. What a webhook that
 * has pods would say is not modelled: it agrees. Policies and webhooks themselves are never shown to a webhook.
 */
export function refusalOf(inventory: Inventory, asked: Admitting): Refused | undefined {
  if (asked.group === 'admissionregistration.k8s.io') return undefined;
  for (const plural of ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] as const) {
    for (const { webhooks = [] } of inventory.store.values(plural)) {
      for (const webhook of webhooks) {
        const { service } = webhook.clientConfig;
        if (service === undefined || webhook.failurePolicy === 'Ignore' || !concerns(webhook, asked, inventory))
          continue;
        if (readyBehind(inventory, service.namespace, service.name) === 0) return unanswered(webhook.name, service);
      }
    }
  }
  return undefined;
}

/** Ready pods behind a Service. */
export function readyBehind({ store, life }: Inventory, namespace: string, name: string): number {
  const service = store.get('services', keyOf(namespace, name));
  return (service && workloadBehind(service, life)?.ready) ?? 0;
}

/** What the aggregator says of an APIService: its own groups are Local, others are as available as the Service behind them. */
export function availability({ metadata, spec }: Stored, inventory: Inventory) {
  const behind = (spec as Spec & { service?: { namespace: string; name: string } })?.service;
  const condition = (status: 'True' | 'False', reason: string, message: string) => ({
    conditions: [{ type: 'Available', status, lastTransitionTime: metadata.creationTimestamp, reason, message }],
  });
  if (behind === undefined) return condition('True', 'Local', 'Local APIServices are always available');
  return readyBehind(inventory, behind.namespace, behind.name) > 0
    ? condition('True', 'Passed', 'all checks passed')
    : condition(
        'False',
        'MissingEndpoints',
        `endpoints for service/${behind.name} in "${behind.namespace}" have no addresses with port name "https"`,
      );
}

function concerns(webhook: Webhook, asked: Admitting, { store }: Inventory): boolean {
  const { operation, group, resource, namespace, labels } = asked;
  const has = (all: readonly string[], one: string) => all.includes('*') || all.includes(one);
  const [plural = '', subresource] = resource.split('/');
  const named = (resources: readonly string[]) =>
    resources.includes('*/*') ||
    resources.includes(resource) ||
    resources.includes(subresource === undefined ? '*' : `${plural}/*`);
  const fits = (webhook.rules ?? []).some(
    (rule) => has(rule.operations, operation) && has(rule.apiGroups, group) && named(rule.resources),
  );
  if (!fits || !selects(webhook.objectSelector, labels)) return false;
  if (namespace === undefined) return true;
  const own = { 'kubernetes.io/metadata.name': namespace };
  return selects(webhook.namespaceSelector, { ...store.get('namespaces', namespace)?.metadata.labels, ...own });
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector = {}, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return key in labels;
      if (operator === 'DoesNotExist') return !(key in labels);
      const isOne = values.includes(labels[key] ?? '') && key in labels;
      return operator === 'In' ? isOne : !isOne;
    })
  );
}

/** In the words of the API server. */
function unanswered(name: string, service: { namespace: string; name: string }): Refused {
  const message =
    `Internal error occurred: failed calling webhook "${name}": failed to call webhook: ` +
    `Post "https://${service.name}.${service.namespace}.svc:443/?timeout=10s": ` +
    `no endpoints available for service "${service.name}"`;
  return new Refused(500, 'InternalError', message, { causes: [{ message }] });
}
