import { describe, expect, it } from 'vitest';
import { activeDies } from '../../cli/demo/active-dies.ts';
import type { Change } from '../../core/plan/batch.ts';
import type { Zones } from '../../core/ports.ts';
import { pairOf } from '../../core/topology/index.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import { inMemoryStage } from '../../lab/in-memory/stage.ts';
import { labTopology } from '../lab-topology.ts';
import { call } from './call.ts';

describe('throwover demo', () => {
  it('shows a failover, ends in its figures as one line of JSON and exits 0', async () => {
    const { exitCode: code, stdout } = await call(['demo', '--in-memory', '--fast', '--json']);
    const lines = stdout.trimEnd().split('\n');
    const figures = JSON.parse(lines.at(-1) ?? '');
    expect(code).toBe(0);
    expect(figures).toMatchObject({
      outcome: 'Switched',
      from: 'blue',
      to: 'green',
      requests: { failedAfterRestore: 0 },
      activeFaces: { ssm: 'green', dnsTxt: 'green', configMap: 'green', weights: 'green' },
    });
    expect(figures.secondsToDetect).toBeGreaterThanOrEqual(60);
    expect(figures.secondsToDecide).toBeLessThanOrEqual(130);
    expect(figures.secondsToWithdraw).toBeLessThanOrEqual(240);
    expect(figures.secondsToRestore).toBeLessThanOrEqual(300);
    expect(figures.stateTransitions).toBeLessThanOrEqual(60);
    expect(figures.requests.sent).toBeGreaterThan(1_000);
    for (const word of [
      'alarm',
      'outside blue',
      'verdict',
      'claim',
      'fence',
      'pods green',
      'steer',
      'verify',
      'commit',
      'parameter',
    ]) {
      expect(
        lines.some((line) => line.includes(word)),
        word,
      ).toBe(true);
    }
  });

  it('plays the same play for the same seed, and another for another', async () => {
    const [one, again, other] = [
      await call(['demo', '--in-memory', '--fast', '--seed', '7']),
      await call(['demo', '--in-memory', '--fast', '--seed', '7']),
      await call(['demo', '--in-memory', '--fast', '--seed', '8']),
    ];
    expect(again.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  it.each([
    ['--seed', 'x'],
    ['--scenario', 'nobody-wrote-this'],
  ])('refuses %s %s with exit code 2', async (option, value) => {
    expect((await call(['demo', '--fast', option, value])).exitCode).toBe(2);
  });
});

/** Which expectations fail when a function does something else than ours. */
async function unmet(replaced: Partial<Record<FunctionKey, Step>>): Promise<string[]> {
  const stage = inMemoryStage({ topology: labTopology(), seed: 1, active: 'blue', steps: replaced });
  await stage.start({ mode: 'accept', active: 'blue', reason: 'first activation' });
  const silent = { tell: async () => {} };
  const { expectations } = await activeDies.play({
    stage,
    pair: pairOf(labTopology()),
    active: 'blue',
    tellingOf: () => silent,
  });
  await stage.close();
  return expectations.filter((one) => !one.met).map((one) => one.expected);
}

/** The same zones with every batch of ours changed on its way out. */
function steeringWith(changed: (zones: Zones) => Zones): Partial<Record<FunctionKey, Step>> {
  return { steer: (input, world) => steps.steer(input, { ...world, zones: changed(world.zones) }) };
}

const isFence = ({ record }: Change) => record.name.includes('._throwover.');

describe('a demo without one of its protections fails', () => {
  it('is met in all its expectations with them', async () => {
    expect(await unmet({})).toEqual([]);
  });

  it('the fence', async () => {
    const unfenced = (zones: Zones): Zones => ({
      ...zones,
      apply: (zone, batch) =>
        zones.apply(zone, { ...batch, changes: batch.changes.filter((change) => !isFence(change)) }),
    });
    expect(await unmet(steeringWith(unfenced))).toContain('every change of ours carries the fence');
  });

  it('both sides of a name in one batch', async () => {
    const oneSideAfterTheOther = (zones: Zones): Zones => ({
      ...zones,
      async apply(zone, batch) {
        const raises = batch.changes.filter((change) => isFence(change) || change.record.setIdentifier === 'green');
        const lowers = batch.changes.filter((change) => change.record.setIdentifier === 'blue');
        const answer = await zones.apply(zone, { ...batch, changes: raises });
        return lowers.length === 0 || answer.kind !== 'applied'
          ? answer
          : zones.apply(zone, { ...batch, changes: lowers });
      },
    });
    expect(await unmet(steeringWith(oneSideAfterTheOther))).toContain('both sides of a name move in one batch');
  });

  it('the wait for INSYNC', async () => {
    const atOnce: Step = async () => ({ more: false, verified: true, since: 0, because: 'not looked' });
    expect(await unmet({ verify: atOnce })).toContain('committed only after every server had the change');
  });

  it('the ready gate', async () => {
    const prepare: Step = async (input, world) => {
      const noWait = {
        ...world,
        clusters: {
          ...world.clusters,
          workloads: async (cluster: string) =>
            (await world.clusters.workloads(cluster)).map((one) => ({ ...one, ready: one.wanted })),
        },
      };
      return steps.prepare(input, noWait);
    };
    const judge: Step = async (input, world) => {
      const judged = (await steps.judge(input, world)) as { verdict: string; gates: { name: string; state: string }[] };
      const shut = judged.gates.filter((gate) => gate.state !== 'open').map((gate) => gate.name);
      return shut.every((name) => ['TargetReady', 'DataPathWorks'].includes(name)) && judged.verdict === 'Hold'
        ? { ...judged, verdict: 'Move' }
        : judged;
    };
    expect((await unmet({ prepare, judge })).join()).toContain('the target was ready when the first user moved');
  });
});
