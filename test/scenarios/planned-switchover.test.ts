import { describe, expect, it } from 'vitest';
import { pause } from '../../models/clock.ts';
import type { ZoneChange } from '../invariants/zone-change.ts';
import { abort, given, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };

/** Runs a switchover until its first step stands at 10 %. */
async function givenAtTenPercent(
  setup: Parameters<typeof given>[0] = {},
): Promise<{ scenario: Scenario; arn: string }> {
  const scenario = await given(setup);
  const arn = scenario.start(SWITCHOVER, 'upgrade');
  await scenario.untilState(arn, 'LetStepStand');
  expect(scenario.fence()).toMatchObject({ active: 'blue', to: 'green', share: 10 });
  return { scenario, arn };
}

/** Runs a switchover until users are about to go over altogether; `happens` is over before the first batch of that step. */
async function givenBeforeTheLastStep(
  happens: (scenario: Scenario) => Promise<void>,
): Promise<{ scenario: Scenario; arn: string }> {
  const { scenario, arn } = await givenAtTenPercent();
  let done = false;
  scenario.meddling = {
    before: async ({ key, input }) => {
      if (key !== 'steer' || input.share !== 100 || done) return;
      done = true;
      await happens(scenario);
    },
  };
  return { scenario, arn };
}

/** What green was given by our batches in a zone, one after the other; the same again is told once. */
function sharesGiven(changes: readonly ZoneChange[], zone: string): number[] {
  const shares = trafficBatches(changes, zone).map(({ groups }) => groups[0]?.after.green ?? -1);
  return shares.filter((share, index) => share !== shares[index - 1]);
}

/** Our batches that changed weights, by zone. */
function trafficBatches(changes: readonly ZoneChange[], zone: string): ZoneChange[] {
  return changes.filter((change) => change.ours && change.zone === zone && change.groups.length > 0);
}

describe('a planned switchover', () => {
  it('fails no request of customers behind honest resolvers', async () => {
    const scenario = await given({ customers: true });
    const ended = await scenario.run(SWITCHOVER);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    await scenario.pass(900);
    const { sent, failed, failedInTail } = await scenario.stage.customers(scenario.clock.now() - 1_000);
    expect(sent).toBeGreaterThan(10_000);
    expect(failed - failedInTail).toBe(0);
    expect(scenario.standing()).toBe('green');
    expect(scenario.atRest()).toEqual([]);
  });

  it('puts the old side to sleep when its traffic has gone, and owes nothing in the end', async () => {
    const scenario = await given();
    await scenario.run(SWITCHOVER);
    await scenario.pass(900);
    expect(scenario.cluster('blue').config()).toMatchObject({ role: 'standby' });
    expect(scenario.cluster('blue').config()).not.toHaveProperty('workloads');
    expect(scenario.cluster('blue').deployment('shop', 'shop')?.pods.length).toBe(0);
    expect((await scenario.ledger()).debts).toEqual([]);
  });

  it('moves in steps of 10, 50 and 100 %, each INSYNC and one TTL old before the next, in every zone', async () => {
    const scenario = await given();
    const insync = new Map<string, number>();
    const { onVisible } = scenario.world.route53;
    scenario.world.route53.onVisible = (batch, server) => {
      onVisible?.(batch, server);
      if (batch.caller === 'throwover') insync.set(batch.zone.name, scenario.clock.now());
    };
    const steps: { at: number; latestInsync: number }[] = [];
    const { onChange } = scenario.world.route53;
    scenario.world.route53.onChange = (batch) => {
      onChange?.(batch);
      if (batch.comment.includes('names to green'))
        steps.push({ at: batch.at, latestInsync: Math.max(...insync.values()) });
    };
    await scenario.run(SWITCHOVER);
    for (const zone of ['example.test', 'pivot.test']) {
      expect(sharesGiven(scenario.changes, zone)).toEqual([10, 50, 100]);
    }
    // two zones take a step together; what counts is the first batch of the next step
    for (const { at, latestInsync } of [steps[2], steps[4]].flatMap((step) => step ?? []))
      expect(at - latestInsync).toBeGreaterThanOrEqual(60_000);
  });

  it('raises the new side’s annotations before its batch and lowers the old side’s after INSYNC', async () => {
    const scenario = await given();
    const seen: string[] = [];
    const { onChange } = scenario.world.route53;
    scenario.world.route53.onChange = (batch) => {
      onChange?.(batch);
      const share = /^(\d+) of 100/.exec(batch.comment)?.[1];
      const { weight: green } = scenario.cluster('green').config() ?? {};
      const { weight: blue } = scenario.cluster('blue').config() ?? {};
      if (share !== undefined && batch.zone.id === 'Z0EXAMPLE')
        seen.push(`${share}: green ${green}, blue ${blue ?? 'by role'}`);
    };
    await scenario.run(SWITCHOVER);
    expect(seen.slice(0, 3)).toEqual([
      '10: green 10, blue by role',
      '50: green 50, blue 90',
      '100: green 100, blue 50',
    ]);
  });

  it('whose active cluster dies at 10 % is finished as a swap, with the dead one’s records taken first', async () => {
    const { scenario, arn } = await givenAtTenPercent();
    scenario.meddling = { before: ({ key }) => void (key === 'on-alarm' && fail('no alarm today')) };
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(ended.states).toContain('OwnTheDead');
    expect(sharesGiven(scenario.changes, 'example.test')).toEqual([10, 100]);
    const owners = scenario
      .records('Z0EXAMPLE')
      .filter(({ Type, SetIdentifier }) => Type === 'TXT' && SetIdentifier === 'blue');
    expect(owners.every(({ ResourceRecords }) => ResourceRecords?.[0]?.Value.includes('owner=throwover'))).toBe(true);
    expect(scenario.standing()).toBe('green');
    expect((await scenario.ledger()).debts).toContainEqual(
      expect.objectContaining({ what: 'return ownership', about: 'blue' }),
    );
  });

  it('never gives a share of the traffic that is larger than the share of pods that are ready', async () => {
    const scenario = await given();
    const wide = ['example', 'shop', 'cart'];
    const fraction = () => {
      const sizes = wide.map((name) => scenario.cluster('green').deployment(name, name));
      const wanted = sizes.reduce((sum, one) => sum + (one?.wanted ?? 0), 0);
      return sizes.reduce((sum, one) => sum + Math.min(one?.wanted ?? 0, one?.ready ?? 0), 0) / Math.max(1, wanted);
    };
    const given100: number[] = [];
    const { onChange } = scenario.world.route53;
    scenario.world.route53.onChange = (batch) => {
      onChange?.(batch);
      const share = Number(/^(\d+) of 100 .*to green/.exec(batch.comment)?.[1] ?? 0);
      if (share === 0) return;
      given100.push(share);
      expect(share / 100).toBeLessThanOrEqual(fraction());
    };
    const arn = scenario.start(SWITCHOVER, 'upgrade');
    await scenario.untilState(arn, 'LetStepStand');
    // somebody scales up what green cannot start at once
    for (const name of wide) {
      const workload = scenario.cluster('green').inventory.workload('deployments', `${name}/${name}`);
      const object = scenario.cluster('green').inventory.store.get('deployments', `${name}/${name}`);
      if (workload === undefined || object === undefined) throw new Error(`no ${name}`);
      scenario.cluster('green').inventory.keep('deployments', `${name}/${name}`, {
        ...object,
        spec: { ...object.spec, replicas: 10 },
      });
    }
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(given100).toContain(100);
    expect(ended.states.filter((state) => state === 'LetStepStand').length).toBeGreaterThan(2);
  });

  it('whose target gets sick at 10 % brings users back, and ends Abandoned', async () => {
    const { scenario, arn } = await givenAtTenPercent();
    scenario.cluster('green').inflict('apps-broken');
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Abandoned');
    expect(scenario.standing()).toBe('blue');
    await scenario.pass(900);
    expect(scenario.atRest()).toEqual([]);
    expect((await scenario.ledger()).interrupted).toBeUndefined();
    expect(scenario.cluster('green').deployment('shop', 'shop')?.pods.length).toBe(0);
  });

  it('both of whose clusters get sick at 10 % stops, and is Uncertain until a person answers', async () => {
    const { scenario, arn } = await givenAtTenPercent();
    scenario.meddling = { before: ({ key }) => void (key === 'on-alarm' && fail('no alarm today')) };
    scenario.cluster('green').inflict('apps-broken');
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(arn);
    expect(ended).toMatchObject({ status: 'FAILED', outcome: 'Uncertain' });
    expect(scenario.standing()).toBe('mixed');
    await scenario.pass(600);
    expect(scenario.fence()).toMatchObject({ to: 'green', share: 10 });
    expect(await scenario.ledger()).toMatchObject({
      awaitsPerson: expect.stringContaining('sick'),
      interrupted: { to: 'green' },
    });
  });

  it('that nobody can see any more stops, and moves nobody blind', async () => {
    const { scenario, arn } = await givenAtTenPercent();
    scenario.meddling = { before: ({ key }) => void (key.startsWith('observe') && fail('nothing to see')) };
    const ended = await scenario.end(arn);
    expect(ended).toMatchObject({ status: 'FAILED', outcome: 'Uncertain' });
    expect(ended.record.because.join()).toContain('nobody can see');
    expect(scenario.fence()).toMatchObject({ share: 10 });
  });

  it('that a person aborts with `back` brings users back before the next step', async () => {
    const { scenario, arn } = await givenAtTenPercent();
    const asked = await scenario.run(abort('back', 'wrong day'));
    expect(asked.outcome).toBe('Recorded');
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Abandoned');
    expect(sharesGiven(scenario.changes, 'example.test')).toEqual([10, 0]);
    await scenario.pass(900);
    expect(scenario.atRest()).toEqual([]);
  });

  it('that a person aborts with `stay` stands where it is, and no machine touches it', async () => {
    const { scenario, arn } = await givenAtTenPercent();
    await scenario.run(abort('stay', 'let me look'));
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Abandoned');
    await scenario.pass(600);
    expect(scenario.fence()).toMatchObject({ to: 'green', share: 10 });
    expect(scenario.executions().some(({ name }) => name.endsWith('repair'))).toBe(false);
  });

  it('that is aborted in the middle of a step takes back what it had moved', async () => {
    const scenario = await given();
    const arn = scenario.start(SWITCHOVER);
    await scenario.until(() => trafficBatches(scenario.changes, 'example.test').length > 1);
    await scenario.run(abort('back', 'wrong day'));
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Abandoned');
    expect(scenario.standing()).toBe('blue');
  });

  it('that is aborted before anybody moved is Held', async () => {
    const scenario = await given();
    const arn = scenario.start(SWITCHOVER);
    await scenario.untilState(arn, 'Prepare');
    await scenario.run(abort('back', 'wrong day'));
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Held');
    expect(trafficBatches(scenario.changes, 'example.test')).toEqual([]);
    await scenario.pass(480);
    expect(scenario.atRest()).toEqual([]);
    expect(scenario.cluster('green').config()).not.toHaveProperty('workloads');
  });

  it('that a person aborts with `stay` right before the last step stays where it is: nobody is told that everything moved', async () => {
    const { scenario, arn } = await givenBeforeTheLastStep(async (scenario) => {
      const asked = scenario.start(abort('stay', 'let me look'));
      while (scenario.status(asked) === 'RUNNING') await pause(scenario.clock, 500);
    });
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Abandoned');
    expect(ended.record.because.join()).toContain('asked to stay on the way to 100 of 100');
    expect(scenario.standing()).toBe('mixed');
    expect(scenario.fence()).toMatchObject({ active: 'blue', to: 'green', share: 50 });
    expect(await scenario.ledger()).toMatchObject({ active: 'blue', interrupted: { to: 'green' } });
  });

  it('whose topology is deployed anew right before the last step goes back, and does not say that everything moved', async () => {
    let deployed = false;
    const { scenario, arn } = await givenBeforeTheLastStep(async () => {
      deployed = true;
    });
    scenario.meddling.world = (_, world) => (deployed ? { ...world, digest: 'another' } : world);
    const ended = await scenario.end(arn);
    expect(deployed).toBe(true);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Abandoned');
    expect(scenario.standing()).toBe('blue');
  });

  it('goes back when one zone takes no more changes at a later step', async () => {
    const { scenario, arn } = await givenAtTenPercent();
    scenario.world.route53.setLocked('Z0EXAMPLE', true);
    await scenario.until(() => trafficBatches(scenario.changes, 'pivot.test').at(-1)?.groups[0]?.after.green === 0);
    scenario.world.route53.setLocked('Z0EXAMPLE', false);
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Abandoned');
    expect(scenario.standing()).toBe('blue');
  });

  it('moves one ring alone, and says so in every zone', async () => {
    const scenario = await given();
    const ended = await scenario.run({ mode: 'switchover', ring: 0, reason: 'canary' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    await scenario.pass(120);
    expect(scenario.weights('Z0PIVOT').get('live-0.pivot.test. A')).toEqual({ blue: 0, green: 100 });
    expect(scenario.weights('Z0PIVOT').get('live-1.pivot.test. A')).toEqual({ blue: 100, green: 0 });
    expect(scenario.fenceRecord('Z0PIVOT').ResourceRecords?.[0]?.Value).toContain('active=blue rings=0:green');
    expect(await scenario.ledger()).toMatchObject({ active: 'blue', rings: { 0: 'green' } });
    expect(scenario.atRest()).toEqual([]);

    const back = await scenario.run({ mode: 'switchover', ring: 0, reason: 'and back' });
    expect(back.outcome, back.record.because.join('; ')).toBe('Switched');
    expect(await scenario.ledger()).toMatchObject({ active: 'blue', rings: {} });
    expect(scenario.standing()).toBe('blue');
  });

  it('counts as no automatic move: an automatic failover may follow', async () => {
    const scenario = await given();
    await scenario.run(SWITCHOVER);
    expect(await scenario.ledger()).toMatchObject({ acknowledged: true });
    await scenario.pass(120);
    scenario.cluster('green').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('blue');
  });
});

function fail(because: string): never {
  throw new Error(because);
}
