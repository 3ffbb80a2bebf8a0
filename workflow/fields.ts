import type { Problem } from './machine.ts';
import { type Template, templateOf } from './template.ts';

export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the members of one object of a definition and notes what is wrong with them. It never throws: a reader wants
 * the whole list. A value that is wrong is replaced by one that lets the reading go on.
 */
export class FieldReader {
  readonly at: string;
  readonly fields: Fields;
  readonly #problems: Problem[];

  constructor(value: unknown, at: string, problems: Problem[]) {
    this.at = at;
    this.#problems = problems;
    this.fields = isFields(value) ? value : {};
    if (!isFields(value)) this.wrong('', `must be an object, found ${kindOf(value)}`);
  }

  wrong(member: string, message: string): void {
    this.#problems.push({ path: member === '' ? this.at || '/' : `${this.at}/${member}`, message });
  }

  has(member: string): boolean {
    return this.fields[member] !== undefined;
  }

  inside(member: string): FieldReader {
    return new FieldReader(this.fields[member], `${this.at}/${member}`, this.#problems);
  }

  /** The entries of a list of objects; none when it is missing. */
  each(member: string): FieldReader[] {
    const list = this.fields[member];
    if (list === undefined) return [];
    if (Array.isArray(list)) {
      return list.map((item, index) => new FieldReader(item, `${this.at}/${member}[${index}]`, this.#problems));
    }
    this.wrong(member, `must be a list, found ${kindOf(list)}`);
    return [];
  }

  /** Refuses every member that is not named, saying for the known ones why. */
  only(members: readonly string[], where: string): void {
    for (const member of Object.keys(this.fields)) {
      if (members.includes(member)) continue;
      if (ofJsonPath.has(member)) this.wrong(member, 'belongs to JSONPath; only JSONata is supported here');
      else if (notHere.has(member)) this.wrong(member, `${notHere.get(member)}: not supported by this interpreter`);
      else this.wrong(member, `is not a field of ${where}`);
    }
  }

  text(member: string): string | undefined {
    const value = this.fields[member];
    if (value === undefined || typeof value === 'string') return value;
    this.wrong(member, `must be a string, found ${kindOf(value)}`);
    return undefined;
  }

  requiredText(member: string): string {
    const value = this.text(member);
    if (value === undefined && !this.has(member)) this.wrong(member, 'is missing');
    return value ?? '';
  }

  number(member: string, least: number, most: number, whole: boolean): number | undefined {
    const value = this.fields[member];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value)))
      return value;
    this.wrong(
      member,
      `must be a${whole ? ' whole' : ''} number from ${least} to ${most}, found ${JSON.stringify(value)}`,
    );
    return undefined;
  }

  /** A field that may hold expressions. `field` is how a Cause names it when that differs from the member. */
  template(member: string, field = member): Template | undefined {
    const value = this.fields[member];
    if (value === undefined) return undefined;
    return templateOf(value, field, (place, why) => {
      this.#problems.push({ path: `${this.at}/${place.slice(field.length - member.length)}`, message: why });
    });
  }

  /** A whole number from `least` to `most`, or an expression for one. */
  numberOrExpression(member: string, least: number, most: number): Template | undefined {
    const value = this.fields[member];
    if (typeof value !== 'string') this.number(member, least, most, true);
    const template = this.template(member);
    if (typeof value === 'string' && template?.expressions.length === 0) {
      this.wrong(member, `must be a number or an expression {% … %}, found ${JSON.stringify(value)}`);
    }
    return template;
  }
}

export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ofJsonPath: ReadonlySet<string> = new Set([
  ...['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'Result', 'ItemsPath', 'Variable'],
  ...['SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath', 'ErrorPath', 'CausePath'],
  ...['MaxConcurrencyPath', 'ToleratedFailureCountPath', 'ToleratedFailurePercentagePath', 'And', 'Or', 'Not'],
]);

const notHere: ReadonlyMap<string, string> = new Map([
  ['Credentials', 'a role per task'],
  ['ItemReader', 'Distributed Map'],
  ['ItemBatcher', 'Distributed Map'],
  ['ResultWriter', 'Distributed Map'],
  ['Label', 'Distributed Map'],
  ['ToleratedFailureCount', 'a failure threshold of Map'],
  ['ToleratedFailurePercentage', 'a failure threshold of Map'],
  ['Iterator', 'the old name of ItemProcessor'],
]);
