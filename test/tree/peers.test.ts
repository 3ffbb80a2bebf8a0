import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peer, peerPath } from '../peers.ts';

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
