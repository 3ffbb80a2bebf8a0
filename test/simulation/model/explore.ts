/** Every state that can be reached, nearest first: the first broken promise is found by the shortest way that leads to it. */
export interface Model<State> {
  begin: State;
  /** Everything that can happen next, with a name for people. States are plain JSON and never changed in place. */
  next(state: State): readonly (readonly [what: string, then: State])[];
  /** What is wrong with this step; `undefined`: nothing. */
  wrong(before: State, after: State): string | undefined;
  /** What is wrong with a state in which nothing more can happen. */
  wrongAtEnd(state: State): string | undefined;
}

export interface Explored {
  states: number;
  /** Missing: none. */
  violation?: { wrong: string; path: readonly string[] };
}

interface Reached<State> {
  state: State;
  what: string;
  from: Reached<State> | undefined;
}

export function explore<State>(model: Model<State>, statesMax = 2_000_000): Explored {
  const seen = new Set<string>([JSON.stringify(model.begin)]);
  let edge: Reached<State>[] = [{ state: model.begin, what: 'begins', from: undefined }];
  while (edge.length > 0) {
    const beyond: Reached<State>[] = [];
    for (const reached of edge) {
      const steps = model.next(reached.state);
      if (steps.length === 0) {
        const wrong = model.wrongAtEnd(reached.state);
        if (wrong !== undefined) return { states: seen.size, violation: { wrong, path: pathTo(reached) } };
      }
      for (const [what, state] of steps) {
        const wrong = model.wrong(reached.state, state);
        if (wrong !== undefined)
          return { states: seen.size, violation: { wrong, path: pathTo({ state, what, from: reached }) } };
        const key = JSON.stringify(state);
        if (seen.has(key)) continue;
        seen.add(key);
        beyond.push({ state, what, from: reached });
      }
    }
    if (seen.size > statesMax) throw new Error(`more than ${statesMax} states`);
    edge = beyond;
  }
  return { states: seen.size };
}

function pathTo<State>(reached: Reached<State>): string[] {
  const path: string[] = [];
  for (let at: Reached<State> | undefined = reached; at !== undefined; at = at.from) path.push(at.what);
  return path.reverse();
}
