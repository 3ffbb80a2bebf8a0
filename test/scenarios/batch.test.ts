import { describe, expect, it } from 'vitest';
import { given, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };

const pod = (image: string) => ({ restartPolicy: 'Never', containers: [{ name: 'main', image }] });

/** As a pipeline deploys to both clusters: a report every minute, and an importer that may run only once. */
function deployed(scenario: Scenario): void {
  const labels = { app: 'importer' };
  for (const name of ['blue', 'green']) {
    const cluster = scenario.cluster(name);
    const jobTemplate = { spec: { template: { metadata: {}, spec: pod('report:1') } } };
    cluster.install('cronjobs', 'shop', 'report', { spec: { schedule: '* * * * *', suspend: false, jobTemplate } });
    const template = { metadata: { labels }, spec: pod('importer:1') };
    cluster.install('deployments', 'shop', 'importer', {
      labels: { 'throwover.dev/concurrency': 'exclusive' },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    });
  }
}

/** Pods of Jobs and of the importer that a cluster has, however far they are on their way in or out. */
function single(scenario: Scenario, cluster: string): string[] {
  return [...scenario.cluster(cluster).inventory.life.pods]
    .filter(({ workload: { kind, name }, gates }) => gates.length === 0 && (kind === 'Job' || name === 'importer'))
    .map(({ workload }) => `${workload.kind} ${workload.name}`);
}

/** Looks every second whether both clusters do at once what only one may do. */
async function neverBoth(scenario: Scenario, seconds: number, until = () => false): Promise<void> {
  for (let second = 0; second < seconds && !until(); second++) {
    await scenario.pass(1);
    const [blue, green] = [single(scenario, 'blue'), single(scenario, 'green')];
    if (blue.length > 0 && green.length > 0)
      throw new Error(`after ${second} s ${blue.join(', ')} runs on blue and ${green.join(', ')} on green`);
  }
}

describe('batch work and what is exclusive', () => {
  it('run on one cluster, before, during and after a planned switchover', async () => {
    const scenario = await given();
    deployed(scenario);
    await scenario.pass(90);
    expect(single(scenario, 'blue')).toContain('Deployment importer');
    const arn = scenario.start(SWITCHOVER, 'upgrade');
    await neverBoth(scenario, 1_800, () => scenario.status(arn) !== 'RUNNING');
    expect(scenario.seen(arn).outcome).toBe('Switched');
    await neverBoth(scenario, 300);
    expect(single(scenario, 'blue')).toEqual([]);
    expect(single(scenario, 'green')).toContain('Deployment importer');
    expect(scenario.cluster('green').config()).not.toHaveProperty('batch');
  });

  it('wait on the new side until the Jobs of the old one have ended', async () => {
    const scenario = await given({ life: { jobMs: [400_000, 400_000] } });
    deployed(scenario);
    await scenario.pass(90);
    const arn = scenario.start(SWITCHOVER, 'upgrade');
    await neverBoth(scenario, 1_800, () => scenario.status(arn) !== 'RUNNING');
    expect(single(scenario, 'blue')).toContainEqual(expect.stringMatching(/^Job report/));
    expect((await scenario.ledger()).debts).toContainEqual(
      expect.objectContaining({
        what: 'batch',
        about: 'green',
        because: expect.stringMatching(/pods of blue have not ended: pod\/shop\/report-/),
      }),
    );
    await neverBoth(scenario, 600);
    expect(single(scenario, 'green')).toContain('Deployment importer');
  });

  it('go on where they were when a switchover is taken back', async () => {
    const scenario = await given();
    deployed(scenario);
    await scenario.pass(90);
    const arn = scenario.start(SWITCHOVER, 'upgrade');
    await scenario.untilState(arn, 'LetStepStand');
    scenario.cluster('green').inflict('apps-broken');
    await neverBoth(scenario, 1_800, () => scenario.status(arn) !== 'RUNNING');
    expect(scenario.seen(arn).outcome).toBe('Abandoned');
    await neverBoth(scenario, 120);
    expect(single(scenario, 'blue')).toContain('Deployment importer');
    expect(scenario.cluster('blue').config()).not.toHaveProperty('batch');
  });

  it('do not wait for a dead cluster, as long as nothing was declared exclusive', async () => {
    const scenario = await given();
    deployed(scenario);
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome).toBe('Switched');
    await scenario.pass(120);
    expect(single(scenario, 'green')).toContain('Deployment importer');
  });

  it('wait for a person’s word when the old side of a failover is silent and something is exclusive', async () => {
    const scenario = await given({
      topology: ({ pairs }) => {
        pairs.shop.services.shop.concurrency = 'exclusive';
      },
    });
    deployed(scenario);
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    await scenario.pass(600);
    expect(single(scenario, 'green')).toEqual([]);
    const waits = (await scenario.ledger()).debts.find(({ what }) => what === 'batch');
    expect(waits?.because).toContain('throwover stand-down --pair shop');
    const said = await scenario.run({ mode: 'stand-down', reason: 'the power of blue is off' });
    expect(said.outcome, said.record.because.join('; ')).toBe('Recorded');
    await scenario.pass(120);
    expect(single(scenario, 'green')).toContain('Deployment importer');
  });

  it('end before they start when a switchover moves what is exclusive, in one step', async () => {
    const scenario = await given({
      topology: ({ pairs }) => {
        pairs.shop.services.shop.concurrency = 'exclusive';
      },
    });
    const held = await scenario.run(SWITCHOVER);
    expect(held.record.because.join('; ')).toMatch(
      /shop is exclusive, and no workload of its ring on green is labelled/,
    );
    deployed(scenario);
    await scenario.pass(90);
    const arn = scenario.start(SWITCHOVER, 'upgrade');
    await neverBoth(scenario, 1_800, () => scenario.status(arn) !== 'RUNNING');
    const ended = scenario.seen(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(ended.states).not.toContain('LetStepStand');
    await neverBoth(scenario, 300);
    expect(single(scenario, 'green')).toContain('Deployment importer');
  });
});
