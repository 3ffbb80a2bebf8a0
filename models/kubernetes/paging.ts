import { badRequest } from './status.ts';

/** Where a list goes on: the content of a `continue` token, in the form of the real server. */
export interface Continuation {
  /** The revision the list began at; -1 = goes on without consistency. */
  readonly revision: number;
  /** The last key that was given. */
  readonly after: string;
}

export function written({ revision, after }: Continuation): string {
  // The server ends the key with a zero byte and writes it as \u0000, as JSON.stringify does.
  const token = { v: 'meta.k8s.io/v1', rv: revision, start: `/${after}\0` };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

export function read(token: string): Continuation {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<string, unknown>;
    if (v !== 'meta.k8s.io/v1' || typeof rv !== 'number' || typeof start !== 'string') throw badToken();
    return { revision: rv, after: start.replace(/^\//, '').replace(/\0$/, '') };
  } catch {
    throw badToken();
  }
}

function badToken() {
  return badRequest('continue key is not valid: it was not made by this server');
}
