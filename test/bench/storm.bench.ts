import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atMost, type Bench } from '../../scripts/bench/result.ts';

interface Measured {
  messages: number;
  runs: number;
  kept: number;
  retained: [number, number];
}

/** Five alarms of the play, and those of CloudWatch that see the same. */
const KEPT_MOST = 12;

/**
 * A storm of alarms: 10,000 messages about one death, doubled and shuffled. They start one run, and what is kept of them grows
 * with the news and not with the messages: in the table, and in memory of the whole lab with everything that it remembers.
 */
const bench: Bench = ({ print }) => {
  const script = fileURLToPath(new URL('./storm-measured.ts', import.meta.url));
  const { messages, runs, kept, retained } = JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', script]).toString(),
  ) as Measured;
  const [early, late] = retained;
  const each = (late - early) / (0.8 * messages);
  print(`     retained after 2,000 messages ${early} bytes, after ${messages} ${late}: ${each.toFixed(0)} a message`);
  const storm = `${messages.toLocaleString('en')} duplicate and shuffled alarm events`;
  return [
    atMost(0, `${storm}: runs more or fewer than the one that they start`, Math.abs(runs - 1), 'runs'),
    atMost(KEPT_MOST, `items kept of ${storm}`, kept, 'items'),
    atMost(1.1, `bytes retained after all of ${storm} against after 2,000`, late / early, 'times'),
  ];
};

export default bench;
