/**
 * Probes as a user's request would go: to the address of one cluster's own load balancer, whatever DNS says of the host,
 * with the host in the Host header and in SNI. One connection each, no redirects, and at most 64 KB are read.
 *
 * A probe asks whether users are served, not who signed the certificate: it takes any, so that an expired one does not look
 * like a dead cluster and move everybody to the other side with the same certificate. Certificates have a gate of their own,
 * `TargetCertificates`: it asks for the days left, and those count only when the certificate is for the host. Whether a
 * client trusts who signed it cannot be known from here: companies have CAs of their own.
 */
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type DetailedPeerCertificate } from 'node:tls';
import type { Dns, Probe, ProbeAnswer } from '../../core/ports.ts';
import type { TimedClock } from '../clock/timed.ts';
import { isNeverProbed } from './never-probed.ts';
import { instantQuery, type SignQuery } from './prometheus.ts';

export interface ProbeSettings {
  readonly clock: TimedClock;
  readonly dns: Dns;
  readonly timeoutMilliseconds: number;
  /** In the lab everything is on loopback; anywhere else a balancer that is there is an attack or a mistake. */
  readonly loopback: boolean;
  /** Left out: queries are not signed. */
  readonly sign?: SignQuery;
}

const unsigned: SignQuery = async ({ headers }) => headers;

/** Shorter than any time between two looks. */
const LOOK_MILLISECONDS = 1_000;
const BODY_BYTES_MAX = 64 * 1024;
/** Of an answer that is read: a look may keep a thousand of them. */
const BODY_BYTES_KEPT = 512;
const DAY_MILLISECONDS = 86_400_000;

export function probeOver({ clock, dns, timeoutMilliseconds, loopback, sign = unsigned }: ProbeSettings): Probe {
  function checked(name: string, address: string): string {
    if (isNeverProbed(address) && !loopback) throw new Error(`${name} leads to ${address}, which is never probed`);
    return address;
  }

  /**
   * One question for all the probes of a look: the resolver of a VPC takes 1,024 packets a second from each of its hosts, and
   * a look may be a thousand probes. The next look asks again.
   */
  const known = new Map<string, { at: number; address: Promise<string> }>();
  function addressOf(balancer: string): Promise<string> {
    const before = known.get(balancer);
    if (before !== undefined && clock.now() - before.at < LOOK_MILLISECONDS) return before.address;
    const asked = { at: clock.now(), address: resolved(balancer) };
    known.set(balancer, asked);
    // no answer is not kept: who asks next asks again
    asked.address.catch(() => known.get(balancer) === asked && known.delete(balancer));
    return asked.address;
  }

  /** Resolved once, and that address is dialled: an answer that changes in between cannot lead elsewhere. */
  async function resolved(balancer: string): Promise<string> {
    for (const type of ['A', 'AAAA'] as const) {
      const { addresses, rcode } = await dns.ask(`${balancer}.`, type);
      const [address] = addresses;
      if (address !== undefined) return checked(balancer, address);
      if (rcode !== 'NOERROR') throw new Error(`${balancer} has no address: ${rcode}`);
    }
    throw new Error(`${balancer} has no address`);
  }

  return {
    async query(asked) {
      try {
        // an address of IPv6 stands in brackets there
        const hostname = new URL(asked.url).hostname.replace(/^\[(.*)\]$/, '$1');
        // an address needs no resolver, and is held to the same rule
        const address = isIP(hostname) === 0 ? await addressOf(hostname) : checked(hostname, hostname);
        return await clock.within(timeoutMilliseconds, (signal) => instantQuery(asked, address, sign, signal));
      } catch (cause) {
        return { kind: 'unreachable', because: said(cause) };
      }
    },

    async get({ balancer, port, secure, host, path }): Promise<ProbeAnswer> {
      const started = clock.now();
      try {
        const address = await addressOf(balancer);
        const { status, headers, body } = await clock.within(timeoutMilliseconds, (signal) => {
          const to = { host: address, port, path, signal, agent: false, headers: { host, connection: 'close' } };
          return answered(
            secure ? secureRequest({ ...to, servername: host, rejectUnauthorized: false }) : plainRequest(to),
          );
        });
        return { kind: 'answered', status, headers, body, milliseconds: clock.now() - started };
      } catch (cause) {
        return { kind: 'unreachable', because: said(cause) };
      }
    },

    async certificateDaysLeft({ balancer, port, host }) {
      try {
        const address = await addressOf(balancer);
        const shown = await clock.within(timeoutMilliseconds, (signal) =>
          certificateShown(address, port, host, signal),
        );
        if (checkServerIdentity(host, shown) !== undefined) return undefined;
        return Math.floor((endOf(shown) - clock.now()) / DAY_MILLISECONDS);
      } catch {
        return undefined;
      }
    },
  };
}

function answered(asked: ClientRequest): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  return new Promise((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response) => {
      const seen = { status: response.statusCode ?? 0, headers: headersOf(response), body: '' };
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        if (bytes < BODY_BYTES_KEPT) seen.body += chunk.toString('utf8', 0, BODY_BYTES_KEPT - bytes);
        bytes += chunk.length;
        if (bytes < BODY_BYTES_MAX) return;
        resolve(seen); // it answers; nobody reads the rest
        asked.destroy();
      });
      response.once('error', reject);
      response.once('end', () => resolve(seen));
    });
    asked.end();
  });
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const found = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found.map(([name, value]) => [name, String(value)]));
}

function certificateShown(
  address: string,
  port: number,
  host: string,
  signal: AbortSignal,
): Promise<DetailedPeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, servername: host, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate(true));
      socket.destroy();
    });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    socket.once('error', reject);
  });
}

/** The first end in the chain that was shown: one expired certificate in the middle breaks all of it. */
function endOf(shown: DetailedPeerCertificate): number {
  const ends: number[] = [];
  const met = new Set<string>();
  for (let one: DetailedPeerCertificate | undefined = shown; one?.valid_to !== undefined; one = one.issuerCertificate) {
    if (met.has(one.fingerprint256)) break;
    met.add(one.fingerprint256);
    ends.push(Date.parse(one.valid_to));
  }
  return Math.min(...ends);
}

function said(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
