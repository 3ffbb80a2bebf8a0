/**
 * As much XML as requests to AWS are made of: elements, text, the five entities and character numbers. Everything else
 * (declarations of entities, processing instructions, CDATA) is refused, so no request can make it grow.
 */
import { type Scalar, type Source, Unreadable } from './shape.ts';
import { scalarFromText } from './text.ts';

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

const DEPTH_MAX = 32;
const token = /<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const prolog = /^\uFEFF?\s*(?:<\?xml\s[^<>]*\?>)?\s*/;

/** The root element of a document. Throws Unreadable. */
export function parseXml(text: string): Element {
  token.lastIndex = prolog.exec(text)?.[0].length ?? 0;
  const top: Element = { name: '', children: [], text: '' };
  const open: Element[] = [top];
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (found === null) throw unparsable();
    const [, closes, opens, , empty, characters] = found;
    const current = open.at(-1) ?? top;
    if (characters !== undefined) current.text += unescaped(characters);
    else if (opens !== undefined) {
      const element: Element = { name: opens.replace(/^.*:/, ''), children: [], text: '' };
      current.children.push(element);
      if (empty === '') open.push(element);
      if (open.length > DEPTH_MAX) throw unparsable();
    } else if (open.length === 1 || current.name !== closes?.replace(/^.*:/, '')) throw unparsable();
    else open.pop();
  }
  const [root, more] = top.children;
  if (open.length > 1 || root === undefined || more !== undefined || top.text.trim() !== '') throw unparsable();
  return root;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&([^;]*);|&/g, (_whole, name: string | undefined) => {
    const number = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(name ?? '');
    const code = number === null ? Number.NaN : number[1] ? Number.parseInt(number[1], 16) : Number(number[2]);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : entities[name ?? ''];
    if (character === undefined) throw unparsable();
    return character;
  });
}

function unparsable(): Unreadable {
  return new Unreadable('Could not parse XML');
}

/** An element as a Source. Items of a list have the list's own name without its last letter: Changes, Change. */
export class XmlSource implements Source {
  readonly #element: Element;

  constructor(element: Element) {
    this.#element = element;
  }

  scalar(kind: Scalar, at: string): unknown {
    if (this.#element.children.length > 0) throw new Unreadable(`Unexpected element in '${at}'`);
    return scalarFromText(kind, this.#element.text, at);
  }

  list(at: string): Source[] {
    const item = this.#element.name.slice(0, -1);
    const [wrong] = this.#element.children.filter(({ name }) => name !== item);
    if (wrong !== undefined) throw new Unreadable(`Unexpected element '${wrong.name}' in '${at}', expected ${item}`);
    return this.#element.children.map((child) => new XmlSource(child));
  }

  *members(at: string): Generator<readonly [string, Source]> {
    if (this.#element.text.trim() !== '') throw new Unreadable(`Unexpected text in '${at}'`);
    const seen = new Set<string>();
    for (const child of this.#element.children) {
      if (seen.has(child.name)) throw new Unreadable(`Unexpected second element '${child.name}' in '${at}'`);
      seen.add(child.name);
      yield [child.name, new XmlSource(child)];
    }
  }

  entries(): never {
    throw new Unreadable('No request in XML has a map');
  }
}

/** How a protocol writes what the plain objects of an answer do not say. */
export interface XmlStyle {
  /** Name of one item of the list with this name. */
  item(list: string): string;
  readonly timestamps: ReadonlySet<string>;
}

/** `value` as the element `name`; members that are undefined are left out, times become ISO 8601. */
export function xmlText(name: string, value: unknown, style: XmlStyle): string {
  if (value === undefined || value === null) return '';
  const isTime = style.timestamps.has(name);
  if (Array.isArray(value)) {
    const items = value.map((item) => xmlText(style.item(name), isTime ? timeText(item) : item, style)).join('');
    return `<${name}>${items}</${name}>`;
  }
  if (typeof value === 'object') return `<${name}>${membersText(value, style)}</${name}>`;
  return `<${name}>${escaped(isTime ? timeText(value) : String(value))}</${name}>`;
}

function timeText(value: unknown): string {
  return typeof value === 'number' ? new Date(value).toISOString() : String(value);
}

export function membersText(value: object, style: XmlStyle): string {
  return Object.entries(value)
    .map(([name, member]) => xmlText(name, member, style))
    .join('');
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"\r\n]/g, (found) => escapes[found] ?? `&#${found.charCodeAt(0)};`);
}
