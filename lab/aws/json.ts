import { type Scalar, type Source, Unreadable } from './shape.ts';
import { bytes } from './text.ts';

/** A JSON body as a Source; an empty body is an empty structure. `null` stands for a member that is not there. */
export function jsonSource(body: Buffer): Source {
  const text = body.toString('utf8');
  if (text.trim() === '') return new JsonSource({});
  try {
    return new JsonSource(JSON.parse(text));
  } catch {
    throw new Unreadable('The body is not JSON');
  }
}

class JsonSource implements Source {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  scalar(kind: Scalar, at: string): unknown {
    const value = this.#value;
    if (kind === 'json') return value;
    if ((kind === 'string' || kind === 'blob') && typeof value === 'string') {
      return kind === 'string' ? value : bytes(value, at);
    }
    if (kind === 'boolean' && typeof value === 'boolean') return value;
    if (typeof value === 'number') {
      if (kind === 'number' || (kind === 'integer' && Number.isSafeInteger(value))) return value;
      if (kind === 'timestamp') return Math.round(value * 1000);
    }
    throw new Unreadable(`${at}: ${nameOf(value)} can not be converted to ${article(kind)}`);
  }

  list(at: string): Source[] {
    if (Array.isArray(this.#value)) return this.#value.map((item) => new JsonSource(item));
    throw new Unreadable(`${at}: expected a list, found ${nameOf(this.#value)}`);
  }

  *members(at: string): Generator<readonly [string, Source]> {
    if (typeof this.#value !== 'object' || this.#value === null || Array.isArray(this.#value)) {
      throw new Unreadable(`${at === '' ? 'The body' : at}: expected a structure, found ${nameOf(this.#value)}`);
    }
    for (const [name, value] of Object.entries(this.#value)) {
      if (value !== null) yield [name, new JsonSource(value)];
    }
  }

  entries(_of: unknown, at: string): Generator<readonly [string, Source]> {
    return this.members(at);
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'NULL_VALUE';
  return Array.isArray(value) ? 'ARRAY_VALUE' : `${typeof value}`.toUpperCase().concat('_VALUE');
}

function article(kind: Scalar): string {
  return kind === 'integer' ? 'an Integer' : `a ${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}

/**
 * The text of an answer: times in seconds with their milliseconds behind the point, bytes as base64. Only members with
 * one of these names are times, or lists of times.
 */
export function jsonText(value: unknown, timestamps: ReadonlySet<string>): string {
  return JSON.stringify(value, (name, member: unknown) => {
    if (timestamps.has(name)) return Array.isArray(member) ? member.map(inSeconds) : inSeconds(member);
    return member instanceof Uint8Array ? Buffer.from(member).toString('base64') : member;
  });
}

function inSeconds(time: unknown): unknown {
  return typeof time === 'number' ? time / 1000 : time;
}
