/**
 * `npm run simulate -- [--seeds N] [--from S | --commit] [--seconds T] [--story WORDS] [--keep-going] [--no-shrink]`: N worlds
 * from seed S on, or as many as there is time for; --commit begins with a seed made of the commit's id. The last line is the
 * figures, the one before it what a world has cost. A world that breaks a promise is made small and told with its seed, what is
 * left of it and what happened in it; exit 1.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock } from '../adapters/clock/system.ts';
import { caseOf } from '../test/simulation/case.ts';
import { shrink } from '../test/simulation/shrink.ts';
import { merged, nothing, type Totals, told } from '../test/simulation/worlds.ts';
import { cpuMilliseconds } from './bench/paired-ratio.ts';
import { PLAYERS, played } from './simulate/players.ts';
import type { Broken, Work } from './simulate/work.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    commit: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    story: { type: 'string' },
    'keep-going': { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
});
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
const seeds = Number(values.seeds ?? (values.seconds === undefined ? 500 : Number.MAX_SAFE_INTEGER));
const from = values.commit ? Number.parseInt(commit().slice(0, 7), 16) : Number(values.from);
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from) || !(seconds > 0)) {
  console.error('--seeds is a whole number from 1, --from is a whole number, --seconds more than 0');
  process.exit(2);
}

const PIECE = 10;
const PROGRESS_WORLDS = 200;
const began = systemClock.now();
const cpuBefore = cpuMilliseconds();
let [totals, given, seed]: [Totals, number, number] = [nothing, 0, from];
const broken: Broken[] = [];
await played(nextWork, (result) => {
  if (result.kind !== 'worlds') return;
  const before = totals.worlds;
  totals = merged(totals, result.totals);
  broken.push(...result.broken);
  for (const { seed: of, story, lines } of result.broken)
    console.log(`\nseed ${of} (${story}) at ${commit()}:\n${lines.join('\n')}`);
  if (Math.floor(before / PROGRESS_WORLDS) < Math.floor(totals.worlds / PROGRESS_WORLDS)) console.log(told(totals));
  return broken.length > 0 && !values['keep-going'];
});
const [first] = broken;
if (first !== undefined && !values['no-shrink']) await tell(first.seed);
console.log(`${cost()}, on ${PLAYERS} threads`);
console.log(told(totals));
process.exitCode = totals.broken === 0 ? 0 : 1;

/** The next seeds, of the story that was asked for; undefined: enough, or the time is over. */
function nextWork(): Work | undefined {
  if (systemClock.now() - began > seconds * 1000) return undefined;
  const piece: number[] = [];
  for (; piece.length < PIECE && given + piece.length < seeds; seed++)
    if (values.story === undefined || caseOf(seed).story === values.story) piece.push(seed);
  given += piece.length;
  return piece.length === 0 ? undefined : { kind: 'worlds', seeds: piece };
}

/** CPU time of a world, loading the code included, in round trips of a JSON text that any machine can make. */
function cost(): string {
  const milliseconds = (cpuMilliseconds() - cpuBefore) / Math.max(1, totals.worlds);
  const text = JSON.stringify(JSON.parse(readFileSync(new URL('../test/bench/verdict.json', import.meta.url), 'utf8')));
  const trips = 20_000;
  const before = cpuMilliseconds();
  for (let trip = 0; trip < trips; trip++) JSON.stringify(JSON.parse(text));
  const one = (cpuMilliseconds() - before) / trips;
  const calls = Math.round(totals.calls / Math.max(1, totals.worlds));
  return `a world cost ${Math.round(milliseconds)} ms of CPU, ${Math.round(milliseconds / one)} JSON round trips, and made ${calls} calls`;
}

async function tell(of: number): Promise<void> {
  const { case: small, played: smallest, tries } = await shrink(caseOf(of));
  console.log(smallest.trace.join('\n'));
  console.log(`\nsetting: ${JSON.stringify(small.setting)}`);
  console.log(`happenings: ${JSON.stringify(small.happenings)}`);
  console.log(`faults: ${JSON.stringify(small.faults)}`);
  console.log(`after ${tries} tries. Broken:\n${smallest.broken.join('\n')}\n`);
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return '0000000';
  }
}
