import { describe, expect, it } from 'vitest';
import { MACHINES as deployedMachines } from '../../adapters/aws/names.ts';
import { functions } from '../../functions/list.ts';
import { keyOf, MACHINES, type MachineName, machineCalled } from '../../lab/machine.ts';

function calledBy(name: MachineName): string[] {
  return [...JSON.stringify(machineCalled(name)).matchAll(/throwover-lab-([a-z-]+)/g)].map(([, key]) => key ?? '');
}

describe('the state machines in the lab', () => {
  it('are those that are deployed', () => {
    expect(MACHINES).toEqual(deployedMachines);
  });

  it.each(MACHINES)('call functions that are deployed there, by their names: %s', (name) => {
    const deployed: readonly string[] = functions.map(({ key }) => key);
    expect(calledBy(name).filter((key) => !deployed.includes(key))).toEqual([]);
    expect(JSON.stringify(machineCalled(name))).not.toContain('${');
  });

  it('call every function that nothing else calls', () => {
    const ofMachines = [undefined, 'answers', 'drills'] as (string | undefined)[];
    const theirs = functions.filter((one) => ofMachines.includes(one.calledBy)).map(({ key }) => key);
    expect([...new Set(MACHINES.flatMap(calledBy))].sort()).toEqual(theirs.sort());
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
