import { describe, expect, it } from 'vitest';
import { functions } from '../../functions/list.ts';
import type { World } from '../../functions/world.ts';
import { EXAMPLE, type Given, given, type Invocation, type Scenario } from './scenario.ts';

const PRIVATE = 'Z0PRIVATE';
const INSIDE = functions.filter(({ vpc }) => vpc === 'inside').map(({ key }) => key);

/** A private zone beside the public one of the same name: inside the VPC it hides that. */
const SHADOWED: Given = {
  topology: ({ pairs: { shop } }) => {
    shop.zones.splice(1, 0, { name: 'example.test', id: PRIVATE, layout: 'records', private: true });
  },
};

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };

/** The failover of the cluster that dies now. */
function dying(scenario: Scenario): Promise<string> {
  scenario.cluster('blue').inflict('kill');
  return scenario.started('failover');
}

async function shadowed(): Promise<Scenario> {
  const scenario = await given(SHADOWED);
  scenario.meddling = { world: outsideIsOutside(scenario) };
  return scenario;
}

/** Functions outside the VPC ask another resolver, and for them the private zone is not there. */
function outsideIsOutside(scenario: Scenario) {
  return ({ key }: Invocation, world: World): World => {
    if (INSIDE.includes(key)) return world;
    const ask: World['dns']['ask'] = async (name, type) => {
      const { rcode, answers } = scenario.world.route53.answer({ name, type, server: 0 });
      if (rcode === 'REFUSED') return world.dns.ask(name, type);
      const data = answers.flatMap((one) => (one.type === type ? [one.data] : []));
      return { rcode, addresses: type === 'TXT' ? [] : data, texts: type === 'TXT' ? data : [] };
    };
    return { ...world, dns: { ...world.dns, ask } };
  };
}

describe('a private zone with the name of a public one', () => {
  it.each([
    ['switchover', (scenario: Scenario) => Promise.resolve(scenario.start(SWITCHOVER))],
    ['failover', dying],
  ])('moves with it in a %s, verified inside the VPC', async (_, begun) => {
    const scenario = await shadowed();
    const ended = await scenario.end(await begun(scenario));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect([scenario.standing(EXAMPLE), scenario.standing(PRIVATE)]).toEqual(['green', 'green']);
    expect(scenario.fence(PRIVATE)).toMatchObject({ active: 'green', epoch: ended.record.epoch });
    expect(ended.record.gates.filter(({ state }) => state !== 'open')).toEqual([]);
    expect(ended.record.zones.map(({ zone, ring, effective }) => `${zone} ${ring} ${effective}`)).toEqual([
      'example.test 0 green',
      'example.test 1 green',
      'example.test (private) 0 green',
      'example.test (private) 1 green',
      'pivot.test 0 green',
      'pivot.test 1 green',
    ]);
    await scenario.pass(1_200);
    expect(scenario.standing()).toBe('green');
  });

  it('notes an intent of its own for each batch', async () => {
    const scenario = await shadowed();
    const { record } = await scenario.run(SWITCHOVER);
    const zones = (await scenario.events(record.epoch ?? 0)).flatMap(({ facts }) =>
      facts.seq === undefined ? [] : [facts.zone],
    );
    expect([...new Set(zones)].sort()).toEqual(['example.test', 'example.test (private)', 'pivot.test']);
  });

  it('is behind by its own name when it takes no change, and catches up', async () => {
    const scenario = await shadowed();
    const arn = await dying(scenario);
    await scenario.untilState(arn, 'RaiseAnnotations');
    scenario.world.route53.setLocked(PRIVATE, true);
    const ended = await scenario.end(arn);
    expect(ended.record.because.join()).toContain('behind: example.test (private)');
    expect([scenario.standing(EXAMPLE), scenario.standing(PRIVATE)]).toEqual(['green', 'blue']);
    expect(ended.record.zones).toContainEqual(
      expect.objectContaining({ zone: 'example.test (private)', ring: 0, effective: 'blue' }),
    );
    scenario.world.route53.setLocked(PRIVATE, false);
    await scenario.pass(130);
    expect(scenario.standing(PRIVATE)).toBe('green');
  });

  it('is not taken for verified when nobody inside the VPC can be asked: moved, and Uncertain', async () => {
    const scenario = await shadowed();
    const arn = await dying(scenario);
    await scenario.untilState(arn, 'Steer');
    scenario.meddling = {
      world: outsideIsOutside(scenario),
      before: ({ key }) => {
        if (key === 'ask-inside') throw new Error('the network of the VPC is broken');
      },
    };
    const ended = await scenario.end(arn);
    expect(ended.outcome).toBe('Uncertain');
    expect(ended.record.because.join()).toContain('example.test (private) at the resolver of the VPC: nobody answers');
    expect(scenario.standing()).toBe('green');
    expect(ended.record.zones).toContainEqual(
      expect.objectContaining({ zone: 'example.test (private)', effective: 'no answer' }),
    );
  });
});
