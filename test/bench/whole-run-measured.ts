/**
 * Run by run.bench.ts in a process of its own, so that no other bench's heap and compiled code is in the way. Prints the
 * CPU time of the fastest run and of the fastest round trip in milliseconds, and what is in the middle, as JSON. With the
 * argument `world` everybody else of a simulated world acts beside the run.
 */
import { readFileSync } from 'node:fs';
import { cpuMilliseconds } from '../../scripts/bench/paired-ratio.ts';
import { wholeRun } from './whole-run.ts';

/** A safety case plays tens of thousands of runs: by then the code is compiled as far as it will be. */
const WARM = 150;
const PAIRS = 151;
const ROUND_TRIPS = 500;
const world = process.argv[2] === 'world';

const text = JSON.stringify(JSON.parse(readFileSync(new URL('./verdict.json', import.meta.url), 'utf8')));
const runs: number[] = [];
const trips: number[] = [];
for (let seed = 1; seed <= WARM + PAIRS; seed++) {
  const run = await timed(await wholeRun(seed, { world }));
  const trip = (await timed(roundTrips)) / ROUND_TRIPS;
  if (seed <= WARM) continue;
  runs.push(run);
  trips.push(trip);
}
const middle = runs.toSorted((a, b) => a - b)[Math.floor(PAIRS / 2)];
console.log(JSON.stringify({ bytes: text.length, run: Math.min(...runs), middle, trip: Math.min(...trips) }));

async function roundTrips(): Promise<void> {
  for (let trip = 0; trip < ROUND_TRIPS; trip++) JSON.stringify(JSON.parse(text));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = cpuMilliseconds();
  await work();
  return cpuMilliseconds() - start;
}
