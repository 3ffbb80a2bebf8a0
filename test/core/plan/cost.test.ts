import { describe, expect, it } from 'vitest';
import { takenChanges } from '../../../core/plan/ownership.ts';
import type { RecordSet } from '../../../core/plan/records.ts';
import { portionsOf, steerBatch } from '../../../core/plan/steer.ts';
import { pairedRatio } from '../../../scripts/bench/paired-ratio.ts';
import { fenceSet, ours, quiet, read, registered, shopWith, side, standpointOf, toGreen } from './zone.ts';

// each is a hundred milliseconds long, and of CPU time
const PAIRS = 3;

/** All records of so many names, as a zone lists them: A, AAAA and their registry, of both sides. */
function zoneText(names: number): string {
  const hosts = [...Array(names).keys()].map((n) => `n${String(n).padStart(5, '0')}`);
  const sets = hosts.flatMap((host): RecordSet[] =>
    ['blue', 'green'].flatMap((cluster) => [
      side(`${host}.example.test.`, 'A', cluster, cluster === 'blue' ? 100 : 0),
      side(`${host}.example.test.`, 'AAAA', cluster, cluster === 'blue' ? 100 : 0),
      registered(`a-${host}.example.test.`, cluster),
      registered(`aaaa-${host}.example.test.`, cluster),
    ]),
  );
  return JSON.stringify([fenceSet({ ...quiet, epoch: ours.epoch, run: ours.run }), ...sets]);
}

describe('planning', () => {
  // whatever else a machine does only adds: the bench holds the number on a machine of its own, here the best of a few counts
  it('10,000 names costs at most five times what reading and sorting the same data costs, ownership included', {
    retry: 4,
  }, () => {
    const pair = shopWith(10_000);
    const text = zoneText(10_000);
    const records: RecordSet[] = JSON.parse(text);
    const readAndSort = () =>
      (JSON.parse(text) as RecordSet[]).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const batches = () => {
      const reading = read(pair, records);
      const portions = portionsOf(reading, toGreen);
      let at = standpointOf(reading);
      return portions.map((names, index) => {
        const { batch, after } = steerBatch(at, names, toGreen, index === portions.length - 1);
        at = after;
        return batch;
      });
    };
    expect(batches().length).toBe(81);
    const owners = () => {
      const reading = read(pair, [...records]);
      return reading.names.map((name) => takenChanges(reading, name, 'blue'));
    };
    expect(pairedRatio(batches, readAndSort, PAIRS).ratio).toBeLessThanOrEqual(5);
    expect(pairedRatio(owners, readAndSort, PAIRS).ratio).toBeLessThanOrEqual(5);
  });
});
