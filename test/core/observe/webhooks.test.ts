import { describe, expect, it } from 'vitest';
import { refusing } from '../../../core/observe/webhooks.ts';
import type { Webhook } from '../../../core/ports.ts';

const rule = (operation: string, group: string, resource: string) => ({
  operations: [operation],
  groups: [group],
  resources: [resource],
});
const webhook = (more: Partial<Webhook>): Webhook => ({
  name: 'ValidatingWebhookConfiguration/engine v.engine.test',
  service: 'engine/engine',
  endpoints: 0,
  rules: [rule('CREATE', '', 'pods')],
  namespaces: ['shop'],
  ...more,
});
const of = (more: Partial<Webhook>) => {
  const { waking, other } = refusing([webhook(more)]);
  return { waking: waking.length, other: other.length };
};

describe('a webhook that fails closed', () => {
  it('with nobody behind it is told with what it would refuse', () => {
    expect(refusing([webhook({})]).waking).toEqual([
      'ValidatingWebhookConfiguration/engine v.engine.test fails closed and engine/engine has no ready endpoint: CREATE pods would be refused',
    ]);
  });

  it('with somebody behind it is none of our business', () => {
    expect(of({ endpoints: 1 })).toEqual({ waking: 0, other: 0 });
  });

  it.each([
    ['the touch of a Deployment', rule('UPDATE', 'apps', 'deployments'), true],
    ['the touch of a StatefulSet', rule('*', '*', 'statefulsets'), true],
    ['what the Deployment does next', rule('UPDATE', 'apps', 'replicasets'), true],
    ['everything', rule('*', '*', '*'), true],
    ['everything and every subresource', rule('*', '*', '*/*'), true],
    ['the same words in another group', rule('UPDATE', 'apps.example.test', 'deployments'), false],
    ['other operations', rule('DELETE', 'apps', 'deployments'), false],
    ['subresources alone', rule('*', '*', 'pods/*'), false],
    ['something else', rule('CREATE', 'networking.k8s.io', 'ingresses'), false],
  ])('that must be asked about %s: stops waking %s', (_, one, stops) => {
    expect(of({ rules: [one] })).toEqual(stops ? { waking: 1, other: 0 } : { waking: 0, other: 1 });
  });

  it('stops waking in the namespaces of rings, and the role in ours', () => {
    expect(of({ namespaces: [] })).toEqual({ waking: 0, other: 1 });
    expect(of({ namespaces: ['throwover-system'] })).toEqual({ waking: 0, other: 1 });
    const role = [rule('UPDATE', '', 'configmaps')];
    expect(of({ namespaces: ['throwover-system'], rules: role })).toEqual({ waking: 1, other: 0 });
    expect(of({ namespaces: ['shop'], rules: role })).toEqual({ waking: 0, other: 1 });
  });
});
