/** Rehearsals: when, what, and what keeps one from beginning. */
import * as z from 'zod/mini';
import { described, seconds, text } from './fields.ts';

const alarmName = () => text(255);

export const drills = z.strictObject({
  ageDaysMax: described(
    z.exactOptional(z.int().check(z.minimum(1), z.maximum(366))),
    'Oldest drill that succeeded with which mode `auto` acts by itself. Older, or none at all, it asks a person first. Left out: drills are not asked for.',
  ),
  cadence: described(
    z._default(z.enum(['off', 'weekly', 'monthly', 'quarterly']), 'monthly'),
    'How often a drill begins by itself: on the `weekday` of every week, or on the first such day of every month or quarter.',
  ),
  weekday: described(
    z._default(z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']), 'tuesday'),
    'On which day. A day on which people are at work.',
  ),
  hourUtc: described(z._default(z.int().check(z.minimum(0), z.maximum(23)), 9), 'At which hour, in UTC.'),
  kind: described(
    z._default(z.enum(['preview', 'ring', 'full']), 'ring'),
    'What a scheduled drill does. `preview`: judges, changes nothing. `ring`: ring 0, the example app, moves and returns. `full`: everything moves. Where `mode` is not `auto`, a schedule only previews.',
  ),
  returns: described(
    z._default(z.boolean(), false),
    'A full drill brings everything back after `bakeSeconds`. Without it the other cluster stays active and the next drill goes the other way.',
  ),
  bakeSeconds: described(
    z._default(seconds(120, 7_200), 600),
    'How long a drill looks how the other cluster bears it, before it returns or ends. At least two intervals of ExternalDNS: a plan that lowers the side that was left must not land after its return.',
  ),
  daysSinceIncidentMin: described(
    z._default(z.int().check(z.minimum(0), z.maximum(365)), 7),
    'Days after an automatic failover in which no drill begins.',
  ),
  blockedByAlarms: described(
    z._default(z.array(alarmName()), []),
    'CloudWatch alarms, by name: no drill begins while one of them is in ALARM or cannot be read.',
  ),
  endedByAlarm: described(
    z.exactOptional(alarmName()),
    'The CloudWatch alarm that says that customers are hurt: it ends a drill early and takes it back.',
  ),
});

export type Drills = z.output<typeof drills>;
