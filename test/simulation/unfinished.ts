/** What belongs into this world and is not there yet. `npm run safety-case` says so, and ends well only with `--so-far`. */
export const protectionsToCome: readonly { protection: string; why: string }[] = [
  { protection: 'Prewarm’s compare-and-set', why: 'prewarm is not built' },
  {
    protection: 'Signals of other classes, and their dedupe',
    why: 'the worlds hear CloudWatch alarms and the watch only',
  },
  {
    protection: 'The cluster fence',
    why: 'the guard is in the cluster model, where it cannot be taken out from outside',
  },
  { protection: 'Facets instead of the role', why: 'the same' },
  {
    protection: 'Preemption by rank',
    why: 'the ledger’s transitions decide it; a switch for it would be another ledger',
  },
  {
    protection: 'The canary beside the services',
    why: 'no world yet in which a deploy breaks every service and nothing else',
  },
  { protection: 'Settle', why: 'it pages and writes back once; the promise about time (S7) is not checked yet' },
  { protection: 'The order in which ownership goes back', why: 'no promise tells tiers apart yet' },
];

export const promisesToCome: readonly { id: string; why: string }[] = [
  { id: 'S7', why: 'the watch compares fences and what Settle watches, not yet every weight at rest' },
  { id: 'S15', why: 'no run carries its intent’s digest from Judge to Steer yet' },
  { id: 'S18', why: 'checked as far as every seventh world has wrong clocks; no world compares itself with its twin' },
  { id: 'S19', why: 'kept by S5 and S9; no world counts the runs of a storm of thousands' },
  { id: 'L3', why: 'looked at by L6: whatever is left is repaired by who follows the commands' },
  { id: 'L4', why: 'looked at at rest, not after two minutes' },
];

/** Found by the worlds or the models, and not closed. */
export const known: readonly string[] = [
  'There and back within one interval of ExternalDNS: a plan that lowers a side, made before a person moves back to it, may land after the batch that raises it. The name then has two weights of 0, which Route 53 answers with both sides alike, until the next loop. Worlds draw it seldom (twice in five thousand); the model of the two loops finds it at once.',
  'A pair whose rings were moved one by one until none is left on the cluster that the ledger calls active: everything is on the other cluster, and the pair still says the first. The watch says so (FacesAgree, `throwover repair`); until somebody types that, a failover looks at the wrong cluster.',
  'A broken pod network is no empty target group in the cluster model: nothing raises an alarm then, and so nothing starts a run.',
];
