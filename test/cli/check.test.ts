import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './call.ts';

const good = readFileSync(new URL('../../throwover.yaml', import.meta.url), 'utf8');
const wrong = good.replace('region: eu-west-1', 'region: Ireland').replace('mode: auto', 'mood: auto');
const moodLine = lineOf(wrong, '    mood: auto');
const regionLine = lineOf(wrong, '        region: Ireland');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throwover-'));
  writeFileSync(join(folder, 'throwover.yaml'), good);
  writeFileSync(join(folder, 'wrong.yaml'), wrong);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('throwover check', () => {
  it('sums up a good file in one line', async () => {
    const { exitCode, stdout, stderr } = await call(['check'], { folder });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      /^ok {2}throwover\.yaml: pair shop \(blue and green, 2 zones, 3 services, 6 names, mode auto\); digest [0-9a-f]{16}\n$/,
    );
  });

  it('shows each problem with its place in the file, by line', async () => {
    const { exitCode, stdout } = await call(['check', 'wrong.yaml'], { folder });
    expect(exitCode).toBe(2);
    expect(stdout).toBe(
      [
        `wrong.yaml:${moodLine}:5  pairs.shop.mood`,
        '    found     a key nobody knows',
        '    expected  mode, clusters, zones, services, datastores, prometheus, objectives, probe, timing, approvals, drills, calendar or route53 (did you mean mode?)',
        `wrong.yaml:${regionLine}:9  pairs.shop.clusters.blue.region`,
        '    found     "Ireland"',
        '    expected  an AWS region, as in eu-west-1',
        '',
        '2 problems in wrong.yaml',
        '',
      ].join('\n'),
    );
  });

  it('points to what is around a setting that is missing, and into lists', async () => {
    const missing = good
      .replace('        id: Z0PIVOT\n', '')
      .replace('        canaryHost: canary.green.example.test\n', '');
    writeFileSync(join(folder, 'missing.yaml'), missing);
    const { stdout } = await call(['check', 'missing.yaml'], { folder });
    const green = lineOf(missing, '      green:');
    const pivot = lineOf(missing, '      - name: pivot.test');
    expect(stdout).toContain(`missing.yaml:${green}:7  pairs.shop.clusters.green.canaryHost\n`);
    expect(stdout).toContain(`missing.yaml:${pivot}:9  pairs.shop.zones[1].id\n`);
  });

  it('prints remarks about what is allowed and odd', async () => {
    writeFileSync(join(folder, 'odd.yaml'), good.replace('concurrency: safe', 'concurrency: unknown'));
    const { exitCode, stdout } = await call(['check', 'odd.yaml'], { folder });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^odd\.yaml:\d+:5 {2}pairs\.shop\.services\n {4}remark {4}concurrency of example is unknown/,
    );
  });

  it('prints one line of JSON when asked', async () => {
    const { exitCode, stdout } = await call(['check', '--json', 'wrong.yaml'], { folder });
    expect(exitCode).toBe(2);
    expect(stdout.trimEnd()).not.toContain('\n');
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      file: 'wrong.yaml',
      problems: [
        {
          path: 'pairs.shop.mood',
          line: moodLine,
          column: 5,
          found: 'a key nobody knows',
          expected: expect.any(String),
        },
        {
          path: 'pairs.shop.clusters.blue.region',
          line: regionLine,
          column: 9,
          found: '"Ireland"',
          expected: 'an AWS region, as in eu-west-1',
        },
      ],
      remarks: [],
    });
    const fine = JSON.parse((await call(['check', '--json'], { folder })).stdout);
    expect(fine).toEqual({
      ok: true,
      file: 'throwover.yaml',
      digest: expect.stringMatching(/^[0-9a-f]{16}$/),
      problems: [],
      remarks: [],
    });
  });

  describe('reads', () => {
    it('the file it is told, whatever the environment says', async () => {
      const around = { folder, env: { THROWOVER_FILE: 'throwover.yaml' } };
      expect((await call(['check', '--file', 'wrong.yaml'], around)).exitCode).toBe(2);
      expect((await call(['check', 'wrong.yaml'], around)).exitCode).toBe(2);
    });

    it('else the file that THROWOVER_FILE names', async () => {
      expect((await call(['check'], { folder, env: { THROWOVER_FILE: 'wrong.yaml' } })).exitCode).toBe(2);
      expect((await call(['check'], { folder, env: { THROWOVER_FILE: '' } })).exitCode).toBe(0);
    });

    it('not two files at once', async () => {
      const { exitCode, stderr } = await call(['check', 'a.yaml', '--file', 'b.yaml'], { folder });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('name the file once');
    });
  });

  it.each([
    ['missing', undefined, /^throwover: there is no bad\.yaml; name the topology with --file or THROWOVER_FILE/],
    ['empty', '', /^throwover: bad\.yaml is empty/],
    ['only a comment', '# later\n', /^throwover: bad\.yaml is empty/],
    ['broken YAML', 'pairs:\n  shop: [\n', /^throwover: bad\.yaml:\d+:\d+ is not YAML: /],
    [
      'a key written twice',
      'version: 1\nversion: 1\n',
      /^throwover: bad\.yaml:2:1 is not YAML: Map keys must be unique/,
    ],
    ['two documents', 'version: 1\n---\nversion: 1\n', /^throwover: bad\.yaml:\d+:\d+ is not YAML: /],
    ['aliases that unfold without end', bomb(), /^throwover: bad\.yaml cannot be read: Excessive alias count/],
  ])('refuses a file that is %s in one sentence', async (_, content, sentence) => {
    rmSync(join(folder, 'bad.yaml'), { force: true });
    if (content !== undefined) writeFileSync(join(folder, 'bad.yaml'), content);
    const { exitCode, stdout, stderr } = await call(['check', 'bad.yaml'], { folder });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('refuses a folder', async () => {
    expect((await call(['check', '.'], { folder })).stderr).toBe('throwover: . cannot be read: it is a folder.\n');
  });

  it.each(['text', '[1, 2]', '42'])('refuses %s, which is YAML and no topology', async (content) => {
    writeFileSync(join(folder, 'bad.yaml'), content);
    const { exitCode, stdout } = await call(['check', 'bad.yaml'], { folder });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('bad.yaml:1:1  the whole file\n');
    expect(stdout).toContain('expected  a mapping\n');
  });
});

describe('colours', () => {
  const escapeCharacter = String.fromCharCode(27);

  it('are for a terminal', async () => {
    expect((await call(['check', 'wrong.yaml'], { folder, terminal: true })).stdout).toContain(escapeCharacter);
    expect((await call(['check', 'wrong.yaml'], { folder })).stdout).not.toContain(escapeCharacter);
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('are not for one that says %j', async (env) => {
    expect((await call(['check', 'wrong.yaml'], { folder, terminal: true, env })).stdout).not.toContain(
      escapeCharacter,
    );
  });
});

/** The number of the first line that begins with `start`. */
function lineOf(text: string, start: string): number {
  return text.split('\n').findIndex((line) => line.startsWith(start)) + 1;
}

/** Nine levels of nine aliases each: 387 million values in 200 characters. */
function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const items = Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*a${level - 1}`));
    return `a${level}: &a${level} [${items.join(', ')}]`;
  });
  return `${levels.join('\n')}\n`;
}
