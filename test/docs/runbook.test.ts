import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../cli/exit-codes.ts';
import type { Debt } from '../../core/ledger/ledger.ts';
import { SITUATION_NAMES, SITUATIONS } from '../../core/observe/situations.ts';
import { OUTCOMES } from '../../core/record.ts';
import { payments } from '../../functions/debts/payments.ts';
import { sourcesIn } from '../tree/sources.ts';
import { documentAt, documents, sectionOf } from './markdown.ts';

const runbook = documents.filter(({ path }) => path.startsWith('docs/runbook/'));
const first = documentAt('docs/runbook/README.md');

/** The cells of the rows whose first one is `name`. */
function rowOf(text: string, name: string): string[] {
  const line = text.split('\n').find((one) => one.startsWith(`| \`${name}\` |`)) ?? '';
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The page, or the section of one, that is about a name. */
function aboutOf(name: string): string {
  for (const document of runbook) {
    if (document.headings[0] === name) return document.text;
    if (document.headings.includes(name)) return sectionOf(document, name);
  }
  return '';
}

describe('the runbook', () => {
  it.each(OUTCOMES)('knows the end %s, with its exit code', (outcome) => {
    expect(aboutOf(outcome)).not.toBe('');
    const [, execution = '', exitCode = ''] = rowOf(first.text, outcome);
    expect(execution).toBe(outcome === 'Uncertain' ? 'FAILED' : 'SUCCEEDED');
    expect(exitCode).toMatch(new RegExp(`^${exitCodeOf(outcome)}\\b`));
  });

  it.each(SITUATION_NAMES)('knows what to do in the situation %s', (name) => {
    expect(aboutOf(name)).not.toBe('');
  });

  it('leaves to docs/situations.md, which is made from the core, what a situation means and whether automation acts', () => {
    const { text } = documentAt('docs/runbook/situations.md');
    expect(SITUATION_NAMES.filter((name) => text.includes(SITUATIONS[name].means))).toEqual([]);
    expect(first.links).toContain('../situations.md');
  });

  it('knows every gate, and who may override it', () => {
    const gates = sourcesIn('core/gates').flatMap(({ text }) => {
      const name = /\bname: '(\w+)'/.exec(text)?.[1];
      const overridable = /\boverridable: (.+)/.exec(text)?.[1] ?? '';
      return name === undefined ? [] : [{ name, person: overridable.includes("'person'") }];
    });
    expect(gates.length).toBeGreaterThan(10);
    const held = documentAt('docs/runbook/held.md').text;
    const told = gates.map(({ name }) => ({ name, person: rowOf(held, name)[2]?.startsWith('person') ?? 'not there' }));
    expect(told).toEqual(gates);
  });

  it('knows every debt', () => {
    const switched = documentAt('docs/runbook/switched.md');
    const debts = Object.keys(payments) as Debt['what'][];
    const lines = switched.text.split('\n').map((line) => line.trim());
    expect(debts.filter((debt) => !lines.some((line) => line.startsWith(`| \`${debt}\` |`)))).toEqual([]);
  });

  const pages = runbook.filter(
    ({ path }) => !/(README|situations|no-move|clusters|external-dns|adopt|change-lock|capacity)\.md$/.test(path),
  );

  it.each(pages.map((page) => [page.path, page] as const))('%s says what, where and what to do', (_, page) => {
    expect(page.headings.slice(1)).toEqual(['What it means', 'Where traffic is', 'What to do']);
    for (const heading of page.headings.slice(1)) expect(sectionOf(page, heading).trim()).not.toBe('');
    expect(page.blocks.filter(({ language }) => language === 'bash').length).toBeGreaterThan(0);
  });
});
