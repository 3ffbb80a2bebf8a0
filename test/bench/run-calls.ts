/**
 * Run by run.bench.ts in a process of its own: how many calls of functions a whole run makes, the libraries' included and
 * the runtime's own left out. The same on every machine, however much else it does. Prints the number. With the argument
 * `world` everybody else of a simulated world acts beside the run.
 */
import { Session } from 'node:inspector/promises';
import { wholeRun } from './whole-run.ts';

const SEED = 7;

const session = new Session();
session.connect();
await session.post('Profiler.enable');
const run = await wholeRun(SEED, { world: process.argv[2] === 'world' });
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
await run();
const { result } = await session.post('Profiler.takePreciseCoverage');
const functions = result.filter(({ url }) => url.startsWith('file:')).flatMap((file) => file.functions);
console.log(functions.reduce((sum, { ranges: [whole] }) => sum + (whole?.count ?? 0), 0));
