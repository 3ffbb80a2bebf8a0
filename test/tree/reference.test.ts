import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { referenceFiles } from '../../scripts/reference.ts';

describe('docs/reference', () => {
  it.each(Object.entries(referenceFiles))('%s says what the code says', (path, content) => {
    const written = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    expect(written === content(), `${path} is out of date: run "npm run reference" and commit what it writes`).toBe(
      true,
    );
  });

  it('explains every setting of the topology', () => {
    const page = referenceFiles['docs/reference/topology.md']?.() ?? '';
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((line) => line.endsWith('|  |'))).toEqual([]);
  });
});
