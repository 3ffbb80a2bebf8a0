/**
 * What the model can be told about Route 53: quotas, delays, and one switch for each behaviour that only a real account
 * can confirm. Defaults are the stricter reading, so that code which passes here relies on nothing unverified.
 * The object is read at every call: a fault may change it while the world runs.
 */
export interface Rules {
  /** Whether a DELETE with another Weight than the current one is refused. Sources disagree; nobody may rely on it. */
  deleteComparesWeight: boolean;
  /** Another TTL within a weighted group: refused (field reports) or given to all of the group (old guide). */
  mixedTtl: 'refuse' | 'rewrite';
  /** Whether the TTLs of a weighted group are compared after every change, or only at the end of the batch. */
  ttlCompared: 'after each change' | 'after the batch';
  /** Whether the DELETEs of a batch count as done before its CREATEs and UPSERTs, wherever they stand in it. */
  deletesFirst: boolean;
  /** DELETE and CREATE of the very same record set in one batch. */
  identicalReplacement: 'accept' | 'refuse';
  /** Whether a name server may show the first part of a batch before the rest of it. */
  halfBatches: boolean;
  /** Whether a batch that is refused for what it says has used up its change tokens. */
  refusedBatchCostsTokens: boolean;
  /** An alias to a load balancer that is not there, on CREATE and UPSERT. */
  unknownLoadBalancer: 'accept' | 'refuse';
  /** How listings write the leftmost `*`. */
  asteriskListed: '\\052' | '*';

  elementsPerBatchMax: number;
  valueCharactersPerBatchMax: number;
  recordSetsPerZoneMax: number;
  setsPerGroupMax: number;
  commentCharactersMax: number;
  recordSetsPerPageMax: number;

  /** How long a zone is busy with a change. AWS answers at the end of it, so a transport holds the answer that long. */
  processingMs: number;
  /** When each name server has a change, after its submission; every server has a delay of its own. */
  propagationMs: { min: number; max: number };
  budget: Budget;
}

export interface BucketSize {
  burst: number;
  perSecond: number;
}

/** The token buckets of an account. A request is refused whole when one of them is short, and then takes from none. */
export interface Budget {
  allRequests: BucketSize;
  eachAction: BucketSize;
  changes: BucketSize;
  tokens: { UPSERT: number; CREATE: number; DELETE: number };
  /** What the neighbours in the account leave of every bucket, 0 to 1. */
  share: number;
}

export type RulesGiven = Partial<Omit<Rules, 'budget'>> & { budget?: Partial<Budget> };

export function rulesFrom(given: RulesGiven = {}): Rules {
  return {
    deleteComparesWeight: false,
    mixedTtl: 'refuse',
    ttlCompared: 'after each change',
    deletesFirst: false,
    identicalReplacement: 'accept',
    halfBatches: false,
    refusedBatchCostsTokens: true,
    unknownLoadBalancer: 'accept',
    asteriskListed: '\\052',
    elementsPerBatchMax: 1000,
    valueCharactersPerBatchMax: 32_000,
    recordSetsPerZoneMax: 10_000,
    setsPerGroupMax: 100,
    commentCharactersMax: 256,
    recordSetsPerPageMax: 300,
    processingMs: 200,
    propagationMs: { min: 2_000, max: 30_000 },
    ...given,
    budget: {
      allRequests: { burst: 50, perSecond: 10 },
      eachAction: { burst: 50, perSecond: 10 },
      changes: { burst: 1_500, perSecond: 100 },
      tokens: { UPSERT: 2, CREATE: 1, DELETE: 1 },
      share: 1,
      ...given.budget,
    },
  };
}
