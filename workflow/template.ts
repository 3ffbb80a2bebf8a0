import { compile, type Expression, isExpression, type Sight, sentenceOf } from './expression.ts';

/** A field of a state: JSON in which every string `{% … %}` is replaced by what it evaluates to. */
export interface Template {
  readonly field: string;
  readonly expressions: readonly Expression[];
  /** Whether one of them may look at `$states.context`. */
  readonly seesContext: boolean;
  /** A value or a promise of one; throws EvaluationFailed. The value may share parts with what it was made from. */
  evaluate(sight: Sight): unknown;
}

/** An expression that failed, or returned nothing where a value is needed. */
export class EvaluationFailed extends Error {
  override readonly name = 'EvaluationFailed';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Compiles all expressions in a field. `refuse` is told of each one that does not compile, with its place. */
export function templateOf(value: unknown, field: string, refuse: (field: string, why: string) => void): Template {
  if (typeof value === 'string') return ofString(value, field, refuse);
  if (typeof value !== 'object' || value === null) return constant(value, field);
  const parts: Part[] = Array.isArray(value)
    ? value.map((item, at) => [at, templateOf(item, `${field}[${at}]`, refuse)])
    : Object.entries(value).map(([key, item]) => [key, templateOf(item, `${field}/${key}`, refuse)]);
  const expressions = parts.flatMap(([, part]) => part.expressions);
  if (expressions.length === 0) return constant(value, field);
  const empty = () => (Array.isArray(value) ? [] : {}) as Built;
  const rest = async (sight: Sight, built: Built, at: number, first: Promise<unknown>) => {
    const [key] = parts[at] as Part;
    built[key] = await first;
    for (const [other, part] of parts.slice(at + 1)) built[other] = await part.evaluate(sight);
    return built;
  };
  return {
    field,
    expressions,
    seesContext: expressions.some((expression) => expression.seesContext),
    evaluate(sight) {
      const built = empty();
      for (const [at, [key, part]] of parts.entries()) {
        const item = part.evaluate(sight);
        if (item instanceof Promise) return rest(sight, built, at, item);
        built[key] = item;
      }
      return built;
    },
  };
}

type Part = readonly [string | number, Template];
type Built = Record<string | number, unknown>;

function constant(value: unknown, field: string): Template {
  return { field, expressions: [], seesContext: false, evaluate: () => value };
}

function ofString(text: string, field: string, refuse: (field: string, why: string) => void): Template {
  if (!isExpression(text)) {
    if (text.startsWith('{%') || text.endsWith('%}')) refuse(field, `not wrapped in {% and %} on both sides: ${text}`);
    return constant(text, field);
  }
  let expression: Expression;
  try {
    expression = compile(text, field);
  } catch (cause) {
    refuse(field, sentenceOf(cause));
    return constant(text, field);
  }
  const wording = `The JSONata expression '${expression.text}' specified for the field '${field}'`;
  const settled = (value: unknown) => {
    if (value === undefined) throw new EvaluationFailed(field, `${wording} returned nothing (undefined).`);
    return value;
  };
  const failed = (cause: unknown): never => {
    if (cause instanceof EvaluationFailed) throw cause;
    throw new EvaluationFailed(field, `${wording} threw an error during evaluation. ${sentenceOf(cause)}`);
  };
  return {
    field,
    expressions: [expression],
    seesContext: expression.seesContext,
    evaluate(sight) {
      try {
        const value = expression.evaluate(sight);
        return value instanceof Promise ? value.then(settled).catch(failed) : settled(value);
      } catch (cause) {
        return failed(cause);
      }
    },
  };
}
