/** The packaged functions: built when they are not there, because a lab without them would show something else. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Surroundings } from '../verb.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const BUILD = fileURLToPath(new URL('../../scripts/build.ts', import.meta.url));

/** What goes into the packaged functions. */
const SOURCES = ['core', 'adapters', 'functions', 'scripts/build', 'throwover.yaml', 'package-lock.json'];

/** 0: there is no such file. */
function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestSource(): number {
  return Math.max(
    ...SOURCES.flatMap((source) => {
      const path = fileURLToPath(new URL(`../../${source}`, import.meta.url));
      if (!statSync(path).isDirectory()) return [modifiedAt(path)];
      return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => modifiedAt(join(path, name)));
    }),
  );
}

/** @returns the folder with one folder per function */
export async function builtFunctions({ output }: Surroundings): Promise<string> {
  const built = modifiedAt(`${DIST}functions.json`);
  if (built >= newestSource()) return DIST;
  output.complain(
    `The functions are built first${built === 0 ? '' : ': their sources have changed'} (node scripts/build.ts).`,
  );
  const { status, stderr } = spawnSync(process.execPath, [BUILD], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the functions could not be built: ${stderr.trim().slice(0, 500)}`);
  return DIST;
}
