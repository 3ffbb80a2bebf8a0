/** The package and the release of these sources. Each takes long, so whichever test comes first makes it, and the others wait. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { systemClock } from '../adapters/clock/system.ts';
import { packageInto } from '../scripts/build/compiled.ts';
import { RELEASE_TEMPLATE, releaseFrom } from '../scripts/build/release.ts';

const LOOK_MILLISECONDS = 200;
const DONE = 'done';

/** The folder with what `npx serverless package` writes: a zip for each function, and the template. Not to be changed. */
export function packaged(): Promise<string> {
  return once('package', (folder) => packageInto(folder));
}

/** The folder of the release, as `npm run package` writes it, and the path of its template. Not to be changed. */
export async function released(): Promise<{ folder: string; template: string }> {
  const from = await packaged();
  const folder = await once('release', (out) => releaseFrom(from, out));
  return { folder, template: join(folder, RELEASE_TEMPLATE) };
}

/** Who makes the folder makes what belongs into it; one who fails says so to those who wait. */
async function once(name: string, make: (folder: string) => void): Promise<string> {
  const folder = join(inject('once'), name);
  const done = `${folder}.${DONE}`;
  const failed = `${folder}.failed`;
  if (mine(folder)) {
    try {
      make(folder);
      writeFileSync(done, '');
    } catch (error) {
      writeFileSync(failed, '');
      throw error;
    }
  }
  while (!existsSync(done)) {
    if (existsSync(failed)) throw new Error(`another test could not make the ${name}; it says why`);
    await systemClock.wait(LOOK_MILLISECONDS);
  }
  return folder;
}

function mine(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
