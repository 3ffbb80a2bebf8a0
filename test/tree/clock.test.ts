import { describe, expect, it } from 'vitest';
import { rooms, sourcesIn, withoutComments } from './sources.ts';

/** Time and chance come from outside: a clock and a seed that are handed in. Otherwise no run could be repeated. */
const forbidden: Readonly<Record<string, RegExp>> = {
  'Date.now': /\bDate\s*\.\s*now\b/,
  'new Date()': /\bnew Date(?!\w)\s*(\(\s*\)|(?!\s*\())/,
  'Date()': /(?<!new )(?<![\w.])Date\(/,
  setTimeout: /\bsetTimeout\b/,
  setInterval: /\bsetInterval\b/,
  'node:timers': /\bnode:timers\b/,
  'AbortSignal.timeout': /\bAbortSignal\s*\.\s*timeout\b/,
  'Math.random': /\bMath\s*\.\s*random\b/,
  'performance.now': /\bperformance\s*\.\s*(now|timeOrigin)\b/,
  'process.hrtime': /\bhrtime\b/,
  'crypto.random…': /\b(randomUUID|randomBytes|randomInt|randomFill|randomFillSync|getRandomValues)\b/,
};

function usesIn(text: string): string[] {
  const code = withoutComments(text);
  return Object.keys(forbidden).filter((name) => forbidden[name]?.test(code));
}

describe('time and chance', () => {
  it('come from adapters/clock and nowhere else', () => {
    const found = sourcesIn(...rooms.filter((room) => room !== 'bin'))
      .filter(({ path }) => !path.startsWith('adapters/clock/'))
      .flatMap(({ path, text }) => usesIn(text).map((use) => `${path} uses ${use}`));
    expect(found).toEqual([]);
  });

  it.each([
    ['const now = Date.now();', 'Date.now'],
    ['return new Date().toISOString();', 'new Date()'],
    ['return new Date;', 'new Date()'],
    ['return Date();', 'Date()'],
    ['setTimeout(done, 10);', 'setTimeout'],
    ['socket.setTimeout(10);', 'setTimeout'],
    ['setInterval(tick, 10);', 'setInterval'],
    ["import { setTimeout as wait } from 'node:timers/promises';", 'setTimeout'],
    ['fetch(url, { signal: AbortSignal.timeout(5) });', 'AbortSignal.timeout'],
    ['const dice = Math.random();', 'Math.random'],
    ['performance.now()', 'performance.now'],
    ['process.hrtime.bigint()', 'process.hrtime'],
    ['crypto.randomUUID()', 'crypto.random…'],
  ])('%s would be found', (code, use) => {
    expect(usesIn(code)).toContain(use);
  });

  it.each([
    'new Date(milliseconds).toISOString()',
    '// Date.now() would tie the run to this machine',
    '/** not Math.random */',
    'const birthDate = toDate(text);',
  ])('%s is fine', (code) => {
    expect(usesIn(code)).toEqual([]);
  });
});
