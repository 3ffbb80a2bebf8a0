/** A pair with no run and nothing under way: what must be true of it then. */
import type { Invariant } from './invariant.ts';
import type { LedgerSeen } from './ledger-write.ts';
import type { FenceSeen, Weights } from './zone-change.ts';

export interface PairSeen {
  ledger: LedgerSeen | undefined;
  zones: readonly {
    zone: string;
    fence: FenceSeen | undefined;
    /** Each steered name and type, and where its ring belongs by the fence. */
    groups: readonly { name: string; weights: Weights; stands: string }[];
  }[];
  published: { active: string | undefined; state: string | undefined };
  /** Only of clusters whose API answers. */
  configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const wholeWeights: Invariant<PairSeen> = {
  id: 'L8',
  says: 'at rest the weights of every name are {0, full}, on the cluster that its fence names',
  breach({ zones }) {
    for (const { zone, groups } of zones) {
      for (const { name, weights, stands } of groups) {
        const whole = Object.entries(weights).every(([side, weight]) => weight === (side === stands ? 100 : 0));
        if (!whole) return `${name} of ${zone} has ${JSON.stringify(weights)}, its fence says ${stands}`;
      }
    }
    return undefined;
  },
};

export const fencesAtRest: Invariant<PairSeen> = {
  id: 'L8',
  says: 'at rest no fence says that a move is under way, and every fence names the cluster that the ledger names',
  breach({ zones, ledger }) {
    const moving = zones.find(({ fence }) => fence === undefined || fence.to !== undefined);
    if (moving !== undefined) return `${moving.zone} is ${moving.fence ? `moving to ${moving.fence.to}` : 'unfenced'}`;
    const other = zones.find(({ fence }) => fence?.active !== ledger?.active);
    return other && `${other.zone} says ${other.fence?.active}, the ledger ${ledger?.active}`;
  },
};

export const nobodyHolds: Invariant<PairSeen> = {
  id: 'L8',
  says: 'after every run nobody holds the pair, and each debt has a next try',
  breach({ ledger }) {
    if (ledger?.holder !== undefined) return `${ledger.holder.id} holds it`;
    const lost = ledger?.debts.find(({ nextTryAt }) => !Number.isFinite(nextTryAt));
    return lost && `${lost.what} has no next try`;
  },
};

export const copyEqualsLedger: Invariant<PairSeen> = {
  id: 'L4',
  says: 'the published copy says what the ledger says',
  breach({ published: { active, state }, ledger }) {
    if (active !== ledger?.active) return `active-cluster says ${active}, the ledger ${ledger?.active}`;
    const said = JSON.parse(state ?? '{}') as { active?: string };
    return said.active === ledger?.active ? undefined : `state says ${state}`;
  },
};

export const oneActiveCluster: Invariant<PairSeen> = {
  id: 'L8',
  says: 'at rest at most the active cluster calls itself active',
  breach({ configMaps, ledger }) {
    const [wrong] = Object.entries(configMaps).filter(
      ([name, { role }]) => role === 'active' && name !== ledger?.active,
    );
    return wrong && `${wrong[0]} says active, the ledger ${ledger?.active}`;
  },
};

export const ofAPairAtRest: readonly Invariant<PairSeen>[] = [
  wholeWeights,
  fencesAtRest,
  nobodyHolds,
  copyEqualsLedger,
  oneActiveCluster,
];
