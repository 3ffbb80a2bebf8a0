/**
 * Metric math as far as alarms here use it: OR, AND, comparisons (1 or 0), + - * / over ids, numbers and parentheses, IF and
 * FILL with a number, and SUM, AVG, MIN, MAX of METRICS() or of a list `[m1, m2]`. A value that is missing makes the whole
 * expression missing. Source: CloudWatch user guide, "Using math expressions with CloudWatch metrics".
 */
import { notImplemented, validation } from './refusals.ts';

export type Values = ReadonlyMap<string, number | undefined>;
export type Formula = (values: Values) => number | undefined;

const TOKEN = /\s*([A-Za-z_]\w*|\d+(?:\.\d+)?|[<>=!]=|[-+*/()[\],<>])/gy;
const COMPARISONS: Record<string, (a: number, b: number) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
};
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
    const parsed = this.#either();
    if (this.#at < this.#tokens.length) throw this.#invalid();
    return parsed;
  }

  #either(): Formula {
    let left = this.#all();
    while (this.#accepts('OR')) left = both(left, this.#all(), (a, b) => Number(a !== 0 || b !== 0));
    return left;
  }

  #all(): Formula {
    let left = this.#comparison();
    while (this.#accepts('AND')) left = both(left, this.#comparison(), (a, b) => Number(a !== 0 && b !== 0));
    return left;
  }

  #comparison(): Formula {
    const left = this.#sum();
    const compare = COMPARISONS[this.#tokens[this.#at] ?? ''];
    if (compare === undefined) return left;
    this.#at++;
    return both(left, this.#sum(), (a, b) => Number(compare(a, b)));
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
      const inner = this.#either();
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
    if (name === 'IF') return this.#if();
    if (name === 'FILL') return this.#fill();
    const combine = FUNCTIONS[name];
    if (combine === undefined) throw notImplemented(`the metric math function ${name}`);
    const ids = this.#metrics();
    this.#expect(')');
    return (values) => {
      const numbers = ids.map((id) => values.get(id)).filter((value) => value !== undefined);
      return numbers.length === 0 ? undefined : combine(numbers);
    };
  }

  /** What is chosen may be there where the other is missing. */
  #if(): Formula {
    const condition = this.#either();
    this.#expect(',');
    const yes = this.#either();
    this.#expect(',');
    const no = this.#either();
    this.#expect(')');
    return (values) => {
      const holds = condition(values);
      return holds === undefined ? undefined : (holds !== 0 ? yes : no)(values);
    };
  }

  #fill(): Formula {
    const filled = this.#either();
    this.#expect(',');
    const instead = this.#tokens[this.#at++] ?? '';
    if (!/^\d/.test(instead)) throw notImplemented(`the metric math function FILL with ${instead}`);
    this.#expect(')');
    return (values) => filled(values) ?? Number(instead);
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
