/** One batch of ours that moved users, with what the world knew when it was announced. */
import type { Invariant } from './invariant.ts';

export interface TrafficBatch {
  zone: string;
  epoch: number;
  /** What claimed this epoch; undefined: nobody did, it was written by hand or by a debt of no run. */
  claim: { kind: string; startedBy: 'machine' | 'person'; to: string } | undefined;
  /** No run holds the pair: a debt is being paid. */
  afterwards: boolean;
  /** Clusters that got more of some name. */
  raised: readonly string[];
  /** By cluster, for how many seconds nobody has been served there; 0: it serves. */
  deadSeconds: Readonly<Record<string, number>>;
  /** By cluster, whether enough of its pods were ready at some time since the claim of this epoch. */
  readyOnce: Readonly<Record<string, boolean>>;
  /** How many batches of this epoch were announced in this zone since automation was paused; 0: it is not. */
  sincePause: number;
  /** The same since a person asked the run to end, of those that went further. */
  sinceAbort: number;
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

/** The oldest evidence a batch may rest on: a look, a judgement, annotations and the batch, each as long as its task may take. */
const EVIDENCE_SECONDS_MAX = 300;

export const automationMovesToFitOnly: Invariant<TrafficBatch> = {
  id: 'S10',
  says: 'automation moves users only to a cluster that was fit when it last looked',
  breach(batch) {
    if (!isAutomatic(batch)) return undefined;
    const dead = batch.raised.find((cluster) => (batch.deadSeconds[cluster] ?? 0) > EVIDENCE_SECONDS_MAX);
    return dead && `${batch.zone} went to ${dead}, dead for ${Math.round(batch.deadSeconds[dead] ?? 0)} s`;
  },
};

export const pauseStopsAutomation: Invariant<TrafficBatch> = {
  id: 'S13',
  says: 'after a pause no batch of automation moves users but the one that was permitted before it',
  breach(batch) {
    return isAutomatic(batch) && batch.sincePause > 1
      ? `batch ${batch.sincePause} of epoch ${batch.epoch} in ${batch.zone} since the pause`
      : undefined;
  },
};

export const abortStopsTheRun: Invariant<TrafficBatch> = {
  id: 'L7',
  says: 'after an abort no batch of the run goes further but the one that was permitted before it',
  breach({ sinceAbort, epoch, zone }) {
    return sinceAbort > 1 ? `batch ${sinceAbort} of epoch ${epoch} in ${zone} since the abort` : undefined;
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

export const ofEveryTrafficBatch: readonly Invariant<TrafficBatch>[] = [
  movesToReadyOnly,
  automationMovesToFitOnly,
  pauseStopsAutomation,
  abortStopsTheRun,
  foreignChangesStay,
];
