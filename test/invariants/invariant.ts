/**
 * What is promised of a pair, whatever happens (design, section 7). An invariant sees facts that anybody can see from
 * outside: record sets, DNS answers, the ledger's item, ConfigMaps. It knows nothing of the code that made them.
 */
export interface Invariant<Fact> {
  /** Its number in the design. */
  readonly id: string;
  readonly says: string;
  /** What is wrong with this fact, in one line; undefined when it keeps the promise. */
  breach(fact: Fact): string | undefined;
}

/** Every breach of these promises by one fact, each with the promise it breaks. */
export function breaches<Fact>(invariants: readonly Invariant<Fact>[], fact: Fact): string[] {
  return invariants.flatMap((invariant) => {
    const breach = invariant.breach(fact);
    return breach === undefined ? [] : [`${invariant.id}, ${invariant.says}: ${breach}`];
  });
}
