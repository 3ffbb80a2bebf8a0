import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peer, peerPath, pythonWithBoto3 } from '../peers.ts';

let folder = '';
const at = (...parts: string[]) => join(folder, ...parts);

function install(...parts: string[]): string {
  const path = at(...parts);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throwover-'));
  mkdirSync(at('bin', 'dig'), { recursive: true });
  mkdirSync(at('cache', 'throwover-test-peers', 'bin'), { recursive: true });
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a program a test needs', () => {
  const env = () => ({ PATH: at('bin'), XDG_CACHE_HOME: at('cache') });

  it('comes from PATH before the venv', () => {
    const inVenv = install('cache', 'throwover-test-peers', 'bin', 'aws');
    expect(peerPath('aws', env())).toBe(inVenv);
    const onPath = install('bin', 'aws');
    expect(peerPath('aws', env())).toBe(onPath);
  });

  it('may have the longer name that Debian gives it', () => {
    const path = install('bin', 'prometheus-alertmanager');
    expect(peerPath('alertmanager', env())).toBe(path);
  });

  it('is not a folder of its name', () => {
    expect(peerPath('dig', env())).toBeUndefined();
  });

  it('skips its test where it is missing, and says what to run', () => {
    const reasons: unknown[] = [];
    const skip = (reason: unknown) => {
      reasons.push(reason);
      throw new Error('skipped');
    };
    expect(() => peer('dig', { skip } as never, env())).toThrow('skipped');
    expect(reasons).toEqual(['dig is not installed: run scripts/install-test-peers']);
  });

  it('fails its test where it is missing in CI', () => {
    const context = { skip: () => expect.unreachable('it must fail, not be skipped') };
    expect(() => peer('dig', context as never, { ...env(), CI: 'true' })).toThrow(/run scripts\/install-test-peers/);
  });
});

describe('a Python with boto3', () => {
  /** A python3 that answers every script in one way. */
  const python = (exitCode: number, ...parts: string[]) => {
    const path = install(...parts);
    writeFileSync(path, `#!/bin/sh\nexit ${exitCode}\n`);
    return path;
  };
  const env = () => ({ PATH: `${at('bin')}:/bin`, XDG_CACHE_HOME: at('cache') });

  it('is that of the venv where the one on PATH has none, or one too old', () => {
    python(1, 'bin', 'python3');
    const inVenv = python(0, 'cache', 'throwover-test-peers', 'bin', 'python3');
    const context = { skip: () => expect.unreachable('there is one') };
    expect(pythonWithBoto3(context as never, env())).toBe(inVenv);
    python(0, 'bin', 'python3');
    expect(pythonWithBoto3(context as never, env())).toBe('python3');
  });

  it('fails its test where it is missing in CI', () => {
    for (const parts of [['bin'], ['cache', 'throwover-test-peers', 'bin']]) python(1, ...parts, 'python3');
    const context = { skip: () => expect.unreachable('it must fail, not be skipped') };
    expect(() => pythonWithBoto3(context as never, { ...env(), CI: 'true' })).toThrow(/boto3 is not installed/);
  });
});

describe('the programs of scripts/install-test-peers', () => {
  it.for([
    ['dig', '-v'],
    ['kubectl', 'version --client'],
    ['aws', '--version'],
    ['cfn-lint', '--version'],
    ['promtool', '--version'],
    ['prometheus', '--version'],
    ['alertmanager', '--version'],
    ['amtool', '--version'],
  ] as const)('%s starts', ([program, version], context) => {
    const { status, stderr } = spawnSync(peer(program, context), version.split(' '), { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
});
