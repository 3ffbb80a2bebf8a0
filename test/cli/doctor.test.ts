import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../cli/state/findings.ts';
import { activated, type Terminal, terminal } from './in-memory.ts';

let at: Terminal;
beforeAll(async () => {
  at = await activated();
});

type Sets = ReturnType<
  Terminal['stage']['inMemory']['world']['route53']['listResourceRecordSets']
>['ResourceRecordSets'];

/** Somebody rewrites the records of a name by hand. */
function rewritten(from: Terminal, name: string, change: (set: Sets[number]) => Partial<Sets[number]>): void {
  const { route53 } = from.stage.inMemory.world;
  const HostedZoneId = 'Z0EXAMPLE';
  const sets = route53
    .listResourceRecordSets({ HostedZoneId }, 'a person')
    .ResourceRecordSets.filter(({ Name, Type }) => Name === name && (Type === 'A' || Type === 'AAAA'));
  const Changes = sets.map((set) => ({ Action: 'UPSERT' as const, ResourceRecordSet: { ...set, ...change(set) } }));
  route53.changeResourceRecordSets({ HostedZoneId, ChangeBatch: { Changes } }, 'a person');
}

async function findings(from: Terminal): Promise<{ exitCode: number; findings: Finding[] }> {
  const { exitCode, stdout } = await from.type(['doctor', '--json']);
  return { exitCode, findings: (JSON.parse(stdout) as { findings: Finding[] }).findings };
}

describe('throwover doctor', () => {
  it('finds nothing in a pair that is fit: exit code 0', async () => {
    expect(await at.type(['doctor'])).toEqual({
      exitCode: 0,
      stdout: 'ok  shop: faces, fences and DNS are fit\n',
      stderr: '',
    });
    expect(await findings(at)).toEqual({ exitCode: 0, findings: [] });
  });

  it('changes nothing', async () => {
    const before = { changes: (await at.stage.changeLog()).length, ledger: await at.stage.ledger('shop') };
    await at.type(['doctor']);
    expect({ changes: (await at.stage.changeLog()).length, ledger: await at.stage.ledger('shop') }).toEqual(before);
  });

  it('tells a pair that was never activated how to be: exit code 3', async () => {
    const { exitCode, stdout } = await terminal().type(['doctor']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^MUST {4}NeverActivated: no fence in example\.test, pivot\.test/);
    expect(stdout).toContain('`throwover accept --pair shop --active blue`');
    expect(stdout).toContain('1 finding, 1 holds a move\n');
  });

  it('names an update of EKS that is under way, which holds planned moves: exit code 3', async () => {
    const changed = await activated();
    changed.stage.inMemory.world.eks.updateAddon({ clusterName: 'green', addonName: 'vpc-cni' });
    const { exitCode, findings: found } = await findings(changed);
    expect(exitCode).toBe(3);
    expect(found).toMatchObject([
      { level: 'MUST', what: expect.stringMatching(/^EKS changes add-on vpc-cni of green since \S+Z \(AddonUpdate, /) },
    ]);
  });

  it('finds clusters that are a minor version or a VPC apart, which hold nothing', async () => {
    const apart = await activated();
    const { eks } = apart.stage.inMemory.world;
    eks.updateClusterVersion({ name: 'green', version: '1.37' });
    eks.endUpgrades();
    eks.setVpc('green', 'vpc-0green');
    const { exitCode, findings: found } = await findings(apart);
    expect(exitCode).toBe(0);
    expect(found.map(({ level, what }) => `${level} ${what}`)).toEqual([
      'SHOULD blue runs Kubernetes 1.36, green 1.37',
      expect.stringMatching(/^SHOULD blue is in vpc-\w+, green in vpc-0green$/),
    ]);
  });

  it('tells a standby in which nothing is written any more: exit code 3', async () => {
    const full = await activated();
    await full.stage.inflict('full-etcd', 'green');
    await full.stage.pass(70_000);
    const { exitCode, findings: found } = await findings(full);
    expect(exitCode).toBe(3);
    expect(found.map(({ level, what }) => `${level} ${what}`)).toContainEqual(
      expect.stringMatching(/^MUST green: it answers reads, but no Lease of 2 in kube-system was renewed for \d+ s/),
    );
  });

  it('tells who would refuse what wakes, what hangs, and which API is not served', async () => {
    const ill = await activated();
    const { green } = ill.stage.inMemory.world.clusters;
    await ill.stage.inflict('webhook-down', 'green');
    green?.install('apiservices', undefined, 'v1beta1.metrics.k8s.io', {
      spec: { service: { namespace: 'kube-system', name: 'metrics-server' } },
    });
    green?.uninstall('daemonsets', 'kube-system', 'aws-node');
    const { exitCode, findings: found } = await findings(ill);
    expect(exitCode).toBe(3);
    expect(found.map(({ level, what }) => `${level} ${what}`).sort()).toEqual([
      expect.stringMatching(
        /^MUST green: ValidatingWebhookConfiguration\/policy-engine .* CREATE pods would be refused$/,
      ),
      expect.stringMatching(
        /^SHOULD green: APIService v1beta1\.metrics\.k8s\.io is not available: endpoints for service/,
      ),
      expect.stringMatching(/^SHOULD green: there is no DaemonSet kube-system\/aws-node/),
    ]);
  });

  it('tells pods of a standby that get no network, before somebody needs them: exit code 3', async () => {
    const stuck = await activated();
    await stuck.stage.inflict('cni-broken', 'green');
    await stuck.stage.pass(90_000);
    const { exitCode, findings: found } = await findings(stuck);
    expect(exitCode).toBe(3);
    expect(found.map(({ level, what }) => `${level} ${what}`)).toContainEqual(
      expect.stringMatching(/^MUST green: 1 pods get no network \(FailedCreatePodSandBox\): canary\/canary-/),
    );
  });

  describe('a quota of vCPUs', () => {
    const dimensions = { Type: 'Resource', Service: 'EC2', Resource: 'vCPU', Class: 'Standard/OnDemand' };
    const usage = {
      Namespace: 'AWS/Usage',
      MetricName: 'ResourceCount',
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    };
    /** A standby of two nodes of 4 vCPUs beside the five that are active. */
    async function using(used: number, quota: number): Promise<Terminal> {
      const small = await activated();
      const { clusters, cloudWatch } = small.stage.inMemory.world;
      clusters.blue?.resize({ min: 5, desired: 5 });
      await small.stage.pass(300_000);
      const more = (clusters.blue?.nodes.ready ?? 0) - (clusters.green?.nodes.ready ?? 0);
      expect(more).toBeGreaterThan(1);
      cloudWatch.addMetricSource({ namespace: 'AWS/Usage', name: 'ResourceCount', dimensions, read: () => used });
      cloudWatch.setServiceQuota(usage, quota + more * 4);
      return small;
    }

    it('that leaves no room for the nodes of a move is found before it, and holds nothing', async () => {
      const { exitCode, findings: found } = await findings(await using(40, 36));
      expect(exitCode).toBe(0);
      expect(found).toMatchObject([
        {
          level: 'SHOULD',
          what: expect.stringMatching(
            /^green may need \d more nodes of 4 vCPUs, and 40 of \d+ vCPUs of eu-west-1 are used: EC2 would refuse 1 of them$/,
          ),
          fix: expect.stringContaining('L-1216C47A'),
        },
      ]);
    });

    it('that just suffices, or that nobody knows, is no finding', async () => {
      expect(await findings(await using(40, 40))).toEqual({ exitCode: 0, findings: [] });
    });
  });

  it('says that EKS did not answer, and everything else all the same', async () => {
    const silent = await activated();
    silent.stage.inMemory.world.eks.describeCluster = () => {
      throw new Error('AccessDenied');
    };
    const { exitCode, stdout } = await silent.type(['doctor']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('SHOULD  what EKS changes in blue could not be read: AccessDenied');
  });

  it('lists every name and type that is not fit, not only the first few: exit code 3', async () => {
    const oneSided = await activated();
    const { route53 } = oneSided.stage.inMemory.world;
    const HostedZoneId = 'Z0EXAMPLE';
    const lost = route53
      .listResourceRecordSets({ HostedZoneId }, 'a person')
      .ResourceRecordSets.filter(({ SetIdentifier, Type }) => SetIdentifier === 'green' && Type !== 'TXT');
    const Changes = lost.map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
    route53.changeResourceRecordSets({ HostedZoneId, ChangeBatch: { Changes } }, 'a person');
    const { exitCode, findings: found } = await findings(oneSided);
    expect(exitCode).toBe(3);
    const names = ['cart', 'example', 'shop'].flatMap((name) =>
      ['A', 'AAAA'].map((type) => `DnsFit: ${name}.example.test. ${type} has no weighted record of green`),
    );
    expect(found.map(({ what }) => what).sort()).toEqual(names);
    expect(new Set(found.map(({ level }) => level))).toEqual(new Set(['MUST']));
  });

  it('tells what Route 53 may do by itself as SHOULD, which holds nothing: exit code 0', async () => {
    const ungated = await activated();
    rewritten(ungated, 'shop.example.test.', ({ AliasTarget }) =>
      AliasTarget === undefined ? {} : { AliasTarget: { ...AliasTarget, EvaluateTargetHealth: true } },
    );
    await ungated.clock.run(5_000);
    const { exitCode, findings: found } = await findings(ungated);
    const told = found.filter(({ what }) => what.includes('evaluates target health'));
    expect(told.map(({ level }) => level)).toEqual(told.map(() => 'SHOULD'));
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]?.fix).toContain('aws-evaluate-target-health');
    expect(exitCode).toBe(0);
  });

  it('is exit code 4 when the zones are disputed', async () => {
    const edited = await activated();
    rewritten(edited, 'shop.example.test.', ({ SetIdentifier }) => ({ Weight: SetIdentifier === 'blue' ? 0 : 100 }));
    const { exitCode, findings: found } = await findings(edited);
    expect(exitCode).toBe(4);
    expect(found[0]).toMatchObject({ level: 'MUST', what: expect.stringMatching(/^Disputed: example\.test: ring 1/) });
  });

  it('says why something could not be read once, as MUST', async () => {
    const down = await activated();
    await down.stage.inflict('api-down', 'green');
    const { exitCode, findings: found } = await findings(down);
    expect(exitCode).toBe(3);
    expect(found.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^the ConfigMap of green could not be read: /),
    ]);
  });

  it('finds what the ledger remembers: a pause, a holder, a topology that is not this file', async () => {
    const moved = await activated();
    await moved.type(['switch', '--to', 'green', '--reason', 'x']);
    await moved.type(['pause', '--reason', 'maintenance']);
    await moved.clock.run(60_000);
    const folder = mkdtempSync(join(tmpdir(), 'throwover-'));
    const text = readFileSync(new URL('../../throwover.yaml', import.meta.url), 'utf8');
    writeFileSync(join(folder, 'throwover.yaml'), text.replace('mode: auto', 'mode: observe'));
    const { exitCode, stdout } = await moved.type(['doctor'], { folder });
    expect(exitCode).toBe(0);
    const levels = stdout.split('\n').flatMap((line) => /^(MUST|SHOULD|MAY) /.exec(line)?.[1] ?? []);
    expect(levels).toEqual(['SHOULD', 'MAY', 'MAY']);
    expect(stdout).toMatch(/SHOULD {2}paused by \S+: maintenance\n {8}`throwover resume --pair shop`/);
    expect(stdout).toMatch(/MAY {5}the last run worked with topology [0-9a-f]{16}, this file is [0-9a-f]{16}/);
    expect(stdout).toContain('mode observe: nothing of shop moves by itself');
    expect(stdout).toContain('3 findings, none of them holds a move');
  });
});
