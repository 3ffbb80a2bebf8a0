import { describe, expect, it } from 'vitest';
import { functions } from '../../functions/list.ts';
import { keyOf, MACHINES, machineCalled } from '../../lab/machine.ts';

describe('the state machines in the lab', () => {
  it.each(MACHINES)('call the functions that are deployed there, by their names: %s', (name) => {
    const text = JSON.stringify(machineCalled(name));
    const called = new Set([...text.matchAll(/throwover-lab-([a-z-]+)/g)].map(([, key]) => key));
    const deployed = functions.map(({ key }) => key as string);
    expect(called.size).toBeGreaterThan(3);
    expect([...called].filter((key) => !deployed.includes(key ?? ''))).toEqual([]);
    expect(text).not.toContain('${');
  });

  it('are loaded once for all worlds of a process', () => {
    expect(machineCalled('switch')).toBe(machineCalled('switch'));
  });

  it.each([
    ['ObserveOutside', 'observe-outside'],
    ['Admit', 'admit'],
    ['PayDebts', 'pay-debts'],
  ])('find the function that it calls %s: %s', (name, key) => {
    expect(keyOf(name)).toBe(key);
  });
});
