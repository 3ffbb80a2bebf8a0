import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atMost, type Bench } from '../../scripts/bench/result.ts';

interface Measured {
  heap: number;
  peak: number;
}

const FUNCTION_MB = 256;
/**
 * How Lambda starts Node for a function of that size, as its process list shows it: 90 % for what lives long, 5 % for what was
 * just made. Without the second Node itself keeps a hundred megabytes of what nobody needs any more.
 */
const NODE = ['--max-old-space-size=230', '--max-semi-space-size=12'];

/** What a function takes that looks at 2,000 workloads in each cluster, wakes them and writes to all of them. */
const bench: Bench = ({ print }) => {
  const script = fileURLToPath(new URL('./memory-measured.ts', import.meta.url));
  const measured = (workloads: number) => {
    const node = [...NODE, '--expose-gc', script, String(workloads)];
    return JSON.parse(execFileSync(process.execPath, node, { maxBuffer: 2 ** 20 }).toString()) as Measured;
  };
  const [few, many] = [measured(200), measured(2_000)];
  print(`     at 200 workloads ${few.peak.toFixed(0)} MB, at 2,000 ${many.peak.toFixed(0)} MB`);
  return [
    atMost(FUNCTION_MB, 'largest memory of a function at 2,000 workloads', many.peak, 'MB'),
    atMost(1.2, 'what it keeps afterwards, at 2,000 workloads against 200', many.heap / few.heap, 'times'),
  ];
};

export default bench;
