/**
 * Whom a cluster still has to serve before its workloads may stop, and who counts them. Its balancer counts everybody. While
 * other rings stand there it never falls silent; then the rings that have left are counted by themselves, in target groups of
 * their own. What is counted must not be asked for by us: a request of ours cannot be told from a user's.
 */
import { type NamedPair, ringsOf } from '../topology/pair.ts';
import { type Debt, debtsOwed, type Ledger } from './ledger.ts';

/** The only namespace whose balancers count requests, and count them by target group. */
const COUNTS_REQUESTS = 'AWS/ApplicationELB';
const WAIT_FOR_USERS: readonly Debt['what'][] = ['stand down', 'undo prepare'];

export interface Leaving {
  /** The rings that are counted by themselves; undefined: nothing else stands on the cluster, and its balancer tells. */
  alone: readonly number[] | undefined;
  /** Rings of those that nothing counts. */
  uncounted: readonly number[];
  /** Something counts the requests at all that this waits for. */
  counted: boolean;
}

/** Where the ring of a debt, or the pair, stands by the ledger. */
export function placeOf({ ring }: Debt, { rings, active }: Ledger): string | undefined {
  return (ring === undefined ? undefined : rings[ring]) ?? active;
}

export function leavingOf(debt: Debt, pair: NamedPair, ledger: Ledger): Leaving {
  const { metrics } = pair.clusters[debt.about ?? '']?.loadBalancer ?? {};
  const staying = ringsOf(pair).filter((ring) => placeOf({ ...debt, ring }, ledger) === debt.about);
  const moved = debt.ring === undefined ? ringsOf(pair).filter((ring) => !staying.includes(ring)) : [debt.ring];
  const alone = staying.length === 0 ? undefined : moved;
  const uncounted = alone?.filter((ring) => metrics?.rings[ring] === undefined) ?? [];
  return { alone, uncounted, counted: metrics?.namespace === COUNTS_REQUESTS && uncounted.length === 0 };
}

/** What observers leave alone meanwhile: everything behind the balancer of a cluster, or what belongs to these rings. */
export interface Spared {
  cluster: string;
  rings?: number[];
}

export function sparedIn(ledger: Ledger, pair: NamedPair): Spared | undefined {
  const leaving = debtsOwed(ledger)
    .filter((debt) => WAIT_FOR_USERS.includes(debt.what) && placeOf(debt, ledger) !== debt.about)
    .map((debt) => ({ cluster: debt.about ?? '', ...leavingOf(debt, pair, ledger) }))
    .filter(({ counted }) => counted);
  const [first] = leaving;
  if (first === undefined) return undefined;
  const { cluster } = first;
  const rings = leaving.filter((one) => one.cluster === cluster).map(({ alone }) => alone);
  if (rings.includes(undefined)) return { cluster };
  return { cluster, rings: [...new Set(rings.flatMap((some) => some ?? []))] };
}
