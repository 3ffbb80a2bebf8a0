/** Every claim of SECURITY.md names the tests that prove it, and they are there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './sources.ts';

const rows = readFileSync(join(root, 'SECURITY.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Who could'));

describe('SECURITY.md', () => {
  it('has claims', () => {
    expect(rows.length).toBeGreaterThan(8);
  });

  it.each(rows)('%s', (row) => {
    const proof = row.split(' | ').at(-1) ?? '';
    const named = [...proof.matchAll(/`(test\/[^`]+)`((?:,? "[^"]+")*)/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, path = '', titles = ''] of named) {
      expect(existsSync(join(root, path)), path).toBe(true);
      for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g))
        expect(readFileSync(join(root, path), 'utf8')).toContain(title);
    }
  });
});
