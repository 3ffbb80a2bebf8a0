/** Which part of a run a batch or a call belongs to. */
import type { FunctionKey } from '../../functions/steps.ts';
import type { Invocation, Played, SentBatch } from './failover.ts';

export interface Batches {
  /** Fence, and ownership of the old side's records. */
  fence: readonly SentBatch[];
  /** What moves users. */
  swap: readonly SentBatch[];
}

export function batchesOf({ batches, invocations }: Played): Batches {
  const steers = first(invocations, 'steer');
  return { fence: batches.filter(({ at }) => at < steers), swap: batches.filter(({ at }) => at >= steers) };
}

export function tokensOf(batches: readonly SentBatch[]): number {
  return batches.reduce((sum, { tokens }) => sum + tokens, 0);
}

/** What one change call may hold (facts/route53.md, section 5). */
const ELEMENTS_MAX = 1_000;
const CHARACTERS_MAX = 32_000;

/** The fewest change calls that hold what these batches hold, each with its fence: by elements and by characters. */
export function fewestCalls(batches: readonly SentBatch[], fence: SentBatch): { elements: number; characters: number } {
  const elements = batches.reduce((sum, batch) => sum + batch.tokens - fence.tokens, 0);
  const characters = batches.reduce((sum, batch) => sum + batch.characters - fence.characters, 0);
  return {
    elements: Math.ceil(elements / (ELEMENTS_MAX - fence.tokens)),
    characters: Math.ceil(characters / (CHARACTERS_MAX - fence.characters)),
  };
}

/** Pages of record sets that a run asked for, by what it needed them for. */
export interface Lists {
  beforeClaim: number;
  fence: number;
  own: number;
  judgeAgain: number;
  /** Steer, Commit and Report. */
  fromSteerOn: number;
  /** Verify, before Commit and after it: is a plan of the old side's ExternalDNS landing? */
  forPlans: number;
  /** After Commit, when nobody holds the pair any more. */
  owed: number;
}

export function listsOf({ calls, invocations }: Played): Lists {
  const claims = first(invocations, 'claim');
  const lists = calls.filter(({ call }) => call === 'route53:ListResourceRecordSets');
  const by = (...keys: FunctionKey[]) => lists.filter((list) => list.by !== undefined && keys.includes(list.by));
  return {
    beforeClaim: by('judge').filter(({ at }) => at < claims).length + by('claim').length,
    fence: by('fence').length,
    own: by('own').length,
    judgeAgain: by('judge').filter(({ at }) => at >= claims).length,
    fromSteerOn: by('steer', 'commit', 'report').length,
    forPlans: by('verify').length,
    owed: by('pay-debts').length,
  };
}

function first(invocations: readonly Invocation[], key: FunctionKey): number {
  return Math.min(...invocations.filter((invocation) => invocation.key === key).map(({ began }) => began));
}
