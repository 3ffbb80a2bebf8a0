/**
 * Have the users of what moved gone from the old side? CloudWatch counts requests at its balancer, and some of those are
 * our own: the watch looks at both clusters every minute. So as many as the watch may have sent are taken for its own, and
 * whoever else asks by machine is declared (`quietRequestsPerMinuteMax`). Silence counts only while the same balancer
 * reports healthy hosts: a cluster that is dead is silent, too.
 *
 * While other rings still stand on the old side, its balancer never falls silent. Then the moved rings have to be counted
 * by themselves, in target groups of their own; where nothing counts them, a person says that their users have gone.
 */
import { command } from '../../core/observe/commands.ts';
import { type NamedPair, ringsOf } from '../../core/topology/pair.ts';
import { judgedServices } from '../probe-cluster.ts';
import { type Owed, placeOf, type Unpaid } from './payments.ts';

/** `outside` and `inside` each ask for it; `aws` asks nobody. */
const CLASSES_THAT_ASK = 2;
const COUNTS_REQUESTS = 'AWS/ApplicationELB';
const MINUTE_SECONDS = 60;

/** Undefined: they have gone, for long enough. */
export async function whoIsStillThere(owed: Owed): Promise<Unpaid | undefined> {
  const { debt, pair, world } = owed;
  const { quietSeconds } = pair.timing;
  const { host = '', metrics } = pair.clusters[debt.about ?? '']?.loadBalancer ?? {};
  const alone = ringsToCount(owed);
  const uncounted = alone?.filter((ring) => metrics?.rings[ring] === undefined) ?? [];
  if (metrics?.namespace !== COUNTS_REQUESTS || uncounted.length > 0) return askAPerson(owed, host, uncounted);

  const counted =
    alone === undefined
      ? [world.metrics.requests(host, quietSeconds)]
      : alone.map((ring) => world.metrics.requests(host, quietSeconds, ring));
  const [hosts, ...seen] = await Promise.all([world.metrics.healthyHosts(host), ...counted]);
  if (hosts === undefined || hosts.count === 0)
    return { because: `${host} reports no healthy host: silence alone is blindness`, until: undefined };
  // pods that a run woke in vain never had users
  const now = world.clock.now();
  const { until = now + (debt.what === 'stand down' ? quietSeconds * 1000 : 0) } = debt;
  const requests = seen.includes(undefined) ? undefined : seen.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const most = requestsOfNoUser(pair, alone);
  if (requests === undefined || requests > most)
    return {
      because: `${requests ?? 'unknown'} requests at ${told(host, alone)} in ${quietSeconds} s, ${most} are no user’s`,
      until,
    };
  if (now < until) return { because: `${host} has not reported healthy hosts for long`, waiting: true, until };
  return undefined;
}

/** The rings to count by themselves; undefined when nothing else stands on the old side, so that its balancer tells. */
function ringsToCount({ debt, pair, ledger }: Owed): number[] | undefined {
  const staying = ringsOf(pair).filter((ring) => placeOf({ ...debt, ring }, ledger) === debt.about);
  if (staying.length === 0) return undefined;
  return debt.ring === undefined ? ringsOf(pair).filter((ring) => !staying.includes(ring)) : [debt.ring];
}

function askAPerson({ debt, pair }: Owed, host: string, uncounted: readonly number[]): Unpaid {
  const what = uncounted.length === 0 ? '' : ` of ring ${uncounted.join(', ')} by themselves`;
  return {
    because: `nothing counts the requests${what} at ${host}: \`${command.standDown(pair.name, debt.ring)}\` when its users have gone`,
    waiting: true,
    until: undefined,
  };
}

/**
 * The most that our own looks, and other machines, send in the time that must be quiet: one look a minute and one that
 * falls on its edge. The canary belongs to no ring.
 */
export function requestsOfNoUser(pair: NamedPair, alone: readonly number[] | undefined): number {
  const { quietSeconds, quietRequestsPerMinuteMax } = pair.timing;
  const counts = (service: string) => alone === undefined || alone.includes(pair.services[service]?.ring ?? -1);
  const services = judgedServices(pair).filter(({ service }) => counts(service)).length;
  const dataPaths = Object.values(pair.datastores).filter(({ check }) => 'service' in check && counts(check.service));
  const look = CLASSES_THAT_ASK * ((alone === undefined ? 1 : 0) + services) + dataPaths.length;
  const minutes = Math.ceil(quietSeconds / MINUTE_SECONDS);
  return look * (minutes + 1) + quietRequestsPerMinuteMax * minutes;
}

function told(host: string, alone: readonly number[] | undefined): string {
  return alone === undefined ? host : `${host} for ring ${alone.join(', ')}`;
}
