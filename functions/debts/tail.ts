/**
 * How many users did not follow. Counted once, when every answer that led to the old side has expired wherever the rules are kept, and
 * written into the record of the run when the old side stands down: the run itself is long over by then.
 */
import { leavingOf } from '../../core/ledger/leaving.ts';
import type { RunRecord } from '../../core/record.ts';
import { type Tail, tailSeen } from '../../core/served.ts';
import { keepForGood } from '../keep-for-good.ts';
import type { Owed } from './payments.ts';

/** Minutes are counted whole, and CloudWatch is about one of them late. */
const COUNTED_SECONDS = 120;
const LATE_SECONDS = 60;

/** Undefined: it is too early, or nobody will ask. */
export async function countTail({ debt, pair, ledger, world }: Owed): Promise<Tail | undefined> {
  const { made, tail, about = '' } = debt;
  if (made === undefined || tail !== undefined) return tail;
  const at = world.clock.now();
  const due = made.at + (pair.timing.dnsTtlSecondsMax + COUNTED_SECONDS + LATE_SECONDS) * 1_000;
  if (at < due) return undefined;
  const { alone, counted } = leavingOf(debt, pair, ledger);
  if (!counted) return { at, because: `nothing counts the requests to ${about} that this is about` };
  const sides = [about, ...Object.keys(pair.clusters).filter((name) => name !== about)];
  const [here, there] = await Promise.all(
    sides.map(async (side) => {
      const { host = '' } = pair.clusters[side]?.loadBalancer ?? {};
      const counts = alone?.map((ring) => world.metrics.requests(host, COUNTED_SECONDS, ring)) ?? [
        world.metrics.requests(host, COUNTED_SECONDS),
      ];
      const seen = await Promise.all(counts);
      return seen.includes(undefined) ? undefined : seen.reduce<number>((sum, one) => sum + (one ?? 0), 0);
    }),
  );
  return tailSeen(here, there, COUNTED_SECONDS, at);
}

/** @returns what went wrong beside it; nothing where no record of that run is left to be completed */
export async function noteTail({ debt, pair, world }: Owed, tail: Tail | undefined): Promise<string[]> {
  const { made } = debt;
  if (made === undefined) return [];
  const events = await world.ledger.events(pair.name, made.epoch);
  // what was held at that epoch has no epoch of its own
  const report = events.find(({ key, facts }) => key.startsWith('report#') && recordIn(facts)?.epoch === made.epoch);
  const record = report === undefined ? undefined : recordIn(report.facts);
  const began = record?.timeline?.began;
  if (report === undefined || record === undefined || began === undefined) return [];
  const known = tail ?? { because: 'the old side stood down before its requests were counted' };
  const whole = { ...record, tail: { ...known, goneAt: world.clock.now() } };
  await world.ledger.note(pair.name, { ...report, facts: { ...report.facts, record: whole } });
  const name = report.key.slice('report#'.length);
  return keepForGood({ pair: pair.name, of: 'runs', name, at: began, epoch: made.epoch, record: whole }, world);
}

function recordIn({ record }: Readonly<Record<string, unknown>>): RunRecord | undefined {
  return typeof record === 'object' && record !== null ? (record as RunRecord) : undefined;
}
