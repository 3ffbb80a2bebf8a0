import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../tree/sources.ts';
import { anchorOf, documentAt, documents, targetOf } from './markdown.ts';

describe('documents', () => {
  it('lead only to files and headings that are there', () => {
    const broken = documents.flatMap((document) =>
      document.links.flatMap((link) => {
        const target = targetOf(document, link);
        if (target === undefined) return [];
        if (!existsSync(join(root, target.path))) return [`${document.path}: ${link}`];
        if (target.anchor === '' || !target.path.endsWith('.md')) return [];
        const anchors = documentAt(target.path).headings.map(anchorOf);
        return anchors.includes(target.anchor) ? [] : [`${document.path}: ${link}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('can each be reached from README.md', () => {
    const seen = new Set<string>();
    const waiting = ['README.md'];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path) || !path.endsWith('.md')) continue;
      seen.add(path);
      const document = documentAt(path);
      waiting.push(...document.links.flatMap((link) => targetOf(document, link)?.path ?? []));
    }
    expect(
      documents.map(({ path }) => path).filter((path) => !seen.has(path)),
      'a page that nobody finds: link it from docs/README.md',
    ).toEqual([]);
  });

  it('say what language a block has, so that none escapes from being tested', () => {
    const silent = documents.flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'none'));
    expect(silent.map(({ path, code }) => `${path}: ${code.split('\n')[0]}`)).toEqual([]);
  });

  it('have no placeholder and no promise for later', () => {
    const promised = documents.filter(({ text }) => /\b(TODO|FIXME|TBD|coming soon)\b/i.test(text));
    expect(promised.map(({ path }) => path)).toEqual([]);
  });
});
