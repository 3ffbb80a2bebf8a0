import { decide } from '../../../core/decide.ts';
import type { Gate } from '../../../core/gates/gate.ts';
import { factsOf, type Given } from '../given.ts';

/** One gate of a verdict; `not asked` when it does not concern this move or this stage. */
export function ask(
  name: string,
  given: Given,
): Gate | { state: 'not asked'; because: ''; opensWhen: ''; overridable: 'never' } {
  const gate = decide(factsOf(given)).gates.find((one) => one.name === name);
  return gate ?? { state: 'not asked', because: '', opensWhen: '', overridable: 'never' };
}

export const DEAD: NonNullable<Given['seen']> = { outside: { blue: 'dead' }, inside: { blue: 'dead' }, aws: null };
