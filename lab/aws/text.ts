import { type Scalar, Unreadable } from './shape.ts';

/** A scalar as XML, forms, paths and queries write it. */
export function scalarFromText(kind: Scalar, text: string, at: string): unknown {
  switch (kind) {
    case 'string':
      return text;
    case 'integer':
      if (/^[+-]?\d{1,15}$/.test(text)) return Number(text);
      break;
    case 'number':
      if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
      break;
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      break;
    case 'timestamp':
      if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return Date.parse(text);
      break;
    case 'blob':
      return bytes(text, at);
    case 'json':
      break;
  }
  throw new Unreadable(`${at}: '${text.slice(0, 100)}' is not a valid value for '${kind}'`);
}

/** Base64 without a fault; plain bytes, so that nobody shares memory with a pool of buffers. */
export function bytes(text: string, at: string): Uint8Array {
  const decoded = Buffer.from(text, 'base64');
  if (decoded.toString('base64') !== text) throw new Unreadable(`${at}: invalid base64`);
  return new Uint8Array(decoded);
}
