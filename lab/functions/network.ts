/**
 * What a container reaches. One that is cut off is refused every connection and request but those to the lab's clock, which is
 * no part of the world: its function finds what it would find behind a broken route. Names are answered still.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { Socket, type TcpNetConnectOpts } from 'node:net';

const CLOCK_PATHS = '/_lab/';

/** @param isCutOff asked before each connection and request */
export function guardNetwork(clockUrl: string | undefined, isCutOff: () => boolean): void {
  const clock = clockUrl === undefined ? undefined : new URL(clockUrl);
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    if (isCutOff() && !request.path.startsWith(CLOCK_PATHS)) request.destroy(refused(request.host));
  });
  // Every TCP connection of Node begins here, also those that carry no HTTP.
  const connect = Socket.prototype.connect as (...given: unknown[]) => Socket;
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]): Socket {
    const { host = '', port = 0 } = optionsOf(given);
    if (!isCutOff() || (host === clock?.hostname && String(port) === clock.port)) return connect.apply(this, given);
    process.nextTick(() => this.destroy(refused(`${host}:${port}`)));
    return this;
  } as typeof Socket.prototype.connect;
}

/** net.connect hands on a list whose first member is the options; TLS hands on the options themselves. */
function optionsOf([first]: unknown[]): TcpNetConnectOpts {
  return (Array.isArray(first) ? first[0] : first) as TcpNetConnectOpts;
}

function refused(what: string): Error {
  return Object.assign(new Error(`connect ECONNREFUSED ${what}: this container is cut off`), { code: 'ECONNREFUSED' });
}
