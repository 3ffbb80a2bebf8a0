import { readFileSync } from 'node:fs';
import { atMost, type Bench } from '../../scripts/bench/result.ts';
import { wholeRun } from './whole-run.ts';

const PAIRS = 31;
const WARM = 12;
const ROUND_TRIPS = 500;

/** A simulation plays thousands of runs: what one costs decides how many seeds a safety case can afford. */
const bench: Bench = async ({ print }) => {
  const verdict: unknown = JSON.parse(readFileSync(new URL('./verdict.json', import.meta.url), 'utf8'));
  const text = JSON.stringify(verdict);
  const roundTrips = () => {
    for (let trip = 0; trip < ROUND_TRIPS; trip++) JSON.stringify(JSON.parse(text));
  };
  const pairs: { run: number; trips: number }[] = [];
  for (let seed = 1; seed <= WARM + PAIRS; seed++) {
    const run = await wholeRun(seed);
    const pair = { run: await timed(run), trips: await timed(async () => roundTrips()) };
    if (seed > WARM) pairs.push(pair);
  }
  const run = median(pairs.map((pair) => pair.run));
  const trip = median(pairs.map(({ trips }) => trips)) / ROUND_TRIPS;
  print(
    `     one run ${run.toFixed(1)} ms; a round trip of verdict.json (${text.length} bytes) ${(1_000 * trip).toFixed(1)} µs`,
  );
  const ratio = median(pairs.map((pair) => (ROUND_TRIPS * pair.run) / pair.trips));
  return [atMost(500, 'one whole failover in memory', ratio, 'JSON round trips of a verdict')];
};

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export default bench;
