/**
 * The grammar of UpdateExpression:
 *
 *     update := { SET path = value {, …} | REMOVE path {, …} | ADD path :value {, …} | DELETE path :value {, …} }
 *     value  := operand [ (+|-) operand ]
 *     operand := path | :value | if_not_exists(path, operand) | list_append(operand, operand) | "(" value ")"
 */
import type { Parsed } from './bindings.ts';
import { parsePath, type WrittenPath } from './path.ts';
import { Tokens } from './tokens.ts';

export type UpdateValue =
  | { kind: 'path'; path: WrittenPath }
  | { kind: 'value'; value: string }
  | { kind: '+' | '-'; left: UpdateValue; right: UpdateValue }
  | { kind: 'if_not_exists'; path: WrittenPath; otherwise: UpdateValue }
  | { kind: 'list_append'; left: UpdateValue; right: UpdateValue };
export type UpdateAction =
  | { kind: 'SET'; path: WrittenPath; to: UpdateValue }
  | { kind: 'REMOVE'; path: WrittenPath }
  | { kind: 'ADD' | 'DELETE'; path: WrittenPath; value: string };

export interface ParsedUpdate extends Parsed {
  actions: readonly UpdateAction[];
}

const CLAUSES = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Clause = (typeof CLAUSES)[number];

export function parseUpdate(text: string): ParsedUpdate {
  return new UpdateParser(new Tokens('UpdateExpression', text)).parse();
}

class UpdateParser {
  readonly #tokens: Tokens;
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  parse(): ParsedUpdate {
    const seen = new Set<Clause>();
    const actions: UpdateAction[] = [];
    while (this.#tokens.peek().kind !== 'end') {
      const clause = CLAUSES.find((keyword) => this.#tokens.acceptsKeyword(keyword));
      if (clause === undefined) throw this.#tokens.unexpected();
      if (seen.has(clause)) {
        throw this.#tokens.refusal(`The "${clause}" section can only be used once in an update expression;`);
      }
      seen.add(clause);
      do actions.push(this.#action(clause));
      while (this.#tokens.accepts(','));
    }
    return { kind: 'UpdateExpression', actions, names: this.#names, values: this.#values };
  }

  #action(clause: Clause): UpdateAction {
    const path = this.#path();
    if (clause === 'REMOVE') return { kind: clause, path };
    if (clause !== 'SET') return { kind: clause, path, value: this.#placeholder() };
    this.#tokens.expect('=');
    return { kind: clause, path, to: this.#value() };
  }

  #value(): UpdateValue {
    const left = this.#operand();
    for (const kind of ['+', '-'] as const) {
      if (this.#tokens.accepts(kind)) return { kind, left, right: this.#operand() };
    }
    return left;
  }

  #operand(): UpdateValue {
    if (this.#tokens.accepts('(')) {
      const value = this.#value();
      this.#tokens.expect(')');
      return value;
    }
    if (this.#tokens.peek().kind === 'value') return { kind: 'value', value: this.#placeholder() };
    return this.#functionCall() ?? { kind: 'path', path: this.#path() };
  }

  #functionCall(): UpdateValue | undefined {
    const start = this.#tokens.at;
    const name = this.#tokens.peek().kind === 'word' ? this.#tokens.next().text : '';
    if (name === '' || !this.#tokens.accepts('(')) {
      this.#tokens.at = start;
      return undefined;
    }
    if (name !== 'if_not_exists' && name !== 'list_append') {
      throw this.#tokens.refusal(`Invalid function name; function: ${name}`);
    }
    const [left, right] = this.#two(name);
    if (name === 'list_append') return { kind: name, left, right };
    if (left.kind !== 'path') {
      throw this.#tokens.refusal(`Operator or function requires a document path; operator or function: ${name}`);
    }
    return { kind: name, path: left.path, otherwise: right };
  }

  #two(name: string): [UpdateValue, UpdateValue] {
    const args = [this.#operand()];
    while (this.#tokens.accepts(',')) args.push(this.#operand());
    this.#tokens.expect(')');
    const [left, right] = args;
    if (left !== undefined && right !== undefined && args.length === 2) return [left, right];
    throw this.#tokens.refusal(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`,
    );
  }

  #placeholder(): string {
    if (this.#tokens.peek().kind !== 'value') throw this.#tokens.unexpected();
    const value = this.#tokens.next().text;
    this.#values.push(value);
    return value;
  }

  #path(): WrittenPath {
    const path = parsePath(this.#tokens);
    for (const segment of path) if (typeof segment === 'string' && segment.startsWith('#')) this.#names.push(segment);
    return path;
  }
}
