import { validation } from './refusals.ts';

export type ExpressionKind =
  | 'ConditionExpression'
  | 'KeyConditionExpression'
  | 'FilterExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

interface Token {
  /** `word` a bare name or keyword, `name` #placeholder, `value` :placeholder, `index` digits. */
  kind: 'word' | 'name' | 'value' | 'index' | 'symbol' | 'end';
  text: string;
  start: number;
  end: number;
}

const TOKEN = /\s*(?:([A-Za-z_]\w*)|(#\w+)|(:\w+)|(\d+)|(<>|<=|>=|[=<>()[\],.+-])|($)|(.))/gsy;
const KINDS = ['word', 'name', 'value', 'index', 'symbol', 'end'] as const;
const EXPRESSION_BYTES_MAX = 4096;

/** Reads an expression from left to right; every refusal names the token, as DynamoDB does. */
export class Tokens {
  readonly kind: ExpressionKind;
  readonly #text: string;
  readonly #tokens: Token[];
  at = 0;

  constructor(kind: ExpressionKind, text: string) {
    this.kind = kind;
    this.#text = text;
    if (text.trim() === '') throw this.refusal('The expression can not be empty;');
    if (Buffer.byteLength(text) > EXPRESSION_BYTES_MAX) {
      throw this.refusal(
        `Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(text)}`,
      );
    }
    this.#tokens = this.#split();
  }

  #split(): Token[] {
    const tokens: Token[] = [];
    for (const match of this.#text.matchAll(TOKEN)) {
      const group = match.findIndex((part, at) => at > 0 && part !== undefined);
      const text = match[group] ?? '';
      const end = match.index + match[0].length;
      const token = { kind: KINDS[group - 1] ?? 'symbol', text, start: end - text.length, end };
      tokens.push(token);
      if (group === KINDS.length + 1) throw this.#syntaxError(tokens, tokens.length - 1);
      if (token.kind === 'end') break;
    }
    return tokens;
  }

  peek(): Token {
    return this.#tokens[this.at] as Token;
  }

  next(): Token {
    return this.#tokens[this.at++] as Token;
  }

  isSymbol(text: string): boolean {
    const token = this.peek();
    return token.kind === 'symbol' && token.text === text;
  }

  isKeyword(keyword: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text.toUpperCase() === keyword;
  }

  accepts(symbol: string): boolean {
    const accepted = this.isSymbol(symbol);
    if (accepted) this.at++;
    return accepted;
  }

  acceptsKeyword(keyword: string): boolean {
    const accepted = this.isKeyword(keyword);
    if (accepted) this.at++;
    return accepted;
  }

  expect(symbol: string): void {
    if (!this.accepts(symbol)) throw this.unexpected();
  }

  /** The token at hand cannot stand here. */
  unexpected(): Error {
    return this.#syntaxError(this.#tokens, this.at);
  }

  #syntaxError(tokens: Token[], at: number): Error {
    const token = tokens[at];
    const near = this.#text.slice(tokens[at - 1]?.start ?? 0, tokens[at + 1]?.end ?? token?.end);
    return this.refusal(`Syntax error; token: "${token?.kind === 'end' ? '<EOF>' : token?.text}", near: "${near}"`);
  }

  refusal(message: string): Error {
    return validation(`Invalid ${this.kind}: ${message}`);
  }
}
