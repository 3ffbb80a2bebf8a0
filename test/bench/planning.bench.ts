import { takenChanges } from '../../core/plan/ownership.ts';
import type { RecordSet } from '../../core/plan/records.ts';
import { portionsOf, steerBatch } from '../../core/plan/steer.ts';
import type { NamedPair } from '../../core/topology/pair.ts';
import { pairedRatio } from '../../scripts/bench/paired-ratio.ts';
import { atMost, type Bench } from '../../scripts/bench/result.ts';
import {
  bothSides,
  fenceSet,
  ours,
  quiet,
  read,
  registered,
  shopWith,
  standpointOf,
  toGreen,
} from '../core/plan/zone.ts';

const NAMES = 10_000;
const PAIRS = 9;

/** Planning costs a small multiple of reading and sorting the same data, ownership of the old side's records included. */
const bench: Bench = ({ print }) => {
  const pair = shopWith(NAMES);
  const text = JSON.stringify(recordsOf(NAMES));
  const records: RecordSet[] = JSON.parse(text);
  const readAndSort = () =>
    (JSON.parse(text) as RecordSet[]).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

  const steered = pairedRatio(() => batchesFor(pair, records), readAndSort, PAIRS);
  const owned = pairedRatio(() => changesOfOwnership(pair, [...records]), readAndSort, PAIRS);
  print(
    `     ${NAMES.toLocaleString('en')} names (${records.length} record sets, ${text.length} bytes): batches in ` +
      `${steered.workMilliseconds.toFixed(0)} ms, ownership in ${owned.workMilliseconds.toFixed(0)} ms, ` +
      `JSON.parse and sort in ${steered.yardstickMilliseconds.toFixed(0)} ms`,
  );
  return [
    atMost(5, 'planning the batches of 10,000 names', steered.ratio, 'times JSON.parse and sort'),
    atMost(5, 'planning the ownership of 10,000 names', owned.ratio, 'times JSON.parse and sort'),
  ];
};

/** All records of so many names, as a zone lists them: A, AAAA and their registry, of both sides. */
function recordsOf(names: number): RecordSet[] {
  const hosts = Array.from({ length: names }, (_, at) => `n${String(at).padStart(5, '0')}.example.test.`);
  const sets = hosts.flatMap((host) => [
    ...bothSides(host, 100),
    ...['blue', 'green'].flatMap((cluster) => [registered(`a-${host}`, cluster), registered(`aaaa-${host}`, cluster)]),
  ]);
  return [fenceSet({ ...quiet, epoch: ours.epoch, run: ours.run }), ...sets];
}

function batchesFor(pair: NamedPair, records: RecordSet[]): unknown {
  const reading = read(pair, records);
  const portions = portionsOf(reading, toGreen);
  let at = standpointOf(reading);
  return portions.map((names, index) => {
    const { batch, after } = steerBatch(at, names, toGreen, index === portions.length - 1);
    at = after;
    return batch;
  });
}

function changesOfOwnership(pair: NamedPair, records: RecordSet[]): unknown {
  const reading = read(pair, records);
  return reading.names.map((name) => takenChanges(reading, name, 'blue'));
}

export default bench;
