/** Runs what a document says to type, with every program led to a lab of this test. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { peer } from '../peers.ts';
import { root } from '../tree/sources.ts';

export interface Typed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Older aws commands ignore AWS_ENDPOINT_URL; dig knows no port of ours, kubectl no configuration. */
const programs = `
npx() { [ "$1" = throwover ] && shift && "$NODE" "$ROOT/bin/throwover.mjs" "$@"; }
aws() { "$AWS" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
dig() { "$DIG" "@\${THROWOVER_DNS%:*}" -p "\${THROWOVER_DNS##*:}" "$@"; }
kubectl() { "$KUBECTL" --kubeconfig "$LAB/kubeconfig" "$@"; }
`;

/** @param env what leads to the lab: AWS_ENDPOINT_URL, and what else the script needs */
export async function shell(
  context: Pick<TestContext, 'skip'>,
  script: string,
  env: Readonly<Record<string, string>> & { AWS_ENDPOINT_URL: string },
): Promise<Typed> {
  const own = {
    AWS_ACCESS_KEY_ID: 'documents',
    AWS_SECRET_ACCESS_KEY: 'of-no-use',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    NODE: process.execPath,
    ROOT: root,
    AWS: peer('aws', context),
    DIG: peer('dig', context),
    KUBECTL: peer('kubectl', context),
  };
  const home = mkdtempSync(join(tmpdir(), 'throwover-home-'));
  const inherited = Object.entries(process.env).filter(([name]) => /^(PATH|LANG|LC_ALL|PYENV_\w+)$/.test(name));
  try {
    return await bash(programs + script, { ...Object.fromEntries(inherited), HOME: home, ...own, ...env });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function bash(script: string, env: NodeJS.ProcessEnv): Promise<Typed> {
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { env, cwd: root, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
    });
  });
}
