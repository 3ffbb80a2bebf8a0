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
