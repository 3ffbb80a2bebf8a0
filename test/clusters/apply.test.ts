/** `kubectl apply -k` against clusters in which nothing of ours is: from nothing to a standby that stands by. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { run } from '../lab/program.ts';
import { root } from '../tree/sources.ts';
import { type Served, served } from './served.ts';

let pair: Served;
beforeEach(async () => {
  pair = await served('empty');
});
afterEach(() => pair.close());

const overlay = (name: string) => join(root, 'clusters', name);

const VERSIONS = 'jsonpath={.items[*].metadata.resourceVersion}';

const web = `
apiVersion: v1
kind: Namespace
metadata: { name: web }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "web:1" }] }
`;

function kubectl(context: Pick<TestContext, 'skip'>, cluster: 'blue' | 'green', ...words: string[]) {
  return run('kubectl', context, ['--kubeconfig', pair.kubeconfigs[cluster], ...words]);
}

describe('kubectl apply -k', () => {
  it('installs all of it in one pass, and again without a change', async (context) => {
    const first = await kubectl(context, 'green', 'apply', '-k', overlay('green'));
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toBe('');
    expect(first.stdout.trim().split('\n')).toHaveLength(52);
    expect(first.stdout).not.toMatch(/unchanged|configured/);
    expect(pair.clusters.green.config()).toEqual({ cluster: 'green', epoch: '0', role: 'standby' });
    const again = await kubectl(context, 'green', 'apply', '-k', overlay('green'));
    expect(again.code, again.stderr).toBe(0);
    expect(
      again.stdout
        .trim()
        .split('\n')
        .filter((line) => !line.endsWith(' unchanged')),
    ).toEqual([]);
  });

  it('installs it by server-side apply, too, and takes away what is left out', async (context) => {
    const first = await kubectl(context, 'green', 'apply', '--server-side', '-k', overlay('green'));
    expect(first.code, first.stderr).toBe(0);
    const lines = first.stdout.trim().split('\n');
    expect(lines).toHaveLength(52);
    expect(lines.filter((line) => !line.endsWith(' serverside-applied'))).toEqual([]);
    expect(pair.clusters.green.config()).toEqual({ cluster: 'green', epoch: '0', role: 'standby' });
    const versions = () => kubectl(context, 'green', 'get', 'clusterroles,mutatingadmissionpolicies', '-o', VERSIONS);
    const before = (await versions()).stdout;
    expect((await kubectl(context, 'green', 'apply', '--server-side', '-k', overlay('green'))).code).toBe(0);
    expect((await versions()).stdout).toBe(before);

    const file = join(dirname(pair.kubeconfigs.green), 'settings.yaml');
    const apply = async (data: string, ...words: string[]) => {
      writeFileSync(
        file,
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: default }\ndata: ${data}\n`,
      );
      return kubectl(context, 'green', 'apply', '--server-side', '-f', file, ...words);
    };
    await apply('{ a: "1", b: "2" }');
    await apply('{ c: "3" }', '--field-manager', 'somebody');
    await apply('{ a: "1" }');
    const settings = await kubectl(context, 'green', 'get', 'configmap', 'settings', '-o', 'jsonpath={.data}');
    expect(JSON.parse(settings.stdout)).toEqual({ a: '1', c: '3' });
  });

  it('makes a standby stand by from then on', async (context) => {
    const file = join(dirname(pair.kubeconfigs.green), 'web.yaml');
    writeFileSync(file, web);
    const deployed = await kubectl(context, 'green', 'apply', '-f', file);
    expect(deployed.code, deployed.stderr).toBe(0);
    expect(pair.clusters.green.deployment('web', 'web')?.wanted).toBe(3);
    await kubectl(context, 'green', 'apply', '-k', overlay('green'));
    await kubectl(context, 'green', 'annotate', 'deployment', 'web', '-n', 'web', 'a=b');
    expect(pair.clusters.green.deployment('web', 'web')?.wanted, 'nobody opted in').toBe(3);
    await kubectl(context, 'green', 'label', 'namespace', 'web', 'throwover.dev/ring=0');
    expect(pair.clusters.green.deployment('web', 'web')?.wanted, 'only writes are admitted').toBe(3);
    await kubectl(context, 'green', 'annotate', 'deployment', 'web', '-n', 'web', 'a=c', '--overwrite');
    expect(pair.clusters.green.deployment('web', 'web')?.wanted).toBe(0);
  });

  it('does not take the role back after a move, and brings everything else up to date', async (context) => {
    await kubectl(context, 'blue', 'apply', '-k', overlay('blue'));
    const moved = '{"data":{"epoch":"43","role":"standby"}}';
    const flip = ['patch', 'configmap', 'throwover', '-n', 'throwover-system', '--type', 'merge', '-p', moved];
    expect((await kubectl(context, 'blue', ...flip)).code).toBe(0);
    await kubectl(context, 'blue', 'delete', 'clusterrolebinding', 'throwover-probe');
    const whole = await kubectl(context, 'blue', 'apply', '-k', overlay('blue'));
    expect(whole.code).toBe(1);
    expect(whole.stderr).toContain('epoch 0 is older than 43');
    const rest = await kubectl(context, 'blue', 'apply', '-k', overlay('blue'), '--selector', '!throwover.dev/role');
    expect(rest.code, rest.stderr).toBe(0);
    expect(pair.clusters.blue.config()).toEqual({ cluster: 'blue', epoch: '43', role: 'standby' });
  });

  it('is undone bindings first', async (context) => {
    await kubectl(context, 'green', 'apply', '-k', overlay('green'));
    const refused = await kubectl(context, 'green', 'delete', 'namespace', 'throwover-system');
    expect(refused.stderr).toContain('remove the throwover policies first');
    const bindings = 'mutatingadmissionpolicybindings,validatingadmissionpolicybindings';
    const removed = await kubectl(
      context,
      'green',
      'delete',
      bindings,
      '--selector',
      '!throwover.dev/stays',
      '--wait=false',
    );
    expect(removed.code, removed.stderr).toBe(0);
    const gone = await kubectl(context, 'green', 'delete', 'namespace', 'throwover-system', '--wait=false');
    expect(gone.code, gone.stderr).toBe(0);
    expect(pair.clusters.green.config()).toBeUndefined();
    const rest = ['delete', '-k', overlay('green'), '--selector', '!throwover.dev/stays', '--ignore-not-found'];
    expect((await kubectl(context, 'green', ...rest, '--wait=false')).code).toBe(0);
    const kinds = `${bindings},mutatingadmissionpolicies,validatingadmissionpolicies`;
    const left = await kubectl(context, 'green', 'get', kinds, '-o', 'name');
    expect(left.stdout.trim().split('\n')).toHaveLength(4);
    expect(left.stdout.match(/throwover-config-reader/g)).toHaveLength(4);
    expect((await kubectl(context, 'green', 'apply', '-k', overlay('green'))).code).toBe(0);
  });
});
