import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { functionsLog } from '../../../lab/functions/log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throwover-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('what functions write stands in one file, with who wrote it', () => {
  const log = functionsLog(join(folder, 'log'));
  log('watch', 'one\n');
  log('judge', 'two\n');
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('watch one\njudge two\n');
});

it('it never takes more room than two full files, and the newest is always there', () => {
  const path = join(folder, 'log');
  const log = functionsLog(path, 100);
  for (let line = 0; line < 1_000; line++) {
    log('watch', `line ${line}\n`);
    expect(statSync(path).size).toBeLessThanOrEqual(100);
  }
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(100);
  expect(readFileSync(path, 'utf8')).toMatch(/watch line 999\n$/);
});

it('what an earlier lab has written is gone', () => {
  writeFileSync(join(folder, 'log'), 'old');
  writeFileSync(join(folder, 'log.1'), 'older');
  functionsLog(join(folder, 'log'))('watch', 'new\n');
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('watch new\n');
  expect(existsSync(join(folder, 'log.1'))).toBe(false);
});
