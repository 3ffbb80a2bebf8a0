import { type Scalar, type Source, Unreadable } from './shape.ts';
import { scalarFromText } from './text.ts';

interface Node {
  text: string | undefined;
  readonly inside: Map<string, Node>;
}

const PARAMETERS_MAX = 10_000;
const DEPTH_MAX = 16;

/** A form (`Action=…&Dimensions.member.1.Name=…`) as a Source; Action and Version are the protocol's own. */
export function formSource(text: string): { action: string | undefined; source: Source } {
  const top: Node = { text: undefined, inside: new Map() };
  let action: string | undefined;
  let parameters = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++parameters > PARAMETERS_MAX) throw new Unreadable('The request has too many parameters');
    if (name === 'Action') action = value;
    else if (name !== 'Version') place(top, name, value);
  }
  return { action, source: new FormSource(top) };
}

function place(top: Node, name: string, value: string): void {
  const steps = name.split('.');
  if (steps.length > DEPTH_MAX) throw new Unreadable(`The parameter ${name.slice(0, 100)} is nested too deep`);
  let node = top;
  for (const step of steps) {
    const next = node.inside.get(step) ?? { text: undefined, inside: new Map() };
    node.inside.set(step, next);
    node = next;
  }
  if (node.text !== undefined) throw new Unreadable(`The parameter ${name} is given twice`);
  node.text = value;
}

class FormSource implements Source {
  readonly #node: Node;

  constructor(node: Node) {
    this.#node = node;
  }

  scalar(kind: Scalar, at: string): unknown {
    const { text, inside } = this.#node;
    if (text === undefined || inside.size > 0) throw new Unreadable(`${at} is not a single value`);
    return scalarFromText(kind, text, at);
  }

  list(at: string): Source[] {
    return numbered(this.#node, 'member', at).map((node) => new FormSource(node));
  }

  *members(at: string): Generator<readonly [string, Source]> {
    if (this.#node.text !== undefined) throw new Unreadable(`${at} is not a structure`);
    for (const [name, node] of this.#node.inside) yield [name, new FormSource(node)];
  }

  *entries(of: { keyName: string; valueName: string }, at: string): Generator<readonly [string, Source]> {
    for (const entry of numbered(this.#node, 'entry', at)) {
      const key = entry.inside.get(of.keyName)?.text;
      const value = entry.inside.get(of.valueName);
      if (key === undefined || value === undefined) throw new Unreadable(`${at} has an entry without key or value`);
      yield [key, new FormSource(value)];
    }
  }
}

/** `X.member.1`, `X.member.2` in their order. An empty list is written `X=`. */
function numbered({ text, inside }: Node, step: string, at: string): Node[] {
  if (text === '' && inside.size === 0) return [];
  const found = inside.get(step)?.inside;
  const keys = [...(found?.keys() ?? [])];
  if (found === undefined || inside.size > 1 || !keys.every((key) => /^[1-9]\d{0,4}$/.test(key))) {
    throw new Unreadable(`${at} is not a list of ${step}.1, ${step}.2 …`);
  }
  return [...found].sort(([a], [b]) => Number(a) - Number(b)).map(([, node]) => node);
}
