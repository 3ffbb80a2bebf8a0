/** A leg of a drill is a switchover that yields: the machine of drills starts it as these tests do. */
import { describe, expect, it } from 'vitest';
import { abort, EXAMPLE, given, PIVOT, type Scenario, ZONES } from './scenario.ts';

const RING_0 = { mode: 'switchover', ring: 0, reason: 'rehearsal', drill: 'november' };
const WHOLE = { mode: 'switchover', reason: 'rehearsal', drill: 'november' };

/** As the schedule starts it: nobody answers for it. */
const byMachine = (scenario: Scenario, input: object) => ({
  ...input,
  signal: { source: 'drill', name: 'november', at: scenario.clock.now() },
});

/** Every record that is not of ring 0 and no fence, byte by byte. */
function outsideRing0(scenario: Scenario): string[] {
  const isOfRing0 = (name: string) => /(^|[.-])(example\.(example|pivot)\.test|live-0\.)/.test(name);
  return ZONES.flatMap((zone) =>
    scenario
      .records(zone)
      .filter(({ Name }) => !Name.includes('._throwover.') && !isOfRing0(Name))
      .map((set) => JSON.stringify(set)),
  ).sort();
}

describe('a leg of a drill', () => {
  it('moves its ring in steps and brings it back, and leaves everything else as it was', async () => {
    const scenario = await given();
    const before = outsideRing0(scenario);
    expect(before.length).toBeGreaterThan(10);
    const out = await scenario.run(byMachine(scenario, RING_0));
    expect(out.outcome, out.record.because.join('; ')).toBe('Switched');
    expect(scenario.weights(PIVOT).get('live-0.pivot.test. A')).toEqual({ blue: 0, green: 100 });
    expect(scenario.weights(EXAMPLE).get('shop.example.test. A')).toEqual({ blue: 100, green: 0 });
    const back = await scenario.run(byMachine(scenario, { ...RING_0, to: 'blue' }));
    expect(back.outcome, back.record.because.join('; ')).toBe('Switched');
    await scenario.pass(900);
    expect(outsideRing0(scenario)).toEqual(before);
    expect(scenario.standing()).toBe('blue');
    expect(scenario.atRest()).toEqual([]);
  });

  it('starts no cooldown and waits for no acknowledgement', async () => {
    const scenario = await given();
    await scenario.run(byMachine(scenario, WHOLE));
    const ledger = await scenario.ledger();
    expect(ledger).toMatchObject({ active: 'green', acknowledged: true });
    expect(ledger.lastAutomaticMove).toBeUndefined();
  });

  it('whose old side dies while a step stands brings the rest over at once, and the failover moves nobody', async () => {
    const scenario = await given();
    const leg = scenario.start(byMachine(scenario, WHOLE), 'leg');
    await scenario.untilState(leg, 'LetStepStand');
    scenario.cluster('blue').inflict('kill');
    const failover = await scenario.started('failover');
    const ended = await scenario.end(leg);
    expect(ended.outcome).toBe('Switched');
    expect(ended.record.because[0]).toBe('the old side did not answer on the way: the rest went over in one swap');
    expect(['Unchanged', 'Held']).toContain((await scenario.end(failover)).outcome);
    expect(scenario.standing()).toBe('green');
  });

  it('yields to a failover that claims the pair in the middle of it', async () => {
    const scenario = await given();
    const leg = scenario.start(byMachine(scenario, WHOLE), 'leg');
    await scenario.untilState(leg, 'LetStepStand');
    scenario.cluster('blue').inflict('kill');
    const failover = scenario.start({ mode: 'failover', reason: 'blue is gone' }, 'failover');
    expect((await scenario.end(failover)).outcome).toBe('Switched');
    expect((await scenario.end(leg)).outcome).toBe('Superseded');
    expect(scenario.standing()).toBe('green');
  });

  it('stays where it stands when automation is paused, and repair brings it back after the pause', async () => {
    const scenario = await given();
    const leg = scenario.start(byMachine(scenario, WHOLE), 'leg');
    await scenario.untilState(leg, 'LetStepStand');
    await scenario.run({ mode: 'pause', reason: 'quiet, please' });
    const ended = await scenario.end(leg);
    expect(ended.outcome).toBe('Abandoned');
    expect(ended.record.because.join()).toContain('quiet, please');
    expect(scenario.standing()).toBe('mixed');
    await scenario.run({ mode: 'resume' });
    expect((await scenario.end(await scenario.started('repair'))).outcome).toBe('Switched');
    expect(scenario.standing()).toBe('blue');
  });

  it('goes back when it is asked to, and says who asked', async () => {
    const scenario = await given();
    const leg = scenario.start(byMachine(scenario, WHOLE), 'leg');
    await scenario.untilState(leg, 'LetStepStand');
    await scenario.run(abort('back', 'seen enough'));
    expect((await scenario.end(leg)).outcome).toBe('Abandoned');
    expect(scenario.standing()).toBe('blue');
  });

  it('is Held by policy where automation only observes, unless a person asked for the drill', async () => {
    const scenario = await given({
      topology: ({ pairs: { shop } }) => {
        shop.mode = 'observe';
      },
    });
    expect((await scenario.run(byMachine(scenario, RING_0))).outcome).toBe('Held');
    expect((await scenario.run(RING_0)).outcome).toBe('Switched');
  });

  it('is Refused in every mode that rehearses nothing', async () => {
    const scenario = await given();
    expect((await scenario.run({ mode: 'failover', drill: 'november', reason: 'x' })).outcome).toBe('Refused');
  });
});
