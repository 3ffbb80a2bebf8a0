import type { Socket as UdpSocket } from 'node:dgram';
import { type Packet, TCPServer, UDPServer } from 'dns2';
import { Listener, PortUnavailable } from '../door.ts';
import { freeTime, type Hold, InFlight } from '../hold.ts';
import { type Authority, answerTo, type NameServer } from './answering.ts';

export interface DnsServersOptions extends Authority {
  readonly nameServers: readonly (NameServer & { readonly address: string })[];
  /** The same at every address, for UDP and TCP; 0: any that is free for all of them. */
  readonly port: number;
  readonly flag: string;
  readonly hold?: Hold | undefined;
  /** Asked before each question; `silence`: nobody answers. */
  readonly before?: ((question: { name: string; type: number; server: number }) => 'answer' | 'silence') | undefined;
}

export interface RunningDnsServers {
  readonly port: number;
  close(): Promise<void>;
}

/** Ports that are free for UDP at one address may be taken for TCP or at another. */
const TRIES_MAX = 20;

export async function startDnsServers(options: DnsServersOptions): Promise<RunningDnsServers> {
  for (let tries = 1; ; tries++) {
    const open: (() => Promise<void>)[] = [];
    const close = async () => void (await Promise.all(open.map((one) => one())));
    try {
      let { port } = options;
      for (const nameServer of options.nameServers) {
        const udp = new UDPServer();
        udp.on('request', (query, send) => void exchange(query, send, nameServer, options, true));
        port = await openUdp(udp, { address: nameServer.address, port, flag: options.flag });
        open.push(() => closeUdp(udp));
        const tcp = new TCPServer();
        tcp.on('request', (query, send) => void exchange(query, send, nameServer, options, false));
        const listener = new Listener(tcp);
        await listener.open({ address: nameServer.address, port, flag: options.flag });
        open.push(() => listener.close());
      }
      return { port, close };
    } catch (error) {
      await close();
      if (options.port !== 0 || tries === TRIES_MAX) throw error;
    }
  }
}

async function exchange(
  query: Packet,
  send: (answer: Buffer) => unknown,
  nameServer: NameServer,
  options: DnsServersOptions,
  isUdp: boolean,
): Promise<void> {
  const inFlight = new InFlight(options.hold ?? freeTime);
  const [question] = query.questions;
  const { server } = nameServer;
  const silent =
    question !== undefined && options.before?.({ name: question.name, type: question.type, server }) === 'silence';
  const bytes = silent ? undefined : answerTo(query, nameServer, options, isUdp);
  try {
    if (bytes !== undefined) await send(bytes);
  } catch {
    // Whoever asked is gone.
  }
  inFlight.end();
}

function openUdp(socket: UdpSocket, door: { address: string; port: number; flag: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const refused = (cause: unknown) => {
      socket.close();
      reject(new PortUnavailable(door, cause));
    };
    socket.once('error', refused);
    socket.bind(door.port, door.address, () => {
      socket.off('error', refused);
      // A port that refuses our answers is the asker's trouble.
      socket.on('error', () => {});
      resolve(socket.address().port);
    });
  });
}

function closeUdp(socket: UdpSocket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
