/** What belongs into this world and is not there yet. `npm run safety-case` says so, and ends well only with `--so-far`. */
export const protectionsToCome: readonly { protection: string; why: string }[] = [];

export const promisesToCome: readonly { id: string; why: string }[] = [];

/** Found by the worlds or the models, and not closed. */
export const known: readonly string[] = [
  'There and back within one interval of ExternalDNS: a plan that lowers a side, made before a person moves back to it, may land after the batch that raises it. The name then has two weights of 0, which Route 53 answers with both sides alike, until the next loop. Worlds draw it seldom (twice in five thousand); the model of the two loops finds it at once.',
  'A name that left the topology while its Ingress stayed is in no batch: each ExternalDNS follows its cluster’s role in its own loop, and for up to one interval both weights may be 0, which Route 53 answers with both sides alike. The pods of both are awake then.',
  'A broken pod network is no empty target group in the cluster model: nothing raises an alarm then, and so nothing starts a run.',
];
