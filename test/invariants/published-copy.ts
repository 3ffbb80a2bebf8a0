/** The published copy says something else than the ledger. */
import type { Invariant } from './invariant.ts';

export interface CopyBehind {
  ledger: string;
  copy: string | undefined;
  /** For how long, while our services answered and nothing of ours was late or cut off. */
  quietSeconds: number;
}

const SECONDS_MAX = 120;

export const copyFollows: Invariant<CopyBehind> = {
  id: 'L4',
  says: 'the published copy says what the ledger says two minutes later at most',
  breach({ ledger, copy, quietSeconds }) {
    return quietSeconds > SECONDS_MAX
      ? `active-cluster has said ${copy} for ${Math.round(quietSeconds)} s, the ledger says ${ledger}`
      : undefined;
  },
};
