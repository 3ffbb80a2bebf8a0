import { Packet, type Resource } from 'dns2';
import type { AnswerRecord } from '../../models/route53/answer.ts';
import { toWire } from './names.ts';

/** Types that a hosted zone may hold, by their number on the wire. */
const typeNumbers: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  DS: 43,
  SPF: 99,
  CAA: 257,
};
const typeNames = new Map(Object.entries(typeNumbers).map(([name, number]) => [number, name]));
const IN = 1;

/** `TYPE65` for a type that no hosted zone has: there is no data of it anywhere. */
export function typeName(number: number): string {
  return typeNames.get(number) ?? `TYPE${number}`;
}

/** A record of an answer as dns2 sends it. Throws for the few types whose data it cannot write (NAPTR, DS). */
export function resourceOf({ name, type, ttl, data }: AnswerRecord): Resource {
  const number = typeNumbers[type] ?? 0;
  const write = rdata[type];
  if (write === undefined) throw new Error(`Records of type ${type} cannot be sent`);
  if (type === 'TXT' || type === 'SPF') {
    // Read back from bytes it would become text, and bytes that are no UTF-8 would be lost.
    return Object.assign(new Packet.Resource(toWire(name), number, IN, ttl), { data: strings(data) as never });
  }
  const bytes = write(data);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(number, 0);
  head.writeUInt16BE(IN, 2);
  head.writeUInt32BE(ttl, 4);
  head.writeUInt16BE(bytes.length, 8);
  return Packet.Resource.decode(Buffer.concat([nameBytes(name), head, bytes]));
}

/** The data of each type, from the text of a record's value to bytes. */
const rdata: Readonly<Record<string, (text: string) => Buffer>> = {
  A: (text) => Buffer.from(text.split('.').map(Number)),
  AAAA: (text) => Buffer.from(groups(text).join(''), 'hex'),
  CNAME: nameBytes,
  NS: nameBytes,
  PTR: nameBytes,
  TXT: (text) => Buffer.concat(strings(text)),
  SPF: (text) => Buffer.concat(strings(text)),
  MX(text) {
    const [preference = '', exchange = ''] = text.split(/\s+/);
    return Buffer.concat([number(preference, 2), nameBytes(exchange)]);
  },
  SRV(text) {
    const [priority = '', weight = '', port = '', target = ''] = text.split(/\s+/);
    return Buffer.concat([...[priority, weight, port].map((part) => number(part, 2)), nameBytes(target)]);
  },
  SOA(text) {
    const [server = '', mailbox = '', ...times] = text.split(/\s+/);
    return Buffer.concat([nameBytes(server), nameBytes(mailbox), ...times.map((time) => number(time, 4))]);
  },
  CAA(text) {
    const [flags = '', tag = '', ...value] = text.split(/\s+/);
    const name = Buffer.from(tag, 'latin1');
    return Buffer.concat([number(flags, 1), number(String(name.length), 1), name, ...strings(value.join(' '))]);
  },
};

function nameBytes(name: string): Buffer {
  return Packet.Name.encode(toWire(name));
}

/** Eight groups of four digits, also where the last two were written as an IPv4 address. */
function groups(address: string): string[] {
  const hexadecimal = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return Packet.fromIPv6(hexadecimal).map((group) => group.padStart(4, '0'));
}

function number(text: string, bytes: 1 | 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(Number(text), 0, bytes);
  return buffer;
}

/** `"one" "two \"quoted\" \100"` as the bytes of each string; `\` and three octal digits stand for one byte. */
function strings(text: string): Buffer[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, inside = '']) => {
    const bytes = Buffer.from(inside, 'utf8').toString('latin1');
    const unescaped = bytes.replace(/\\([0-3][0-7]{2}|.)/gs, (_whole, escaped: string) =>
      escaped.length === 3 ? String.fromCharCode(Number.parseInt(escaped, 8)) : escaped,
    );
    return Buffer.from(unescaped, 'latin1');
  });
}
