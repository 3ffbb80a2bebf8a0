/**
 * The grammar of ConditionExpression, FilterExpression and KeyConditionExpression:
 *
 *     condition  := and { OR and }                    and := not { AND not }        not := NOT not | term
 *     term       := "(" condition ")" | operand comparator operand | operand BETWEEN operand AND operand
 *                 | operand IN "(" operand { "," operand } ")" | function
 *     operand    := path | :value | size "(" path ")" | "(" operand ")"
 *
 * Source: DynamoDB developer guide, "Condition and filter expressions, operators, and functions".
 */
import type { Parsed } from './bindings.ts';
import { parsePath, type WrittenPath } from './path.ts';
import { Tokens } from './tokens.ts';

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type Operand =
  | { kind: 'path'; path: WrittenPath }
  | { kind: 'value'; value: string }
  | { kind: 'size'; of: Operand };
export type FunctionName = 'attribute_exists' | 'attribute_not_exists' | 'attribute_type' | 'begins_with' | 'contains';
export type Condition =
  | { kind: 'and' | 'or'; left: Condition; right: Condition }
  | { kind: 'not'; condition: Condition }
  | { kind: 'compare'; comparator: Comparator; left: Operand; right: Operand }
  | { kind: 'between'; operand: Operand; low: Operand; high: Operand }
  | { kind: 'in'; operand: Operand; among: readonly Operand[] }
  | { kind: 'function'; name: FunctionName; args: readonly Operand[] };

export interface ParsedCondition extends Parsed {
  root: Condition;
}

const ARGUMENTS: Record<FunctionName | 'size', number> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};
const COMPARATORS = new Set<string>(['=', '<>', '<', '<=', '>', '>=']);
const IN_OPERANDS_MAX = 100;

export function parseCondition(kind: Parsed['kind'], text: string): ParsedCondition {
  return new ConditionParser(new Tokens(kind, text)).parse();
}

class ConditionParser {
  readonly #tokens: Tokens;
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  /** Where each group of a condition opened and closed, to find `((…))`. */
  readonly #closedAt = new Map<number, number>();

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  parse(): ParsedCondition {
    const root = this.#or();
    if (this.#tokens.peek().kind !== 'end') throw this.#tokens.unexpected();
    return { kind: this.#tokens.kind, root, names: this.#names, values: this.#values };
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#tokens.acceptsKeyword('OR')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#tokens.acceptsKeyword('AND')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Condition {
    if (this.#tokens.acceptsKeyword('NOT')) return { kind: 'not', condition: this.#not() };
    return this.#tokens.isSymbol('(') && !this.#operandInParentheses() ? this.#group() : this.#comparison();
  }

  #group(): Condition {
    const opened = this.#tokens.at;
    this.#tokens.expect('(');
    const condition = this.#or();
    const closed = this.#tokens.at;
    this.#tokens.expect(')');
    this.#closedAt.set(opened, closed);
    if (this.#closedAt.get(opened + 1) === closed - 1) {
      throw this.#tokens.refusal('The expression has redundant parentheses;');
    }
    return condition;
  }

  /** `(a) = :b` opens an operand, `(a = :b)` a condition: the first `)` on the same level is followed by an operator. */
  #operandInParentheses(): boolean {
    const start = this.#tokens.at;
    const [names, values] = [this.#names.length, this.#values.length];
    try {
      this.#operand();
      return this.#comparatorFollows();
    } catch {
      return false;
    } finally {
      this.#tokens.at = start;
      this.#names.length = names;
      this.#values.length = values;
    }
  }

  #comparatorFollows(): boolean {
    const token = this.#tokens.peek();
    if (token.kind === 'symbol') return COMPARATORS.has(token.text);
    return this.#tokens.isKeyword('BETWEEN') || this.#tokens.isKeyword('IN');
  }

  #comparison(): Condition {
    const call = this.#functionCall();
    if (call !== undefined && call.kind === 'function') return call;
    const left = call ?? this.#operand();
    if (this.#tokens.acceptsKeyword('BETWEEN')) return this.#between(left);
    if (this.#tokens.acceptsKeyword('IN')) return this.#in(left);
    if (!this.#comparatorFollows()) {
      throw left.kind === 'size' ? this.#misused('size') : this.#tokens.unexpected();
    }
    const comparator = this.#tokens.next().text as Comparator;
    const right = this.#operand();
    this.#mustDiffer(comparator, left, right);
    return { kind: 'compare', comparator, left, right };
  }

  #between(operand: Operand): Condition {
    const low = this.#operand();
    if (!this.#tokens.acceptsKeyword('AND')) throw this.#tokens.unexpected();
    return { kind: 'between', operand, low, high: this.#operand() };
  }

  #in(operand: Operand): Condition {
    this.#tokens.expect('(');
    const among = this.#operands();
    if (among.length > IN_OPERANDS_MAX) {
      throw this.#tokens.refusal(
        `The IN operator is provided with too many operands; number of operands: ${among.length}`,
      );
    }
    return { kind: 'in', operand, among };
  }

  /** Up to and with the closing parenthesis. */
  #operands(): Operand[] {
    const operands = [this.#operand()];
    while (this.#tokens.accepts(',')) operands.push(this.#operand());
    this.#tokens.expect(')');
    return operands;
  }

  #operand(): Operand {
    if (this.#tokens.accepts('(')) {
      const operand = this.#operand();
      this.#tokens.expect(')');
      return operand;
    }
    const call = this.#functionCall();
    if (call?.kind === 'function') throw this.#misused(call.name);
    return call ?? this.#simpleOperand();
  }

  #simpleOperand(): Operand {
    if (this.#tokens.peek().kind === 'value') {
      const value = this.#tokens.next().text;
      this.#values.push(value);
      return { kind: 'value', value };
    }
    const path = parsePath(this.#tokens);
    for (const segment of path) if (typeof segment === 'string' && segment.startsWith('#')) this.#names.push(segment);
    return { kind: 'path', path };
  }

  #functionCall(): Extract<Condition, { kind: 'function' }> | Extract<Operand, { kind: 'size' }> | undefined {
    const start = this.#tokens.at;
    const name = this.#tokens.peek().kind === 'word' ? this.#tokens.next().text : '';
    if (name === '' || !this.#tokens.accepts('(')) {
      this.#tokens.at = start;
      return undefined;
    }
    if (!isFunction(name)) throw this.#tokens.refusal(`Invalid function name; function: ${name}`);
    const args = this.#operands();
    this.#checkArguments(name, args);
    return name === 'size' ? { kind: 'size', of: args[0] as Operand } : { kind: 'function', name, args };
  }

  #checkArguments(name: FunctionName | 'size', args: readonly Operand[]): void {
    const [first, second] = args;
    if (args.length !== ARGUMENTS[name]) {
      throw this.#tokens.refusal(
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`,
      );
    }
    if (name.endsWith('_exists') && first?.kind !== 'path') {
      throw this.#tokens.refusal(`Operator or function requires a document path; operator or function: ${name}`);
    }
    if (first !== undefined && second !== undefined) this.#mustDiffer(name, first, second);
  }

  #mustDiffer(operator: string, left: Operand, right: Operand): void {
    if (left.kind !== 'path' || right.kind !== 'path' || left.path.join('.') !== right.path.join('.')) return;
    throw this.#tokens.refusal(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: [${left.path.join(', ')}]`,
    );
  }

  #misused(name: string): Error {
    return this.#tokens.refusal(`The function is not allowed to be used this way in an expression; function: ${name}`);
  }
}

function isFunction(name: string): name is FunctionName | 'size' {
  return Object.hasOwn(ARGUMENTS, name);
}
