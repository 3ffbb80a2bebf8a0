import { describe, expect, it } from 'vitest';
import { given, type Scenario } from './scenario.ts';

const RING_0 = { mode: 'switchover', ring: 0, reason: 'example first' };
const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };

const wanted = (scenario: Scenario, service: string) =>
  scenario.cluster('blue').deployment(service, service)?.wanted ?? 0;

async function standDownOwed(scenario: Scenario): Promise<string | undefined> {
  return (await scenario.ledger()).debts.find(({ what }) => what === 'stand down')?.because;
}

/** Each ring with a target group of its own. */
// biome-ignore lint/suspicious/noExplicitAny: a scenario writes whatever a user could write
function countRings(file: any): void {
  for (const [name, { loadBalancer }] of Object.entries<{ loadBalancer: { metrics: object } }>(
    file.pairs.shop.clusters,
  ))
    Object.assign(loadBalancer.metrics, {
      rings: { 0: { TargetGroup: `${name}/example` }, 1: { TargetGroup: `${name}/shop` } },
    });
}

/** Somebody asks blue for a host, again and again. */
function keepAsking(scenario: Scenario, host: string, everySeconds: number): void {
  const ask = () => {
    scenario.world.balancers.get('blue-lb.elb.test')?.request({ host, path: '/' });
    scenario.clock.after(everySeconds * 1000, ask);
  };
  scenario.clock.after(1000, ask);
}

/** What a scenario asked of a cluster's balancer for a host, in the last minutes. */
function asked(scenario: Scenario, cluster: string, host: string, minutes: number): number {
  const { traffic } = scenario.cluster(cluster);
  const now = scenario.clock.now();
  const each = Array.from({ length: minutes }, (_, ago) => traffic.minute(now - ago * 60_000, host).requests);
  return each.reduce((sum, one) => sum + one, 0);
}

describe('the old side of a move', () => {
  it('stands down beside the watch, which does not ask where users are being counted, and looks again afterwards', async () => {
    const scenario = await given();
    await scenario.run(SWITCHOVER);
    await scenario.pass(330);
    expect(asked(scenario, 'blue', 'canary.blue.example.test', 4)).toBe(0);
    expect(asked(scenario, 'green', 'canary.green.example.test', 4)).toBeGreaterThan(5);
    await scenario.pass(300);
    expect(asked(scenario, 'blue', 'canary.blue.example.test', 2)).toBeGreaterThan(0);
    expect(wanted(scenario, 'shop'), await standDownOwed(scenario)).toBe(0);
    expect((await scenario.ledger()).debts).toEqual([]);
  });

  it('stays awake for one user who asks once in four minutes', async () => {
    const scenario = await given();
    await scenario.run(SWITCHOVER);
    keepAsking(scenario, 'shop.example.test', 240);
    await scenario.pass(1_200);
    expect(wanted(scenario, 'shop')).toBeGreaterThan(0);
    expect(await standDownOwed(scenario)).toMatch(/[12] requests at blue-lb.elb.test in 300 s, 0 are no user’s/);
  });

  const shortGrace = (file: { pairs: { shop: { timing?: object } } }) => {
    file.pairs.shop.timing = { tailGraceSeconds: 600 };
  };

  it('cuts a tail of less than one request in a hundred when its grace is over, not before', async () => {
    const scenario = await given({ topology: shortGrace, customers: true });
    await scenario.run(SWITCHOVER);
    const moved = (await scenario.ledger()).since ?? 0;
    keepAsking(scenario, 'shop.example.test', 5);
    await scenario.pass((moved - scenario.clock.now()) / 1000 + 580);
    expect(wanted(scenario, 'shop')).toBeGreaterThan(0);
    await scenario.pass(200);
    expect(wanted(scenario, 'shop'), await standDownOwed(scenario)).toBe(0);
  });

  it('asks a person about a longer tail, and which command cuts it', async () => {
    const scenario = await given({ topology: shortGrace });
    const told = scenario.overheard();
    await scenario.run(SWITCHOVER);
    keepAsking(scenario, 'shop.example.test', 5);
    await scenario.pass(580);
    expect(told.map(({ type }) => type)).not.toContain('Users Left Behind');
    await scenario.pass(620);
    const asked = told.filter(({ type }) => type === 'Users Left Behind').map(({ detail }) => detail);
    expect(asked).toEqual([
      expect.objectContaining({
        ...{ cluster: 'blue', active: 'green', inSeconds: 300, afterSeconds: 600, fractionMax: 0.01 },
        next: 'throwover stand-down --pair shop --reason "…"',
      }),
    ]);
    expect(asked[0]?.requests).toBeGreaterThanOrEqual(50);
    expect(wanted(scenario, 'shop')).toBeGreaterThan(0);
    expect(await standDownOwed(scenario)).toMatch(
      /% of the requests still arrive at blue after 600 s, at most 1 % are cut: `throwover stand-down --pair shop/,
    );
    expect((await scenario.run({ mode: 'stand-down', reason: 'they are robots' })).outcome).toBe('Recorded');
    await scenario.pass(60);
    expect(wanted(scenario, 'shop')).toBe(0);
  });

  it('stands down beside another monitor that was declared', async () => {
    const scenario = await given({
      topology: (file) => {
        file.pairs.shop.timing = { quietRequestsPerMinuteMax: 12 };
      },
    });
    await scenario.run(SWITCHOVER);
    keepAsking(scenario, 'shop.example.test', 5);
    await scenario.pass(900);
    expect(wanted(scenario, 'shop'), await standDownOwed(scenario)).toBe(0);
  });
});

describe('the old side of a move of one ring', () => {
  it('whose requests nothing counts by themselves waits for a person, and says which command', async () => {
    const scenario = await given();
    await scenario.pass(600);
    expect((await scenario.run(RING_0)).outcome).toBe('Switched');
    keepAsking(scenario, 'shop.example.test', 2);
    await scenario.pass(1_200);
    expect(wanted(scenario, 'example')).toBeGreaterThan(0);
    expect(await standDownOwed(scenario)).toContain('`throwover stand-down --pair shop --ring 0 --reason "…"`');

    const said = await scenario.run({ mode: 'stand-down', ring: 0, reason: 'no line in the ingress logs' });
    expect(said.outcome, said.record.because.join()).toBe('Recorded');
    await scenario.pass(60);
    expect(wanted(scenario, 'example')).toBe(0);
    expect(wanted(scenario, 'shop')).toBeGreaterThan(0);
    expect((await scenario.ledger()).debts).toEqual([]);
    expect(scenario.atRest()).toEqual([]);
  });

  it('stands down when its own target group is quiet, however busy the other rings are', async () => {
    const scenario = await given({ topology: countRings });
    expect((await scenario.run(RING_0)).outcome).toBe('Switched');
    keepAsking(scenario, 'shop.example.test', 2);
    await scenario.pass(900);
    expect(wanted(scenario, 'example'), await standDownOwed(scenario)).toBe(0);
    expect(wanted(scenario, 'shop')).toBeGreaterThan(0);
  });

  it('stands down also when it is the ring that decides whether the cluster lives: then the others decide that', async () => {
    const scenario = await given({ topology: countRings });
    expect((await scenario.run({ ...RING_0, ring: 1 })).outcome).toBe('Switched');
    keepAsking(scenario, 'example.example.test', 2);
    await scenario.pass(330);
    expect(asked(scenario, 'blue', 'shop.example.test', 4)).toBe(0);
    expect(asked(scenario, 'blue', 'canary.blue.example.test', 4)).toBeGreaterThan(5);
    await scenario.pass(360);
    expect(wanted(scenario, 'shop'), await standDownOwed(scenario)).toBe(0);
    expect(wanted(scenario, 'example')).toBeGreaterThan(0);
  });

  it('whose requests nothing counts is looked at meanwhile: a person may take days', async () => {
    const scenario = await given();
    expect((await scenario.run(RING_0)).outcome).toBe('Switched');
    await scenario.pass(600);
    expect(asked(scenario, 'blue', 'canary.blue.example.test', 2)).toBeGreaterThan(0);
  });

  it('stays awake for its own users', async () => {
    const scenario = await given({ topology: countRings });
    expect((await scenario.run(RING_0)).outcome).toBe('Switched');
    keepAsking(scenario, 'example.example.test', 2);
    await scenario.pass(900);
    expect(wanted(scenario, 'example')).toBeGreaterThan(0);
    expect(await standDownOwed(scenario)).toContain('for ring 0 in 300 s');
  });

  it('is measured as a whole when nothing else stands there any more, and what the move before it owed is still owed', async () => {
    const scenario = await given();
    await scenario.run(RING_0);
    await scenario.pass(120);
    await scenario.run({ ...RING_0, ring: 1 });
    await scenario.pass(1_200);
    expect([wanted(scenario, 'shop'), wanted(scenario, 'example')], await standDownOwed(scenario)).toEqual([0, 0]);
    expect((await scenario.ledger()).debts).toEqual([]);
  });

  it('does not hear a person who means another ring, or says it where nothing is owed', async () => {
    const scenario = await given();
    const early = await scenario.run({ mode: 'stand-down', ring: 0, reason: 'too early' });
    expect(early.outcome).toBe('Refused');
    await scenario.run(RING_0);
    const other = await scenario.run({ mode: 'stand-down', ring: 1, reason: 'the wrong one' });
    expect(other.record).toMatchObject({ outcome: 'Refused', because: [expect.stringContaining('ring 1')] });
  });
});
