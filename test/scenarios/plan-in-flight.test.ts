/**
 * The old side is dead for users and its ExternalDNS lives. It planned something before Fence: the records' owner was read
 * when it still was itself. The seconds after which that lands are swept, so that it lands in every part of the move. The
 * other side's pods run within seconds: users move while the plan is still on its way.
 */
import { describe, expect, it } from 'vitest';
import { EXAMPLE, given, type Scenario } from './scenario.ts';

const NAME = 'shop.example.test.';
const FENCE = 'shop._throwover.example.test.';
const MINUTES = 10;
/** It looks again whenever something in its cluster changes (`--events`), at most so often. */
const EVENTS_SECONDS = 5;
/** Verify looks every 3 s; a look, ownership and the batch take the rest (docs/adr/0048). */
const BAD_SECONDS = 6;
/** From a batch to the last of its name servers that shows it. */
const PROPAGATION_SECONDS = 30;
const SERVERS = 2;

/** A failover from a zombie that has a plan in its hand. */
async function givenPlanAtFence(): Promise<{ scenario: Scenario; arn: string }> {
  const scenario = await given({ life: { podStartMs: [1_000, 2_000] } });
  scenario.cluster('blue').inflict('ingress-down');
  scenario.cluster('blue').inflict('api-down');
  const arn = await scenario.started('failover');
  await scenario.untilState(arn, 'Fence');
  // something to write: an alias that somebody changed
  const [set] = scenario
    .records(EXAMPLE)
    .filter((one) => one.Name === NAME && one.Type === 'A' && one.SetIdentifier === 'blue');
  if (set?.AliasTarget === undefined) throw new Error('no such record');
  scenario.edit(EXAMPLE, [
    { Action: 'UPSERT', set: { ...set, AliasTarget: { ...set.AliasTarget, EvaluateTargetHealth: true } } },
  ]);
  const dns = scenario.world.externalDns.blue;
  void dns?.loop();
  dns?.suspend();
  await scenario.until(() => (scenario.fence()?.epoch ?? 0) > 1);
  return { scenario, arn };
}

/** Servers of the zone that have shown the swap and could send somebody to blue now, whatever the weighted pick. */
function serversLeadingToBlue({ world }: Scenario): number[] {
  const { route53 } = world;
  const hasSwap = (server: number) =>
    JSON.stringify(route53.answer({ name: FENCE, type: 'TXT', server }).answers).includes('active=green');
  const leads = (server: number) =>
    [0, 0.999].some((pick) =>
      route53
        .answer({ name: NAME, type: 'A', server, pick })
        .sets.some(({ setIdentifier }) => setIdentifier === 'blue'),
    );
  return Array.from({ length: SERVERS }, (_, server) => server).filter((server) => hasSwap(server) && leads(server));
}

/** Ten minutes, looked at each second. The plan lands after `seconds`, and its ExternalDNS lives on. */
async function afterwards({ scenario, arn }: { scenario: Scenario; arn: string }, seconds: number) {
  const dns = scenario.world.externalDns.blue;
  const applied = dns?.written.appliedCalls ?? 0;
  const seen = { landed: [] as number[], steeredAt: 0, raised: [] as number[], answered: [] as number[] };
  for (let second = 1; second <= MINUTES * 60; second++) {
    await scenario.pass(1);
    if (second === seconds) dns?.resume();
    else if (second > seconds && second % EVENTS_SECONDS === 0) void dns?.loop();
    if ((dns?.written.appliedCalls ?? 0) - applied > seen.landed.length) seen.landed.push(second);
    const { blue } = scenario.weights(EXAMPLE).get(`${NAME} A`) ?? {};
    if (seen.steeredAt === 0 && blue === 0) seen.steeredAt = second;
    if (seen.steeredAt > 0 && blue !== 0) seen.raised.push(second);
    if (serversLeadingToBlue(scenario).length > 0) seen.answered.push(second);
  }
  return { ...seen, ended: scenario.seen(arn), pause: (await scenario.ledger()).pause };
}

describe('a plan that is in flight at Fence', () => {
  it.each([1, 5, 8, 12, 15, 30, 45, 59])(
    'and lands %i s later lands once, and what it did is written back within seconds',
    async (seconds) => {
      const run = await givenPlanAtFence();
      const seen = await afterwards(run, seconds);
      expect(seen.ended.outcome).toBe('Switched');
      expect(seen.landed).toEqual([seconds + 1]);
      // before users move it changes nothing
      expect(seen.raised.length).toBeLessThanOrEqual(seconds < seen.steeredAt ? 0 : BAD_SECONDS);
      expect(seen.answered.length).toBeLessThanOrEqual(
        seconds < seen.steeredAt ? 0 : BAD_SECONDS + PROPAGATION_SECONDS,
      );
      expect(run.scenario.standing()).toBe('green');
      expect(seen.pause).toBeUndefined();
    },
  );

  it('is told with whom the registry names, and when', async () => {
    const run = await givenPlanAtFence();
    await afterwards(run, 20);
    const events = await run.scenario.events(2);
    expect(events.find(({ key }) => key === 'settle#written back')?.what).toContain(
      `${NAME} has blue 100 (A), 0 (AAAA); its registry record says owner=blue resource=ingress/shop/shop`,
    );
  });

  it('costs nobody anything when there is none: no answer names the dead cluster for ten minutes', async () => {
    const run = await givenPlanAtFence();
    // a plan is lost with its process
    run.scenario.world.externalDns.blue?.crash();
    run.scenario.world.externalDns.blue?.start(120_000);
    const seen = await afterwards(run, 1);
    expect(seen).toMatchObject({ landed: [], raised: [], answered: [] });
    expect(seen.ended.outcome).toBe('Switched');
  });
});
