/**
 * The text of each event, for somebody who was asleep a minute ago: what happened, where the traffic is now, what to do
 * next, the exact command. One paragraph: e-mail, chat and text messages show it alike.
 */
import { command } from '../observe/commands.ts';
import type { Details, NoticeType } from './details.ts';

type Told = { [Type in NoticeType]: (detail: Details[Type]) => readonly string[] };

export const texts: Told = {
  'Active Cluster Changed': ({ pair, active, epoch, rings }) => [
    `${pair}: ${active} is active since epoch ${epoch}.`,
    ...Object.entries(rings).map(([ring, cluster]) => `Ring ${ring} stands on ${cluster}.`),
    `New connections go to ${active}; some clients keep the old answer for a while.`,
    next(command.status(pair)),
  ],
  'Switch Held': ({ pair, from, to, mode, because, wouldHaveActed, active, next: todo }) => [
    wouldHaveActed
      ? `${pair}: would have moved from ${from} to ${to} now, and did not: the policy says so.`
      : `${pair}: the ${mode} from ${from} to ${to} was held. Nobody was moved.`,
    traffic(active),
    ...listed(because),
    next(todo),
  ],
  'Switch Abandoned': ({ pair, from, to, mode, because, active, next: todo }) => [
    `${pair}: the ${mode} from ${from} to ${to} was abandoned. Some users were moved and are back.`,
    traffic(active),
    ...listed(because),
    next(todo),
  ],
  'Switch Uncertain': ({ pair, from, to, mode, because, zones, next: todo }) => [
    `${pair}: the ${mode} from ${from} to ${to} stopped and cannot say where all users are. Automation waits for you.`,
    zones.length === 0
      ? 'The zones could not be read.'
      : `The zones say ${zones.map(({ zone, ring, weights }) => `${zone} ring ${ring}: ${shares(weights)}`).join('; ')}.`,
    ...listed(because),
    next(todo),
  ],
  'Approval Wanted': ({ pair, from, to, mode, because, expiresAt, next: todo }) => [
    `${pair}: may the ${mode} from ${from} to ${to} begin? It waits for a person until ${expiresAt}; without an answer nothing moves.`,
    traffic(from),
    ...listed(because),
    next(todo),
  ],
  'Situation Changed': ({ pair, situation, because, active, next: todo }) => [
    `${pair}: ${situation}.`,
    traffic(active),
    ...listed(because),
    next(todo),
  ],
  'Drill Finished': ({ pair, kind, outcome, because, active, next: todo }) => [
    `${pair}: the ${kind} drill ended ${outcome}.`,
    traffic(active),
    ...listed(because),
    next(todo),
  ],
  'Drill Is Stale': ({ pair, ageDays, ageDaysMax, asksPerson }) => [
    ageDays === undefined
      ? `${pair}: no drill has ever succeeded here, and one every ${ageDaysMax} days is wanted.`
      : `${pair}: the last drill that succeeded is ${ageDays} days old, ${ageDaysMax} are allowed.`,
    asksPerson
      ? 'Until one succeeds, automation asks a person before it moves anything.'
      : 'When that time is over, automation asks a person before it moves anything.',
    next(`throwover drill --pair ${pair}`),
  ],
  'Foreign Writer Seen': ({ pair, zones, active, evidence, since, until, whoWrote }) => [
    `${pair}: somebody else keeps writing weights in ${zones}. They were not changed back.`,
    since === undefined || until === undefined ? `Seen: ${evidence}.` : `Between ${since} and ${until}: ${evidence}.`,
    `Who it was stands in CloudTrail a few minutes later: \`${whoWrote}\`.`,
    traffic(active),
    next(command.doctor(pair)),
  ],
  'Clusters Overlapped': ({ pair, cluster, active, seconds, exclusive, next: todo }) => [
    `${pair}: ${cluster} stands by now. Its pods and CronJobs may have run beside ${active} for up to ${Math.ceil(seconds / 60)} minutes.`,
    ...(exclusive.length === 0
      ? []
      : [`Look at what ${exclusive.join(', ')} did in that time: it may run only once, and may have been done twice.`]),
    traffic(active),
    next(todo),
  ],
  'Users Left Behind': ({
    pair,
    cluster,
    active,
    requests,
    inSeconds,
    fraction,
    fractionMax,
    afterSeconds,
    next: todo,
  }) => [
    `${pair}: ${Math.round(afterSeconds / 60)} minutes after the move ${requests} requests in ${inSeconds} s still arrive at ${cluster}: ${
      fraction === undefined ? 'an unknown share' : `${(fraction * 100).toFixed(1)} %`
    } of all, at most ${fractionMax * 100} % are cut without a word.`,
    `${cluster} keeps its pods. Cut them when they may be cut.`,
    traffic(active),
    next(todo),
  ],
  'Records Not Returned': ({ pair, cluster, active, records, count, next: todo }) => [
    `${pair}: ${count} records of ${cluster} stay ours: what they were made for is not in its rings any more (${records
      .slice(0, 3)
      .map(({ name, source }) => `${name} of ${source}`)
      .join(', ')}). No user is moved by that; a new load balancer of ${cluster} would not reach them.`,
    'Bring the objects back, then say so once more.',
    traffic(active),
    next(todo),
  ],
  'Fence Missing': ({ pair, zone, active }) => [
    `${pair}: the fence is gone from ${zone}. No user is moved by that; the next run writes it again.`,
    traffic(active),
    next(command.status(pair)),
  ],
  'Published Copy Was Wrong': ({ pair, found, active }) => [
    `${pair}: the published parameter said ${found ?? 'nothing'} and was not written by us. It says ${active} again.`,
    traffic(active),
    `Who wrote it: look for PutParameter on /throwover/${pair} in CloudTrail.`,
    next(command.status(pair)),
  ],
};

function traffic(active: string | undefined): string {
  return active === undefined ? 'Nobody has said which cluster is active.' : `Traffic is on ${active}.`;
}

function shares(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .map(([cluster, share]) => `${cluster} ${share} %`)
    .join(', ');
}

/** The first reasons; who wants them all types the command. */
const REASONS_MOST = 4;

function listed(because: readonly string[]): string[] {
  const shown = because.slice(0, REASONS_MOST).map((reason) => reason.replace(/\.?$/, '.'));
  return because.length > REASONS_MOST ? [...shown, `${because.length - REASONS_MOST} more reasons.`] : shown;
}

function next(todo: string): string {
  return `Next: ${todo}`;
}
