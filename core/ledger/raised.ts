/**
 * Minimums of node groups that we raised, with what they were. Written before anything is raised, so that whoever dies in
 * between leaves a word of it; lowered again when nobody needs the nodes any more.
 */
import { debtsOwed, holds, type Ledger } from './ledger.ts';
import { type Transition, write } from './transitions.ts';

export interface Raised {
  cluster: string;
  group: string;
  /** What the minimum was before anybody of us touched it. */
  min: number;
  to: number;
  at: number;
  /** Of EKS: an update that is in progress because of us closes no gate. */
  update?: string;
}

/** An update of EKS by which a minimum is lowered again: like the one that raised it, it closes no gate. */
export interface GivenBack {
  update: string;
  at: number;
}

const KEPT_MILLISECONDS = 15 * 60_000;
/** EKS needs minutes for an update of a size, and hours if it is stuck. */
const GIVEN_BACK_MILLISECONDS = 6 * 3_600_000;

/** The run that holds the pair prepares its target. What was remembered before stays: that was the original. */
export function raising(ledger: Ledger, run: { nonce: string; epoch: number }, raises: readonly Raised[]): Transition {
  if (!holds(ledger, run.nonce, run.epoch)) return { kind: 'no', because: 'this run does not hold the pair any more' };
  return write(ledger, { raised: withOriginals(ledger.raised, raises) });
}

/** On suspicion, for a cluster that is not active, while nobody holds the pair: who does prepares it himself. */
export function prewarming(ledger: Ledger, raises: readonly Raised[]): Transition {
  if (ledger.holder !== undefined) return { kind: 'no', because: `${ledger.holder.id} holds ${ledger.pair}` };
  const used = raises.find(({ cluster }) => isUsed(ledger, cluster));
  if (used !== undefined) return { kind: 'no', because: `${used.cluster} is active` };
  return write(ledger, { raised: withOriginals(ledger.raised, raises) });
}

function withOriginals(before: readonly Raised[] = [], raises: readonly Raised[]): Raised[] {
  const same = (one: Raised) => (other: Raised) => one.cluster === other.cluster && one.group === other.group;
  const kept = before.filter((one) => !raises.some(same(one)));
  return [...kept, ...raises.map((one) => ({ ...one, min: before.find(same(one))?.min ?? one.min }))];
}

/** EKS has taken the change. */
export function updating(ledger: Ledger, { cluster, group }: Raised, update: string): Transition {
  const raised = ledger.raised?.map((one) =>
    one.cluster === cluster && one.group === group ? { ...one, update } : one,
  );
  return raised === undefined ? { kind: 'no', because: 'nothing was raised' } : write(ledger, { raised });
}

/**
 * What nobody needs any more: raised a quarter of an hour ago or longer, nobody holds the pair, the cluster is not active,
 * with no ring either, and its pods have been put to sleep.
 */
export function toLower(ledger: Ledger, now: number): readonly Raised[] {
  if (ledger.holder !== undefined) return [];
  const awake = debtsOwed(ledger).filter(({ what }) => what === 'stand down' || what === 'undo prepare');
  return (ledger.raised ?? []).filter(
    ({ cluster, at }) =>
      now - at >= KEPT_MILLISECONDS && !isUsed(ledger, cluster) && !awake.some(({ about }) => about === cluster),
  );
}

/**
 * What was raised is no longer owed; nobody may have taken the pair between the look and this. Who has needs the nodes: for them
 * it stays owed, and only that EKS is at it because of us is written down.
 * @param update that EKS has begun for it; left out: nothing had to be changed
 */
export function lowered(ledger: Ledger, one: Raised, now: number, update?: string): Transition {
  const still = toLower(ledger, now).some(({ cluster, group }) => cluster === one.cluster && group === one.group);
  if (!still && update === undefined) return { kind: 'no', because: `${one.group} of ${one.cluster} is needed by now` };
  const isOther = ({ cluster, group }: Raised) => cluster !== one.cluster || group !== one.group;
  const recent = (ledger.givenBack ?? []).filter(({ at }) => now - at < GIVEN_BACK_MILLISECONDS);
  const givenBack = update === undefined ? recent : [...recent, { update, at: now }];
  const { raised = [] } = ledger;
  return write(ledger, { raised: still ? raised.filter(isOther) : raised, givenBack });
}

/** Updates of EKS that are in progress because of us. */
export function updatesOfOurs({ raised = [], givenBack = [] }: Pick<Ledger, 'raised' | 'givenBack'>): Set<string> {
  return new Set([...raised, ...givenBack].flatMap(({ update }) => update ?? []));
}

function isUsed({ active, rings, interrupted }: Ledger, cluster: string): boolean {
  return active === cluster || interrupted !== undefined || Object.values(rings).includes(cluster);
}
