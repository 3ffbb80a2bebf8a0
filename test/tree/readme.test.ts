import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { verbs } from '../../cli/verbs.ts';
import { call } from '../cli/call.ts';
import { root } from './sources.ts';

const readme = readFileSync(`${root}README.md`, 'utf8');

describe('README.md', () => {
  it('shows what check really prints', async () => {
    const { exitCode, stdout } = await call(['check'], { folder: root });
    expect(exitCode).toBe(0);
    expect(readme).toContain(`$ npx throwover check\n    ${stdout}`);
  });

  it('shows a demo as it really is, but for the numbers', async () => {
    const [, shown = ''] = /```text\n\$ npm ci && npm run demo\n([\s\S]*?)```/.exec(readme) ?? [];
    const { stdout } = await call(['demo', '--in-memory', '--fast'], { folder: root });
    const withoutNumbers = (line: string) => line.replace(/\d+/g, '#').trimEnd();
    const real = stdout.split('\n').map(withoutNumbers);
    const lines = shown.split('\n').filter((line) => line.trim() !== '' && line.trim() !== '...');
    expect(lines.length).toBeGreaterThan(15);
    let at = 0;
    for (const line of lines) {
      const found = real.indexOf(withoutNumbers(line), at);
      expect(found, `${line} after line ${at}`).toBeGreaterThanOrEqual(at);
      at = found;
    }
  });

  it('names only verbs there are', () => {
    const named = [...readme.matchAll(/npx throwover ([a-z][a-z-]*)/g)].map(([, verb]) => verb ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((verb) => !Object.hasOwn(verbs, verb))).toEqual([]);
  });

  it('gives the test command that CI runs', () => {
    expect(readme).toContain('npm ci && npm test');
    expect(readFileSync(`${root}.ci/run`, 'utf8')).toContain('npm ci && npm test');
  });
});
