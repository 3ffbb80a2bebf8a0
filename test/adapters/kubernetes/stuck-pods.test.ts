import { describe, expect, it } from 'vitest';
import { stuckPodsOf } from '../../../adapters/kubernetes/stuck-pods.ts';
import type { Transport } from '../../../adapters/kubernetes/transport.ts';
import { begin, world } from '../../models/kubernetes/world.ts';

const SINCE = '2026-11-20T07:00:00Z';
const pod = (name: string, status: object) => ({
  metadata: { name, namespace: 'shop' },
  spec: { nodeName: 'node-1' },
  status: { phase: 'Pending', startTime: SINCE, ...status },
});
const condition = (type: string, status: string) => ({ type, status, lastTransitionTime: SINCE });
const waiting = (reason: string) => ({ containerStatuses: [{ state: { waiting: { reason } } }] });

async function found(pods: object[], events: object[] = []) {
  const transport: Transport = async (_, { path }) => ({
    status: 200,
    contentType: 'application/json',
    body: '',
    object: { items: path.includes('/events') ? events : pods, metadata: {} },
  });
  return stuckPodsOf(transport, 'blue');
}

describe('stuckPodsOf', () => {
  it('goes by the condition that says whether there is a sandbox, where there is one', async () => {
    const [scheduled, ready] = [condition('PodScheduled', 'True'), 'PodReadyToStartContainers'];
    const pulling = pod('pulls', {
      conditions: [scheduled, condition(ready, 'True')],
      ...waiting('ContainerCreating'),
    });
    const hanging = pod('hangs', {
      conditions: [scheduled, condition(ready, 'False')],
      ...waiting('ContainerCreating'),
    });
    expect(await found([pulling, hanging])).toEqual([{ pod: 'shop/hangs', creatingSince: Date.parse(SINCE) }]);
  });

  it('goes by its containers elsewhere: one that cannot have its image has a sandbox', async () => {
    const names = async (...pods: object[]) => (await found(pods)).map((one) => one.pod);
    const initialising = { initContainerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }] };
    const running = { initContainerStatuses: [{ state: { running: {} } }] };
    expect(
      await names(
        pod('a', waiting('ContainerCreating')),
        pod('b', waiting('ErrImagePull')),
        pod('c', { ...initialising, ...waiting('PodInitializing') }),
        pod('d', { ...running, ...waiting('PodInitializing') }),
        pod('e', {}),
      ),
    ).toEqual(['shop/a', 'shop/c', 'shop/e']);
  });

  it('has each pod once, with the newest of what was said of it', async () => {
    const event = (lastTimestamp: string) => ({ involvedObject: { namespace: 'shop', name: 'web-1' }, lastTimestamp });
    const [one] = await found(
      [pod('web-1', waiting('ContainerCreating'))],
      [event('2026-11-20T07:05:00Z'), event('2026-11-20T07:01:00Z')],
    );
    const noNetworkAt = Date.parse('2026-11-20T07:05:00Z');
    expect(one).toEqual({ pod: 'shop/web-1', creatingSince: Date.parse(SINCE), noNetworkAt });
  });

  it('finds in a cluster whose CNI broke what was to start there, and nothing that waits for a gate', async () => {
    const { clock, cluster } = world();
    const transport: Transport = async (_, { method, path }) => {
      const { status, body } = cluster.answer({ method, path, headers: { authorization: 'Bearer throwover' } });
      return { status, contentType: 'application/json', body: '', object: body };
    };
    cluster.inflict('cni-broken');
    cluster.replacePod('canary', 'canary');
    await clock.run(90_000);
    const [one, ...others] = await stuckPodsOf(transport, 'blue');
    expect(others).toEqual([]);
    expect(one?.pod).toMatch(/^canary\/canary-/);
    expect(one?.creatingSince).toBeGreaterThanOrEqual(begin);
    expect(one?.noNetworkAt).toBe(clock.now());
  });
});
