import { describe, expect, it } from 'vitest';
import { type Step, steps } from '../../functions/steps.ts';
import { inMemoryStage } from '../../lab/in-memory/stage.ts';
import { labTopology } from '../lab-topology.ts';
import { blindWatch, given, givenFailover, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };

function trafficBatches(scenario: Scenario) {
  return scenario.changes.filter(({ ours, groups }) => ours && groups.length > 0);
}

describe('who looks', () => {
  it.each(['observe-outside', 'observe-aws'] as const)('two classes suffice when %s is blind', async (blind) => {
    const scenario = await given();
    scenario.meddling = {
      before: ({ key }) => {
        if (key === blind) throw new Error('nothing to see');
      },
    };
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });

  it('without the class inside nobody knows the target, and nothing moves', async () => {
    const scenario = await given();
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'observe-inside') throw new Error('nothing to see');
      },
    };
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('nobody could look into green');
  });
});

describe('a suspicion', () => {
  it('that never ends is given up before the claim, and moves nobody', async () => {
    const stubborn: Step = async (input, world) => {
      const judged = (await steps.judge(input, world)) as object;
      return { ...judged, verdict: 'LookAgain', until: world.clock.now() + 20_000, againSeconds: 10 };
    };
    const stage = inMemoryStage({ topology: labTopology(), seed: 1, active: 'blue', steps: { judge: stubborn } });
    await stage.close();
    const { stepFunctions } = stage.inMemory.world;
    const input = JSON.stringify({ mode: 'switchover', reason: 'CNI upgrade' });
    const asked = { stateMachineArn: stage.inMemory.switchArn, input };
    await stage.start({ mode: 'accept', active: 'blue', reason: 'first' });
    const { executionArn } = stepFunctions.startExecution(asked);
    const execution = () => stepFunctions.executionOf(executionArn);
    await stage.clock.runUntil(() => execution().status !== 'RUNNING');
    expect(execution().output).toMatchObject({ outcome: 'Held' });
    const { startedAt, stoppedAt = 0 } = execution();
    expect((stoppedAt - startedAt) / 1000).toBeLessThan(1_600);
  });

  it('is looked at in peace when every observer fails at once: the machine waits between two looks', async () => {
    const scenario = await given();
    scenario.meddling = { world: blindWatch };
    scenario.cluster('blue').inflict('kill');
    const arn = await scenario.started('failover');
    await scenario.untilState(arn, 'WaitForEvidence');
    scenario.meddling = {
      before: ({ key }) => {
        if (key.startsWith('observe') || key === 'look-out') throw new Error('no room for functions');
      },
    };
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Held');
    const looks = ended.states.filter((state) => state === 'Observe').length;
    expect(looks).toBeLessThan(25);
  });
});

describe('a claim', () => {
  it('whose answer was lost is found in the ledger, and the run goes on', async () => {
    const scenario = await given();
    let claims = 0;
    scenario.meddling = {
      back: (call) => {
        const claiming = scenario.invocations.at(-1)?.key === 'claim';
        if (claiming && call === 'dynamodb:PutItem' && ++claims === 1) throw new Error('socket hang up');
      },
    };
    const ended = await scenario.run(SWITCHOVER);
    expect(claims).toBeGreaterThan(0);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.fence()?.epoch).toBe(2);
  });

  it('of a run that was suspended until its verdict is old is refused', async () => {
    const scenario = await given();
    const old = await scenario.call('claim', {
      run: {
        pair: 'shop',
        mode: 'switchover',
        kind: 'switchover',
        startedBy: 'person',
        from: 'blue',
        to: 'green',
        reason: '',
        override: [],
        execution: 'x',
        run: 'x',
        nonce: 'n',
      },
      judgedAt: scenario.clock.now() - 300_000,
      epochsSeen: [],
    });
    expect(old).toMatchObject({ claimed: false, because: expect.stringContaining('300 s old') });
    expect(await scenario.ledger()).not.toHaveProperty('holder');
  });
});

describe('Prepare', () => {
  it('goes on with fewer pods than wanted after the longest wait, when the active one still serves nothing', async () => {
    const scenario = await given({ life: { nodeMillicores: 1_600 } });
    // two nodes have room for four of nine pods, and no third one comes
    scenario.cluster('green').resize({ max: 2 });
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(ended.seconds).toBeGreaterThan(600);
    expect(ended.transitions).toBeLessThanOrEqual(90);
  });

  it('that finds too few pods at the end moves nobody, and its target goes to sleep again', async () => {
    const { scenario, arn } = await givenFailover({ life: { podStartMs: [3_000_000, 3_000_001] } });
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Held');
    expect(ended.record.because.join()).toContain('TargetReady');
    expect(trafficBatches(scenario)).toEqual([]);
    scenario.meddling = { world: blindWatch };
    await scenario.pass(600);
    expect(scenario.cluster('green').config()).toMatchObject({ role: 'standby' });
    expect(scenario.cluster('green').config()).not.toHaveProperty('workloads');
    expect(await scenario.ledger()).not.toHaveProperty('holder');
  });

  it('leaves the target’s role as it is: standby until Commit, no batch work, no weight', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'RaiseAnnotations');
    expect(scenario.cluster('green').config()).toMatchObject({
      role: 'standby',
      workloads: 'running',
      batch: 'suspended',
      weight: '0',
      epoch: '2',
    });
    await scenario.end(arn);
    expect(scenario.cluster('green').config()).toMatchObject({ role: 'active' });
  });

  it('that asked the ledger too early and was superseded since is refused by the cluster itself', async () => {
    const scenario = await given();
    const first = scenario.start(SWITCHOVER);
    await scenario.untilState(first, 'Prepare');
    const late = scenario.invocations.findLast(({ key }) => key === 'prepare')?.input;
    const asItWas = await scenario.ledger();
    await scenario.end(first);
    await scenario.run({ ...SWITCHOVER, to: 'blue' });
    const before = scenario.cluster('green').config();
    scenario.meddling.world = (_, world) => ({ ...world, ledger: { ...world.ledger, read: async () => asItWas } });
    await expect(scenario.call('prepare', late)).rejects.toThrow(/is at epoch 3, this run has 2/);
    expect(scenario.cluster('green').config()).toEqual(before);
  });
});

describe('the second judgement, after the fence', () => {
  it('holds when the active cluster is back, and undoes what was prepared', async () => {
    // green needs nodes, which take longer than blue's return
    const { scenario, arn } = await givenFailover({ life: { nodeMillicores: 1_600, nodeReadyMs: [90_000, 95_000] } });
    await scenario.untilState(arn, 'Prepare');
    scenario.cluster('blue').heal('kill');
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Held');
    expect(trafficBatches(scenario)).toEqual([]);
    await scenario.pass(700);
    expect(scenario.cluster('green').config()).not.toHaveProperty('workloads');
    expect(scenario.atRest()).toEqual([]);
    // what was taken from blue's ExternalDNS is its own again
    expect(scenario.records('Z0EXAMPLE').some((set) => JSON.stringify(set).includes('throwover/owner'))).toBe(false);
  });

  it('holds when the target dies while it is prepared', async () => {
    const { scenario, arn } = await givenFailover({ life: { podStartMs: [60_000, 65_000] } });
    await scenario.untilState(arn, 'Prepare');
    await scenario.pass(10);
    scenario.cluster('green').inflict('kill');
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Held');
    expect(trafficBatches(scenario)).toEqual([]);
    expect(await scenario.ledger()).not.toHaveProperty('holder');
  });

  it('holds when the receiving cluster cannot write its database', async () => {
    const scenario = await given();
    const arn = scenario.start(SWITCHOVER);
    await scenario.untilState(arn, 'Prepare');
    scenario.cluster('green').inflict('database-read-only');
    const ended = await scenario.end(arn);
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('DataPathWorks');
    expect(trafficBatches(scenario)).toEqual([]);
  });
});
