/**
 * DNS questions through the runtime's own resolver library. Its time-outs and repeats run on the machine's clock, so they are
 * out of the way: a question has half of its time on ours, and is then asked once again, because a lost packet is no answer.
 */
import { Resolver } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { ZoneUnreadable } from '../../core/errors.ts';
import type { Dns, DnsAnswer } from '../../core/ports.ts';
import type { TimedClock } from '../clock/timed.ts';

export interface DnsSettings {
  readonly clock: TimedClock;
  readonly timeoutMilliseconds: number;
  /** `address:port`; left out: the system's resolver. Its port is used for the zones' name servers too. */
  readonly resolver?: string | undefined;
}

type Type = 'A' | 'AAAA' | 'TXT';

/** Longer than anybody waits: only our own clock ends a question. */
const LIBRARY_MILLISECONDS = 60_000;
const TRIES = 2;
const DNS_PORT = 53;

export function dnsOver({ clock, timeoutMilliseconds, resolver }: DnsSettings): Dns {
  const port = resolver === undefined ? DNS_PORT : Number(resolver.slice(resolver.lastIndexOf(':') + 1));
  const system = resolver === undefined ? undefined : [resolver];

  /** One question, with a resolver of its own: cancelling one must not cancel others. */
  async function question<T>(servers: string[] | undefined, ask: (resolver: Resolver) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const asked = new Resolver({ timeout: LIBRARY_MILLISECONDS, tries: 1 });
      if (servers !== undefined) asked.setServers(servers);
      try {
        return await clock.within(
          timeoutMilliseconds / TRIES,
          (signal) => {
            signal.addEventListener('abort', () => asked.cancel(), { once: true });
            return ask(asked);
          },
          'at once',
        );
      } catch (cause) {
        if (attempt === TRIES || !(cause instanceof Error) || cause.name !== 'TimedOut') throw cause;
      }
    }
  }

  async function answer(servers: string[] | undefined, name: string, type: Type): Promise<DnsAnswer> {
    try {
      return await question(servers, (asked) => answerOf(asked, name.replace(/\.$/, ''), type));
    } catch (cause) {
      return { rcode: rcodeOf(cause), addresses: [], texts: [] };
    }
  }

  async function nameServerNames(zoneName: string): Promise<string[]> {
    try {
      return await question(system, (asked) => asked.resolveNs(zoneName.replace(/\.$/, '')));
    } catch (cause) {
      throw new ZoneUnreadable(
        `the name servers of ${zoneName} are not known: ${rcodeOf(cause)}`,
        { zone: zoneName },
        { cause },
      );
    }
  }

  return {
    askServer: (server, name, type) => answer([`${isIPv6(server) ? `[${server}]` : server}:${port}`], name, type),
    askResolver: (resolver, name, type) => answer([resolver], name, type),
    ask: (name, type) => answer(system, name, type),
    async serversOf(zoneName) {
      const names = await nameServerNames(zoneName);
      const addresses = await Promise.all(
        // a lab's name servers have no names
        names.sort().map(async (name) => (isIP(name) > 0 ? [name] : (await answer(system, name, 'A')).addresses)),
      );
      const found = [...new Set(addresses.flat())];
      // nobody to ask is not "nothing is missing"
      if (found.length === 0)
        throw new ZoneUnreadable(`no name server of ${zoneName} has an address`, { zone: zoneName });
      return found;
    },
  };
}

async function answerOf(resolver: Resolver, name: string, type: Type): Promise<DnsAnswer> {
  if (type === 'TXT') {
    const texts = (await resolver.resolveTxt(name)).map((strings) => strings.join(''));
    return { rcode: 'NOERROR', addresses: [], texts };
  }
  const found =
    type === 'A' ? await resolver.resolve4(name, { ttl: true }) : await resolver.resolve6(name, { ttl: true });
  const addresses = found.map(({ address }) => address).sort();
  const ttls = found.map(({ ttl }) => ttl);
  return { rcode: 'NOERROR', addresses, texts: [], ...(ttls.length === 0 ? {} : { ttlSeconds: Math.min(...ttls) }) };
}

/** The library's names for what a server said; NODATA is an answer without records. */
const RCODES: Readonly<Record<string, DnsAnswer['rcode']>> = {
  ENODATA: 'NOERROR',
  ENOTFOUND: 'NXDOMAIN',
  EREFUSED: 'REFUSED',
  ESERVFAIL: 'SERVFAIL',
};

function rcodeOf(cause: unknown): DnsAnswer['rcode'] {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return RCODES[code] ?? 'unreachable';
}
