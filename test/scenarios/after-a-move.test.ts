import { describe, expect, it } from 'vitest';
import { EXAMPLE, given, givenFailover, PIVOT, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };

/** Who owns the records of a cluster, by the registry of its ExternalDNS. */
function ownersOf(scenario: Scenario, cluster: string): string[] {
  const registry = scenario
    .records(EXAMPLE)
    .filter(({ Type, SetIdentifier }) => Type === 'TXT' && SetIdentifier === cluster)
    .map(({ ResourceRecords }) => /external-dns\/owner=([^,"]*)/.exec(ResourceRecords?.[0]?.Value ?? '')?.[1] ?? '');
  return [...new Set(registry)];
}

describe('a cluster that comes back from the dead', () => {
  it('gets no user: its records are not its own any more', async () => {
    const { scenario, arn } = await givenFailover();
    expect((await scenario.end(arn)).outcome).toBe('Switched');
    const moved = scenario.changes.length;
    scenario.cluster('blue').heal('kill');
    await scenario.pass(600);
    const given = scenario.changes
      .slice(moved)
      .filter(({ groups }) => groups.some(({ after }) => (after.blue ?? 0) > 0));
    expect(given).toEqual([]);
    expect(scenario.standing()).toBe('green');
  });

  it('becomes standby within two ticks of the watch, and only then gets its records back', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.end(arn);
    expect(ownersOf(scenario, 'blue')).toEqual(['throwover']);
    await scenario.pass(300);
    expect(scenario.cluster('blue').config()).toMatchObject({ role: 'active', epoch: '1' });
    scenario.cluster('blue').heal('kill');
    const backAt = scenario.clock.now();
    await scenario.until(() => scenario.cluster('blue').config()?.role === 'standby');
    expect((scenario.clock.now() - backAt) / 1000).toBeLessThanOrEqual(120);
    const standbyAt = scenario.clock.now();
    expect(ownersOf(scenario, 'blue')).toEqual(['throwover']);
    await scenario.until(() => ownersOf(scenario, 'blue').includes('blue'));
    // one interval of its ExternalDNS lies in between
    expect((scenario.clock.now() - standbyAt) / 1000).toBeGreaterThanOrEqual(60);
    await scenario.pass(120);
    expect(ownersOf(scenario, 'blue')).toEqual(['blue']);
    expect(scenario.standing()).toBe('green');
  });

  it('is told its role first; then every object is touched and shows it, before its records go back', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.end(arn);
    await scenario.pass(300);
    const blue = scenario.cluster('blue');
    blue.heal('kill');
    const written: string[] = [];
    const answer = blue.answer.bind(blue);
    blue.answer = (request) => {
      const path = request.path.split('?')[0] ?? '';
      if (request.method === 'PATCH') written.push(path.split('/').slice(-2).join('/'));
      return answer(request);
    };
    await scenario.until(() => ownersOf(scenario, 'blue').includes('blue'));
    expect(written[0]).toBe('configmaps/throwover');
    const ingresses = ['ingresses/cart', 'ingresses/example', 'ingresses/shop'];
    expect([...new Set(written.filter((one) => one.startsWith('ingresses/')))].sort()).toEqual(ingresses);
    const weights = blue
      .endpoints()
      .flatMap(({ setIdentifier, weight }) => (setIdentifier === undefined ? [] : [weight]));
    expect(new Set(weights)).toEqual(new Set([0]));
  });

  it('is told once, with the time in which it may have run beside the new one, and with what may run only once', async () => {
    const { scenario, arn } = await givenFailover({
      topology: (file) => {
        file.pairs.shop.services.cart.concurrency = 'exclusive';
      },
    });
    const told: Record<string, unknown>[] = [];
    const { putEvents } = scenario.world.eventBridge;
    scenario.world.eventBridge.putEvents = (input) => {
      for (const { DetailType, Detail } of input.Entries ?? [])
        if (DetailType === 'Clusters Overlapped') told.push(JSON.parse(Detail ?? '{}'));
      return putEvents.call(scenario.world.eventBridge, input);
    };
    await scenario.end(arn);
    await scenario.pass(600);
    expect(told).toEqual([]);
    scenario.cluster('blue').heal('kill');
    await scenario.pass(600);
    expect(told).toEqual([
      expect.objectContaining({ cluster: 'blue', active: 'green', exclusive: ['cart'], seconds: expect.any(Number) }),
    ]);
    expect(told[0]?.seconds).toBeGreaterThanOrEqual(600);
    expect(told[0]?.seconds).toBeLessThanOrEqual(720);
    expect(String(told[0]?.text)).toContain('Look at what cart did in that time');
    const { epoch } = await scenario.ledger();
    expect((await scenario.events(epoch)).map(({ key }) => key)).toContain('overlap#blue');
  });

  it('that answered all the time has not overlapped: nothing is told', async () => {
    const scenario = await given();
    await scenario.run(SWITCHOVER);
    await scenario.pass(300);
    const { epoch } = await scenario.ledger();
    expect((await scenario.events(epoch)).map(({ key }) => key)).not.toContain('overlap#blue');
  });

  it('is put to sleep when its traffic has gone, and nothing is owed any more', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.end(arn);
    scenario.cluster('blue').heal('kill');
    await scenario.pass(1_200);
    expect(scenario.cluster('blue').deployment('shop', 'shop')?.pods.length).toBe(0);
    expect((await scenario.ledger()).debts).toEqual([]);
    expect(scenario.atRest()).toEqual([]);
  });

  it('is not put to sleep because it is silent while it is dead', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.end(arn);
    await scenario.pass(900);
    expect((await scenario.ledger()).debts).toContainEqual(
      expect.objectContaining({
        what: 'stand down',
        about: 'blue',
        because: expect.stringContaining('role of blue comes first'),
      }),
    );
  });

  it('is not put to sleep right after it came back, for the silence of the time when it was dead', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.end(arn);
    await scenario.pass(900);
    scenario.cluster('blue').heal('kill');
    await scenario.pass(180);
    expect(scenario.cluster('blue').config()?.role).toBe('standby');
    expect(scenario.cluster('blue').deployment('shop', 'shop')?.wanted).toBeGreaterThan(0);
    await scenario.pass(600);
    expect(scenario.cluster('blue').deployment('shop', 'shop')?.wanted).toBe(0);
  });

  it('finds its records taken also when the step that takes them failed', async () => {
    const { scenario, arn } = await givenFailover();
    scenario.meddling.before = ({ key }) => {
      if (key === 'own') throw new Error('out of memory');
    };
    await scenario.until(() => scenario.standing() === 'green');
    expect(ownersOf(scenario, 'blue')).toEqual(['blue']);
    await scenario.end(arn);
    expect(ownersOf(scenario, 'blue')).toEqual(['throwover']);
  });

  it('whose records were taken twice in turn gets them back in the end, and so does the other one', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.end(arn);
    scenario.cluster('blue').heal('kill');
    await scenario.pass(200);
    scenario.cluster('green').inflict('kill');
    await scenario.pass(20);
    const back = await scenario.run({ mode: 'failover', reason: 'green is dead now' });
    expect(back.outcome, back.record.because.join('; ')).toBe('Switched');
    scenario.cluster('green').heal('kill');
    await scenario.pass(600);
    expect([ownersOf(scenario, 'blue'), ownersOf(scenario, 'green')]).toEqual([['blue'], ['green']]);
    expect(scenario.atRest()).toEqual([]);
  });
});

describe('records that were given back', () => {
  /** Blue died, came back long after Settle was over, and has its records again. */
  async function givenBack(): Promise<{ scenario: Scenario; backAt: number }> {
    const { scenario, arn } = await givenFailover();
    await scenario.end(arn);
    await scenario.pass(900);
    expect((await scenario.ledger()).debts.map(({ what }) => what)).not.toContain('settle');
    scenario.cluster('blue').heal('kill');
    await scenario.until(() => ownersOf(scenario, 'blue').includes('blue'));
    return { scenario, backAt: scenario.clock.now() };
  }
  const isWatched = async (scenario: Scenario) =>
    (await scenario.ledger()).debts.some(({ watched }) => watched === true);

  it('are watched for two intervals of their ExternalDNS, and then nothing is owed for them', async () => {
    const { scenario, backAt } = await givenBack();
    await scenario.pass(100);
    expect(await isWatched(scenario)).toBe(true);
    while (await isWatched(scenario)) await scenario.pass(10);
    expect((scenario.clock.now() - backAt) / 1000).toBeGreaterThanOrEqual(120);
    expect((scenario.clock.now() - backAt) / 1000).toBeLessThanOrEqual(240);
    expect((await scenario.ledger()).debts.map(({ what }) => what)).not.toContain('return ownership');
  });

  it('and that get their old weight once more are written back, once, under the fence; the second time it pages and pauses', async () => {
    const { scenario } = await givenBack();
    scenario.world.externalDns.blue?.suspend();
    const { seq = 0 } = scenario.fence() ?? {};
    const name = 'shop.example.test.';
    await scenario.pass(2);
    scenario.editWeights(EXAMPLE, name, { blue: 100, green: 100 });
    await scenario.pass(70);
    expect(scenario.weights(EXAMPLE).get(`${name} A`)).toEqual({ blue: 0, green: 100 });
    expect(scenario.fence()?.seq).toBeGreaterThan(seq);
    scenario.editWeights(EXAMPLE, name, { blue: 100, green: 100 });
    await scenario.pass(120);
    expect(scenario.weights(EXAMPLE).get(`${name} A`)).toEqual({ blue: 100, green: 100 });
    expect((await scenario.ledger()).pause).toMatchObject({ by: 'automation' });
  });
});

describe('the settling after a move', () => {
  it('writes back once what the old side’s ExternalDNS published again, under the fence', async () => {
    const scenario = await given();
    await scenario.run(SWITCHOVER);
    const { seq = 0 } = scenario.fence() ?? {};
    scenario.editWeights(EXAMPLE, 'shop.example.test.', { blue: 100, green: 100 });
    // its ExternalDNS would lower it by itself: it is the one that does not
    scenario.world.externalDns.blue?.suspend();
    await scenario.pass(90);
    expect(scenario.weights(EXAMPLE).get('shop.example.test. A')).toEqual({ blue: 0, green: 100 });
    expect(scenario.fence()?.seq).toBeGreaterThan(seq);

    scenario.editWeights(EXAMPLE, 'shop.example.test.', { blue: 100, green: 100 });
    const announced = scenario.overheard();
    const writtenAt = scenario.clock.now();
    await scenario.pass(120);
    expect(scenario.weights(EXAMPLE).get('shop.example.test. A')).toEqual({ blue: 100, green: 100 });
    expect(announced.map(({ type }) => type)).toEqual(['Foreign Writer Seen']);
    // who wrote what, and when: between the two looks of ours
    const { evidence, whoWrote, text, ...seen } = announced[0]?.detail ?? {};
    const [since, until] = [String(seen.since), String(seen.until)];
    expect(evidence).toBe(
      'shop.example.test. has blue 100 (A), 100 (AAAA); its registry record says owner=blue resource=ingress/shop/shop',
    );
    expect(Date.parse(since)).toBeLessThanOrEqual(writtenAt);
    expect(Date.parse(until)).toBeGreaterThan(writtenAt);
    expect(Date.parse(until) - Date.parse(since)).toBeLessThanOrEqual(120_000);
    expect(whoWrote).toContain(`ChangeResourceRecordSets --start-time ${since} --end-time ${until}`);
    expect(text).toContain(String(whoWrote));
    expect((await scenario.ledger()).pause).toMatchObject({
      by: 'automation',
      reason: expect.stringContaining('shop.example.test. A has blue 100, green 100, the fence says green'),
    });
  });

  it('fights nobody else: a person’s edit stays', async () => {
    const scenario = await given();
    await scenario.run(SWITCHOVER);
    scenario.editWeights(PIVOT, 'live-1.pivot.test.', { blue: 50, green: 50 });
    await scenario.pass(600);
    expect(scenario.weights(PIVOT).get('live-1.pivot.test. A')).toEqual({ blue: 50, green: 50 });
  });
});

describe('the published copy', () => {
  it.each([
    ['missing', undefined],
    ['half written', '{"v":1,"active":'],
    ['somebody else’s', '{"v":1,"active":"green","epoch":99}'],
  ])('that is %s is told and made right by the watch', async (_, state) => {
    const scenario = await given();
    const announced: string[] = [];
    const { putEvents } = scenario.world.eventBridge;
    scenario.world.eventBridge.putEvents = (input) => {
      announced.push(...(input.Entries ?? []).map((entry) => entry.DetailType ?? ''));
      return putEvents.call(scenario.world.eventBridge, input);
    };
    if (state === undefined) scenario.world.ssm.deleteParameter({ Name: '/throwover/shop/state' });
    else scenario.world.ssm.putParameter({ Name: '/throwover/shop/state', Value: state, Overwrite: true });
    const watched = (await scenario.call('watch')) as { did: string[] }[];
    expect(watched[0]?.did.join()).toContain('the published copy was wrong');
    expect(announced).toContain('Published Copy Was Wrong');
    expect(JSON.parse(scenario.parameter('state') ?? '')).toMatchObject({ v: 1, active: 'blue', epoch: 1 });
    expect(scenario.atRest()).toEqual([]);
  });

  it('that names the wrong cluster misleads no run, and is made right within a minute', async () => {
    const scenario = await given();
    scenario.world.ssm.putParameter({ Name: '/throwover/shop/active-cluster', Value: 'green', Overwrite: true });
    const planned = await scenario.run(SWITCHOVER);
    expect(planned.outcome).toBe('Held');
    expect(planned.record.because.join()).toContain('active-cluster says green');
    await scenario.pass(60);
    expect(scenario.parameter('active-cluster')).toBe('blue');
    expect((await scenario.run(SWITCHOVER)).outcome).toBe('Switched');
  });

  it('is right within seconds of a commit, and announced', async () => {
    const { scenario, arn } = await givenFailover();
    const announced: unknown[] = [];
    const { putEvents } = scenario.world.eventBridge;
    scenario.world.eventBridge.putEvents = (input) => {
      announced.push(
        ...(input.Entries ?? []).map(({ DetailType, Detail }) => [DetailType, JSON.parse(Detail ?? '').active]),
      );
      return putEvents.call(scenario.world.eventBridge, input);
    };
    await scenario.end(arn);
    expect(scenario.parameter('active-cluster')).toBe('green');
    expect(JSON.parse(scenario.parameter('state') ?? '')).toMatchObject({ active: 'green', epoch: 2 });
    expect(announced).toContainEqual(['Active Cluster Changed', 'green']);
  });

  it('that cannot be written delays nothing: the move is over, the watch writes it later', async () => {
    const { scenario, arn } = await givenFailover();
    scenario.meddling = {
      out: (call) => {
        if (call === 'ssm:PutParameter') throw new Error('SSM is down');
      },
    };
    expect((await scenario.end(arn)).outcome).toBe('Switched');
    expect(scenario.parameter('active-cluster')).toBe('blue');
    scenario.meddling = {};
    await scenario.pass(90);
    expect(scenario.parameter('active-cluster')).toBe('green');
  });
});

describe('a part of AWS that is down', () => {
  it('the ledger after the swap: users stay where they are, the watch writes it down', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'Verify');
    scenario.meddling = {
      out: (call) => {
        if (call === 'dynamodb:PutItem') throw new Error('DynamoDB is down');
      },
    };
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(await scenario.ledger()).toMatchObject({ active: 'blue' });
    scenario.meddling = {};
    await scenario.pass(400);
    expect(await scenario.ledger()).toMatchObject({ active: 'green' });
    expect(scenario.atRest()).toEqual([]);
  });

  it.each(['dynamodb:GetItem', 'route53:ListResourceRecordSets', 'ssm:GetParameters', 'states:DescribeExecution'])(
    '%s, with nobody acting: nothing changes',
    async (down) => {
      const scenario = await given();
      const said = async () => {
        const { active, epoch } = await scenario.ledger();
        return [scenario.standing(), JSON.stringify(scenario.fence()), active, epoch];
      };
      const before = await said();
      scenario.meddling = {
        out: (call) => {
          if (call === down) throw new Error(`${down} is down`);
        },
      };
      await scenario.pass(300);
      scenario.meddling = {};
      expect(await said()).toEqual(before);
    },
  );

  it('the ledger before the claim: Held, and nothing was moved', async () => {
    const scenario = await given();
    scenario.meddling = {
      out: (call) => {
        if (call.startsWith('dynamodb:')) throw new Error('DynamoDB is down');
      },
    };
    const ended = await scenario.run(SWITCHOVER);
    expect(ended.outcome).toBe('Held');
    expect(scenario.standing()).toBe('blue');
  });
});
