/**
 * `npm run simulate -- [--seeds N] [--from S] [--story WORDS] [--keep-going] [--no-shrink]`: N worlds from seed S on. The
 * last line is the figures. A world that breaks a promise is made small and told with its seed, what is left of it and what
 * happened in it; exit 1.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { caseOf } from '../test/simulation/case.ts';
import { shrink } from '../test/simulation/shrink.ts';
import { added, nothing, playOrTell, type Totals, told } from '../test/simulation/worlds.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    story: { type: 'string' },
    'keep-going': { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from)) {
  console.error('--seeds is a whole number from 1, --from is a whole number');
  process.exit(2);
}

const PROGRESS_WORLDS = 100;
let totals: Totals = nothing;
for (let seed = from; totals.worlds < seeds; seed++) {
  const drawn = caseOf(seed);
  if (values.story !== undefined && drawn.story !== values.story) continue;
  const played = await playOrTell(drawn);
  totals = added(totals, played);
  if (totals.worlds % PROGRESS_WORLDS === 0) console.log(told(totals));
  if (played.broken.length === 0) continue;
  console.log(`\nseed ${seed} (${drawn.story}) at ${commit()}:`);
  if (values['no-shrink']) console.log(played.broken.join('\n'));
  else await tell(seed);
  if (!values['keep-going']) break;
}
console.log(told(totals));
process.exitCode = totals.broken === 0 ? 0 : 1;

async function tell(seed: number): Promise<void> {
  const { case: small, played, tries } = await shrink(caseOf(seed));
  console.log(played.trace.join('\n'));
  console.log(`\nsetting: ${JSON.stringify(small.setting)}`);
  console.log(`happenings: ${JSON.stringify(small.happenings)}`);
  console.log(`faults: ${JSON.stringify(small.faults)}`);
  console.log(`after ${tries} tries. Broken:\n${played.broken.join('\n')}\n`);
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'an unknown commit';
  }
}
