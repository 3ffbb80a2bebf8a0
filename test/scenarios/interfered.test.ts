/** A planned move that a person ends, or into which somebody deploys, at any of its steps: what it says afterwards is what is true. */
import { describe, expect, it } from 'vitest';
import { pause } from '../../models/clock.ts';
import { abort, type Ended, given, type Scenario } from './scenario.ts';

type Doing = (scenario: Scenario) => void | Promise<void>;

/** Spoken, and written down, before the step goes on. */
const asking =
  (how: 'stay' | 'back'): Doing =>
  async (scenario) => {
    const asked = scenario.start(abort(how, 'wait'));
    while (scenario.status(asked) === 'RUNNING') await pause(scenario.clock, 200);
  };

const deploying: Doing = (scenario) => {
  scenario.meddling = { world: (_, world) => ({ ...world, digest: 'another' }) };
};

/** Something happens right before the run calls its `at`-th function; undefined: it calls fewer. */
async function interfered(at: number, happens: Doing): Promise<{ scenario: Scenario; ended: Ended } | undefined> {
  const scenario = await given();
  let calls = 0;
  scenario.meddling = {
    before: async ({ input }) => {
      const { run } = input as { run?: { run?: string } | string };
      if ((typeof run === 'string' ? run : run?.run) === 'planned' && ++calls === at) await happens(scenario);
    },
  };
  const ended = await scenario.run({ mode: 'switchover', reason: 'CNI upgrade' }, 'planned');
  return calls < at ? undefined : { scenario, ended };
}

type Places = Readonly<Record<string, readonly string[]>>;

/** Where users are when a run says that it ended so. */
const PLACES: Places = {
  Switched: ['green'],
  Held: ['blue'],
  Abandoned: ['blue'],
};

describe('a planned move', () => {
  it.each<[string, Doing, number, Places]>([
    ['a person asks to stay', asking('stay'), 1, { ...PLACES, Abandoned: ['blue', 'mixed'] }],
    ['a person asks to go back', asking('back'), 2, PLACES],
    ['another topology is deployed', deploying, 3, PLACES],
  ])('says where users are when %s, at whichever step', async (_, happens, first, places) => {
    const outcomes = new Set<string>();
    // every third call; the three plays together come by each of them
    for (let at = first; ; at += 3) {
      const played = await interfered(at, happens);
      if (played === undefined) break;
      const { scenario, ended } = played;
      const told = `call ${at}: ${ended.outcome}, ${ended.record.because.join('; ')}`;
      outcomes.add(ended.outcome);
      expect(places[ended.outcome], told).toContain(scenario.standing());
      const active = ended.outcome === 'Switched' ? 'green' : 'blue';
      expect(await scenario.ledger(), told).toMatchObject({ active });
      expect((await scenario.ledger()).holder, told).toBeUndefined();
      expect(scenario.breaches, told).toEqual([]);
    }
    expect([...outcomes].sort()).toEqual(['Abandoned', 'Held', 'Switched']);
  });
});
