/**
 * Metric math as far as alarms here use it: + - * / over ids, numbers and parentheses, and SUM, AVG, MIN, MAX of
 * METRICS() or of a list `[m1, m2]`. A value that is missing makes the whole expression missing.
 */
import { notImplemented, validation } from './refusals.ts';

export type Values = ReadonlyMap<string, number | undefined>;
export type Formula = (values: Values) => number | undefined;

const TOKEN = /\s*([A-Za-z_]\w*|\d+(?:\.\d+)?|[-+*/()[\],])/gy;
const FUNCTIONS: Record<string, (numbers: number[]) => number> = {
  SUM: total,
  AVG: (numbers) => total(numbers) / numbers.length,
  MIN: (numbers) => Math.min(...numbers),
  MAX: (numbers) => Math.max(...numbers),
};

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** `ids` are the metrics an expression may name. */
export function formula(expression: string, ids: readonly string[]): Formula {
  return new FormulaParser(expression, ids).parse();
}

class FormulaParser {
  readonly #expression: string;
  readonly #ids: readonly string[];
  readonly #tokens: string[];
  #at = 0;

  constructor(expression: string, ids: readonly string[]) {
    this.#expression = expression;
    this.#ids = ids;
    const matches = [...expression.matchAll(TOKEN)];
    this.#tokens = matches.map(([, token = '']) => token);
    const read = matches.reduce((length, [whole]) => length + whole.length, 0);
    if (read !== expression.trimEnd().length || read === 0) throw this.#invalid();
  }

  parse(): Formula {
    const parsed = this.#sum();
    if (this.#at < this.#tokens.length) throw this.#invalid();
    return parsed;
  }

  #sum(): Formula {
    let left = this.#product();
    for (;;) {
      if (this.#accepts('+')) left = both(left, this.#product(), (a, b) => a + b);
      else if (this.#accepts('-')) left = both(left, this.#product(), (a, b) => a - b);
      else return left;
    }
  }

  #product(): Formula {
    let left = this.#factor();
    for (;;) {
      if (this.#accepts('*')) left = both(left, this.#factor(), (a, b) => a * b);
      else if (this.#accepts('/')) left = both(left, this.#factor(), (a, b) => (b === 0 ? undefined : a / b));
      else return left;
    }
  }

  #factor(): Formula {
    if (this.#accepts('-'))
      return both(
        () => 0,
        this.#factor(),
        (a, b) => a - b,
      );
    if (this.#accepts('(')) {
      const inner = this.#sum();
      this.#expect(')');
      return inner;
    }
    const token = this.#tokens[this.#at++] ?? '';
    if (/^\d/.test(token)) return () => Number(token);
    if (this.#ids.includes(token)) return (values) => values.get(token);
    if (this.#accepts('(')) return this.#call(token);
    throw this.#invalid();
  }

  #call(name: string): Formula {
    const combine = FUNCTIONS[name];
    if (combine === undefined) throw notImplemented(`the metric math function ${name}`);
    const ids = this.#metrics();
    this.#expect(')');
    return (values) => {
      const numbers = ids.map((id) => values.get(id)).filter((value) => value !== undefined);
      return numbers.length === 0 ? undefined : combine(numbers);
    };
  }

  #metrics(): readonly string[] {
    if (this.#accepts('METRICS')) {
      this.#expect('(');
      this.#expect(')');
      return this.#ids;
    }
    this.#expect('[');
    const ids: string[] = [];
    do ids.push(this.#tokens[this.#at++] ?? '');
    while (this.#accepts(','));
    this.#expect(']');
    if (!ids.every((id) => this.#ids.includes(id))) throw this.#invalid();
    return ids;
  }

  #accepts(token: string): boolean {
    const accepted = this.#tokens[this.#at] === token;
    if (accepted) this.#at++;
    return accepted;
  }

  #expect(token: string): void {
    if (!this.#accepts(token)) throw this.#invalid();
  }

  #invalid(): Error {
    return validation(`Invalid metrics list: the expression "${this.#expression}" is not valid.`);
  }
}

function both(left: Formula, right: Formula, combine: (a: number, b: number) => number | undefined): Formula {
  return (values) => {
    const [a, b] = [left(values), right(values)];
    return a === undefined || b === undefined ? undefined : combine(a, b);
  };
}
