/**
 * What a request may hold, member by member: the API's own shapes, cut to what the models take. One description serves
 * every protocol; a member that is not described is refused by name, because ignoring it would be a silent lie.
 */
export type Shape = Scalar | Choice | ListOf | MapOf | Structure | Required | (() => Shape);

/** `timestamp` becomes milliseconds since the epoch, `blob` bytes, `json` the value that the JSON stands for. */
export type Scalar = 'string' | 'integer' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'json';

interface Choice {
  readonly oneOf: readonly string[];
}

interface ListOf {
  readonly list: Shape;
}

interface MapOf {
  readonly map: Shape;
  /** How the form protocol calls the two halves of an entry. */
  readonly keyName: string;
  readonly valueName: string;
}

export interface Structure {
  readonly members: Members;
}

export type Members = Readonly<Record<string, Shape>>;

interface Required {
  readonly required: Shape;
}

export const oneOf = (...values: string[]): Choice => ({ oneOf: values });
export const list = (shape: Shape): ListOf => ({ list: shape });
export const map = (shape: Shape, keyName = 'key', valueName = 'value'): MapOf => ({ map: shape, keyName, valueName });
export const structure = (members: Members): Structure => ({ members });
export const required = (shape: Shape): Required => ({ required: shape });

/** A request of one protocol, seen as nested values. Each method throws Unreadable when the value is of another kind. */
export interface Source {
  scalar(kind: Scalar, at: string): unknown;
  list(at: string): Source[];
  /** The members of a structure that are there. */
  members(at: string): Iterable<readonly [string, Source]>;
  entries(of: MapOf, at: string): Iterable<readonly [string, Source]>;
}

/** The bytes of a request are not what its protocol or the operation's shape asks for. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** A value that breaks a constraint of the API's shapes; the message is in the words the services use for it. */
export class ConstraintBroken extends Error {
  override readonly name = 'ConstraintBroken';

  constructor(value: string, at: string, constraint: string) {
    super(
      `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: Member must ${constraint}`,
    );
  }
}

/** A member that the real operation may have and the lab does not. */
export class MemberNotOffered extends Error {
  override readonly name = 'MemberNotOffered';
  readonly member: string;

  constructor(member: string) {
    super(member);
    this.member = member;
  }
}

export function read(shape: Shape, source: Source, at = ''): unknown {
  if (typeof shape === 'string') return source.scalar(shape, at);
  if (typeof shape === 'function') return read(shape(), source, at);
  if ('required' in shape) return read(shape.required, source, at);
  if ('oneOf' in shape) return chosen(shape, source, at);
  if ('list' in shape) return source.list(at).map((item, index) => read(shape.list, item, `${at}.${index + 1}.member`));
  if ('members' in shape) return readStructure(shape, source, at);
  const entries = [...source.entries(shape, at)];
  // A plain object cannot carry it: assigning it would change the object itself.
  if (entries.some(([key]) => key === '__proto__')) throw new MemberNotOffered(inside(at, '__proto__'));
  return Object.fromEntries(entries.map(([key, value]) => [key, read(shape.map, value, inside(at, key))]));
}

function readStructure({ members }: Structure, source: Source, at: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of source.members(at)) {
    const shape = Object.hasOwn(members, name) ? members[name] : undefined;
    if (shape === undefined) throw new MemberNotOffered(inside(at, name));
    found[name] = read(shape, value, inside(at, lowerFirst(name)));
  }
  for (const [name, shape] of Object.entries(members)) {
    const missing = typeof shape === 'object' && 'required' in shape && found[name] === undefined;
    if (missing) throw new ConstraintBroken('null', inside(at, lowerFirst(name)), 'not be null');
  }
  return found;
}

function chosen({ oneOf: values }: Choice, source: Source, at: string): unknown {
  const value = source.scalar('string', at);
  if (values.includes(String(value))) return value;
  throw new ConstraintBroken(`'${value}'`, at, `satisfy enum value set: [${values.join(', ')}]`);
}

function inside(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
