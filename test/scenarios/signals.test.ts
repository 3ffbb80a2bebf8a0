/** What comes from outside: what becomes of it, once, twice, ten thousand times, out of order, a day late, cut off on the way. */
import { describe, expect, it } from 'vitest';
import { type KeptSignal, keptIn, NO_PAIR, SIGNALS } from '../../core/signals/kept.ts';
import type { SignalTold } from '../../functions/on-alarm.ts';
import { functionName } from '../../lab/world/names.ts';
import { seeded } from '../../models/random.ts';
import { given, givenFailover, type Scenario } from './scenario.ts';

const NO_HOSTS = 'throwover-lab-shop-blue-no-healthy-hosts';

/** An alarm as a rule hands it on, that went off so many seconds ago. */
function alarm(scenario: Scenario, { name = NO_HOSTS, secondsAgo = 0, value = 'ALARM' } = {}) {
  const timestamp = new Date(scenario.clock.now() - secondsAgo * 1000).toISOString().replace('Z', '+0000');
  return {
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    detail: { alarmName: name, state: { value, timestamp } },
  };
}

const told = async (scenario: Scenario, event: unknown): Promise<SignalTold[]> =>
  ((await scenario.call('on-alarm', event)) as { signals: SignalTold[] }).signals;

async function kept(scenario: Scenario, pair = 'shop'): Promise<KeptSignal[]> {
  let found: KeptSignal[] | undefined;
  void scenario.stage.inMemory.ports.notes.list(pair, SIGNALS).then((notes) => {
    found = notes.flatMap((note) => keptIn(note) ?? []);
  });
  await scenario.until(() => found !== undefined);
  return found ?? [];
}

const failovers = (scenario: Scenario) => scenario.executions().filter(({ name }) => name.endsWith('-failover'));

describe('a signal', () => {
  it('starts a run and is kept, with what was done', async () => {
    const scenario = await given();
    const [first] = await told(scenario, alarm(scenario));
    expect(first).toMatchObject({ pair: 'shop', did: 'started', run: failovers(scenario)[0]?.name });
    expect(await kept(scenario)).toMatchObject([{ source: 'cloudwatch', name: NO_HOSTS, did: 'started', times: 1 }]);
  });

  it('that came already does nothing but count', async () => {
    const scenario = await given();
    const event = alarm(scenario);
    await told(scenario, event);
    expect(await told(scenario, event)).toMatchObject([{ did: 'duplicate' }]);
    await scenario.pass(900);
    expect(await told(scenario, event)).toMatchObject([{ did: 'duplicate' }]);
    expect(failovers(scenario)).toHaveLength(1);
    expect(await kept(scenario)).toMatchObject([{ did: 'started', times: 3 }]);
  });

  it('finds the run that looks already, and the one that has looked since', async () => {
    const scenario = await given();
    await told(scenario, alarm(scenario));
    const arn = failovers(scenario)[0]?.arn ?? '';
    const early = { name: 'throwover-lab-shop-latency', secondsAgo: 30 };
    const late = alarm(scenario, early);
    const { describeExecution } = scenario.world.stepFunctions;
    scenario.world.stepFunctions.describeExecution = (asked) => ({
      ...describeExecution.call(scenario.world.stepFunctions, asked),
      status: 'RUNNING',
    });
    const second = alarm(scenario, { name: 'throwover-lab-shop-5xx' });
    expect(await told(scenario, second)).toMatchObject([{ did: 'answered', because: /is looking/ }].map(asText));
    scenario.world.stepFunctions.describeExecution = describeExecution;
    await scenario.end(arn);
    expect(await told(scenario, late)).toMatchObject([{ did: 'answered', because: /has looked since/ }].map(asText));
    expect(failovers(scenario)).toHaveLength(1);
    await scenario.pass(61);
    expect(await told(scenario, alarm(scenario, { name: 'throwover-lab-shop-later' }))).toMatchObject([
      { did: 'started' },
    ]);
  });

  it('that was before the move tells nothing about the new active cluster', async () => {
    const scenario = await given({
      topology: (file) => {
        file.pairs.shop.timing = { signalAgeSecondsMax: 3_600 };
      },
    });
    const before = alarm(scenario, { name: 'throwover-lab-shop-5xx' });
    expect((await scenario.run({ mode: 'switchover', reason: 'upgrade', to: 'green' })).outcome).toBe('Switched');
    const expected = { did: 'answered', because: /before the move to green at epoch 2/ };
    expect(await told(scenario, before)).toMatchObject([expected].map(asText));
    expect(failovers(scenario)).toEqual([]);
  });

  it('while a failover holds the pair starts nothing', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'Prepare');
    expect(await told(scenario, alarm(scenario))).toMatchObject([{ did: 'held already' }]);
  });

  it('says nothing that a run would use: targets, addresses and records in it are not read', async () => {
    const scenario = await given();
    const { detail, ...rest } = alarm(scenario);
    const foreign = { to: 'blue', target: 'evil', url: 'http://169.254.169.254/', arn: 'arn:aws:x', zone: 'Z1' };
    await told(scenario, { ...rest, ...foreign, detail: { ...detail, ...foreign, configuration: foreign } });
    const [run] = failovers(scenario);
    const input = scenario.world.stepFunctions.describeExecution({ executionArn: run?.arn ?? '' }).input;
    expect(Object.keys(JSON.parse(input ?? ''))).toEqual(['pair', 'mode', 'reason', 'signal']);
    expect(input).not.toMatch(/evil|169|arn:|Z1|"to"/);
  });

  it('that cannot be read is refused, kept with the reason, and after its retries a dead letter', async () => {
    const scenario = await given();
    scenario.world.lambda.invoke({
      FunctionName: functionName('on-alarm'),
      InvocationType: 'Event',
      Payload: { hello: 'world' },
    });
    await scenario.pass(600);
    const letters = scenario.world.lambda.failedEvents;
    expect(letters).toMatchObject([{ requestPayload: { hello: 'world' }, responsePayload: { errorType: 'Refused' } }]);
    const refusals = await kept(scenario, NO_PAIR);
    expect(refusals[0]).toMatchObject({ did: 'refused', because: expect.stringContaining('"hello"') });
    expect(failovers(scenario)).toEqual([]);
  });
});

/** Texts are held against patterns. */
function asText<T extends { because: RegExp }>({ because, ...rest }: T) {
  return { ...rest, because: expect.stringMatching(because) };
}

describe('whoever dies on the way loses no signal', () => {
  it.each([
    ['between keeping it and starting', 'states:StartExecution', 'out'],
    ['after starting, before that is written', 'states:StartExecution', 'back'],
    ['before it is written which run it was', 'dynamodb:PutItem', 'back'],
  ] as const)('%s', async (_, call, way) => {
    const scenario = await given();
    const event = alarm(scenario);
    let died = 0;
    scenario.meddling = {
      [way]: (called: string) => {
        if (called !== call || died > 0) return;
        died++;
        throw new Error('socket hang up');
      },
    };
    await expect(scenario.call('on-alarm', event)).rejects.toThrow();
    await scenario.pass(70);
    expect(await told(scenario, event)).toMatchObject([{ did: expect.stringMatching(/started|answered/) }]);
    expect(died).toBe(1);
    expect(failovers(scenario)).toHaveLength(1);
    expect((await kept(scenario)).map(({ did }) => did)).not.toContain('taken');
  });
});

describe('a storm', () => {
  /** Shuffled copies of a few alarms, sent over some minutes. */
  async function storm(scenario: Scenario, events: readonly unknown[], copies: number, minutes: number) {
    const random = seeded(7);
    const all = Array.from({ length: copies }, (_, index) => events[index % events.length]);
    for (let at = all.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [all[at], all[other]] = [all[other], all[at]];
    }
    for (const event of all)
      scenario.clock.after(random() * minutes * 60_000, () => {
        void scenario.world.lambda.invoke({
          FunctionName: functionName('on-alarm'),
          InvocationType: 'Event',
          Payload: event,
        });
      });
    await scenario.pass(minutes * 60 + 30);
  }

  it('of 10,000 alarms, doubled and shuffled, starts one run, and keeps one item for each alarm', async () => {
    const scenario = await given();
    scenario.cluster('blue').inflict('kill');
    const names = ['blue-5xx', 'blue-latency', 'green-errors', 'burn-rate', 'blue-dead'];
    const events = names.map((name) => alarm(scenario, { name: `throwover-lab-shop-${name}` }));
    await storm(scenario, events, 10_000, 4);
    const runs = failovers(scenario);
    expect(runs).toHaveLength(1);
    expect((await scenario.end(runs[0]?.arn ?? '')).outcome).toBe('Switched');
    const signals = await kept(scenario);
    const ours = signals.filter(({ name }) => names.some((one) => name.endsWith(one)));
    expect(ours).toHaveLength(5);
    expect(ours.filter(({ did }) => did === 'started')).toHaveLength(1);
    expect(scenario.world.lambda.failedEvents).toEqual([]);
  }, 120_000);

  it('of old alarms starts none', async () => {
    const scenario = await given();
    await scenario.pass(7_200);
    const events = Array.from({ length: 200 }, (_, index) =>
      alarm(scenario, { name: `throwover-lab-shop-${index}`, secondsAgo: 301 + index * 30 }),
    );
    await storm(scenario, events, 400, 2);
    expect(failovers(scenario)).toEqual([]);
    expect(new Set((await kept(scenario)).map(({ did }) => did))).toEqual(new Set(['stale']));
  }, 60_000);

  it('of different alarms at the same instant starts one run', async () => {
    const scenario = await given();
    const events = Array.from({ length: 40 }, (_, index) => alarm(scenario, { name: `throwover-lab-shop-${index}` }));
    await Promise.all([storm(scenario, events, 40, 0)]);
    expect(failovers(scenario)).toHaveLength(1);
    expect((await kept(scenario)).filter(({ did }) => did === 'started')).toHaveLength(1);
  });
});
