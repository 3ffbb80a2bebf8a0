/** What each button does, seen as anybody could see it: in answers, records and the change log. */
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../core/record.ts';
import { BUTTONS, openWays, press } from '../../lab/faults.ts';
import { type InMemoryStage, inMemoryStage } from '../../lab/in-memory/stage.ts';
import { labTopology } from '../lab-topology.ts';

const LONGEST_SECONDS = 900;

type Pressed = readonly [fault: string, name?: string];

/** An active pair at rest, with these buttons pressed. */
function stageWith(...pressed: readonly Pressed[]): Promise<InMemoryStage> {
  return seededWith(1, ...pressed);
}

async function seededWith(seed: number, ...pressed: readonly Pressed[]): Promise<InMemoryStage> {
  const stage = inMemoryStage({ topology: labTopology(), seed, active: 'blue' });
  await stage.start({ mode: 'accept', active: 'blue', reason: 'first activation' });
  await stage.pass(120_000);
  for (const [fault, name] of pressed) await stage.inflict(fault, name);
  await stage.pass(5_000);
  return stage;
}

interface Ran extends RunRecord {
  seconds: number;
  /** One line for each gate that is not open. */
  shut: string[];
}

async function run(stage: InMemoryStage, input: object): Promise<Ran> {
  const arn = await stage.start(input);
  for (let seconds = 1; seconds <= LONGEST_SECONDS; seconds++) {
    await stage.pass(1_000);
    const { status, output, cause } = await stage.describe(arn);
    if (status === 'RUNNING') continue;
    const record = JSON.parse(output ?? cause ?? '{}') as RunRecord;
    const shut = record.gates.filter(({ state }) => state !== 'open').map(({ name, because }) => `${name}: ${because}`);
    return { ...record, seconds, shut };
  }
  throw new Error(`${arn} does not end`);
}

const switchover = { mode: 'switchover', to: 'green', reason: 'to see what happens' };
const faceOf = async (stage: InMemoryStage) => stage.parameter('/throwover/shop/active-cluster');

describe('a button', () => {
  it('that is not there is told with those that are', () => {
    const { world } = inMemoryStage({ topology: labTopology(), seed: 1, active: 'blue' }).inMemory;
    expect(() => press(world, openWays(), 'earthquake', undefined)).toThrow(
      `there is no fault earthquake; known: ${Object.keys(BUTTONS).join(', ')}`,
    );
    expect(() => press(world, openWays(), 'zone-locked', 'nowhere.test')).toThrow(
      'zone-locked is for a zone: example.test, pivot.test; found nowhere.test',
    );
    expect(() => press(world, openWays(), 'heal', 'blue')).toThrow('found blue');
  });

  it('without a name takes its first choice', () => {
    const { world } = inMemoryStage({ topology: labTopology(), seed: 1, active: 'blue' }).inMemory;
    const ways = openWays();
    expect(press(world, ways, 'kill', undefined)).toBe('kill blue');
    expect(press(world, ways, 'observer-blind', undefined)).toBe('observer-blind outside');
    expect(press(world, ways, 'answer-lost', undefined)).toBe('answer-lost');
  });

  it('heal takes every other one back', async () => {
    const pressed = Object.keys(BUTTONS).filter((fault) => fault !== 'heal');
    const stage = await stageWith(...pressed.map((fault) => [fault] as const), ['heal']);
    await stage.pass(180_000);
    expect(await run(stage, {})).toMatchObject({ outcome: 'Previewed', situation: 'Healthy', shut: [] });
    const { servedNow } = await stage.customers(await stage.now());
    expect(servedNow.blue).toBeGreaterThan(0);
  });
});

describe('slow', () => {
  it('makes every answer come after the patience of customers and probes', async () => {
    const stage = await stageWith(['slow', 'blue']);
    const { servedNow, failed } = await stage.customers(await stage.now());
    expect(servedNow.blue).toBe(0);
    expect(failed).toBeGreaterThan(0);
    expect(await run(stage, {})).toMatchObject({ situation: 'Suspected' });
  });
});

describe('observer-blind', () => {
  it.each([
    ['outside', 'ProbePathBroken', 'outside: does not see green either and may be blind'],
    ['aws', 'Healthy', 'aws has not looked at blue'],
  ])('%s: two classes are enough, and with a second one blind nobody knows', async (observer, situation, because) => {
    expect(await run(await stageWith(['observer-blind', observer]), {})).toMatchObject({ situation });
    const both = await run(await stageWith(['observer-blind', observer], ['observer-blind', 'inside']), {});
    expect(both.situation).toBe('ObserverBlind');
    expect(both.because.join('\n')).toContain(because);
  });

  it('inside: the standby cannot be shown to be fit, and a planned move is held', async () => {
    const stage = await stageWith(['observer-blind', 'inside']);
    const held = await run(stage, switchover);
    expect(held).toMatchObject({ outcome: 'Held', situation: 'ProbePathBroken' });
    expect(held.shut.join('\n')).toContain('TargetReady: API of green unreachable');
    expect(await faceOf(stage)).toBe('blue');
  });

  it('works and is healed while an observer is looking', async () => {
    const stage = await stageWith(['kill', 'blue']);
    await stage.pass(60_000);
    await stage.inflict('observer-blind', 'outside');
    await stage.pass(5_000);
    await stage.inflict('heal');
    await stage.pass(180_000);
    expect(await run(stage, {})).toMatchObject({ situation: 'Healthy', shut: [] });
  });
});

describe('the ways to Route 53', () => {
  it('zone-locked: the run ends before a user was moved', async () => {
    const stage = await stageWith(['zone-locked', 'pivot.test']);
    const held = await run(stage, switchover);
    expect(held.outcome).toBe('Held');
    expect(held.because.join('\n')).toContain('pivot.test takes no change: HostedZoneLocked');
    expect(await faceOf(stage)).toBe('blue');
  });

  // how long zones take to be INSYNC is drawn, too: calls are compared, not seconds
  it.each([1, 2, 3, 4, 5])('route53-throttled: asked again, and Switched all the same (seed %i)', async (seed) => {
    const [calm, throttled] = [await stageWith(), await seededWith(seed, ['route53-throttled'])];
    const [quick, slow] = [await run(calm, switchover), await run(throttled, switchover)];
    expect([quick.outcome, slow.outcome], slow.because.join('; ')).toEqual(['Switched', 'Switched']);
    expect((await throttled.route53()).changeCalls).toBeGreaterThan((await calm.route53()).changeCalls);
  });

  it('answer-lost: what was done is found, and done once', async () => {
    const [calm, lossy] = [await stageWith(), await stageWith(['answer-lost'])];
    expect([await run(calm, switchover), await run(lossy, switchover)]).toMatchObject([
      { outcome: 'Switched' },
      { outcome: 'Switched' },
    ]);
    const batches = async (stage: InMemoryStage) => (await stage.changeLog()).length;
    expect(await batches(lossy)).toBe(await batches(calm));
    expect((await lossy.route53()).calls).toBeGreaterThan((await calm.route53()).calls);
  });
});

describe('an etcd', () => {
  it('frozen under the active cluster: its API is down, users are served, and nobody is moved', async () => {
    const stage = await stageWith(['frozen-etcd', 'blue']);
    expect(await run(stage, {})).toMatchObject({ situation: 'ActiveApiDownOnly' });
    expect(await faceOf(stage)).toBe('blue');
  });

  it('full under the standby: what its API says is the past, and a planned move there is held', async () => {
    const stage = await stageWith(['full-etcd', 'green']);
    await stage.pass(70_000);
    const held = await run(stage, switchover);
    expect(held).toMatchObject({ outcome: 'Held', situation: 'StandbyUnfit' });
    expect(held.shut.join('\n')).toMatch(/TargetReady: API of green unhealthy \(.* nothing is written\)/);
    expect(await faceOf(stage)).toBe('blue');
  });
});

describe('dns-broken', () => {
  it('under the standby: its canary is served and says why nobody should go there', async () => {
    const held = await run(await stageWith(['dns-broken', 'green']), switchover);
    expect(held).toMatchObject({ outcome: 'Held', situation: 'StandbyUnfit' });
    expect(held.shut.join('\n')).toContain('the canary of green resolves no name');
  });
});

describe('webhook-down', () => {
  it('on the standby: no pod could be made there, and a planned move is held with the webhook’s name', async () => {
    const held = await run(await stageWith(['webhook-down', 'green']), switchover);
    expect(held).toMatchObject({ outcome: 'Held', situation: 'Healthy' });
    expect(held.shut).toEqual([
      expect.stringMatching(
        /^TargetReady: .*; ValidatingWebhookConfiguration\/policy-engine validate\.policy-engine\.test fails closed and policy-engine\/policy-engine has no ready endpoint: CREATE pods would be refused$/,
      ),
    ]);
  });
});

describe('database-read-only', () => {
  it('closes DataPathWorks: nobody is moved to a cluster that cannot write', async () => {
    const stage = await stageWith(['database-read-only']);
    const held = await run(stage, switchover);
    expect(held.outcome).toBe('Held');
    expect(held.shut.join('\n')).toContain('/healthz/orders says 503');
    expect(await faceOf(stage)).toBe('blue');
  });
});
