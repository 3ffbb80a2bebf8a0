import { NotOffered, type Operation, type Service, type WireRequest } from './service.ts';
import { type Scalar, type Source, Unreadable } from './shape.ts';
import { scalarFromText } from './text.ts';

export interface Route {
  readonly name: string;
  readonly operation: Operation;
  /** Members that stand in path, query and headers, as text. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Finds the operation by method and path. Throws NotOffered, and MemberNotOffered's like for queries by the reader. */
export function routed(request: WireRequest, { operations }: Service): Route {
  const path = segments(request.path);
  for (const [name, operation] of Object.entries(operations)) {
    const labels = labelsIn(operation.http?.at ?? '', request.method, path);
    if (labels !== undefined) return { name, operation, fields: new Map([...labels, ...outside(request, operation)]) };
  }
  throw new NotOffered(`${request.method} ${request.path.slice(0, 200)}`);
}

/** Without the slash that some clients put at the end. */
function segments(path: string): string[] {
  return path.replace(/\/$/, '').split('/').slice(1);
}

function labelsIn(at: string, method: string, path: readonly string[]): [string, string][] | undefined {
  const [ownMethod, template = ''] = at.split(' ');
  const own = segments(template);
  if (ownMethod !== method) return undefined;
  const rest = /^\{(\w+)\+\}$/.exec(own.at(-1) ?? '')?.[1];
  const labels: [string, string][] = [];
  if (rest !== undefined) {
    own.pop();
    labels.push([rest, decoded(path.slice(own.length).join('/'))]);
  }
  if (rest === undefined ? path.length !== own.length : path.length <= own.length) return undefined;
  for (const [index, segment] of own.entries()) {
    const given = path[index] ?? '';
    const label = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (label === undefined && segment !== given) return undefined;
    if (label !== undefined) labels.push([label, decoded(given)]);
  }
  return labels;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Unreadable(`'${text.slice(0, 100)}' in the path is not percent-encoded text`);
  }
}

function outside({ query, headers }: WireRequest, { http }: Operation): [string, string][] {
  const fields: [string, string][] = [];
  for (const [name, value] of query) {
    // Some SDKs name the operation once more.
    if (name !== 'x-id') fields.push([http?.query?.[name] ?? name, value]);
  }
  for (const [name, member] of Object.entries(http?.headers ?? {})) {
    const value = headers[name];
    if (value !== undefined) fields.push([member, value]);
  }
  return fields;
}

/** Text from path, query and headers, and after it what the body says. */
export class RestSource implements Source {
  readonly #fields: ReadonlyMap<string, string>;
  readonly #body: Source | undefined;

  constructor(fields: ReadonlyMap<string, string>, body: Source | undefined) {
    this.#fields = fields;
    this.#body = body;
  }

  *members(at: string): Generator<readonly [string, Source]> {
    for (const [name, text] of this.#fields) yield [name, new TextSource(text)];
    for (const [name, source] of this.#body?.members(at) ?? []) {
      if (!this.#fields.has(name)) yield [name, source];
    }
  }

  scalar(_kind: Scalar, at: string): never {
    throw new Unreadable(`${at} is a structure`);
  }

  list(at: string): never {
    throw new Unreadable(`${at} is a structure`);
  }

  entries(_of: unknown, at: string): never {
    throw new Unreadable(`${at} is a structure`);
  }
}

export class TextSource implements Source {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  scalar(kind: Scalar, at: string): unknown {
    return scalarFromText(kind, this.#text, at);
  }

  list(): Source[] {
    return [this];
  }

  members(at: string): never {
    throw new Unreadable(`${at} is a single value`);
  }

  entries(_of: unknown, at: string): never {
    throw new Unreadable(`${at} is a single value`);
  }
}
