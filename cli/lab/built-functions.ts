/**
 * The packaged functions, as the sources are now: built when they are not there or older than what they were built from,
 * because a lab with other functions would show something else.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Surroundings } from '../verb.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = `${ROOT}dist/`;
const BUILD = `${ROOT}scripts/build.ts`;
/** What the build read last, and by its time when that was. */
const READ = `${DIST}metafile.json`;

/** @returns the folder with one folder per function */
export async function builtFunctions({ output }: Pick<Surroundings, 'output'>): Promise<string> {
  if (isCurrent()) return DIST;
  output.complain('The functions are built first: node scripts/build.ts');
  const { status, stderr } = spawnSync(process.execPath, [BUILD], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the functions could not be built: ${stderr.trim().slice(0, 500)}`);
  return DIST;
}

function isCurrent(): boolean {
  try {
    const { inputs } = JSON.parse(readFileSync(READ, 'utf8')) as { inputs: Record<string, unknown> };
    const built = statSync(READ).mtimeMs;
    const sources = Object.keys(inputs).filter((path) => !path.startsWith('node_modules/'));
    return sources.every((path) => statSync(ROOT + path).mtimeMs <= built);
  } catch {
    return false;
  }
}
