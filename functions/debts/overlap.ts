/**
 * A cluster that nobody could tell to stand by may have run its pods and CronJobs beside the new active one. How long is not
 * known to us: at most from the move until now, which is told once, when it stands by. Whoever runs what may run only
 * once has to look at what was done twice.
 */
import { placeOf } from '../../core/ledger/leaving.ts';
import { instantOf, notice } from '../../core/notices/notice.ts';
import { command } from '../../core/observe/commands.ts';
import type { Owed } from './payments.ts';

/** Call it when the role of the old side was written at last. A cluster that answered at the first try did not overlap. */
export async function tellOverlap({ debt, pair, ledger, world }: Owed): Promise<void> {
  const [active, cluster] = [placeOf(debt, ledger), debt.about];
  if (debt.tries === 0 || active === undefined || cluster === undefined) return;
  const now = world.clock.now();
  const key = ['overlap', cluster, ...(debt.ring === undefined ? [] : [debt.ring])].join('#');
  const events = await world.ledger.events(pair.name, debt.epoch);
  if (events.some((event) => event.key === key)) return;
  const exclusive = Object.entries(pair.services)
    .filter(([, { concurrency, ring }]) => concurrency === 'exclusive' && (debt.ring ?? ring) === ring)
    .map(([name]) => name);
  const since = events.find((event) => event.key === 'commit')?.at ?? ledger.since ?? now;
  const facts = {
    cluster,
    since: instantOf(since),
    until: instantOf(now),
    seconds: Math.round((now - since) / 1000),
    exclusive,
  };
  const next = command.status(pair.name);
  await world.announcer.announce(
    notice('Clusters Overlapped', { pair: pair.name, epoch: debt.epoch, active, ...facts, next }),
  );
  await world.ledger.note(pair.name, {
    epoch: debt.epoch,
    key,
    at: now,
    what: `${cluster} may have run beside ${active}`,
    facts,
  });
}
