/**
 * Customers over real sockets: each resolver asks real name servers and keeps what it was told, each request is one HTTP
 * connection to the address that DNS gave. They are part of the lab, so their waiting is on its clock.
 */
import { Resolver as Stub } from 'node:dns/promises';
import { request } from 'node:http';
import type { Clock } from '../models/clock.ts';
import { Customers, PATIENCE_MILLISECONDS, type Reply } from '../models/customers/customers.ts';
import type { Kind } from '../models/customers/recorder.ts';
import { seeded } from '../models/random.ts';
import { type AuthoritativeAnswer, WaitingResolver } from '../models/resolver.ts';
import type { Askers } from './askers.ts';

/** 1 of 11 resolvers stretches TTLs: 8.74 % of the resolvers of the internet do (facts/route53.md, section 9). */
export const RESOLVERS: readonly Kind[] = [...Array<Kind>(10).fill('honest'), 'tail'];
export const TAIL_STRETCH = 10;
export const REQUESTS_PER_SECOND = 20;

/** What Route 53 lets resolvers remember of a name that is not there, in seconds. */
const NEGATIVE_TTL_SECONDS = 900;
/** Of the machine's own time: a name server of the lab answers at once or is not there. */
const DNS_TIMEOUT_MILLISECONDS = 5_000;

export interface CustomersSetup {
  clock: Clock;
  askers: Askers;
  seed: number;
  hosts: readonly string[];
  /** `address:port` of each authoritative server. */
  nameServers: readonly string[];
  /** The HTTP port behind each address. */
  portOf(address: string): number | undefined;
}

export function customersOnWire({ clock, askers, seed, hosts, nameServers, portOf }: CustomersSetup): Customers {
  const stubs = nameServers.map((server) => {
    const stub = new Stub({ timeout: DNS_TIMEOUT_MILLISECONDS, tries: 1 });
    stub.setServers([server]);
    return stub;
  });
  const resolvers = RESOLVERS.map(
    (kind, index) =>
      new WaitingResolver({
        clock,
        random: seeded(seed * 1_000 + index),
        servers: nameServers.length,
        ask: ({ name, server }) => askers.asking(() => addressesFrom(stubs[server], name)),
        ...(kind === 'tail' ? { stretch: TAIL_STRETCH } : {}),
      }),
  );
  return new Customers({
    clock,
    random: seeded(seed * 1_000 + 999),
    resolvers: RESOLVERS,
    resolve: async (resolver, host) => (await resolvers[resolver]?.resolve(`${host}.`, 'A'))?.addresses[0],
    request: (address, host, path) => ask({ address, port: portOf(address), host, path }, askers, clock),
    hosts,
    requestsPerSecond: REQUESTS_PER_SECOND,
  });
}

async function addressesFrom(stub: Stub | undefined, name: string): Promise<AuthoritativeAnswer> {
  if (stub === undefined) throw new RangeError('there is no such name server');
  try {
    const answers = await stub.resolve4(name, { ttl: true });
    return {
      rcode: 'NOERROR',
      answers: answers.map(({ address, ttl }) => ({ type: 'A', ttl, data: address })),
      authority: [],
    };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ENOTFOUND' && code !== 'ENODATA') throw cause;
    return {
      rcode: code === 'ENOTFOUND' ? 'NXDOMAIN' : 'NOERROR',
      answers: [],
      authority: [{ ttl: NEGATIVE_TTL_SECONDS }],
    };
  }
}

interface Request {
  address: string;
  port: number | undefined;
  host: string;
  path: string;
}

/** One connection, one request, no retries. When the customer's patience is over, he hangs up. */
function ask({ address, port = 80, host, path }: Request, askers: Askers, clock: Clock): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: address, port, path, headers: { host }, agent: false }, (response) => {
      response.resume();
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers as Reply['headers'] }),
      );
      response.once('error', reject);
    });
    const release = askers.calling(asked);
    const takeBack = clock.after(PATIENCE_MILLISECONDS, () => asked.destroy());
    asked.once('close', () => {
      takeBack();
      release();
    });
    asked.once('error', reject);
    asked.end();
  });
}
