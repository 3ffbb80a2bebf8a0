import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentAt, documents, sectionOf } from './markdown.ts';

const decisions = documents.filter(({ path }) => path.startsWith('docs/adr/'));
const sections = ['Context', 'Decision', 'Consequences', 'Alternatives'];

describe('docs/adr', () => {
  it('has a number for each decision, and no number twice', () => {
    const numbers = decisions.map(({ path }) => /^(\d{4})-[a-z0-9-]+\.md$/.exec(basename(path))?.[1]);
    expect(numbers).not.toContain(undefined);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it.each(decisions.map((decision) => [basename(decision.path), decision] as const))(
    '%s has its parts, each with something in it',
    (name, decision) => {
      expect(decision.headings[0]).toMatch(new RegExp(`^${name.slice(0, 4)} .{10,}`));
      expect(decision.headings.filter((heading) => sections.includes(heading))).toEqual(sections);
      for (const section of sections) expect(sectionOf(decision, section).trim().length, section).toBeGreaterThan(40);
      expect(decision.text).toMatch(/^Status: (proposed|accepted|superseded by \[\d{4}\]\([^)]+\))$/m);
      expect(decision.text).toMatch(/^Date: \d{4}-\d{2}-\d{2}$/m);
    },
  );

  it.each(decisions.map((decision) => [basename(decision.path), decision] as const))(
    '%s says what is bad about it, and fits a page',
    (_, decision) => {
      expect(sectionOf(decision, 'Consequences')).toMatch(/Good:[\s\S]*Bad:/);
      expect(decision.text.split('\n').length).toBeLessThan(75);
    },
  );

  it('is listed in docs/README.md under the titles the decisions have', () => {
    const index = documentAt('docs/README.md').text;
    const lines = decisions.map(({ path, text }) => {
      const title = text.split('\n')[0]?.replace(/^# \d{4} /, '');
      return `- [${basename(path).slice(0, 4)}](adr/${basename(path)}) ${title}`;
    });
    expect(lines.filter((line) => !index.includes(`${line}\n`))).toEqual([]);
  });
});
