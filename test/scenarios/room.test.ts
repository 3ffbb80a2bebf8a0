/** A cluster that cannot become as large as it has to is found before anybody touches it. */
import { describe, expect, it } from 'vitest';
import { type Given, given, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };
const PRODUCTION = 60;

it('a node group whose maximum is too small holds a move before its claim, and nothing is woken', async () => {
  const scenario = await given({ life: { podsPerNode: 6, emptyNodeMs: 60_000 } });
  await scenario.pass(300);
  const green = scenario.cluster('green');
  const { status } = green.handle({
    method: 'PATCH',
    path: '/apis/apps/v1/namespaces/shop/deployments/shop',
    headers: { authorization: 'Bearer t', 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ metadata: { annotations: { 'throwover.dev/desired-replicas': String(PRODUCTION) } } }),
  });
  expect(status).toBe(200);
  green.resize({ max: 4 });
  const before = (await scenario.ledger()).epoch;
  const { outcome, record } = await scenario.run(SWITCHOVER);
  expect(outcome).toBe('Held');
  expect(record.because.join('; ')).toContain(
    'Capacity closed: 10 pods fit on green, 66 wanted, 100 % needed; 56 more have to fit and are short of',
  );
  expect((await scenario.ledger()).epoch).toBe(before);
  expect(green.deployment('shop', 'shop')?.wanted).toBe(0);
});

/** On each node is room for one pod of a service, and for those that every cluster runs. */
const SMALL: Given = { life: { nodeMillicores: 1_000, emptyNodeMs: 60_000 } };

/** A standby that sleeps on as many nodes as it may have. */
async function withNodes(max: number, life: Given['life'] = SMALL.life ?? {}): Promise<Scenario> {
  const scenario = await given({ life });
  await scenario.pass(300);
  scenario.cluster('green').resize({ min: 1, max, desired: Math.min(max, scenario.cluster('green').nodes.desired) });
  return scenario;
}

const gateOf = (record: { gates: readonly { name: string; state: string; because: string; opensWhen: string }[] }) =>
  record.gates.find(({ name }) => name === 'Capacity');

describe('CPU that is short, where there are places for pods enough', () => {
  it('holds a planned move before its claim, and says how much is missing and what would help', async () => {
    const scenario = await withNodes(5);
    const { epoch } = await scenario.ledger();
    const { outcome, record, seconds } = await scenario.run(SWITCHOVER);
    expect(outcome).toBe('Held');
    expect(gateOf(record)).toMatchObject({
      state: 'closed',
      because: expect.stringMatching(
        /^4 pods fit on green, 9 wanted, 100 % needed; 5 more have to fit and are short of CPU by \d+ millicores$/,
      ),
      opensWhen: expect.stringContaining(
        'as with 5 more like those of green-nodes: raise what its node groups may have',
      ),
    });
    // long before the 600 s that Prepare would have waited for pods that find no node
    expect(seconds).toBeLessThan(120);
    expect((await scenario.ledger()).epoch).toBe(epoch);
    expect(scenario.cluster('green').deployment('shop', 'shop')?.wanted).toBe(0);
  });

  it('is real: pods that were told to start all the same find no node, and say why', async () => {
    const scenario = await withNodes(5);
    const ended = await scenario.run({ ...SWITCHOVER, override: ['Capacity'] });
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join('; ')).toContain('TargetReady');
    expect(ended.seconds).toBeGreaterThan(600);
  });

  it('lets an unplanned move go as soon as the floor of the pods fits', async () => {
    const scenario = await withNodes(7);
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    // two thirds of the pods: less than readyFractionWanted, so it has waited for more of them
    expect(ended.seconds).toBeGreaterThan(600);
  });

  it('starts no unplanned move where not even the floor fits: users would arrive at nobody', async () => {
    const scenario = await withNodes(2);
    const { epoch } = await scenario.ledger();
    scenario.cluster('blue').inflict('kill');
    await scenario.pass(300);
    expect((await scenario.ledger()).epoch).toBe(epoch);
    const preview = await scenario.run({ mode: 'preview', to: 'green' });
    expect(gateOf(preview.record)?.because).toMatch(
      /^[01] pods fit on green, 9 wanted, \d+ % needed; .* short of CPU by/,
    );
  });
});

it('memory that is short holds a planned move as CPU does', async () => {
  const scenario = await withNodes(3, { nodeMebibytes: 512, emptyNodeMs: 60_000 });
  const { outcome, record } = await scenario.run(SWITCHOVER);
  expect(outcome).toBe('Held');
  expect(gateOf(record)?.because).toMatch(/short of memory by \d+ MiB/);
});
