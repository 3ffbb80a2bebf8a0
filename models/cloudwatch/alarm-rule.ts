/**
 * Rules of composite alarms: ALARM(name), OK(name), INSUFFICIENT_DATA(name), TRUE, FALSE with NOT before AND before OR.
 * Names stand bare or in double quotes, or are ARNs. Source: API, PutCompositeAlarm.
 */
import type { StateValue } from './alarm.ts';
import { validation } from './refusals.ts';

export interface AlarmRule {
  /** The alarms it looks at, each once, in the order of the text. */
  children: readonly string[];
  holds(stateOf: (alarmName: string) => StateValue): boolean;
}

type Condition = AlarmRule['holds'];

const TOKEN = /\s*(?:([()])|"([^"]+)"|([^\s()"]+))/gy;
const LENGTH_MAX = 10_240;

export function alarmRule(text: string): AlarmRule {
  if (text.length > LENGTH_MAX) throw validation(`AlarmRule must not be longer than ${LENGTH_MAX} characters.`);
  return new RuleParser(text).parse();
}

class RuleParser {
  readonly #text: string;
  readonly #tokens: string[];
  readonly #children = new Set<string>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = [...text.matchAll(TOKEN)].map(([, symbol, quoted, bare]) => symbol ?? quoted ?? bare ?? '');
  }

  parse(): AlarmRule {
    const holds = this.#or();
    if (this.#at < this.#tokens.length) throw this.#invalid();
    return { children: [...this.#children], holds };
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#accepts('OR')) left = either(left, this.#and());
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#accepts('AND')) left = both(left, this.#not());
    return left;
  }

  #not(): Condition {
    if (!this.#accepts('NOT')) return this.#term();
    const condition = this.#not();
    return (stateOf) => !condition(stateOf);
  }

  #term(): Condition {
    if (this.#accepts('(')) {
      const condition = this.#or();
      this.#expect(')');
      return condition;
    }
    if (this.#accepts('TRUE')) return () => true;
    if (this.#accepts('FALSE')) return () => false;
    const state = (['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const).find((value) => this.#accepts(value));
    if (state === undefined) throw this.#invalid();
    this.#expect('(');
    const child = nameIn(this.#tokens[this.#at++] ?? '');
    this.#expect(')');
    this.#children.add(child);
    return (stateOf) => stateOf(child) === state;
  }

  #accepts(token: string): boolean {
    const accepted = this.#tokens[this.#at]?.toUpperCase() === token;
    if (accepted) this.#at++;
    return accepted;
  }

  #expect(token: string): void {
    if (!this.#accepts(token)) throw this.#invalid();
  }

  #invalid(): Error {
    return validation(`Error in AlarmRule: Syntax error at token ${this.#at + 1} of "${this.#text}".`);
  }
}

function nameIn(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.split(':').slice(6).join(':') : nameOrArn;
}

function either(left: Condition, right: Condition): Condition {
  return (stateOf) => left(stateOf) || right(stateOf);
}

function both(left: Condition, right: Condition): Condition {
  return (stateOf) => left(stateOf) && right(stateOf);
}
