/** Claims of the pair as they are remembered, and what a run was judged for. */
import type { NamedPair } from '../../core/topology/pair.ts';
import type { LedgerSeen } from '../invariants/ledger-write.ts';
import type { ZoneChange } from '../invariants/zone-change.ts';
import { sidesRaised } from './weights.ts';

/** What the promises need of a holder beyond what the invariants of the ledger look at. */
export interface Claim {
  run?: string;
  nonce?: string;
  kind: string;
  startedBy: 'machine' | 'person';
  from: string;
  to: string;
  at: number;
  epoch: number;
  /** Where all users were when it was made; undefined: on both clusters. */
  allOn: string | undefined;
  /** The ring that moves, and the pair as functions knew it when they judged. */
  ring?: number;
  judged: NamedPair;
}

export type Seen = LedgerSeen & {
  holder?: Omit<Claim, 'judged'>;
  abort?: { then: string };
  interrupted?: { kind: string; to: string };
};

/**
 * Names that go where the run goes, and that it was not judged for. The way back is open to every name; and where all that was
 * judged has arrived, a name that an ExternalDNS left on both sides follows it.
 */
export function unjudgedIn({ groups, fence }: ZoneChange, claim: Claim | undefined): string[] {
  if (claim === undefined || fence.before?.active === claim.to) return [];
  const onward = groups.filter(({ before, after }) => sidesRaised(before, after).includes(claim.to));
  return onward.filter(({ name }) => !isJudged(name, claim)).map(({ name }) => name);
}

/** Is this name, or the pivot of its ring, among what was judged, or deployed? */
export function isJudged(group: string, { judged, ring }: Pick<Claim, 'judged' | 'ring'>): boolean {
  const [name = ''] = group.split(' ');
  const pivot = /^live-(\d+)\./.exec(name)?.[1];
  const rings = Object.values(judged.services).filter((service) => ring === undefined || service.ring === ring);
  if (pivot !== undefined) return rings.some((service) => String(service.ring) === pivot);
  return rings.some(({ hosts }) => hosts.includes(name.slice(0, -1)));
}
