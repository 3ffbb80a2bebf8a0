/**
 * IAM's rules for one identity, as far as our policies use them: a Deny wins, else one Allow is needed. Whatever is not
 * known here throws, so that a policy is never thought narrower than it is.
 * Rules: IAM User Guide, "Policy evaluation logic", "Condition operators", "Multivalued context keys".
 */
export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | readonly string[];
  Resource: string | readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface AccessRequest {
  action: string;
  resource: string;
  /** Condition keys of the request; a list for keys with many values. A key that is left out is absent. */
  context?: Readonly<Record<string, string | readonly string[]>>;
}

const STATEMENT_MEMBERS = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];

export function isAllowed(statements: readonly PolicyStatement[], request: AccessRequest): boolean {
  for (const statement of statements) {
    const unknown = Object.keys(statement).filter((member) => !STATEMENT_MEMBERS.includes(member));
    if (unknown.length > 0) throw new Error(`${unknown.join(', ')} in a statement is not known here`);
  }
  const speaking = statements.filter((statement) => speaks(statement, request));
  return speaking.some(({ Effect }) => Effect === 'Allow') && !speaking.some(({ Effect }) => Effect === 'Deny');
}

function speaks(
  { Action, Resource, Condition = {} }: PolicyStatement,
  { action, resource, context = {} }: AccessRequest,
) {
  return (
    listed(Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    listed(Resource).some((pattern) => like(pattern, resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, listed(wanted), valuesOf(context, key))),
    )
  );
}

/** Names of keys are the same in any case. */
function valuesOf(context: NonNullable<AccessRequest['context']>, key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : listed(found[1]);
}

type Comparison = (wanted: string, value: string) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, value) => wanted === value,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (wanted, value) => wanted.toLowerCase() === value.toLowerCase(),
};

/** @param values of the key in the request; undefined when it has none, as opposed to an empty list */
function holds(operator: string, wanted: readonly string[], values: readonly string[] | undefined): boolean {
  if (operator === 'Null') return wanted.some((absent) => (absent === 'true') === (values === undefined));
  const [, quantifier = '', negated = '', name = '', ifExists = ''] =
    /^(ForAllValues:|ForAnyValue:)?(?:(?=StringNot|ArnNot)(?:String|Arn)(Not))?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const comparison = COMPARISONS[negated === '' ? name : `${operator.includes('Arn') ? 'Arn' : 'String'}${name}`];
  if (comparison === undefined) throw new Error(`the operator ${operator} is not known here`);
  if (values === undefined && ifExists !== '') return true;
  // the famous hole: no value at all is "all values"
  if (quantifier === 'ForAllValues:') return (values ?? []).every((value) => matches(value));
  if (quantifier === 'ForAnyValue:') return (values ?? []).some((value) => matches(value));
  if (values === undefined) return negated !== '';
  if (values.length !== 1) throw new Error(`${operator} without ForAllValues or ForAnyValue on a key with many values`);
  return matches(values[0] ?? '');

  function matches(value: string): boolean {
    const found = wanted.some((one) => comparison?.(one, value));
    return negated === '' ? found : !found;
  }
}

/** `*` is any text, `?` one character; a letter's case counts. */
function like(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

function listed(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
