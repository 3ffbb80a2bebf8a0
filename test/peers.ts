/** The programs nobody here wrote that tests talk to, as `scripts/install-test-peers` brings them. */
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
  const path = peerPath(program, env);
  if (path !== undefined) return path;
  const reason = `${program} is not installed: run scripts/install-test-peers`;
  if (env.CI === 'true') throw new Error(reason);
  return context.skip(reason);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
