import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atMost, type Bench, type Printing, type Result } from '../../scripts/bench/result.ts';

interface Measured {
  bytes: number;
  run: number;
  middle: number;
  trip: number;
}

interface Row {
  name: string;
  /** JSON round trips of a verdict. */
  limit: number;
  /** Of functions; what a run does when nothing is done twice, and an eighth. */
  callsMax: number;
  arguments: readonly string[];
}

const ROWS: readonly Row[] = [
  { name: 'one whole run in memory', limit: 600, callsMax: 132_000, arguments: [] },
  { name: 'the same in a simulated world', limit: 1_250, callsMax: 236_000, arguments: ['world'] },
];
const TRIES = 5;

/**
 * A simulation plays thousands of runs: what one costs decides how many seeds a safety case can afford. The least CPU time of
 * many is taken of both sides, in processes of their own: whatever else the machine does only adds. Where
 * that was too much, both get another chance to find the machine quiet for 10 ms. The limits are looser than the design's
 * 500 and 1,000: docs/adr/0021. What no neighbour can make dearer is counted beside it.
 */
const bench: Bench = ({ print }) => ROWS.flatMap((row) => [callsOf(row), resultOf(row, print)]);

function callsOf({ name, callsMax, arguments: given }: Row): Result {
  return atMost(callsMax, `${name}: calls`, Number(printedBy('./run-calls.ts', given)), 'calls of functions');
}

function printedBy(script: string, given: readonly string[]): string {
  return execFileSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...given]).toString();
}

function resultOf({ name, limit, arguments: given }: Row, print: Printing['print']): Result {
  const least = { run: Number.POSITIVE_INFINITY, trip: Number.POSITIVE_INFINITY };
  for (let attempt = 0; attempt < TRIES && !(least.run / least.trip <= limit); attempt++) {
    const { bytes, run, middle, trip } = JSON.parse(printedBy('./whole-run-measured.ts', given)) as Measured;
    print(
      `     ${name} ${run.toFixed(1)} ms (middle ${middle.toFixed(1)}); ` +
        `a round trip of verdict.json (${bytes} bytes) ${(1_000 * trip).toFixed(1)} µs`,
    );
    least.run = Math.min(least.run, run);
    least.trip = Math.min(least.trip, trip);
  }
  return atMost(limit, name, least.run / least.trip, 'JSON round trips of a verdict');
}

export default bench;
