import type { IncomingMessage } from 'node:http';

/** The body of a request; undefined: the client went away in the middle of it. */
export async function bodyOf(request: IncomingMessage, bytesMax: number): Promise<Buffer | 'too large' | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > bytesMax) return 'too large';
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

/** Names in lower case, each with one value. */
export function headersOf({ headers }: IncomingMessage): Record<string, string | undefined> {
  const single = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return Object.fromEntries(single);
}
