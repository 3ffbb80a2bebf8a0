/**
 * What ordering nodes on suspicion is worth: recovery with it against recovery without, the same deaths, in virtual time. A
 * thousand seeds play only the cluster that wakes; what surrounds that is taken from whole courses, and a few seeds are
 * played both ways, which must say the same.
 */
import type { Range } from '../../models/kubernetes/life-settings.ts';
import { seeded } from '../../models/random.ts';
import { atLeast, atMost, type Bench, type Result } from '../../scripts/bench/result.ts';
import { type Course, wakingOnly, wholeRecovery } from './recovery.ts';

const SEEDS = 1_000;
const WHOLE = 6;
const MINUTE = 60_000;
/** From the tick that meets a dead cluster to its suspicion: the time-out of a probe. */
const PROBE = 2_000;
/** Prepare looks every 5 s: a look later is no difference. */
const DIFFERENCE_MAX = 0.05;

const bench: Bench = async ({ print }) => [
  ...(await measured('about 60 s', [55_000, 65_000], 0.82, print)),
  ...(await measured('2 to 5 min', [120_000, 300_000], 0.9, print)),
];

async function measured(
  told: string,
  nodeReadyMs: Range,
  limit: number,
  print: (line: string) => void,
): Promise<Result[]> {
  const whole = { with: 0, without: 0 };
  const part = { with: 0, without: 0 };
  const courses: { with: Course; without: Course }[] = [];
  for (let seed = 1; seed <= WHOLE; seed++) {
    const course = { with: await play(seed, true), without: await play(seed, false) };
    courses.push(course);
    for (const how of ['with', 'without'] as const) {
      whole[how] += course[how].moved;
      part[how] += (await wakingOnly({ seed, nodeReadyMs, prewarms: how === 'with' }, course[how])).moved;
    }
  }
  const sum = { with: 0, without: 0 };
  let seeds = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const course = courses[seed % WHOLE];
    if (course === undefined) continue;
    const suspected = PROBE + seeded(seed)() * MINUTE;
    for (const how of ['with', 'without'] as const) {
      const from = shifted(course[how], suspected);
      sum[how] += (await wakingOnly({ seed, nodeReadyMs, prewarms: how === 'with' }, from)).moved;
    }
    seeds++;
  }
  const mean = (milliseconds: number) => `${(milliseconds / seeds / 1000).toFixed(0)} s`;
  print(`     nodes in ${told}: recovery with prewarm ${mean(sum.with)}, without ${mean(sum.without)}`);
  const apart = (how: 'with' | 'without') => Math.abs(part[how] / whole[how] - 1);
  return [
    atMost(limit, `recovery with prewarm against without, nodes in ${told}`, sum.with / sum.without, 'times'),
    atLeast(SEEDS, `seeds of that, nodes in ${told} (floor)`, seeds, 'seeds'),
    atMost(
      DIFFERENCE_MAX,
      `${WHOLE} of those seeds, played whole against the waking alone, nodes in ${told}`,
      Math.max(apart('with'), apart('without')),
      'apart',
    ),
  ];

  function play(seed: number, prewarms: boolean): Promise<Course> {
    return wholeRecovery({ seed, nodeReadyMs, prewarms });
  }
}

/** The same course of a death at another moment of the watch's minute. */
function shifted(course: Course, suspected: number): Course {
  const by = Math.round(suspected) - course.suspected;
  return {
    suspected: course.suspected + by,
    woke: course.woke + by,
    ready: course.ready + by,
    moved: course.moved + by,
  };
}

export default bench;
