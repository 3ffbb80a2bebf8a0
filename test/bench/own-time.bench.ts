import { atMost, type Bench, type Result } from '../../scripts/bench/result.ts';
import { played } from './failover.ts';
import { batchesOf, tokensOf } from './phases.ts';

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed + 1);
const OWN_SECONDS = 20;
const TOKENS_PER_SECOND = 100;
/** As many names as the bucket of change tokens holds at once. */
const AT_ONCE = 180;

/**
 * What users wait for because of us: everything from the verdict to Commit but pods, INSYNC and TTL. Each cluster's
 * ExternalDNS lives beside us here.
 */
const bench: Bench = async () => [
  await ninetyFifth('pivot', 1),
  await ninetyFifth('pivot', 100),
  await once('pivot', 1_000),
  await ninetyFifth('records', 1),
  await ninetyFifth('records', 10),
  await ninetyFifth('records', 100),
  await once('records', 500),
  await once('records', 1_000),
  ...(await atOnce()),
];

async function ninetyFifth(layout: 'records' | 'pivot', names: number): Promise<Result> {
  const seconds: number[] = [];
  for (const seed of SEEDS) seconds.push((await played({ names, layout, seed })).seconds.ours);
  seconds.sort((a, b) => a - b);
  const value = seconds[Math.ceil(0.95 * seconds.length) - 1] ?? Number.NaN;
  return atMost(
    OWN_SECONDS,
    `${layout}, ${names} names: our own time in a failover, p95 of ${SEEDS.length} seeds`,
    value,
    'virtual s',
  );
}

/** Beyond what the bucket holds at once, tokens take their time: ours, and those that an ExternalDNS takes meanwhile. */
async function once(layout: 'records' | 'pivot', names: number): Promise<Result> {
  const run = await played({ names, layout });
  const tokens = layout === 'pivot' ? 0 : tokensOf(run.batches) + run.othersTokens;
  const limit = Math.round(OWN_SECONDS + tokens / TOKENS_PER_SECOND);
  const size = `${layout}, ${names.toLocaleString('en')} names`;
  return atMost(limit, `${size}: our own time in a failover (20 s, and tokens ÷ rate)`, run.seconds.ours, 'virtual s');
}

async function atOnce(): Promise<Result[]> {
  const refused: number[] = [];
  const steer: number[] = [];
  for (const seed of SEEDS) {
    // nobody else spends: who publishes in these 15 s takes tokens that we then lack
    const given = { names: AT_ONCE, layout: 'records', externalDns: false, life: FIFTEEN_SECONDS_TO_START } as const;
    const run = await played({ ...given, seed });
    refused.push(Object.values(run.refused).reduce((sum, one) => sum + one, 0));
    steer.push(batchesOf(run).swap.length);
  }
  return [
    atMost(
      0,
      `records, ${AT_ONCE} names: throttled or refused batches, Own over 15 s before Steer`,
      Math.max(...refused),
      'batches',
    ),
    atMost(2, `records, ${AT_ONCE} names: change calls of a swap`, Math.max(...steer), 'calls'),
  ];
}

/** From container created to ready: Prepare waits that long, and the bucket fills meanwhile. */
const FIFTEEN_SECONDS_TO_START = { podStartMs: [15_000, 20_000] } as const;

export default bench;
