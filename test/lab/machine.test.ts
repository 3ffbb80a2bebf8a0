import { describe, expect, it } from 'vitest';
import { functions } from '../../functions/list.ts';
import { keyOf, switchMachine } from '../../lab/machine.ts';

describe('the state machine in the lab', () => {
  it('calls the functions that are deployed there, by their names', () => {
    const called = new Set(
      [...JSON.stringify(switchMachine()).matchAll(/throwover-lab-([a-z-]+)/g)].map(([, key]) => key),
    );
    const deployed = functions.map(({ key }) => key as string);
    expect(called.size).toBeGreaterThan(10);
    expect([...called].filter((key) => !deployed.includes(key ?? ''))).toEqual([]);
    expect(JSON.stringify(switchMachine())).not.toContain('${');
  });

  it('is loaded once for all worlds of a process', () => {
    expect(switchMachine()).toBe(switchMachine());
  });

  it.each([
    ['ObserveOutside', 'observe-outside'],
    ['Admit', 'admit'],
    ['PayDebts', 'pay-debts'],
  ])('finds the function that it calls %s: %s', (name, key) => {
    expect(keyOf(name)).toBe(key);
  });
});
