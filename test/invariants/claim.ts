/** A run took the pair: what must be true of it. */
import type { Invariant } from './invariant.ts';

export interface ClaimSeen {
  kind: string;
  startedBy: 'machine' | 'person';
  from: string;
  epoch: number;
  /** The longest time without service of the cluster it moves away from, in the last minutes, in seconds. */
  longestOutage: number;
  /** Machines have moved users since a person last acknowledged. */
  unacknowledged: boolean;
  /** Of the run that claims, in a pair where automation asks first; undefined: nobody has to be asked. */
  approval?: {
    said: 'approved' | 'rejected' | undefined;
    /** The answer came before the question expired. */
    inTime: boolean;
    /** Claims that this approval released, this one included. */
    releases: number;
  };
}

/** Two looks lie ten seconds apart at either end of a span: an outage of 60 s may be seen in one of 50. */
const OUTAGE_SECONDS_MIN = 45;

export const claimsOnlyForOutages: Invariant<ClaimSeen> = {
  id: 'S8',
  says: 'automation claims the pair for a failover only when the active cluster really served nobody for a minute',
  breach({ kind, from, epoch, longestOutage }) {
    return kind === 'automatic failover' && longestOutage < OUTAGE_SECONDS_MIN
      ? `epoch ${epoch} claims that ${from} is dead; its longest outage lasted ${Math.round(longestOutage)} s`
      : undefined;
  },
};

export const oneAutomaticMoveAtATime: Invariant<ClaimSeen> = {
  id: 'S9',
  says: 'no second automatic move without an acknowledgement, as seen by who was moved',
  breach({ kind, epoch, unacknowledged }) {
    return kind === 'automatic failover' && unacknowledged
      ? `epoch ${epoch} was claimed though machines have moved users since the last acknowledgement`
      : undefined;
  },
};

export const approvalReleasesOneRun: Invariant<ClaimSeen> = {
  id: 'S14',
  says: 'where automation asks first, it claims only with the word of a person, given in time, and one word releases one claim',
  breach({ approval, epoch }) {
    if (approval === undefined) return undefined;
    const { said, inTime, releases } = approval;
    if (said !== 'approved') return `epoch ${epoch} was claimed, a person has said ${said ?? 'nothing'}`;
    if (!inTime) return `epoch ${epoch} was claimed with a word that came too late`;
    return releases > 1 ? `epoch ${epoch} is claim ${releases} of one approval` : undefined;
  },
};

export const ofEveryClaim: readonly Invariant<ClaimSeen>[] = [
  claimsOnlyForOutages,
  oneAutomaticMoveAtATime,
  approvalReleasesOneRun,
];
