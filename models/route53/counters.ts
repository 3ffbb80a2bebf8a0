/** What was asked of Route 53, by everybody together and by each caller. */
export interface Count {
  /** Calls by operation, refused ones too. */
  calls: Record<string, number>;
  allCalls: number;
  changeCalls: number;
  /** Tokens taken from the bucket of changes. */
  changeTokens: number;
  throttled: number;
  /** Batches refused for any other reason, by the error's name. */
  refusedBatches: Record<string, number>;
}

export class Counters {
  readonly total: Count = nothing();
  readonly #callers = new Map<string, Count>();

  of(caller: string): Count {
    let count = this.#callers.get(caller);
    if (count === undefined) {
      count = nothing();
      this.#callers.set(caller, count);
    }
    return count;
  }

  called(caller: string, operation: string): void {
    for (const count of [this.total, this.of(caller)]) {
      count.calls[operation] = (count.calls[operation] ?? 0) + 1;
      count.allCalls++;
      if (operation === 'ChangeResourceRecordSets') count.changeCalls++;
    }
  }

  spent(caller: string, changeTokens: number): void {
    for (const count of [this.total, this.of(caller)]) count.changeTokens += changeTokens;
  }

  throttled(caller: string): void {
    for (const count of [this.total, this.of(caller)]) count.throttled++;
  }

  refused(caller: string, refusal: unknown): void {
    const name = refusal instanceof Error ? refusal.name : 'Unknown';
    for (const count of [this.total, this.of(caller)]) {
      count.refusedBatches[name] = (count.refusedBatches[name] ?? 0) + 1;
    }
  }
}

function nothing(): Count {
  return { calls: {}, allCalls: 0, changeCalls: 0, changeTokens: 0, throttled: 0, refusedBatches: {} };
}
