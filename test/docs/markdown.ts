/** Our documents as tests read them: their headings, blocks and links. */
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { filesIn, root } from '../tree/sources.ts';

export interface Block {
  readonly path: string;
  /** The nearest heading above. */
  readonly heading: string;
  /** What stands behind the fence; `indented` for a block of four spaces, `none` where the fence says nothing. */
  readonly language: string;
  readonly code: string;
}

export interface Document {
  readonly path: string;
  readonly text: string;
  readonly headings: readonly string[];
  readonly blocks: readonly Block[];
  /** As written: relative to the document's folder, or elsewhere on the web. */
  readonly links: readonly string[];
}

export const documents: readonly Document[] = ['README.md', 'CHANGELOG.md', ...filesIn('docs')]
  .filter((path) => path.endsWith('.md'))
  .map(read);

export function documentAt(path: string): Document {
  const found = documents.find((document) => document.path === path);
  if (found === undefined) throw new RangeError(`there is no document ${path}`);
  return found;
}

/** The text below a heading, down to the next one. */
export function sectionOf({ text }: Document, heading: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && titleOf(line) === heading);
  if (start < 0) return '';
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** Where a link of a document leads, from the root of the repository; undefined for one on the web. */
export function targetOf(document: Document, link: string): { path: string; anchor: string } | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [file = '', anchor = ''] = link.split('#');
  return { path: file === '' ? document.path : normalize(join(dirname(document.path), file)), anchor };
}

/** The anchor that a heading gets where Markdown is shown. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function read(path: string): Document {
  const text = readFileSync(join(root, path), 'utf8');
  const blocks: Block[] = [];
  const headings: string[] = [];
  const prose: string[] = [];
  const lines = text.split('\n');
  let before = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [, indent = '', language] = /^( *)```(\w*)/.exec(line) ?? [];
    const taken = language === undefined ? [] : until(lines, at + 1, (one) => one.trim() === '```');
    const indented = language === undefined && before.trim() === '' ? indentedFrom(lines, at) : [];
    if (language !== undefined) {
      const code = taken.map((one) => (one.startsWith(indent) ? one.slice(indent.length) : one)).join('\n');
      blocks.push({ path, heading: headings.at(-1) ?? '', language: language || 'none', code });
      at += taken.length + 1;
    } else if (indented.length > 0) {
      blocks.push({ path, heading: headings.at(-1) ?? '', language: 'indented', code: indented.join('\n') });
      at += indented.length - 1;
    } else {
      if (/^#+ /.test(line)) headings.push(titleOf(line));
      prose.push(line);
    }
    before = lines[at] ?? '';
  }
  const words = prose.join('\n');
  const links = [...words.matchAll(/\]\(([^()\s]+)\)/g), ...words.matchAll(/^\[[^\]]+\]: (\S+)/gm)].map(
    ([, link = '']) => link,
  );
  return { path, text, headings, blocks, links };
}

function titleOf(line: string): string {
  return line.replace(/^#+ /, '').replaceAll('`', '').trim();
}

function until(lines: readonly string[], from: number, ends: (line: string) => boolean): string[] {
  const length = lines.slice(from).findIndex(ends);
  return lines.slice(from, length < 0 ? undefined : from + length);
}

/** Lines that begin with four spaces after an empty line, outside a list. */
function indentedFrom(lines: readonly string[], from: number): string[] {
  const above = lines.slice(0, from).findLast((line) => line.trim() !== '') ?? '';
  if (/^\s*([-*]|\d+\.) /.test(above) || /^ /.test(above)) return [];
  return until(lines, from, (line) => !line.startsWith('    ')).map((line) => line.slice(4));
}
