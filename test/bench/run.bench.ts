import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atMost, type Bench } from '../../scripts/bench/result.ts';

interface Measured {
  bytes: number;
  run: number;
  middle: number;
  trip: number;
}

const LIMIT = 1_000;
const TRIES = 5;

/**
 * A simulation plays thousands of runs: what one costs decides how many seeds a safety case can afford. The least CPU time of
 * many is taken of both sides, in processes of their own: whatever else the machine does only adds (docs/adr/0021). Where
 * that was too much, both get another chance to find the machine quiet for 10 ms. What the watch adds that looks beside the
 * run is printed.
 */
const bench: Bench = ({ print }) => {
  const script = fileURLToPath(new URL('./whole-run-measured.ts', import.meta.url));
  const measured = (...beside: string[]) =>
    JSON.parse(execFileSync(process.execPath, [script, ...beside]).toString()) as Measured;
  const least = { run: Number.POSITIVE_INFINITY, trip: Number.POSITIVE_INFINITY };
  for (let attempt = 0; attempt < TRIES && !(least.run / least.trip <= LIMIT); attempt++) {
    const { bytes, run, middle, trip } = measured();
    print(
      `     one failover with its world ${run.toFixed(1)} ms (middle ${middle.toFixed(1)}); ` +
        `a round trip of verdict.json (${bytes} bytes) ${(1_000 * trip).toFixed(1)} µs`,
    );
    least.run = Math.min(least.run, run);
    least.trip = Math.min(least.trip, trip);
  }
  const trips = least.run / least.trip;
  const watched = measured('watched');
  print(`     the same with the watch looking beside it: ${(watched.run / watched.trip).toFixed(0)} round trips`);
  return [atMost(LIMIT, 'one whole failover in memory with its world', trips, 'JSON round trips of a verdict')];
};

export default bench;
