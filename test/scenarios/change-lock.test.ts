/** A pipeline locks a cluster, or EKS changes one: what a run makes of it, and what the pipeline is told while a run holds the pair. */
import { describe, expect, it } from 'vitest';
import { emptyLedger } from '../../core/ledger/ledger.ts';
import { locking } from '../../core/ledger/locks.ts';
import { change } from '../../core/ledger/store.ts';
import { given, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };
const SECONDS = 3_600;

/** What `throwover lock acquire` writes. */
function acquire(scenario: Scenario, cluster: string, by: string) {
  const now = scenario.clock.now();
  const lock = { cluster, by, reason: 'vpc-cni 1.21', since: now, until: now + SECONDS * 1_000 };
  return change(
    scenario.stage.inMemory.locks,
    emptyLedger('shop'),
    (ledger) => locking(ledger, lock, SECONDS),
    () => false,
  );
}

describe('a change lock', () => {
  it.each(['blue', 'green'])('of %s holds a planned switchover until its time is over', async (cluster) => {
    const scenario = await given();
    expect((await acquire(scenario, cluster, 'cni/17')).kind).toBe('written');
    const held = await scenario.run(SWITCHOVER);
    expect(held.outcome).toBe('Held');
    expect(held.record.gates.filter(({ state }) => state !== 'open').map(({ name }) => name)).toEqual([
      'NoChangeUnderWay',
    ]);
    expect(held.record.because.join()).toContain(`${cluster} is locked by cni/17`);
    expect(held.record.next).toBe(`throwover lock release --pair shop --cluster ${cluster} --owner cni/17`);
    await scenario.pass(SECONDS);
    expect((await scenario.run(SWITCHOVER)).outcome).toBe('Switched');
  });

  it('that comes between the verdict and the claim is found by the write that would take the pair', async () => {
    const scenario = await given();
    scenario.meddling = {
      async before({ key }) {
        if (key === 'claim') await acquire(scenario, 'green', 'cni/17');
      },
    };
    const held = await scenario.run(SWITCHOVER);
    expect(held.outcome).toBe('Held');
    expect(held.record.because.join()).toContain('green is locked by cni/17');
    expect((await scenario.ledger()).epoch).toBe(1);
  });

  it('is no obstacle to the person who answers for it, in the verdict and in the claim', async () => {
    const scenario = await given();
    await acquire(scenario, 'green', 'cni/17');
    expect((await scenario.run({ ...SWITCHOVER, override: ['NoChangeUnderWay'] })).outcome).toBe('Switched');
  });

  it('does not hold a failover', async () => {
    const scenario = await given();
    await acquire(scenario, 'green', 'cni/17');
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });

  it('is refused from Claim to the end of the run', async () => {
    const scenario = await given();
    const told = new Set<string>();
    scenario.meddling = {
      async before({ key }) {
        const { holder } = await scenario.ledger();
        if (holder === undefined) return;
        const answer = await acquire(scenario, 'green', 'cni/17');
        told.add(`${key} ${answer.kind}`);
      },
    };
    expect((await scenario.run(SWITCHOVER)).outcome).toBe('Switched');
    expect([...told].filter((one) => !one.endsWith(' no'))).toEqual([]);
    expect([...told]).toContain('steer no');
  });
});

describe('an update of EKS', () => {
  it.each([
    [
      'a new version of the cluster',
      'the cluster',
      (s: Scenario) => s.world.eks.updateClusterVersion({ name: 'green', version: '1.37' }),
    ],
    [
      'new nodes',
      'node group',
      (s: Scenario) =>
        s.world.eks.updateNodegroupVersion({ clusterName: 'green', nodegroupName: s.cluster('green').nodes.name }),
    ],
    [
      'an add-on',
      'add-on vpc-cni',
      (s: Scenario) => s.world.eks.updateAddon({ clusterName: 'blue', addonName: 'vpc-cni' }),
    ],
  ])('of either cluster holds a switchover until it has ended: %s', async (_, of, begin) => {
    const scenario = await given();
    begin(scenario);
    const held = await scenario.run(SWITCHOVER);
    expect(held.outcome).toBe('Held');
    expect(held.record.because.join()).toMatch(new RegExp(`NoChangeUnderWay closed: EKS changes ${of}`));
    await scenario.pass(600);
    expect((await scenario.run(SWITCHOVER)).outcome).toBe('Switched');
  });

  it('does not hold a failover', async () => {
    const scenario = await given();
    scenario.world.eks.updateAddon({ clusterName: 'green', addonName: 'vpc-cni' });
    scenario.cluster('blue').inflict('kill');
    expect((await scenario.end(await scenario.started('failover'))).outcome).toBe('Switched');
  });

  it('that cannot be read holds a switchover: nobody knows is not nobody does', async () => {
    const scenario = await given();
    scenario.meddling.world = (_, world) => ({
      ...world,
      controlPlanes: { ...world.controlPlanes, changes: () => Promise.reject(new Error('AccessDenied')) },
    });
    const held = await scenario.run(SWITCHOVER);
    expect(held.outcome).toBe('Held');
    expect(held.record.because.join()).toContain('EKS did not say what it changes in blue');
  });

  it('is asked about by planned runs alone, and before they claim', async () => {
    const scenario = await given();
    await scenario.run(SWITCHOVER);
    const looks = scenario.invocations.filter(({ key }) => key === 'observe-aws').map(({ input }) => input);
    const asked = looks.flatMap(({ changes }) => (changes === undefined ? [] : [changes]));
    expect(asked[0]).toBe(true);
    expect(asked.slice(1)).toEqual(asked.slice(1).map(() => false));
    expect(asked.length).toBeGreaterThan(3);
  });
});

describe('a CNI that is half replaced on the receiving cluster', () => {
  it('holds a switchover, and not a failover', async () => {
    const scenario = await given();
    scenario.meddling.world = (_, world) => ({
      ...world,
      clusters: {
        ...world.clusters,
        platform: async () => ({ cni: { name: 'aws-node', wanted: 6, updated: 5, ready: 6 } }),
      },
    });
    const held = await scenario.run(SWITCHOVER);
    expect(held.outcome).toBe('Held');
    expect(held.record.because.join()).toContain('aws-node is being replaced: 5 of 6 nodes have the new one');
    scenario.cluster('blue').inflict('kill');
    expect((await scenario.end(await scenario.started('failover'))).outcome).toBe('Switched');
  });
});
