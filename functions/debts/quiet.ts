/**
 * Have the users of what moved gone from the old side? CloudWatch counts requests at its balancer, and cannot tell one of
 * ours from a user's. So the watch asks for nothing there that is being counted (`sparedIn`), and one request is enough to
 * keep the pods awake; who else asks by machine is declared (`quietRequestsPerMinuteMax`). Silence counts only while the
 * same balancer reports healthy hosts: a cluster that is dead is silent, too.
 */
import { leavingOf } from '../../core/ledger/leaving.ts';
import { notice } from '../../core/notices/notice.ts';
import { command } from '../../core/observe/commands.ts';
import type { Owed, Unpaid } from './payments.ts';

const MINUTE_SECONDS = 60;

/** Undefined: they have gone, for long enough. */
export async function whoIsStillThere(owed: Owed): Promise<Unpaid | undefined> {
  const { debt, pair, ledger, world } = owed;
  const { quietSeconds, quietRequestsPerMinuteMax } = pair.timing;
  const { host = '' } = pair.clusters[debt.about ?? '']?.loadBalancer ?? {};
  const { alone, uncounted, counted } = leavingOf(debt, pair, ledger);
  if (!counted) return askAPerson(owed, host, uncounted);

  const counts =
    alone === undefined
      ? [world.metrics.requests(host, quietSeconds)]
      : alone.map((ring) => world.metrics.requests(host, quietSeconds, ring));
  const [hosts, ...seen] = await Promise.all([world.metrics.healthyHosts(host), ...counts]);
  if (hosts === undefined || hosts.count === 0)
    return { because: `${host} reports no healthy host: silence alone is blindness`, until: undefined };
  // pods that a run woke in vain never had users
  const now = world.clock.now();
  const { until = now + (debt.what === 'stand down' ? quietSeconds * 1000 : 0) } = debt;
  const requests = seen.includes(undefined) ? undefined : seen.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const most = quietRequestsPerMinuteMax * Math.ceil(quietSeconds / MINUTE_SECONDS);
  if (requests === undefined || requests > most) {
    const because = `${requests ?? 'unknown'} requests at ${told(host, alone)} in ${quietSeconds} s, ${most} are no user’s`;
    const whole = alone === undefined && debt.ring === undefined && debt.what === 'stand down';
    return requests !== undefined && whole ? tailOf(owed, requests - most, { because, until }) : { because, until };
  }
  if (now < until) return { because: `${host} has not reported healthy hosts for long`, waiting: true, until };
  return undefined;
}

/**
 * A few users never follow: resolvers that stretch TTLs, connections that nobody closes. After the grace a small tail is
 * cut; one that is larger is a person's to cut. Undefined: it is small enough.
 */
async function tailOf(owed: Owed, users: number, withinGrace: Unpaid): Promise<Unpaid | undefined> {
  const { pair, ledger, debt, world } = owed;
  const { quietSeconds, tailGraceSeconds, tailFractionMax } = pair.timing;
  const { active, since } = ledger;
  const now = world.clock.now();
  if (active === undefined || now - (since ?? now) < tailGraceSeconds * 1000) return withinGrace;
  const there = await world.metrics.requests(pair.clusters[active]?.loadBalancer.host ?? '', quietSeconds);
  const fraction = users / (users + (there ?? 0));
  if (fraction <= tailFractionMax) return undefined;
  await tellTail(owed, active, { requests: users, ...(there === undefined ? {} : { fraction }) });
  const share = there === undefined ? 'an unknown share' : `${(fraction * 100).toFixed(1)} %`;
  return {
    ...withinGrace,
    because: `${share} of the requests still arrive at ${debt.about} after ${tailGraceSeconds} s, at most ${tailFractionMax * 100} % are cut: \`${command.standDown(pair.name)}\` when they may be`,
  };
}

/** A person is asked once for each move; the debt says it as long as it is so. */
async function tellTail(
  { pair, debt, world }: Owed,
  active: string,
  tail: { requests: number; fraction?: number },
): Promise<void> {
  const { epoch, about: cluster = '' } = debt;
  const key = `tail#${cluster}`;
  if ((await world.ledger.events(pair.name, epoch)).some((event) => event.key === key)) return;
  const { quietSeconds, tailGraceSeconds, tailFractionMax } = pair.timing;
  const numbers = { ...tail, inSeconds: quietSeconds, afterSeconds: tailGraceSeconds, fractionMax: tailFractionMax };
  const what = `${tail.requests} requests still arrive at ${cluster}`;
  const next = command.standDown(pair.name);
  await world.announcer.announce(
    notice('Users Left Behind', { pair: pair.name, epoch, active, cluster, ...numbers, next }),
  );
  await world.ledger.note(pair.name, { epoch, key, at: world.clock.now(), what, facts: numbers });
}

function askAPerson({ debt, pair }: Owed, host: string, uncounted: readonly number[]): Unpaid {
  const what = uncounted.length === 0 ? '' : ` of ring ${uncounted.join(', ')} by themselves`;
  return {
    because: `nothing counts the requests${what} at ${host}: \`${command.standDown(pair.name, debt.ring)}\` when its users have gone`,
    waiting: true,
    until: undefined,
  };
}

function told(host: string, alone: readonly number[] | undefined): string {
  return alone === undefined ? host : `${host} for ring ${alone.join(', ')}`;
}
