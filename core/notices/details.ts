/**
 * What each event on the bus says, beside its text: the published schemas are made from here (`npm run reference` writes
 * events/out/ and docs/reference/events.md). Members may be added, never renamed or taken away: other teams' rules read them.
 */
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

z.config(en());

const pair = z.string();
const epoch = z.int();
/** ISO 8601, UTC. */
const instant = z.iso.datetime();
const because = z.array(z.string());
/** The one command to type next. */
const next = z.string();

const move = { pair, run: z.string(), mode: z.string(), from: z.string(), to: z.string() };
const ending = { ...move, active: z.exactOptional(z.string()), epoch: z.exactOptional(epoch), because, next };

export const details = {
  'Active Cluster Changed': z.strictObject({
    pair,
    active: z.string(),
    epoch,
    since: instant,
    /** Rings that stand elsewhere. */
    rings: z.record(z.string(), z.string()),
    run: z.exactOptional(z.string()),
  }),
  'Switch Held': z.strictObject({
    ...ending,
    situation: z.string(),
    /** Names of the gates that were not open. */
    closed: z.array(z.string()),
    /** Nothing but the policy stood in the way: this is what automation would have done. */
    wouldHaveActed: z.boolean(),
  }),
  'Switch Abandoned': z.strictObject(ending),
  'Switch Uncertain': z.strictObject({
    ...ending,
    /** Where traffic seems to be, percent of the weights by cluster. */
    zones: z.array(z.strictObject({ zone: z.string(), ring: z.int(), weights: z.record(z.string(), z.number()) })),
  }),
  'Approval Wanted': z.strictObject({
    ...move,
    /** What the approval is bound to: 16 hex digits. */
    intent: z.string(),
    because,
    expiresAt: instant,
    next,
  }),
  'Situation Changed': z.strictObject({
    pair,
    active: z.exactOptional(z.string()),
    situation: z.string(),
    closed: z.array(z.string()),
    because,
    next,
  }),
  'Drill Finished': z.strictObject({
    pair,
    run: z.string(),
    kind: z.string(),
    outcome: z.enum(['Succeeded', 'Failed', 'Interrupted', 'Skipped']),
    active: z.exactOptional(z.string()),
    because,
    next,
  }),
  'Drill Is Stale': z.strictObject({
    pair,
    /** When the last one succeeded; left out: there never was one. */
    lastAt: z.exactOptional(instant),
    ageDays: z.exactOptional(z.number()),
    ageDaysMax: z.number(),
    /** False: it is only about to be. True: automation asks a person before it moves. */
    asksPerson: z.boolean(),
  }),
  'Foreign Writer Seen': z.strictObject({
    pair,
    epoch,
    active: z.exactOptional(z.string()),
    zones: z.string(),
    /** Records with what stands in them; after a move also whom the registry of ExternalDNS names as the owner. */
    evidence: z.string(),
    /** Nobody else had written yet; left out where nobody had looked shortly before. */
    since: z.exactOptional(instant),
    /** Then it was seen: the change is between the two. */
    until: z.exactOptional(instant),
    /** The command of AWS that lists who changed record sets in that time. */
    whoWrote: z.string(),
  }),
  'Clusters Overlapped': z.strictObject({
    pair,
    epoch,
    active: z.string(),
    /** The one that was left, and that could not be told to stand by until now. */
    cluster: z.string(),
    since: instant,
    until: instant,
    /** At most so long did its pods and CronJobs run beside those of the active one. */
    seconds: z.int(),
    /** Services that may run only once: what they did in that time may have been done twice. */
    exclusive: z.array(z.string()),
    next,
  }),
  'Users Left Behind': z.strictObject({
    pair,
    epoch,
    active: z.string(),
    /** Where they still ask: it keeps its pods until they have gone, or a person says so. */
    cluster: z.string(),
    /** So many of them in `inSeconds`. */
    requests: z.int(),
    inSeconds: z.int(),
    /** Of all requests of both sides; left out: nobody counted those of the other side. */
    fraction: z.exactOptional(z.number()),
    fractionMax: z.number(),
    /** So long after the move. */
    afterSeconds: z.int(),
    next,
  }),
  'Records Not Returned': z.strictObject({
    pair,
    epoch,
    active: z.exactOptional(z.string()),
    /** Whose ExternalDNS does not get them back. */
    cluster: z.string(),
    /** The first of them, each with the object that the registry names and that is not in the cluster's rings. */
    records: z.array(z.object({ name: z.string(), source: z.string() })),
    count: z.int(),
    next,
  }),
  'Fence Missing': z.strictObject({ pair, zone: z.string(), active: z.exactOptional(z.string()) }),
  'Published Copy Was Wrong': z.strictObject({
    pair,
    /** What stood there; left out: nothing. */
    found: z.exactOptional(z.string()),
    active: z.string(),
  }),
} as const satisfies Readonly<Record<string, z.ZodMiniType>>;

export type NoticeType = keyof typeof details;
export type Details = { [Type in NoticeType]: z.output<(typeof details)[Type]> };
