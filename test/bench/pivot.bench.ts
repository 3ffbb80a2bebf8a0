import { atMost, type Bench } from '../../scripts/bench/result.ts';
import { type Played, played } from './failover.ts';
import { batchesOf } from './phases.ts';
import { slopeOf } from './slope.ts';

const NAMES = [1, 10, 100, 500, 1_000];

/** With pivots a move costs the same for any number of names: nobody waits longer because the company has grown. */
const bench: Bench = async () => {
  const runs: { names: number; run: Played }[] = [];
  for (const names of NAMES) runs.push({ names, run: await played({ names, layout: 'pivot', externalDns: false }) });
  const planned = await played({ names: 100, layout: 'pivot', mode: 'switchover', externalDns: false });
  const steps = planned.pair.timing.stepShares.length;
  const largest = (value: (run: Played) => number) => Math.max(...runs.map(({ run }) => value(run)));
  const slope = (value: (run: Played) => number) => slopeOf(runs.slice(1).map(({ names, run }) => [names, value(run)]));
  const tokens = (run: Played) => run.batches.reduce((sum, batch) => sum + batch.tokens, 0);
  return [
    atMost(
      2,
      `pivot, 1 to 1,000 names: change calls per zone (fence, swap)`,
      largest((run) => run.batches.length),
      'calls',
    ),
    atMost(2 + steps, 'pivot, switchover: change calls per zone', planned.batches.length, 'calls'),
    atMost(
      0,
      'pivot, 1 to 1,000 names: change calls for ownership',
      largest((run) => batchesOf(run).fence.length - 1),
      'calls',
    ),
    atMost(0.05, 'pivot, 10 to 1,000 names: growth of change tokens, log-log slope', slope(tokens), ''),
    atMost(
      0.05,
      'pivot, 10 to 1,000 names: growth of the time from claim to the last batch, log-log slope',
      slope((run) => run.seconds.moved),
      '',
    ),
  ];
};

export default bench;
