/**
 * Gives the records of a cluster back to its own ExternalDNS, when the role of that cluster is known to be right: last
 * tier first, under the fence, so that a mistake shows at the names that matter least. Then it writes again, for the first
 * time since the move: for two of its intervals the zones are watched as they are right after a move.
 */
import { returnedChanges } from '../../core/plan/ownership.ts';
import { readRecords } from '../zones-read.ts';
import type { Owed, Unpaid } from './payments.ts';
import { writeRegistry } from './registry.ts';
import { settle } from './settle.ts';

/** ExternalDNS publishes at most once in this time: what it planned before its cluster's role was right has landed after it. */
const INTERVAL_SECONDS = 60;
const INTERVALS_WATCHED = 2;

export async function returnOwnership(owed: Owed): Promise<Unpaid | undefined> {
  const { debt, pair, world, unpaid } = owed;
  if (debt.watched === true && !unpaid.some(({ what }) => what === 'settle')) return settle(owed);
  if (debt.watched === true && world.clock.now() < (debt.until ?? 0)) return { because: 'given back', waiting: true };
  if (debt.watched === true) return undefined;
  const setIdentifier = pair.clusters[debt.about ?? '']?.setIdentifier ?? '';
  const taken = (await readRecords(pair, world))
    .map((reading) => ({
      reading,
      changes: [...reading.names].reverse().map((name) => returnedChanges(reading, name, setIdentifier)),
    }))
    .filter(({ changes }) => changes.flat().length > 0);
  if (taken.length === 0) return undefined;
  const now = world.clock.now();
  const { until = now + INTERVAL_SECONDS * 1000 } = debt;
  if (now < until)
    return { because: 'waits one interval: a plan of its ExternalDNS may still be on its way', waiting: true, until };
  const left = await writeRegistry(owed, taken);
  if (left !== undefined) return left;
  const watchedUntil = world.clock.now() + INTERVALS_WATCHED * INTERVAL_SECONDS * 1000;
  return { because: 'given back, and watched for two intervals', waiting: true, until: watchedUntil, watched: true };
}
