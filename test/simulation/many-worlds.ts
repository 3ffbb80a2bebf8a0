import { expect } from 'vitest';
import { added, nothing, playSeed, type Totals } from './worlds.ts';

/** Plays worlds in this process: every promise is kept in each, and they do as much as they always did. */
export async function everyPromiseIsKept(from: number, worlds: number): Promise<void> {
  let totals: Totals = nothing;
  const broken: string[] = [];
  for (let seed = from; seed < from + worlds; seed++) {
    const played = await playSeed(seed);
    totals = added(totals, played);
    if (played.broken.length > 0) broken.push(`npm run simulate -- --seeds 1 --from ${seed}: ${played.broken[0]}`);
  }
  expect(broken).toEqual([]);
  // a simulation that became fast by doing less would be of no use
  expect(totals.virtualMinutes / worlds).toBeGreaterThanOrEqual(45);
  expect(totals.calls / worlds).toBeGreaterThan(3_000);
  expect(totals.invocations / worlds).toBeGreaterThan(200);
  expect(totals.faults / worlds).toBeGreaterThan(6);
}
