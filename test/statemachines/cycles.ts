/**
 * Can a machine go round in circles without time passing? What functions answer is not known here, so every edge is taken to be
 * possible, unless the machine's own variables forbid it. An edge cannot be part of such a circle
 *  - when it enters or leaves a state that waits: for time, or for a person;
 *  - when it is taken because a function says `more`: that one worked until its time was over (test/scenarios/scenario.ts looks
 *    at every call of every scenario);
 *  - when it counts itself and ends at a number;
 *  - when it asks that a variable has a value which the variable does not have any more on any way back to it.
 */
export interface State {
  Type: string;
  Resource?: string;
  Next?: string;
  Default?: string;
  Assign?: Record<string, unknown>;
  Choices?: { Condition: string; Next: string; Assign?: Record<string, unknown> }[];
  Catch?: { Next: string; Assign?: Record<string, unknown> }[];
  Branches?: { States: Record<string, State> }[];
  ItemProcessor?: { States: Record<string, State> };
}

interface Edge {
  from: string;
  to: string;
  condition: string;
  assign: Record<string, unknown>;
}

/** Nobody outside the machine knows it: an expression, or a function's answer. */
const ANYTHING = Symbol('anything');
type Value = string | number | boolean | typeof ANYTHING;

/** Every machine in a machine: itself, its branches and what its maps do. */
export function machinesIn(states: Record<string, State>): Record<string, State>[] {
  const inner = Object.values(states).flatMap(({ Branches = [], ItemProcessor }) =>
    [...Branches, ...(ItemProcessor === undefined ? [] : [ItemProcessor])].flatMap((one) => machinesIn(one.States)),
  );
  return [states, ...inner];
}

/** @returns `A -> B` for every edge that is left on a circle in which nothing waits; none: there is no such circle */
export function circlesWithoutTime(states: Record<string, State>): string[] {
  const waits = ({ Type, Resource = '' }: State) => Type === 'Wait' || Resource.endsWith('.waitForTaskToken');
  let edges = edgesOf(states).filter(({ from, to, condition, assign }) => {
    const [source, target] = [states[from], states[to]];
    const takesTime = source === undefined || target === undefined || waits(source) || waits(target);
    return !takesTime && !saysMore(condition) && !countsItself(condition, assign);
  });
  for (;;) {
    const left = edges.filter((edge) => mayComeBack(edge, edges, states));
    if (left.length === edges.length) return left.map(({ from, to }) => `${from} -> ${to}`);
    edges = left;
  }
}

function edgesOf(states: Record<string, State>): Edge[] {
  return Object.entries(states).flatMap(([from, { Next, Default, Assign = {}, Choices = [], Catch = [] }]) => [
    ...Choices.map((choice) => edge(from, choice.Next, choice.Assign, choice.Condition)),
    ...Catch.map((caught) => edge(from, caught.Next, caught.Assign)),
    ...(Next === undefined ? [] : [edge(from, Next, Assign)]),
    ...(Default === undefined ? [] : [edge(from, Default, Assign)]),
  ]);
}

function edge(from: string, to: string, assign: Record<string, unknown> = {}, condition = ''): Edge {
  return { from, to, assign, condition: condition.replace(/^\{%\s*|\s*%\}$/g, '') };
}

/** What all of the condition asks; an `or` asks nothing for certain. */
function parts(condition: string): string[] {
  const plain = condition.replace(/\([^()]*\)/g, '(…)');
  return / or /.test(plain) ? [] : plain.split(' and ').map((part) => part.trim());
}

function saysMore(condition: string): boolean {
  return parts(condition).some((part) => /^\$(states\.input|\w+)\.more$|^\$\w+\.kind = 'More'$/.test(part));
}

function countsItself(condition: string, assign: Record<string, unknown>): boolean {
  return parts(condition).some((part) => {
    const [, name = ''] = /^\$(\w+) < \d+$/.exec(part) ?? [];
    return name !== '' && assign[name] === `{% $${name} + 1 %}`;
  });
}

/** `$claimed = false` → claimed has to be false. */
function demands(condition: string): (readonly [string, (value: Value) => boolean, Value])[] {
  return parts(condition).flatMap((part) => {
    const [, flag] = /^\$(\w+)$/.exec(part) ?? [];
    if (flag !== undefined) return [demand(flag, (value) => value === true, true)];
    const [, name = '', literal = ''] = /^\$(\w+) = (true|false|\d+|'[^']*')$/.exec(part) ?? [];
    if (name !== '') return [demand(name, (value) => value === literalOf(literal), literalOf(literal))];
    const [, positive] = /^\$(\w+) > 0$/.exec(part) ?? [];
    return positive === undefined
      ? []
      : [demand(positive, (value) => typeof value !== 'number' || value > 0, ANYTHING)];
  });
}

function demand(name: string, holds: (value: Value) => boolean, then: Value) {
  return [name, (value: Value) => value === ANYTHING || holds(value), then] as const;
}

function literalOf(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.startsWith("'") ? text.slice(1, -1) : Number(text);
}

function assigned(value: unknown): Value {
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  return typeof value === 'string' && !value.startsWith('{%') ? value : ANYTHING;
}

/** Is there a way from the end of this edge back to its beginning that lets it be taken once more? Looked at for one variable after the other. */
function mayComeBack(taken: Edge, edges: readonly Edge[], states: Record<string, State>): boolean {
  const names = new Set(edges.flatMap(({ condition }) => demands(condition).map(([name]) => name)));
  return [...names, 'none'].every((name) => wayBack(taken, edges, name, states));
}

function wayBack(taken: Edge, edges: readonly Edge[], name: string, states: Record<string, State>): boolean {
  const after = ({ condition, assign }: Edge, value: Value): Value | undefined => {
    let now = value;
    for (const [asked, holds, then] of demands(condition)) {
      if (asked !== name) continue;
      if (!holds(now)) return undefined;
      if (now === ANYTHING) now = then;
    }
    return name in assign ? assigned(assign[name]) : now;
  };
  const begun = after(taken, ANYTHING);
  if (begun === undefined) return false;
  const seen = new Set<string>();
  const left: [string, Value][] = [[taken.to, begun]];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const [state, value] = at;
    const key = `${state} ${String(value)}`;
    if (seen.has(key) || states[state] === undefined) continue;
    seen.add(key);
    if (state === taken.from && after(taken, value) !== undefined) return true;
    for (const next of edges.filter(({ from }) => from === state)) {
      const then = after(next, value);
      if (then !== undefined) left.push([next.to, then]);
    }
  }
  return false;
}
