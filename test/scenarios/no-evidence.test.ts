/** After its fence a run judges again on fresh evidence. An observer that brings nothing once does not end it; one that brings nothing for long does. */
import { describe, expect, it } from 'vitest';
import { type Ended, type Given, given, givenFailover, type Scenario } from './scenario.ts';

/** The run's observer inside brings nothing after the fence, so many times. */
function blindInside(scenario: Scenario, times: number, also?: () => void): { looks: () => number } {
  let looks = 0;
  let fenced = false;
  scenario.meddling = {
    before: ({ key, input }) => {
      if (key === 'prepare') fenced = true;
      // the look of a run has a suspect; that of the watch has none
      if (key !== 'observe-inside' || !fenced || input.suspect === undefined) return;
      looks++;
      if (looks > times) return;
      if (looks === 2) also?.();
      throw new Error('Task timed out after 70.00 seconds');
    },
  };
  return { looks: () => looks };
}

async function failover(times: number, also?: (scenario: Scenario) => void, setup: Given = {}) {
  const { scenario, arn } = await givenFailover(setup);
  const inside = blindInside(scenario, times, () => also?.(scenario));
  const ended: Ended = await scenario.end(arn);
  return { scenario, ended, looks: inside.looks() };
}

const shut = ({ record }: Ended) => record.gates.filter(({ state }) => state !== 'open').map(({ name }) => name);

const secondsToWithdraw = ({ record }: Ended) => record.secondsTo?.withdraw ?? Number.NaN;

describe('an observer inside that brings nothing after the fence', () => {
  it('once: the run looks again and moves', async () => {
    const undisturbed = await failover(0);
    const { scenario, ended, looks } = await failover(1);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('green');
    expect(looks).toBe(2);
    const afterFence = ended.states.slice(ended.states.indexOf('Fence'));
    expect(afterFence.filter((state) => state === 'WaitForEvidence')).toHaveLength(1);
    // the end of the run says nothing: it waits for a plan of the old side's ExternalDNS, which passes meanwhile
    const later = secondsToWithdraw(ended) - secondsToWithdraw(undisturbed.ended);
    expect(later).toBeGreaterThanOrEqual(10);
    expect(later).toBeLessThan(20);
  });

  it('in a planned move, once: the same', async () => {
    const scenario = await given();
    const inside = blindInside(scenario, 1);
    const ended = await scenario.run({ mode: 'switchover', reason: 'there' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(inside.looks()).toBeGreaterThan(1);
  });

  it('for longer than evidenceWaitSecondsMax: held, with the gates that are unknown, and the target sleeps again', async () => {
    const { scenario, ended, looks } = await failover(Number.POSITIVE_INFINITY);
    expect(ended.outcome).toBe('Held');
    expect(shut(ended)).toEqual(['TargetReady', 'DataPathWorks']);
    expect(ended.record.gates.filter(({ state }) => state === 'closed')).toEqual([]);
    expect(ended.record.because.join('; ')).toMatch(/after \d+ s of looking again some are still unknown/);
    expect(looks).toBeGreaterThan(5);
    expect(looks).toBeLessThan(9);
    expect(scenario.standing()).toBe('blue');
    const { debts } = await scenario.ledger();
    expect(debts).toContainEqual(expect.objectContaining({ what: 'undo prepare', about: 'green' }));
  });

  it('and a person who pauses meanwhile: held at once', async () => {
    const { ended, looks } = await failover(Number.POSITIVE_INFINITY, (scenario) => {
      scenario.start({ mode: 'pause', reason: 'I am looking into it' });
    });
    expect(ended.outcome).toBe('Held');
    expect(shut(ended)).toContain('NotPaused');
    expect(looks).toBeLessThan(5);
  });

  it('and somebody who takes the pair meanwhile: superseded at the next look, and nothing was touched', async () => {
    const { scenario, ended, looks } = await failover(Number.POSITIVE_INFINITY, (now) => {
      const run = {
        ...{
          pair: 'shop',
          mode: 'failover',
          kind: 'failover by a person',
          startedBy: 'person',
          reason: 'I know',
          override: [],
        },
        ...{ from: 'blue', to: 'green', execution: 'person:ada@desk', run: 'by-ada', nonce: 'n-ada' },
      };
      void now.stage.inMemory.call('claim', { run, judgedAt: now.clock.now(), epochsSeen: [] });
    });
    expect(ended.outcome).toBe('Superseded');
    expect(looks).toBeLessThan(5);
    expect(await scenario.ledger()).toMatchObject({ holder: { run: 'by-ada' } });
    expect(scenario.standing()).toBe('blue');
  });

  it('and a setting of 0: held after one look', async () => {
    const { ended, looks } = await failover(1, undefined, {
      topology: ({ pairs: { shop } }) => {
        shop.timing = { ...shop.timing, evidenceWaitSecondsMax: 0 };
      },
    });
    expect(ended.outcome).toBe('Held');
    expect(looks).toBe(1);
  });
});
