/** The page that installs what stands in the clusters, typed against two clusters in which nothing of ours is. */
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type Served, served } from '../clusters/served.ts';
import { ranOnClusters } from './executed.ts';
import type { Block } from './markdown.ts';
import { shell, type Typed } from './shell.ts';

let pair: Served;
beforeAll(async () => {
  pair = await served('empty');
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };
  for (const cluster of Object.values(pair.clusters)) {
    cluster.install('namespaces', undefined, 'example', {});
    cluster.install('deployments', 'example', 'web', {
      spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template },
    });
  }
});
afterAll(() => pair.close());

function typed(context: Pick<TestContext, 'skip'>, { code }: Pick<Block, 'code'>): Promise<Typed> {
  return shell(context, code, {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    LAB: dirname(pair.kubeconfig),
    KUBECONFIG: pair.kubeconfig,
  });
}

const web = (cluster: 'blue' | 'green') => pair.clusters[cluster].deployment('example', 'web')?.wanted;

describe('on two clusters, what the page says to type', () => {
  it('finds the policies served in both', async (context) => {
    const { code, stdout, stderr } = await typed(context, ranOnClusters.lookBefore);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('"mutatingadmissionpolicies"\n"mutatingadmissionpolicies"\n');
  });

  it('installs them as throwover.yaml says, which is what the overlays say', async (context) => {
    const printed = await typed(context, ranOnClusters.printed);
    expect(printed.code, printed.stderr).toBe(0);
    expect(printed.stdout).toContain('configmap/throwover created');
    const again = await typed(context, ranOnClusters.kustomized);
    expect(again.code, again.stderr).toBe(0);
    expect(pair.clusters.blue.config()).toEqual({ cluster: 'blue', epoch: '0', role: 'active' });
    expect(pair.clusters.green.config()).toEqual({ cluster: 'green', epoch: '0', role: 'standby' });
  }, 60_000);

  it('opts a namespace in, which stops nothing before it is touched', async (context) => {
    const labelled = await typed(context, ranOnClusters.label);
    expect(labelled.code, labelled.stderr).toBe(0);
    expect([web('blue'), web('green')]).toEqual([3, 3]);
    const touched = await typed(context, ranOnClusters.touch);
    expect(touched.code, touched.stderr).toBe(0);
    expect([web('blue'), web('green')]).toEqual([3, 0]);
  });

  it('proves it, and prints the values for whoever has no policies', async (context) => {
    const { code, stdout, stderr } = await typed(context, ranOnClusters.prove);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain('Deployment of 3, ring 0 (example): 0 replicas, 3 remembered');
    const values = await typed(context, ranOnClusters.values);
    expect(values.stdout).toContain('setIdentifier: green');
  });

  it('upgrades without the ConfigMap, and takes everything away', async (context) => {
    const upgraded = await typed(context, ranOnClusters.upgrade);
    expect(upgraded.code, upgraded.stderr).toBe(0);
    expect(upgraded.stdout).not.toContain('configmap');
    const away = await typed(context, ranOnClusters.away);
    expect(away.code, away.stderr).toBe(0);
    expect(pair.clusters.green.config()).toBeUndefined();
    expect(pair.clusters.blue.config()?.role).toBe('active');
  }, 60_000);
});
