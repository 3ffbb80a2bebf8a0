import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { afterEach, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../cli/exit-codes.ts';
import { verbs } from '../../cli/verbs.ts';
import { call } from './call.ts';

/** A verb that fails as `failure` says, for as long as the test lasts. */
function withFailingVerb(failure: unknown): void {
  Object.assign(verbs, {
    fail: {
      summary: 'fail',
      load: async () => ({
        declare: <T>(command: T) => command,
        examples: [],
        run: () => {
          throw failure;
        },
      }),
    },
  });
}

afterEach(() => {
  Reflect.deleteProperty(verbs, 'fail');
});

describe('throwover', () => {
  it.each([[['--help']], [['-h']], [['help']]])('%j lists every verb', async (argv) => {
    const { exitCode, stdout, stderr } = await call(argv);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    for (const [name, { summary }] of Object.entries(verbs))
      expect(stdout).toMatch(new RegExp(`^ {2}${name} +${summary}$`, 'm'));
  });

  it('without a verb shows the same, and that nothing was done', async () => {
    const { exitCode, stdout } = await call([]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('Usage: throwover <verb>');
  });

  it.each([[['help', 'check']], [['check', '--help']]])('%j shows arguments and examples', async (argv) => {
    const { exitCode, stdout } = await call(argv);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--json');
    expect(stdout).toContain('npx throwover check other.yaml');
  });

  it('says its version', async () => {
    expect((await call(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([[['chekc']], [['help', 'chekc']]])('%j is no verb, and the nearest one is named', async (argv) => {
    const { exitCode, stdout, stderr } = await call(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe('throwover: there is no verb chekc. Did you mean check? "throwover --help" lists them all.\n');
  });

  it.each(['constructor', 'xyzzyxyzzy', ''])('%j is no verb, and none is near', async (name) => {
    const { exitCode, stderr } = await call([name]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`there is no verb ${name}. "throwover --help"`);
  });

  it('refuses an unknown option with the nearest one', async () => {
    const { exitCode, stderr } = await call(['check', '--jsno']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe("throwover: unknown option '--jsno' (Did you mean --json?)\n");
  });

  it('says an error nobody expected in one sentence, and exits 1', async () => {
    withFailingVerb(new Error('the disk\n  is full'));
    expect(await call(['fail'])).toEqual({ exitCode: 1, stdout: '', stderr: 'throwover: the disk is full\n' });
  });

  it('shows the stack to who asks for it', async () => {
    withFailingVerb(new Error('the disk is full'));
    const { exitCode, stderr } = await call(['fail'], { env: { THROWOVER_DEBUG: '1' } });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/the disk is full\n\s+at /);
  });

  it('calls a question about an unknown cluster refused', async () => {
    withFailingVerb(Object.assign(new Error('there is no cluster red'), { name: 'UnknownCluster' }));
    expect((await call(['fail'])).exitCode).toBe(2);
  });

  it('gives its exit code to the shell', () => {
    const started = spawnSync(process.execPath, ['bin/throwover.mjs', 'check', 'missing.yaml'], { encoding: 'utf8' });
    expect(started.status).toBe(2);
    expect(started.stderr).toMatch(/^throwover: there is no missing\.yaml/);
  });
});

describe('every verb', () => {
  it.each(Object.entries(verbs))(
    '%s answers in JSON when asked, and has an example of its own name',
    async (name, { load }) => {
      const verb = await load();
      const options = verb.declare(new Command(name)).options.map(({ long }) => long);
      expect(options).toContain('--json');
      expect(verb.examples.length).toBeGreaterThan(0);
      for (const [line] of verb.examples) expect(line).toMatch(new RegExp(`\\b${name}\\b`));
    },
  );
});

describe('exit codes', () => {
  it.each([
    ['Switched', true, 0],
    ['Unchanged', true, 0],
    ['Recorded', true, 0],
    ['Previewed', true, 0],
    ['Previewed', false, 3],
    ['Refused', true, 2],
    ['Held', false, 3],
    ['Abandoned', true, 3],
    ['Uncertain', true, 4],
    ['Disputed', true, 4],
    ['Superseded', true, 5],
    ['something new', true, 1],
  ])('%s (every gate open: %s) is %i', (outcome, everyGateOpen, exitCode) => {
    expect(exitCodeOf(outcome, everyGateOpen)).toBe(exitCode);
  });
});
