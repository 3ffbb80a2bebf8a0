/** The packaged functions: built when they are not there, because a lab without them would show something else. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Surroundings } from '../verb.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const BUILD = fileURLToPath(new URL('../../scripts/build.ts', import.meta.url));

/** @returns the folder with one folder per function */
export async function builtFunctions({ output }: Surroundings): Promise<string> {
  if (existsSync(`${DIST}functions.json`)) return DIST;
  output.complain('The functions are built first (once): node scripts/build.ts');
  const { status, stderr } = spawnSync(process.execPath, [BUILD], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the functions could not be built: ${stderr.trim().slice(0, 500)}`);
  return DIST;
}
