/**
 * Gives the records of a cluster back to its own ExternalDNS, when the role of that cluster is known to be right: last
 * tier first, under the fence, so that a mistake shows at the names that matter least. Then it writes again, for the first
 * time since the move: for two of its intervals the zones are watched as they are right after a move.
 *
 * A record whose Ingress is not there any more stays ours, and is told.
 */
import { notice } from '../../core/notices/notice.ts';
import { command } from '../../core/observe/commands.ts';
import { INTERVAL_SECONDS, missingSource, returnedChanges } from '../../core/plan/ownership.ts';
import { readRecords } from '../zones-read.ts';
import { type Owed, tellCluster, type Unpaid } from './payments.ts';
import { type RegistryChanges, writeRegistry } from './registry.ts';
import { settle } from './settle.ts';

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
      names: [...reading.names].reverse().filter((name) => returnedChanges(reading, name, setIdentifier).length > 0),
    }))
    .filter(({ names }) => names.length > 0);
  if (taken.length === 0) return undefined;
  const now = world.clock.now();
  const { until = now + INTERVAL_SECONDS * 1000 } = debt;
  if (now < until)
    return { because: 'waits one interval: a plan of its ExternalDNS may still be on its way', waiting: true, until };
  const there = await tellCluster(owed);
  if ('because' in there) return there;
  const missing = new Map<string, string>();
  const changes = taken.map(({ reading, names }): RegistryChanges => {
    const fit = names.filter((name) => {
      const source = missingSource(reading, name, setIdentifier, there.sources);
      if (source !== undefined) missing.set(name.name, source);
      return source === undefined;
    });
    return { reading, changes: fit.map((name) => returnedChanges(reading, name, setIdentifier)) };
  });
  const left = await writeRegistry(owed, changes);
  if (left !== undefined) return left;
  if (missing.size > 0) await tellMissing(owed, missing);
  if (changes.every((zone) => zone.changes.length === 0)) return undefined;
  const watchedUntil = world.clock.now() + INTERVALS_WATCHED * INTERVAL_SECONDS * 1000;
  return { because: 'given back, and watched for two intervals', waiting: true, until: watchedUntil, watched: true };
}

/** Once for each move: the next one owes all that was kept here, too, and so does a person who says `accept` again. */
async function tellMissing({ debt, pair, ledger, world }: Owed, missing: ReadonlyMap<string, string>): Promise<void> {
  const key = `return ownership#${debt.about}`;
  const { epoch } = debt;
  const cluster = debt.about ?? '';
  if ((await world.ledger.events(pair.name, epoch)).some((event) => event.key === key)) return;
  const records = [...missing].map(([name, source]) => ({ name, source }));
  const what = `${records.length} records of ${cluster} were not given back: their objects are not in its rings`;
  const next = command.accept(pair.name, ledger.active ?? '');
  const { active } = ledger;
  const stands = { pair: pair.name, epoch, cluster, ...(active === undefined ? {} : { active }) };
  await world.announcer.announce(
    notice('Records Not Returned', { ...stands, records: records.slice(0, MOST_TOLD), count: records.length, next }),
  );
  await world.ledger.note(pair.name, { epoch, key, at: world.clock.now(), what, facts: { records } });
}

const MOST_TOLD = 20;
