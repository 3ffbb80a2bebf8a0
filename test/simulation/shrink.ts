/**
 * Makes a failing case small: takes away happenings and faults as long as the same promise is still broken, halves first,
 * then one by one (delta debugging). Every try plays a whole world.
 */
import type { Case } from './case.ts';
import { type Played, play } from './play.ts';
import type { Meddling } from './simulated.ts';

/** Worlds played at most; what is left then is small enough to read. */
const TRIES_MAX = 400;

export interface Shrunk {
  case: Case;
  played: Played;
  tries: number;
}

export async function shrink(failing: Case, meddling: Meddling = {}): Promise<Shrunk> {
  let smallest = failing;
  let played = await play(smallest, meddling);
  const promise = promiseOf(played);
  let tries = 1;
  for (const part of ['faults', 'happenings', 'faults'] as const) {
    for (let size = Math.ceil(smallest[part].length / 2); size >= 1; ) {
      let smaller = false;
      for (let from = 0; from < smallest[part].length && tries < TRIES_MAX; ) {
        const without: Case = { ...smallest, [part]: smallest[part].filter((_, at) => at < from || at >= from + size) };
        const tried = await play(without, meddling);
        tries++;
        if (promiseOf(tried) === promise) [smallest, played, smaller] = [without, tried, true];
        else from += size;
      }
      if (size === 1 && !smaller) break;
      size = size === 1 ? 1 : Math.ceil(size / 2);
      if (tries >= TRIES_MAX) break;
    }
  }
  return { case: smallest, played, tries };
}

/** `S10` of `S10, automation moves …`: the same promise may be broken in other words by a smaller case. */
export function promiseOf({ broken: [first] }: Pick<Played, 'broken'>): string | undefined {
  return first === undefined ? undefined : /^(?:at rest: )?[SL]\d+/.exec(first)?.[0];
}
