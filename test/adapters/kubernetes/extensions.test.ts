import { describe, expect, it } from 'vitest';
import { extensionsOf } from '../../../adapters/kubernetes/extensions.ts';
import type { LabelSelector } from '../../../adapters/kubernetes/objects.ts';
import type { Transport } from '../../../adapters/kubernetes/transport.ts';
import { fixture } from '../../models/kubernetes/world.ts';

const namespaces = [
  { metadata: { name: 'shop', labels: { 'throwover.dev/ring': '1' } } },
  { metadata: { name: 'example', labels: { 'throwover.dev/ring': '0', policed: 'no' } } },
  { metadata: { name: 'throwover-system' } },
  { metadata: { name: 'kube-system' } },
];
const webhook = (more: object) => ({
  name: 'v.engine.test',
  clientConfig: { service: { namespace: 'engine', name: 'engine' } },
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
  ...more,
});

function serving(answers: Readonly<Record<string, readonly object[]>>) {
  const asked: string[] = [];
  const transport: Transport = async (_, { path }) => {
    asked.push(path);
    const items = Object.entries({ namespaces, ...answers }).find(([part]) => path.includes(`/${part}?`))?.[1] ?? [];
    return { status: 200, contentType: 'application/json', body: '', object: { items, metadata: {} } };
  };
  return { transport, asked };
}

async function webhooksIn(webhooks: object[], endpoints?: object[]) {
  const { transport, asked } = serving({
    validatingwebhookconfigurations: [{ metadata: { name: 'engine' }, webhooks }],
    ...(endpoints === undefined ? {} : { endpointslices: [{ endpoints }, { endpoints: null }] }),
  });
  return { asked, webhooks: (await extensionsOf(transport, 'blue')).webhooks };
}

describe('extensionsOf', () => {
  it('brings webhooks that fail closed, which is what they do unless they say otherwise', async () => {
    const { webhooks } = await webhooksIn([
      webhook({}),
      webhook({ name: 'open', failurePolicy: 'Ignore' }),
      webhook({ name: 'elsewhere', clientConfig: { url: 'https://127.0.0.1:23443/mutate' } }),
    ]);
    expect(webhooks).toEqual([
      {
        name: 'ValidatingWebhookConfiguration/engine v.engine.test',
        service: 'engine/engine',
        endpoints: 0,
        rules: [{ operations: ['CREATE'], groups: [''], resources: ['pods'] }],
        namespaces: ['shop', 'example', 'throwover-system'],
      },
    ]);
  });

  it('counts ready endpoints, and asks for a Service once however many webhooks it has', async () => {
    const conditions = (ready: boolean | null) => ({ conditions: { ready } });
    const { webhooks, asked } = await webhooksIn(
      [webhook({}), webhook({ name: 'second' })],
      [conditions(true), conditions(false), conditions(null), {}],
    );
    expect(webhooks.map(({ endpoints }) => endpoints)).toEqual([3, 3]);
    const slices = asked.filter((path) => path.includes('endpointslices'));
    expect(slices).toEqual([
      '/apis/discovery.k8s.io/v1/namespaces/engine/endpointslices?limit=500&labelSelector=kubernetes.io%2Fservice-name%3Dengine',
    ]);
    expect(asked.filter((path) => path.includes('resourceVersion'))).toEqual([]);
  });

  const by = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', ...values: string[]) => ({
    matchExpressions: [{ key, operator, values }],
  });
  it.each<[LabelSelector, string[]]>([
    [{ matchLabels: { policed: 'no' } }, ['example']],
    [by('kubernetes.io/metadata.name', 'NotIn', 'shop', 'kube-system'), ['example', 'throwover-system']],
    [by('policed', 'In', 'no', 'yes'), ['example']],
    [by('policed', 'NotIn', 'no'), ['shop', 'throwover-system']],
    [by('throwover.dev/ring', 'Exists'), ['shop', 'example']],
    [by('throwover.dev/ring', 'DoesNotExist'), ['throwover-system']],
    [{ ...by('policed', 'Exists'), matchLabels: { policed: 'yes' } }, []],
  ])('selects namespaces as Kubernetes does: %j', async (namespaceSelector, names) => {
    const { webhooks } = await webhooksIn([webhook({ namespaceSelector })]);
    expect(webhooks[0]?.namespaces).toEqual(names);
  });

  it('finds every recorded APIService available, and says why one is not', async () => {
    const { items } = fixture('apiservices.json');
    expect((await extensionsOf(serving({ apiservices: items }).transport, 'blue')).unavailable).toEqual([]);
    const metrics = { name: 'v1beta1.metrics.k8s.io' };
    const gone = { type: 'Available', status: 'False', reason: 'MissingEndpoints', message: 'no addresses' };
    const { transport } = serving({
      apiservices: [...items, { metadata: metrics, status: { conditions: [gone] } }, { metadata: { name: 'new' } }],
    });
    expect((await extensionsOf(transport, 'blue')).unavailable).toEqual([
      { name: 'v1beta1.metrics.k8s.io', because: 'no addresses' },
      { name: 'new', because: 'it does not say why' },
    ]);
  });

  it('throws when it has no right to look, which is not "nothing stands in the way"', async () => {
    const forbidden: Transport = async () => ({ status: 403, contentType: 'application/json', body: '{}' });
    await expect(extensionsOf(forbidden, 'blue')).rejects.toMatchObject({ name: 'ClusterUnreachable' });
  });
});
