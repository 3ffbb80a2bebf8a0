import { createSocket, type Socket } from 'node:dgram';
import { Packet } from 'dns2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dnsOver } from '../../../adapters/dns/dns.ts';
import { HandClock } from '../hand-clock.ts';

/** A server that answers as it is told, or not at all. */
let server: Socket;
let asked = 0;
let answer: (response: Packet) => Packet | undefined;
let clock: HandClock;

beforeEach(async () => {
  asked = 0;
  answer = (response) => response;
  clock = new HandClock();
  server = createSocket('udp4');
  server.on('message', (message, { port, address }) => {
    asked++;
    const response = answer(Packet.createResponseFromRequest(Packet.parse(message)));
    if (response !== undefined) server.send(response.toBuffer(), port, address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
});
afterEach(() => server.close());

const dns = () => dnsOver({ clock, timeoutMilliseconds: 2_000, resolver: `127.0.0.1:${server.address().port}` });
const turns = async (until: () => boolean) => {
  while (!until()) await new Promise((resolve) => setImmediate(resolve));
};

describe('a DNS question', () => {
  it.each([
    [0, 'NOERROR'],
    [3, 'NXDOMAIN'],
    [5, 'REFUSED'],
    [2, 'SERVFAIL'],
  ])('answered with code %i is %s', async (code, rcode) => {
    answer = (response) => {
      response.header.rcode = code;
      return response;
    };
    expect(await dns().ask('x.example.test.', 'A')).toEqual({ rcode, addresses: [], texts: [] });
  });

  it('gives the shortest TTL and sorted addresses', async () => {
    answer = (response) => {
      for (const [address, ttl] of [
        ['10.0.0.2', 60],
        ['10.0.0.1', 7],
      ] as const)
        response.answers.push({ name: 'x.example.test', type: 1, class: 1, ttl, address } as never);
      return response;
    };
    expect(await dns().ask('x.example.test.', 'A')).toEqual({
      rcode: 'NOERROR',
      addresses: ['10.0.0.1', '10.0.0.2'],
      texts: [],
      ttlSeconds: 7,
    });
  });

  it('whose packet was lost is asked once more, on our clock', async () => {
    answer = (response) => (asked === 1 ? undefined : response);
    const answered = dns().ask('x.example.test.', 'A');
    await turns(() => asked === 1);
    clock.pass(1_000);
    expect((await answered).rcode).toBe('NOERROR');
    expect(asked).toBe(2);
  });

  it('that nobody answers is unreachable when its time is over, not before', async () => {
    answer = () => undefined;
    const answered = dns().ask('x.example.test.', 'TXT');
    await turns(() => asked === 1);
    clock.pass(1_000);
    await turns(() => asked === 2);
    clock.pass(1_000);
    expect((await answered).rcode).toBe('unreachable');
  });
});

describe('the name servers of a zone', () => {
  it('that are not known are an error: nobody to ask is not "nothing is missing"', async () => {
    answer = (response) => {
      response.header.rcode = 3;
      return response;
    };
    await expect(dns().serversOf('example.test.')).rejects.toMatchObject({ name: 'ZoneUnreadable' });
  });

  it('without addresses are the same', async () => {
    answer = (response) => {
      if (response.questions[0]?.type === 2)
        response.answers.push({ name: 'example.test', type: 2, class: 1, ttl: 60, ns: 'ns-1.lab.test' } as never);
      return response;
    };
    await expect(dns().serversOf('example.test.')).rejects.toThrow(/has an address/);
  });
});
