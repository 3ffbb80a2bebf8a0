/** The files of a zip as Lambda unpacks it: stored or deflated, found by the central directory (PKWARE APPNOTE.TXT, 4.3). */
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** As Lambda allows a deployment package unpacked. */
const FILE_BYTES_MAX = 250 * 1024 * 1024;

/** By path. Throws when it is no zip, or has a path that leads out of it. */
export function filesIn(zip: Uint8Array): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = endOf(bytes);
  const files = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw unreadable('its directory is broken');
    const nameBytes = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    if (name.startsWith('/') || name.split(/[/\\]/).includes('..')) throw unreadable(`${name} leads out of it`);
    if (!name.endsWith('/')) files.set(name, contentOf(bytes, at));
    at += ENTRY_BYTES + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
}

function endOf(bytes: Buffer): number {
  for (let at = bytes.length - END_BYTES; at >= Math.max(0, bytes.length - END_BYTES - COMMENT_BYTES_MAX); at--)
    if (bytes.readUInt32LE(at) === END) return at;
  throw unreadable('it has no directory');
}

function contentOf(bytes: Buffer, entry: number): Buffer {
  const method = bytes.readUInt16LE(entry + 10);
  const size = bytes.readUInt32LE(entry + 20);
  const local = bytes.readUInt32LE(entry + 42);
  const from = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(from, from + size);
  if (method === STORED) return packed;
  if (method === DEFLATED) return inflateRawSync(packed, { maxOutputLength: FILE_BYTES_MAX });
  throw unreadable(`method ${method} is not known`);
}

function unreadable(why: string): Error {
  return new Error(`Could not unzip uploaded file: ${why}`);
}
