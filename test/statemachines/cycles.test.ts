import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { circlesWithoutTime, machinesIn, type State } from './cycles.ts';

function statesOf(machine: string): Record<string, State> {
  const text = readFileSync(new URL(`../../statemachines/${machine}.asl.yaml`, import.meta.url), 'utf8');
  // anchors make parts of it the same object
  return (JSON.parse(JSON.stringify(parse(text))) as { States: Record<string, State> }).States;
}

const circlesIn = (states: Record<string, State>) => machinesIn(states).flatMap(circlesWithoutTime);

describe.each(['switch', 'drill'])('%s.asl.yaml', (machine) => {
  it('goes round no circle without waiting, whatever the functions answer', () => {
    expect(circlesIn(statesOf(machine))).toEqual([]);
  });
});

describe('a machine that would spin is found', () => {
  it('when it looks again at once', () => {
    const states = statesOf('switch');
    const again = states.WhatIsTheVerdict?.Choices?.find(({ Next }) => Next === 'WaitForEvidence');
    if (again !== undefined) again.Next = 'Observe';
    expect(circlesIn(states)).toEqual(
      expect.arrayContaining(['WhatIsTheVerdict -> Observe', 'Judge -> WhatIsTheVerdict']),
    );
  });

  it.each([
    ['IsEverythingSteered', 'Observe', 'and $stops < 5'],
    ['IsEverythingVerified', 'OwnAgain', 'and $writtenBack = false'],
    ['IsThereAnotherStep', 'OwnTheDead', 'and $died = false'],
    ['IsThereAnotherStep', 'Steer', 'and $confirming = false'],
    ['IsEverythingSteered', 'RaiseAnnotations', '$share > 0 and'],
    ['WereTheyTold', 'Report', '$reportedTwice = false'],
    ['WhatIsTheVerdict', 'Claim', 'and $claimed = false'],
  ])('when %s -> %s is not bounded any more', (state, next, bound) => {
    const states = statesOf('switch');
    for (const choice of states[state]?.Choices ?? [])
      if (choice.Next === next) choice.Condition = choice.Condition.replace(bound, '');
    expect(circlesIn(states)).toContain(`${state} -> ${next}`);
  });

  it('when a drill does not wait between two looks', () => {
    const states = statesOf('drill');
    states.LetItRun = { Type: 'Pass', Next: 'LookAtDrill' };
    expect(circlesIn(states)).toContain('LookAtDrill -> WhatComesNext');
  });
});
