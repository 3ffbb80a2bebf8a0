/**
 * One instant query of Prometheus' HTTP API (GET /api/v1/query). Unlike a probe it wants to know who answers: certificates
 * are verified. `lookback_delta` keeps a sample that is older than allowed from being taken for one of now: the answer's own
 * time is that of the question. A server that does not know the parameter ignores it and looks back five minutes.
 */
import { type ClientRequest, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import * as z from 'zod/mini';
import type { QueryAnswer } from '../../core/ports.ts';

const BODY_BYTES_MAX = 64 * 1024;

export interface QueryAsked {
  url: string;
  query: string;
  ageSeconds: number;
}

/** What goes out, before anybody has signed it. */
export interface QueryToSend {
  /** As the topology has it. */
  url: string;
  path: string;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
}

/** @returns the headers to send: the same, or those and a signature */
export type SignQuery = (asked: QueryToSend) => Promise<Readonly<Record<string, string>>>;

/** A number, or a vector of exactly one: several would be several opinions. Values are texts; `NaN` is no value. */
const Answer = z.object({
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
    }),
  ]),
});

/** @param address of the host in the URL, resolved once */
export async function instantQuery(
  asked: QueryAsked,
  address: string,
  sign: SignQuery,
  signal: AbortSignal,
): Promise<QueryAnswer> {
  const { status, body } = await sent(asked, address, sign, signal);
  if (status === 401 || status === 403) return { kind: 'unauthorized', because: `${asked.url} says ${status}` };
  if (status !== 200) return { kind: 'none', because: `${asked.url} says ${status}: ${body.slice(0, 200)}` };
  return valueIn(body);
}

export function valueIn(body: string): QueryAnswer {
  const parsed = z.safeParse(Answer, jsonOf(body));
  if (!parsed.success) return { kind: 'none', because: `not the answer of an instant query: ${body.slice(0, 200)}` };
  const { data } = parsed.data;
  const found = data.resultType === 'scalar' ? [data.result] : data.result.map(({ value }) => value);
  const [first] = found;
  if (first === undefined) return { kind: 'none', because: 'no sample' };
  if (found.length > 1) return { kind: 'none', because: `${found.length} series, one is needed: use sum() or min()` };
  const [seconds, text] = first;
  const value = text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
  if (text === '' || Number.isNaN(value)) return { kind: 'none', because: `the value is ${text}` };
  return { kind: 'value', at: seconds * 1000, value };
}

async function sent({ url, query, ageSeconds }: QueryAsked, address: string, sign: SignQuery, signal: AbortSignal) {
  const { protocol, hostname, port, host, pathname } = new URL(url);
  const isSecure = protocol === 'https:';
  const path = `${pathname.replace(/\/$/, '')}/api/v1/query`;
  const parameters = { query, lookback_delta: `${ageSeconds}s` };
  const signed = await sign({ url, path, query: parameters, headers: { host } });
  const to = {
    host: address,
    port: Number(port) || (isSecure ? 443 : 80),
    path: `${path}?${escaped(parameters)}`,
    signal,
    agent: false as const,
    headers: { ...signed, accept: 'application/json', connection: 'close' },
  };
  return answered(isSecure ? secureRequest({ ...to, servername: hostname }) : plainRequest(to));
}

/** As a signature is made of it: a space is %20, and what is not a letter, a digit or one of `-._~` is escaped. */
function escaped(parameters: Readonly<Record<string, string>>): string {
  const asSigned = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return Object.entries(parameters)
    .map(([name, value]) => `${asSigned(name)}=${asSigned(value)}`)
    .join('&');
}

function answered(asked: ClientRequest): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > BODY_BYTES_MAX) asked.destroy(new Error(`an answer of more than ${BODY_BYTES_MAX} bytes`));
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    asked.end();
  });
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
