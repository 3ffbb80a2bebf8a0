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

  it('has a schema for editors that is as strict as check: what nobody knows is underlined', () => {
    const schema = JSON.parse(referenceFiles['docs/reference/topology.schema.json']?.() ?? '{}');
    const lax: string[] = [];
    const walk = (part: unknown, path: string): void => {
      if (typeof part !== 'object' || part === null) return;
      if ('properties' in part && (part as { additionalProperties?: unknown }).additionalProperties !== false)
        lax.push(path);
      for (const [key, inner] of Object.entries(part)) walk(inner, `${path}/${key}`);
    };
    walk(schema, '');
    expect(lax).toEqual([]);
    expect(schema.required).toEqual(expect.arrayContaining(['version', 'pairs']));
    expect(readFileSync(new URL('../../throwover.yaml', import.meta.url), 'utf8')).toContain(
      'yaml-language-server: $schema=./docs/reference/topology.schema.json',
    );
  });

  it('explains every setting of the topology', () => {
    const page = referenceFiles['docs/reference/topology.md']?.() ?? '';
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((line) => line.endsWith('|  |'))).toEqual([]);
  });
});
