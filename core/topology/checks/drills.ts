/** What one setting of the drills means for another. */
import { type Problem, problem } from '../problem.ts';
import type { Drills } from '../schema.ts';

export function drillProblems({ kind, returns }: Drills, at: readonly (string | number)[]): Problem[] {
  return returns && kind !== 'full'
    ? [problem([...at, 'drills', 'returns'], 'true', '`kind: full`', `a ${kind} drill leaves nothing behind anyway`)]
    : [];
}
