/** What ordering nodes on suspicion is worth: the same death, the same seed, once with and once without. */
import { describe, expect, it } from 'vitest';
import type { Range } from '../../models/kubernetes/life-settings.ts';
import { given } from './scenario.ts';

/** Seconds from the death of the active cluster until every name stands on the other one. */
async function recovery(seed: number, nodeReadyMs: Range, prewarms: boolean): Promise<number> {
  const scenario = await given({ seed, life: { nodeMillicores: 1_000, emptyNodeMs: 60_000, nodeReadyMs } });
  await scenario.pass(300 + (seed % 7) * 8);
  scenario.meddling.before = ({ key, input }) => {
    if (key === 'tend-capacity' && input.kind === 'prewarm' && !prewarms) throw new Error('not in this run');
  };
  const died = scenario.clock.now();
  scenario.cluster('blue').inflict('kill');
  await scenario.until(() => scenario.standing() === 'green', 3_000);
  return (scenario.clock.now() - died) / 1000;
}

async function ratio(nodeReadyMs: Range, seeds: readonly number[]): Promise<number> {
  const sums = { with: 0, without: 0 };
  for (const seed of seeds) {
    sums.with += await recovery(seed, nodeReadyMs, true);
    sums.without += await recovery(seed, nodeReadyMs, false);
  }
  console.log(
    `recovery with prewarm ${(sums.with / seeds.length).toFixed(0)} s, without ${(sums.without / seeds.length).toFixed(0)} s`,
  );
  return sums.with / sums.without;
}

describe('prewarming', () => {
  const seeds = [1, 2, 3, 4, 5, 6];

  it('saves at least 18 % of a recovery whose nodes take a minute', async () => {
    expect(await ratio([55_000, 65_000], seeds)).toBeLessThanOrEqual(0.82);
  });

  it('and 10 % where they take two to five', async () => {
    expect(await ratio([120_000, 300_000], seeds)).toBeLessThanOrEqual(0.9);
  });
});
