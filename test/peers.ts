/** The programs nobody here wrote that tests talk to, as `scripts/install-test-peers` brings them. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';

export type Peer = 'dig' | 'kubectl' | 'aws' | 'cfn-lint' | 'prometheus' | 'promtool' | 'alertmanager' | 'amtool';

type Environment = Readonly<Record<string, string | undefined>>;

/** The venv with the Python programs; the same place as in scripts/install-test-peers. */
export function peersVenv(env: Environment = process.env): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'throwover-test-peers');
}

/** The path of a program: on PATH, else in the venv, else under the longer name Debian gives it. */
export function peerPath(program: Peer, env: Environment = process.env): string | undefined {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [
    ...folders.map((folder) => join(folder, program)),
    join(peersVenv(env), 'bin', program),
    ...folders.map((folder) => join(folder, `prometheus-${program}`)),
  ].find(isProgram);
}

/**
 * The path of a program a test needs: `const dig = peer('dig', context)`. Where it is missing the test is skipped with
 * the reason, and with CI=true it fails, because a check nobody runs proves nothing.
 */
export function peer(program: Peer, context: Pick<TestContext, 'skip'>, env: Environment = process.env): string {
  return peerPath(program, env) ?? missing(program, context, env);
}

/** A Python whose boto3 honours AWS_ENDPOINT_URL: the one on PATH, else that of the venv. Missing like any other peer. */
export function pythonWithBoto3(context: Pick<TestContext, 'skip'>, env: Environment = process.env): string {
  const pythons = ['python3', join(peersVenv(env), 'bin', 'python3')];
  return pythons.find((python) => hasBoto3(python, env)) ?? missing('boto3', context, env);
}

function missing(peer: string, context: Pick<TestContext, 'skip'>, env: Environment): never {
  const reason = `${peer} is not installed: run scripts/install-test-peers`;
  if (env.CI === 'true') throw new Error(reason);
  return context.skip(reason);
}

/** Older ones would call the real AWS. */
function hasBoto3(python: string, env: Environment): boolean {
  const script = 'import boto3; exit(tuple(map(int, boto3.__version__.split(".")[:2])) < (1, 28))';
  return spawnSync(python, ['-c', script], { env, stdio: 'ignore' }).status === 0;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
