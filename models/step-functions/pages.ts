import { ServiceError } from '../service-error.ts';

export interface PageRequest {
  /** 1 to 1,000; 0 or nothing is 100. */
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** One page of a list. The token only fits the question it was given for; AWS says InvalidToken to others. */
export function page<T>(all: readonly T[], request: PageRequest, question: string): { items: T[]; nextToken?: string } {
  const { maxResults = 0, nextToken } = request;
  if (!Number.isInteger(maxResults) || maxResults < 0 || maxResults > 1000) {
    const wanted = 'Member must have value less than or equal to 1000';
    throw new ServiceError('ValidationException', `Value '${maxResults}' at 'maxResults' failed: ${wanted}`);
  }
  const from = nextToken === undefined ? 0 : offsetIn(nextToken, question);
  const to = from + (maxResults === 0 ? 100 : maxResults);
  const items = all.slice(from, to);
  return to < all.length ? { items, nextToken: tokenFor(to, question) } : { items };
}

function tokenFor(offset: number, question: string): string {
  return Buffer.from(JSON.stringify([offset, question])).toString('base64url');
}

function offsetIn(token: string, question: string): number {
  try {
    const [offset, asked] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [unknown, unknown];
    if (Number.isInteger(offset) && asked === question) return offset as number;
  } catch {
    // Not one of ours: the same answer.
  }
  throw new ServiceError('InvalidToken', `Invalid Token: 'Invalid token'`);
}
