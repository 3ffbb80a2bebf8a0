/** What a change of a zone does to users, by the weights of a name before and after it. */
import { type GroupChange, isDark, type Weights } from '../invariants/zone-change.ts';

/** Dark, and yet S1 lets it pass. */
export function isExcused({ takenBack, undeclared, after }: GroupChange): boolean {
  return (takenBack === true || undeclared === true) && isDark(after);
}

/** Does this change send users of a name elsewhere? */
export function moves({ before, after }: { before: Weights; after: Weights }): boolean {
  return !same(before, after);
}

export function sidesRaised(before: Weights, after: Weights): string[] {
  return Object.keys(after).filter((side) => (after[side] ?? 0) > (before[side] ?? 0));
}

export function same(one: Weights, other: Weights): boolean {
  return Object.keys(one).every((side) => one[side] === other[side]);
}

/** Everything on one cluster may be what a fence says, and then nobody minds who wrote it. */
export function isWhole(weights: Weights): boolean {
  return Object.values(weights).filter((weight) => weight > 0).length === 1;
}
