/**
 * A run dies at every single one of its steps, before and after the step had its effect, and nothing catches it. The watch
 * finds out, a repair or a new run brings the pair to an end that is in order, and no name was without an answer for an
 * instant: the invariants look after every change.
 */
import { describe, expect, it } from 'vitest';
import { Crash, given, type Input, type Scenario } from './scenario.ts';

type When = 'before' | 'after';

interface Played {
  name: string;
  input: Input;
  prepare: (scenario: Scenario) => void;
}

const SWITCHOVER: Played = { name: 'a switchover', input: { mode: 'switchover', reason: 'x' }, prepare: () => {} };
const FAILOVER: Played = {
  name: 'a failover',
  input: { mode: 'failover', reason: 'x' },
  prepare: (scenario) => scenario.cluster('blue').inflict('kill'),
};

/** How many steps the run has when nothing goes wrong. */
async function stepsOf({ input, prepare }: Played): Promise<number> {
  const scenario = await given();
  noAlarms(scenario);
  prepare(scenario);
  const before = scenario.invocations.length;
  await scenario.run(input);
  return scenario.invocations.slice(before).filter(({ key }) => key !== 'watch').length;
}

/** Runs it until its `step`-th function, which dies: the whole execution with it, or with an error that a Catch holds. */
async function crashed({ input, prepare }: Played, step: number, when: When, error = Crash): Promise<Scenario> {
  const scenario = await given();
  prepare(scenario);
  let steps = 0;
  const die = (key: string, now: When) => {
    if (key === 'watch' || key === 'on-alarm' || now !== when || ++steps !== step) return;
    throw new error(`step ${step}, ${key}, died ${when} its effect`);
  };
  scenario.meddling = {
    before: ({ key }) => {
      if (key === 'on-alarm') throw new Error('no alarm today');
      die(key, 'before');
    },
    after: ({ key }) => die(key, 'after'),
  };
  const arn = scenario.start(input);
  await scenario.until(() => scenario.status(arn) !== 'RUNNING');
  noAlarms(scenario);
  return scenario;
}

/** The only run beside the one that dies is the repair that the watch starts. */
function noAlarms(scenario: Scenario): void {
  scenario.meddling = {
    before: ({ key }) => {
      if (key === 'on-alarm') throw new Error('no alarm today');
    },
  };
}

describe.each([SWITCHOVER, FAILOVER])('$name that dies', (played) => {
  it.each(['before', 'after'] as const)(
    '%s the effect of any of its steps is brought to an end',
    async (when) => {
      const steps = await stepsOf(played);
      expect(steps).toBeGreaterThan(15);
      for (let step = 1; step <= steps; step++) {
        const scenario = await crashed(played, step, when);
        const about = `step ${step} of ${steps} died ${when}`;
        await scenario.pass(900);
        expect(scenario.breaches, about).toEqual([]);
        const blueDead = scenario.cluster('blue').has('kill');
        const ledger = await scenario.ledger();
        expect(ledger, about).not.toHaveProperty('holder');
        expect(ledger, about).not.toHaveProperty('interrupted');
        expect(ledger, about).not.toHaveProperty('awaitsPerson');
        expect(scenario.atRest(), about).toEqual([]);

        // whoever asks again gets what was asked for in the first place
        const again = await scenario.run(
          blueDead ? { mode: 'failover', to: 'green', reason: 'x' } : { ...SWITCHOVER_TO_GREEN },
        );
        expect(['Switched', 'Unchanged'], `${about}: ${again.record.because.join('; ')}`).toContain(again.outcome);
        expect(scenario.standing(), about).toBe('green');
      }
    },
    60_000,
  );
});

describe.each([SWITCHOVER, FAILOVER])('$name in which a function fails for good', (played) => {
  it.each(['before', 'after'] as const)(
    '%s its effect says how it ended, and a person can bring it to an end',
    async (when) => {
      const steps = await stepsOf(played);
      const outcomes = new Set<string>();
      for (let step = 1; step <= steps; step++) {
        const scenario = await crashed(played, step, when, Error as unknown as typeof Crash);
        const about = `step ${step} of ${steps} failed ${when}`;
        outcomes.add(scenario.seen(scenario.executions().at(-1)?.arn ?? '').outcome);
        await scenario.pass(900);
        expect(scenario.breaches, about).toEqual([]);
        const ledger = await scenario.ledger();
        expect(ledger, about).not.toHaveProperty('holder');
        if (ledger.awaitsPerson !== undefined) {
          const repaired = await scenario.run({ mode: 'repair', reason: 'I looked' });
          expect(['Switched', 'Unchanged'], `${about}: ${repaired.record.because.join('; ')}`).toContain(
            repaired.outcome,
          );
          await scenario.pass(600);
        }
        expect(await scenario.ledger(), about).not.toHaveProperty('interrupted');
        expect(scenario.atRest(), about).toEqual([]);
      }
      expect([...outcomes].every((outcome) => ['Held', 'Uncertain', 'Switched', 'Abandoned'].includes(outcome))).toBe(
        true,
      );
    },
    60_000,
  );
});

const SWITCHOVER_TO_GREEN = { mode: 'switchover', to: 'green', reason: 'again' };
