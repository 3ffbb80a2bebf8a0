/**
 * `npm run build [-- --file throwover.yaml] [-- --out dist]`: every function of functions/list.ts as one file, with the
 * topology beside it, and what serverless.yml needs to know. The same sources give the same bytes.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { parseTopology, type Topology } from '../core/topology/index.ts';
import { functions } from '../functions/list.ts';
import { bundle } from './build/bundles.ts';
import { deployedFunctions, substitutions } from './build/deployment.ts';
import { roles } from './build/roles.ts';

const root = resolve(import.meta.dirname, '..');

/** @param out the folder that is made anew; one folder in it for each function */
export async function build(out: string, topology: Topology): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const write = (path: string, value: unknown) => writeFileSync(join(out, path), `${JSON.stringify(value, null, 1)}\n`);
  const metafile = await bundle(root, out, functions);
  for (const { key } of functions) write(`${key}/topology.json`, topology);
  write('metafile.json', metafile);
  write('functions.json', deployedFunctions(functions, topology));
  write('resources.json', { Resources: roles(functions, topology) });
  write('substitutions.json', substitutions(functions));
}

/** Throws with every problem of the file: nothing is built of a topology that is wrong. */
export function topologyIn(path: string): Topology {
  const { topology, problems } = parseTopology(parse(readFileSync(path, 'utf8')));
  if (topology !== undefined) return topology;
  const said = problems.map((problem) => `  ${problem.path}: found ${problem.found}, expected ${problem.expected}`);
  throw new Error(`${path} is wrong (npx throwover check says more):\n${said.join('\n')}`);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { file: { type: 'string' }, out: { type: 'string' } } });
  const file = values.file ?? (process.env.THROWOVER_FILE || join(root, 'throwover.yaml'));
  await build(resolve(values.out ?? join(root, 'dist')), topologyIn(file));
}
