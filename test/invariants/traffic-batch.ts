/** One batch of ours that moved users, with what the world knew when it was announced. */
import type { Invariant } from './invariant.ts';

export interface TrafficBatch {
  zone: string;
  epoch: number;
  /** What claimed this epoch; undefined: nobody did, it was written by hand or by a debt of no run. */
  claim: { kind: string; startedBy: 'machine' | 'person'; from: string; to: string } | undefined;
  /** No run holds the pair: a debt is being paid. */
  afterwards: boolean;
  /** Clusters that got more of some name. */
  raised: readonly string[];
  /** Since the run claimed the pair, in seconds; undefined: no run did. */
  claimedSeconds: number | undefined;
  /** By cluster, for how many seconds nobody has been served there; 0: it serves. */
  deadSeconds: Readonly<Record<string, number>>;
  /** By cluster, whether enough of its pods were ready at some time since the claim of this epoch. */
  readyOnce: Readonly<Record<string, boolean>>;
  /** Automation was paused when the ledger was read last before the batch was announced. */
  paused: boolean;
  /** A person had asked the run to end by then, and the batch goes further all the same. */
  aborted: boolean;
  /** Every name server showed the batch of this run that moved users before this one. */
  previousShown: boolean;
  /** When the run began all users were on one cluster, which has served them ever since: and they leave it. */
  leavesServing: boolean;
  /** Names that it sends where the run goes, and that were not among those that the run was judged for. */
  unjudged: readonly string[];
  /** Names that got back exactly what they had before somebody else changed them. */
  reverted: readonly string[];
}

const isAutomatic = ({ claim, afterwards }: TrafficBatch) => afterwards || claim?.startedBy === 'machine';

export const movesToReadyOnly: Invariant<TrafficBatch> = {
  id: 'S4',
  says: 'a cluster receives weight only after enough of its pods were ready since the claim of this epoch',
  breach({ claim, raised, readyOnce, zone, epoch, afterwards }) {
    // repair and people's overrides record that they could not wait for that
    if (afterwards || claim === undefined || claim.kind === 'repair' || claim.kind === 'failover by a person')
      return undefined;
    const unready = raised.find((cluster) => readyOnce[cluster] !== true);
    return unready && `${zone} went to ${unready} at epoch ${epoch}, whose pods were never ready since the claim`;
  },
};

/** The oldest evidence that a verdict may rest on, and the time that a look and a verdict take. */
const LOOK_SECONDS_MAX = 90;
/** A debt is paid without another look: the run that left it had looked. */
const DEBT_SECONDS_MAX = 300;

export const automationMovesToFitOnly: Invariant<TrafficBatch> = {
  id: 'S10',
  says: 'automation moves users only to a cluster that was fit when it last looked',
  breach(batch) {
    if (!isAutomatic(batch)) return undefined;
    const { claimedSeconds = 0, zone, raised, deadSeconds } = batch;
    const most = batch.afterwards ? DEBT_SECONDS_MAX : Math.max(LOOK_SECONDS_MAX, claimedSeconds);
    const dead = raised.find((cluster) => (deadSeconds[cluster] ?? 0) > most);
    return dead && `${zone} went to ${dead}, dead for ${Math.round(deadSeconds[dead] ?? 0)} s`;
  },
};

export const pauseStopsAutomation: Invariant<TrafficBatch> = {
  id: 'S13',
  says: 'no batch of automation moves users when the ledger, read right before it, is paused',
  breach(batch) {
    return isAutomatic(batch) && batch.paused ? `a batch of epoch ${batch.epoch} in ${batch.zone}` : undefined;
  },
};

export const abortStopsTheRun: Invariant<TrafficBatch> = {
  id: 'L7',
  says: 'no batch of a run goes further when the ledger, read right before it, says that a person asked it to end',
  breach({ aborted, epoch, zone }) {
    return aborted ? `a batch of epoch ${epoch} in ${zone}` : undefined;
  },
};

export const stepsWaitForServers: Invariant<TrafficBatch> = {
  id: 'S6',
  says: 'a planned step goes further only when every name server shows the one before it; only a dead old side is not waited for',
  breach({ claim, raised, previousShown, deadSeconds, zone, epoch }) {
    if ((claim?.kind !== 'switchover' && claim?.kind !== 'drill') || previousShown || !raised.includes(claim.to))
      return undefined;
    return (deadSeconds[claim.from] ?? 0) > 0 ? undefined : `epoch ${epoch} in ${zone}`;
  },
};

export const movesOffTheDeadOnly: Invariant<TrafficBatch> = {
  id: 'S10',
  says: 'automation takes users away only from a cluster that serves nobody, or to bring a move to its end, or to rehearse: it never fails back, and undoes nothing',
  breach(batch) {
    return isAutomatic(batch) && batch.claim?.kind !== 'drill' && batch.leavesServing
      ? `epoch ${batch.epoch} in ${batch.zone}`
      : undefined;
  },
};

export const foreignChangesStay: Invariant<TrafficBatch> = {
  id: 'S21',
  says: 'automation never reverts a change it did not make',
  breach(batch) {
    const [first] = batch.reverted;
    return isAutomatic(batch) && first !== undefined ? `${first} of ${batch.zone} got back what it had` : undefined;
  },
};

export const appliedAsJudged: Invariant<TrafficBatch> = {
  id: 'S15',
  says: 'what is applied is the intent that was judged: no name goes along that the run had not seen when it claimed the pair',
  breach({ claim, afterwards, unjudged, epoch, zone }) {
    const [first] = unjudged;
    // what is owed afterwards brings names where they belong, and moves nobody
    return claim === undefined || afterwards || first === undefined
      ? undefined
      : `epoch ${epoch} moved ${first} of ${zone}`;
  },
};

export const ofEveryTrafficBatch: readonly Invariant<TrafficBatch>[] = [
  movesToReadyOnly,
  automationMovesToFitOnly,
  pauseStopsAutomation,
  abortStopsTheRun,
  stepsWaitForServers,
  movesOffTheDeadOnly,
  foreignChangesStay,
  appliedAsJudged,
];
