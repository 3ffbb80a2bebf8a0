/**
 * `npm run build [-- --file throwover.yaml] [-- --out dist]`: every function of functions/list.ts as one file, with the
 * topology beside it, and what serverless.yml needs to know. The same sources give the same bytes.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { systemClock } from '../adapters/clock/system.ts';
import { parseTopology, type Topology } from '../core/topology/index.ts';
import { functions } from '../functions/list.ts';
import { alarmConditions, alarmResources } from './build/alarms.ts';
import { bundle } from './build/bundles.ts';
import { deployedFunctions, substitutions } from './build/deployment.ts';
import { drillResources } from './build/drills.ts';
import { oversightResources } from './build/oversight.ts';
import { peopleResources } from './build/people.ts';
import { roles } from './build/roles.ts';

const root = resolve(import.meta.dirname, '..');

/**
 * @param out one folder in it for each function. What is there already and right is not touched: a lab may be reading it.
 */
export async function build(out: string, topology: Topology): Promise<void> {
  const began = systemClock.now() / 1000;
  const { files, metafile } = await bundle(root, out, functions);
  const put = (path: string, value: unknown) => files.set(path, `${JSON.stringify(value, null, 1)}\n`);
  for (const { key } of functions) put(`${key}/topology.json`, topology);
  const names = substitutions(functions);
  put('metafile.json', metafile);
  put('functions.json', deployedFunctions(functions, topology));
  put('resources.json', {
    Conditions: alarmConditions(topology),
    Resources: {
      ...roles(functions, topology),
      ...drillResources(topology),
      ...alarmResources(topology),
      ...oversightResources(functions, topology),
      ...peopleResources(topology),
    },
  });
  put('substitutions.json', names);
  put('called.json', Object.values(names));
  for (const machine of ['drill', 'answer'] as const) {
    const called = substitutions(functions, machine);
    put(`${machine}-substitutions.json`, called);
    put(`${machine}-called.json`, Object.values(called));
  }
  for (const [path, text] of files) write(join(out, path), text);
  const expected = new Set([...files.keys()].map((path) => path.split('/')[0]));
  for (const left of readdirSync(out)) if (!expected.has(left)) rmSync(join(out, left), { recursive: true });
  // of when this is what the sources give, though nothing had to be written
  utimesSync(join(out, 'metafile.json'), began, began);
}

function write(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  // of its own name: two labs that start together both build
  const whole = `${path}.${process.pid}.new`;
  writeFileSync(whole, text);
  renameSync(whole, path);
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
