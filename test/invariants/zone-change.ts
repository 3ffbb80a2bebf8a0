/** One change that a zone accepted, as its log and its records show it, and what must be true of every one of them. */
import type { Invariant } from './invariant.ts';

/** Weight by set identifier. */
export type Weights = Readonly<Record<string, number>>;

export interface FenceSeen {
  by: string;
  epoch: number;
  seq: number;
  active: string;
  to?: string;
  share?: number;
  run: string;
}

/** One name and type. */
export interface GroupChange {
  name: string;
  ring: string;
  before: Weights;
  after: Weights;
  answered: boolean;
  /** The ExternalDNS of a cluster took back what a person had given its side of this name by hand a moment before. */
  takenBack?: boolean;
  /** No topology that is deployed has this name: its service was there when the world began. */
  undeclared?: boolean;
}

export interface ZoneChange {
  at: number;
  zone: string;
  caller: string;
  /** Sent by one of our functions. */
  ours: boolean;
  /** Each weighted name and type in it. */
  groups: readonly GroupChange[];
  /** A drill of this ring alone holds the pair, and it is its batch. */
  drillRing?: number;
  /** Undefined: no fence stands there, or none that can be read. */
  fence: { before: FenceSeen | undefined; after: FenceSeen | undefined };
  /** Whether the fence is among what was deleted. */
  fenceDeleted: boolean;
  /** Names in it of another pair that has names in the same zone. */
  ofOthers: readonly string[];
  /** Records that differ by more than a weight, or a text of a TXT record; or that came, or went. */
  alteredBeyondWeight: readonly string[];
  /** Whether the ledger holds an event that announced this batch before it was sent. */
  intended: boolean;
  /** Share of the wanted pods that are ready now, by set identifier; undefined: its API does not answer. */
  ready: Readonly<Record<string, number | undefined>>;
}

/**
 * A person gives the standby weight by hand, its ExternalDNS plans to take it back, users are moved there, and then that plan
 * lands: an UPSERT, which nobody can refuse. The annotation was raised before, so its next loop gives the name its weight again.
 * A name that left the topology while its Ingress stayed is in no batch of ours: each cluster's ExternalDNS follows the role in
 * its own loop, one after the other, and Route 53 answers with both sides until then.
 */
export const neverDark: Invariant<ZoneChange> = {
  id: 'S1',
  says: 'every managed name has a record with weight > 0 at every instant and is answered; only an ExternalDNS may leave it at 0, which takes back what a person gave its cluster by hand, or whose name left the topology, and is seen like every foreign change (S7)',
  breach({ groups, zone, caller }) {
    const dark = groups.find(
      ({ after, answered, takenBack, undeclared }) => !answered || (!takenBack && !undeclared && isDark(after)),
    );
    return dark && `${dark.name} of ${zone} is left with ${told(dark.after)} by ${caller}`;
  },
};

export const epochNeverDecreases: Invariant<ZoneChange> = {
  id: 'S2',
  says: 'the epoch of a zone never decreases, and no fence value ever comes back',
  breach({ fence: { before, after }, zone }) {
    if (before === undefined || after === undefined) return undefined;
    if (after.epoch < before.epoch) return `${zone} went from epoch ${before.epoch} to ${after.epoch}`;
    if (after.epoch === before.epoch && after.seq < before.seq)
      return `${zone} went from seq ${before.seq} to ${after.seq} within epoch ${after.epoch}`;
    return undefined;
  },
};

export const everyWriterFences: Invariant<ZoneChange> = {
  id: 'S3',
  says: 'nothing is changed by a writer older than the fence: each batch of ours takes the fence along, and one epoch has one run',
  breach({ ours, zone, fence: { before, after }, fenceDeleted }) {
    if (!ours) return undefined;
    if (after === undefined) return `a batch of ours left no fence in ${zone}`;
    if (before === undefined) return undefined;
    if (!fenceDeleted) return `a batch of ours in ${zone} did not replace the fence`;
    if (after.epoch === before.epoch && after.run !== before.run)
      return `${after.run} wrote ${zone} at epoch ${after.epoch}, which belongs to ${before.run}`;
    return undefined;
  },
};

/** The share of the pods that must be ready before a cluster gets its first users (readyFractionFloor). */
const READY_FLOOR = 0.3;

export const raisedOnlyWhenReady: Invariant<ZoneChange> = {
  id: 'S4',
  says: 'a cluster receives its first weight from us only while enough of its pods are ready',
  breach({ ours, groups, ready, zone }) {
    if (!ours) return undefined;
    for (const { name, before, after } of groups) {
      for (const [side, weight] of Object.entries(after)) {
        if ((before[side] ?? 0) > 0 || weight === 0) continue;
        const fraction = ready[side];
        if (fraction === undefined || fraction < READY_FLOOR)
          return `${name} of ${zone} went to ${side}, of whose pods ${fraction ?? 'an unknown part'} is ready`;
      }
    }
    return undefined;
  },
};

export const loweredOnlyWithARaise: Invariant<ZoneChange> = {
  id: 'S6',
  says: 'a side is lowered only with or after a raise of the other',
  breach({ groups, zone, caller }) {
    for (const { name, before, after, takenBack, undeclared } of groups) {
      if (takenBack || undeclared) continue;
      for (const [side, weight] of Object.entries(before)) {
        const others = Object.keys(after).filter((other) => other !== side);
        const lowered = (after[side] ?? 0) < weight;
        const raised = others.some((other) => (after[other] ?? 0) > 0);
        if (lowered && !raised)
          return `${caller} lowered ${side} of ${name} in ${zone}: ${told(before)} to ${told(after)}`;
      }
    }
    return undefined;
  },
};

export const intendedBeforeSent: Invariant<ZoneChange> = {
  id: 'S16',
  says: 'every batch of ours was announced in the ledger before it was sent',
  breach({ ours, intended, zone, fence: { after } }) {
    return ours && !intended ? `epoch ${after?.epoch} seq ${after?.seq} of ${zone} was not announced` : undefined;
  },
};

export const onlyWeightsAndTexts: Invariant<ZoneChange> = {
  id: 'S21',
  says: 'our batches change weights, registry texts and the fence, and no record comes or goes',
  breach({ ours, zone, alteredBeyondWeight: [first] }) {
    return ours && first !== undefined ? `${first} of ${zone}` : undefined;
  },
};

export const neighboursAreLeft: Invariant<ZoneChange> = {
  id: 'S21',
  says: 'our batches hold names of their own pair, and its fence, whoever else has names in the zone',
  breach({ ours, zone, ofOthers: [first] }) {
    return ours && first !== undefined ? `${first} in ${zone} belongs to another pair` : undefined;
  },
};

export const drillStaysInItsRing: Invariant<ZoneChange> = {
  id: 'S12',
  says: 'a drill leaves weights and records outside its ring as they were',
  breach({ drillRing, groups, zone }) {
    if (drillRing === undefined) return undefined;
    const outside = groups.find(
      ({ ring, before, after }) => ring !== String(drillRing) && JSON.stringify(before) !== JSON.stringify(after),
    );
    return (
      outside &&
      `${outside.name} of ${zone}, ring ${outside.ring}, went from ${told(outside.before)} to ${told(outside.after)}`
    );
  },
};

export const ofEveryZoneChange: readonly Invariant<ZoneChange>[] = [
  neverDark,
  epochNeverDecreases,
  everyWriterFences,
  raisedOnlyWhenReady,
  loweredOnlyWithARaise,
  intendedBeforeSent,
  onlyWeightsAndTexts,
  neighboursAreLeft,
  drillStaysInItsRing,
];

/** Nobody has weight. */
export function isDark(weights: Weights): boolean {
  return !Object.values(weights).some((weight) => weight > 0);
}

function told(weights: Weights): string {
  return Object.entries(weights)
    .map(([side, weight]) => `${side} ${weight}`)
    .join(', ');
}
