import { describe, expect, it } from 'vitest';
import { ZoneUnreadable } from '../../core/errors.ts';
import type { DnsAnswer } from '../../core/ports.ts';
import { pause } from '../../models/clock.ts';
import { EXAMPLE, given, givenFailover, PIVOT, type Scenario, ZONES } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };
const RUN = {
  mode: 'switchover',
  kind: 'switchover',
  startedBy: 'person',
  from: 'blue',
  to: 'green',
  reason: '',
  override: [],
  execution: 'arn',
  run: 'by-hand',
  nonce: 'n',
};
const FAILOVER = { mode: 'failover', reason: 'blue is in trouble' };

/** A service with so many names in the zone of layout `records`. */
function manyNames(count: number) {
  return ({ pairs: { shop } }: { pairs: { shop: { services: Record<string, { hosts: string[] }> } } }) => {
    shop.services.shop?.hosts.push(...Array.from({ length: count }, (_, n) => `n${n}.example.test`));
  };
}

function weightsOf(scenario: Scenario): string {
  return JSON.stringify(ZONES.map((zone) => [...scenario.weights(zone)]));
}

/** Our batches that changed weights. */
function trafficBatches(scenario: Scenario) {
  return scenario.changes.filter(({ ours, groups }) => ours && groups.length > 0);
}

describe('a zone that takes no change', () => {
  it.each([
    ['the anchor', EXAMPLE],
    ['the other zone', PIVOT],
  ])('%s is found by Fence: Held before a user moved', async (_, locked) => {
    const scenario = await given();
    const before = weightsOf(scenario);
    scenario.world.route53.setLocked(locked, true);
    const ended = await scenario.run(SWITCHOVER);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Held');
    expect(ended.record.because.join()).toContain('takes no change');
    expect(ended.states).not.toContain('WakeAndOwn');
    expect(weightsOf(scenario)).toBe(before);

    scenario.world.route53.setLocked(locked, false);
    await scenario.pass(60);
    expect((await scenario.run(SWITCHOVER)).outcome).toBe('Switched');
  });

  it('after Fence, in an unplanned run: the others go on, Uncertain, and the watch catches up', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'RaiseAnnotations');
    scenario.world.route53.setLocked(PIVOT, true);
    const ended = await scenario.end(arn);
    expect(ended).toMatchObject({ status: 'FAILED', outcome: 'Uncertain' });
    expect(ended.record.because.join()).toContain('behind: pivot.test');
    expect([scenario.standing(EXAMPLE), scenario.standing(PIVOT)]).toEqual(['green', 'blue']);
    expect(await scenario.ledger()).toMatchObject({
      active: 'green',
      awaitsPerson: expect.stringContaining('pivot.test'),
    });
    expect((await scenario.ledger()).debts).toContainEqual(
      expect.objectContaining({ what: 'behind', about: 'pivot.test' }),
    );
    await scenario.pass(180);
    expect(scenario.standing(PIVOT)).toBe('blue');
    scenario.world.route53.setLocked(PIVOT, false);
    await scenario.pass(130);
    expect(scenario.standing()).toBe('green');
    expect((await scenario.ledger()).debts.map(({ what }) => what)).not.toContain('behind');
    expect(scenario.atRest()).toEqual([]);
  });

  it('for less than two minutes costs time and nothing else', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'RaiseAnnotations');
    scenario.world.route53.setLocked(PIVOT, true);
    await scenario.pass(70);
    scenario.world.route53.setLocked(PIVOT, false);
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });

  it('because it does not exist makes every run Held before the first change', async () => {
    const scenario = await given();
    const before = ZONES.map((zone) => JSON.stringify(scenario.records(zone)));
    const gone = (zoneId: string) => {
      if (zoneId === PIVOT)
        throw new ZoneUnreadable('Z0PIVOT: NoSuchHostedZone: No hosted zone found with ID: Z0PIVOT');
    };
    scenario.meddling = {
      world: (_, { zones, ...world }) => ({
        ...world,
        zones: {
          ...zones,
          read: async (id) => gone(id) ?? zones.read(id),
          readName: async (id, name) => gone(id) ?? zones.readName(id, name),
          readNames: async (id, names) => gone(id) ?? zones.readNames(id, names),
        },
      }),
    };
    const ended = await scenario.run(SWITCHOVER);
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('pivot.test was not read');
    expect(ZONES.map((zone) => JSON.stringify(scenario.records(zone)))).toEqual(before);
  });
});

describe('an answer of Route 53 that is lost', () => {
  it.each(['out', 'back'] as const)(
    'on its way %s, in the middle of a move of many batches, is found out by the fence',
    async (way) => {
      const { scenario, arn } = await givenFailover({ topology: manyNames(300) });
      await scenario.untilState(arn, 'Steer');
      let changes = 0;
      const lose = (call: string) => {
        if (call === 'route53:ChangeResourceRecordSets' && ++changes === 2) throw new Error('socket hang up');
      };
      scenario.meddling = { [way]: lose };
      const ended = await scenario.end(arn);
      expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
      expect(changes).toBeGreaterThan(3);
      expect(scenario.standing()).toBe('green');
      const seqs = trafficBatches(scenario)
        .filter(({ zone }) => zone === 'example.test')
        .map(({ fence }) => fence.after?.seq ?? 0);
      expect([...seqs].sort((a, b) => a - b)).toEqual(seqs);
      expect(new Set(seqs).size).toBe(seqs.length);
    },
  );

  it('again and again ends Uncertain at worst, and no name is dark', async () => {
    const { scenario, arn } = await givenFailover({ topology: manyNames(300) });
    await scenario.untilState(arn, 'Steer');
    let calls = 0;
    scenario.meddling = {
      back: (call) => {
        if (call === 'route53:ChangeResourceRecordSets' && ++calls % 2 === 1) throw new Error('socket hang up');
      },
    };
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('green');
  });
});

describe('a name that somebody else writes', () => {
  /** Changes what one name points to before each batch of Steer, after what that was planned from. */
  function contest(scenario: Scenario, arn: string, name: string, times: number): void {
    let edits = 0;
    scenario.meddling = {
      out: async (call) => {
        const steering = scenario.world.stepFunctions.executionOf(arn).currentStates.includes('Steer');
        if (call !== 'route53:ChangeResourceRecordSets' || !steering || edits >= times) return;
        edits++;
        const DNSName = edits % 2 === 0 ? 'blue-lb.elb.test.' : 'dualstack.blue-lb.elb.test.';
        const target = { HostedZoneId: 'Z0ELBBLUE', DNSName, EvaluateTargetHealth: edits % 4 < 2 };
        const sets = scenario
          .records(PIVOT)
          .filter(({ Name, SetIdentifier, Type }) => Name === name && SetIdentifier === 'blue' && Type === 'A');
        scenario.edit(
          PIVOT,
          sets.map((set) => ({ Action: 'UPSERT', set: { ...set, AliasTarget: target } })),
        );
        // until the zone has processed it
        await pause(scenario.clock, 250);
      },
    };
  }

  it('twice is read again, sent alone, and moved', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'Steer');
    contest(scenario, arn, 'live-1.pivot.test.', 2);
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('green');
  });

  it('each time is given up: all others moved, Uncertain, with its name', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'Steer');
    contest(scenario, arn, 'live-1.pivot.test.', Number.POSITIVE_INFINITY);
    const ended = await scenario.end(arn);
    expect(ended).toMatchObject({ status: 'FAILED', outcome: 'Uncertain' });
    expect(ended.record.because.join()).toContain('live-1.pivot.test.');
    expect(scenario.standing(EXAMPLE)).toBe('green');
    expect(scenario.weights(PIVOT).get('live-0.pivot.test. A')).toEqual({ blue: 0, green: 100 });
    expect(await scenario.ledger()).toMatchObject({ awaitsPerson: expect.stringContaining('live-1') });
  });
});

describe('a console edit', () => {
  it('of weights is Disputed: Held, told, and not fought', async () => {
    const scenario = await given();
    scenario.editWeights(PIVOT, 'live-0.pivot.test.', { blue: 50, green: 50 });
    await scenario.pass(300);
    expect(scenario.weights(PIVOT).get('live-0.pivot.test. A')).toEqual({ blue: 50, green: 50 });
    const ended = await scenario.run(SWITCHOVER);
    expect(ended.outcome).toBe('Held');
    expect(ended.record.situation).toBe('Disputed');
    expect(ended.record.next).toMatch(/^throwover (accept|repair) --pair shop/);
    expect(scenario.weights(PIVOT).get('live-0.pivot.test. A')).toEqual({ blue: 50, green: 50 });
  });

  it('of weights holds an automatic failover too', async () => {
    const scenario = await given();
    scenario.editWeights(PIVOT, 'live-0.pivot.test.', { blue: 50, green: 50 });
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.record).toMatchObject({ outcome: 'Held', situation: 'Disputed' });
  });

  it('of weights is ended by a person: `repair --to blue`', async () => {
    const scenario = await given();
    scenario.editWeights(PIVOT, 'live-0.pivot.test.', { blue: 50, green: 50 });
    const ended = await scenario.run({ mode: 'repair', to: 'blue', reason: 'undo that' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('blue');
    await scenario.pass(120);
    expect(scenario.atRest()).toEqual([]);
  });

  it('of every weight is taken by `accept --active green`: the zone is right', async () => {
    const scenario = await given();
    scenario.cluster('green').inflict('api-down');
    for (const [zone, ...names] of [
      [EXAMPLE, 'example.example.test.', 'shop.example.test.', 'cart.example.test.'],
      [PIVOT, 'live-0.pivot.test.', 'live-1.pivot.test.'],
    ] as const)
      for (const name of names) {
        scenario.editWeights(zone, name, { blue: 0, green: 100 });
        await scenario.pass(1);
      }
    scenario.cluster('green').heal('api-down');
    const ended = await scenario.run({ mode: 'accept', active: 'green', reason: 'I moved it by hand' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Recorded');
    await scenario.pass(600);
    expect(await scenario.ledger()).toMatchObject({ active: 'green' });
    expect(scenario.cluster('green').config()).toMatchObject({ role: 'active' });
    expect(scenario.cluster('blue').config()).toMatchObject({ role: 'standby' });
    expect(scenario.atRest()).toEqual([]);
  });
});

describe('a fence', () => {
  it('that somebody deleted is written anew by the watch’s repair, when ledger, weights and parameter agree', async () => {
    const scenario = await given();
    scenario.edit(PIVOT, [{ Action: 'DELETE', set: scenario.fenceRecord(PIVOT) }]);
    await scenario.pass(120);
    expect(scenario.fence(PIVOT)).toMatchObject({ active: 'blue' });
    expect(scenario.fence(PIVOT)?.epoch).toBe((await scenario.ledger()).epoch);
    expect(trafficBatches(scenario)).toEqual([]);
    expect(scenario.atRest()).toEqual([]);
  });

  it('that somebody deleted holds an automatic failover', async () => {
    const scenario = await given();
    await scenario.run({ mode: 'pause', reason: 'so that no repair runs' });
    scenario.edit(PIVOT, [{ Action: 'DELETE', set: scenario.fenceRecord(PIVOT) }]);
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.record).toMatchObject({ outcome: 'Held', situation: 'FenceMissing' });
    expect(scenario.fence(PIVOT)).toBeUndefined();
  });

  it('that is gone together with the right weights is left to a person', async () => {
    const scenario = await given();
    scenario.edit(PIVOT, [{ Action: 'DELETE', set: scenario.fenceRecord(PIVOT) }]);
    await scenario.pass(1);
    scenario.editWeights(PIVOT, 'live-0.pivot.test.', { blue: 0, green: 100 });
    await scenario.pass(240);
    expect(scenario.fence(PIVOT)).toBeUndefined();
    expect(await scenario.ledger()).toMatchObject({ awaitsPerson: expect.stringContaining('ring 0 stands green') });
    expect(scenario.weights(PIVOT).get('live-0.pivot.test. A')).toEqual({ blue: 0, green: 100 });
  });

  it.each([
    ['that cannot be read', '"v=1 epoch=44 surprise=yes"'],
    ['of another ledger', '"v=1 by=deadbeef epoch=44 seq=1 active=blue run=theirs"'],
  ])('%s is Disputed: no run replaces it, a person’s accept does', async (_, text) => {
    const scenario = await given();
    const theirs = { ...scenario.fenceRecord(PIVOT), ResourceRecords: [{ Value: text }] };
    scenario.edit(PIVOT, [{ Action: 'UPSERT', set: theirs }]);
    for (const input of [SWITCHOVER, { mode: 'repair', reason: 'x' }]) {
      const ended = await scenario.run(input);
      expect(ended.outcome, ended.record.because.join('; ')).toBe('Held');
      expect(scenario.fenceRecord(PIVOT).ResourceRecords).toEqual([{ Value: text }]);
    }
    const accepted = await scenario.run({ mode: 'accept', active: 'blue', reason: 'it is ours' });
    expect(accepted.outcome, accepted.record.because.join('; ')).toBe('Recorded');
    expect(scenario.fence(PIVOT)).toMatchObject({ by: '1ab01ab0', active: 'blue' });
    await scenario.pass(400);
    expect(scenario.atRest()).toEqual([]);
    expect((await scenario.run(SWITCHOVER)).outcome).toBe('Switched');
  });
});

describe('what the record says of a zone', () => {
  it('is what its servers answer, and who did not', async () => {
    const scenario = await given();
    scenario.editWeights(PIVOT, 'live-0.pivot.test.', { blue: 0, green: 100 });
    await scenario.pass(60);
    const { record } = await scenario.run({ mode: 'preview' });
    const effective = (zones: typeof record.zones) =>
      zones.map((zone) => `${zone.zone} ${zone.ring} ${zone.effective}`).slice(2);
    expect(effective(record.zones)).toEqual(['pivot.test 0 green', 'pivot.test 1 blue']);

    const silent: DnsAnswer = { rcode: 'unreachable', addresses: [], texts: [] };
    scenario.meddling = {
      world: (_, { dns, ...world }) => ({
        ...world,
        dns: {
          ...dns,
          askServer: async (server, name, type) =>
            server === '127.0.0.2' ? silent : dns.askServer(server, name, type),
        },
      }),
    };
    expect(effective((await scenario.run({ mode: 'preview' })).record.zones)).toEqual([
      'pivot.test 0 green (no answer of 127.0.0.2)',
      'pivot.test 1 blue (no answer of 127.0.0.2)',
    ]);

    scenario.meddling = {
      world: (_, { dns, ...world }) => ({
        ...world,
        dns: {
          ...dns,
          serversOf: async () => {
            throw new ZoneUnreadable('nobody says which servers it has');
          },
        },
      }),
    };
    const blind = await scenario.call('report', {
      run: { ...RUN, pair: 'shop' },
      outcome: 'Uncertain',
      because: [],
    });
    expect(effective((blind as typeof record).zones)).toEqual(['pivot.test 0 not asked', 'pivot.test 1 not asked']);
  });
});

describe('a Route 53 that throttles', () => {
  it('makes a move slower, and not wrong', async () => {
    const quick = await givenFailover({ topology: manyNames(300) });
    const fast = await quick.scenario.end(quick.arn);
    expect(fast.outcome, fast.record.because.join('; ')).toBe('Switched');
    const { scenario, arn } = await givenFailover({ topology: manyNames(300), rules: { budget: { share: 0.2 } } });
    const slow = await scenario.end(arn);
    expect(slow.outcome, slow.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('green');
    expect(slow.seconds).toBeGreaterThan(fast.seconds);
    expect(slow.transitions).toBeLessThanOrEqual(100);
    expect(scenario.world.route53.counters.of('throwover').throttled).toBeGreaterThan(0);
  });

  it('does not make a person’s failover Held', async () => {
    const scenario = await given({ rules: { budget: { share: 0.1 } } });
    scenario.cluster('blue').inflict('kill');
    await scenario.pass(10);
    const ended = await scenario.run(FAILOVER);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });
});
