import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { type Peer, peer } from '../peers.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program nobody here wrote, without blocking the servers of this process, far from anybody's own settings. */
export function run(
  program: Peer,
  context: Pick<TestContext, 'skip'>,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const path = peer(program, context);
  const home = mkdtempSync(join(tmpdir(), 'throwover-home-'));
  const own = { PATH: process.env.PATH ?? '', HOME: home, LC_ALL: 'C.UTF-8', ...env };
  return new Promise((resolve) => {
    execFile(path, [...args], { env: own, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
    });
  });
}

/** The aws command against one endpoint; what it printed, parsed. Rejects with what it said when it failed. */
export async function aws(
  context: Pick<TestContext, 'skip'>,
  endpoint: string,
  args: readonly string[],
): Promise<unknown> {
  const stdout = await awsText(context, endpoint, args);
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

/** The same, as it was printed: `aws s3` knows no other output. */
export async function awsText(
  context: Pick<TestContext, 'skip'>,
  endpoint: string,
  args: readonly string[],
): Promise<string> {
  const { code, stdout, stderr } = await run(
    'aws',
    context,
    ['--endpoint-url', endpoint, '--output', 'json', ...args],
    {
      AWS_ACCESS_KEY_ID: 'lab',
      AWS_SECRET_ACCESS_KEY: 'lab',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_PAGER: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      // Some installations choose the Python of a program by a file in HOME.
      ...(process.env.PYENV_VERSION === undefined ? {} : { PYENV_VERSION: process.env.PYENV_VERSION }),
    },
  );
  if (code !== 0) throw new Error(stderr.trim());
  return stdout;
}
