/**
 * May a drill begin? A rehearsal is never so urgent that it may add to somebody's trouble, so everything that says no is
 * listed, and what could not be found out says no as well.
 */
import { blockedBy } from '../gates/calendar.ts';
import { instant } from '../gates/wording.ts';
import { type Ledger, pausedAt } from '../ledger/ledger.ts';
import { lockedAgainst } from '../ledger/locks.ts';
import { command } from '../observe/commands.ts';
import type { AlarmState } from '../ports.ts';
import { type NamedPair, ringsOf } from '../topology/pair.ts';
import type { CalendarEntry } from '../topology/schema.ts';
import { type DrillKind, REHEARSED_RING } from './drill.ts';

export interface DrillFacts {
  now: number;
  pair: NamedPair;
  kind: DrillKind;
  /** Undefined: there is none, or it could not be read. */
  ledger: Ledger | undefined;
  /** Of the alarms that `alarmsAsked` names; missing: there is no such alarm, or it could not be read. */
  alarms: Readonly<Record<string, AlarmState>>;
}

/** The alarms that a drill of this pair asks about before it begins. */
export function alarmsAsked({ drills: { blockedByAlarms, endedByAlarm } }: NamedPair): string[] {
  return [...blockedByAlarms, ...(endedByAlarm === undefined ? [] : [endedByAlarm])];
}

/** Why no drill of this kind begins now; empty: it may. A preview changes nothing and is only refused where nothing can be judged. */
export function reasonsToSkip(facts: DrillFacts): string[] {
  const { ledger, kind, pair } = facts;
  if (ledger?.active === undefined)
    return [`nobody has said which cluster of ${pair.name} is active: \`throwover accept --active …\``];
  if (kind === 'preview') return [];
  return [
    ...aboutThePair(facts, ledger),
    ...aboutRings(facts, ledger),
    ...aboutTheTime(facts, ledger),
    ...aboutAlarms(facts),
  ];
}

function aboutThePair({ now, pair }: DrillFacts, ledger: Ledger): string[] {
  const { holder, awaitsPerson, acknowledged, interrupted, debts } = ledger;
  const pause = pausedAt(ledger, now);
  const locked = lockedAgainst(ledger, 'drill', now);
  const behind = debts.filter(({ what }) => what === 'behind').map(({ about = '' }) => about);
  return [
    pause !== undefined && `paused by ${pause.by}: ${pause.reason}; \`${command.resume(pair.name)}\``,
    holder !== undefined && `${holder.id} (${holder.kind}) holds ${pair.name}`,
    locked !== undefined && locked,
    awaitsPerson !== undefined && `automation waits for a person: ${awaitsPerson}`,
    !acknowledged && `the last automatic move was not acknowledged: \`${command.acknowledge(pair.name)}\``,
    interrupted !== undefined && `a ${interrupted.kind} to ${interrupted.to} was cut off and is not repaired yet`,
    behind.length > 0 && `still behind after the last move: ${behind.join(', ')}`,
  ].filter((reason) => reason !== false);
}

/** What stands elsewhere would be moved back to where it does not belong. */
function aboutRings({ kind, pair }: DrillFacts, { rings }: Ledger): string[] {
  const elsewhere = Object.entries(rings).filter(([ring]) => kind === 'full' || Number(ring) === REHEARSED_RING);
  const missing = kind === 'ring' && !ringsOf(pair).includes(REHEARSED_RING);
  return [
    ...elsewhere.map(([ring, cluster]) => `ring ${ring} stands on ${cluster}, not where the pair is active`),
    ...(missing
      ? [`no service of ${pair.name} is in ring ${REHEARSED_RING}: a drill of the ring has nothing to move`]
      : []),
  ];
}

const DAY_MILLISECONDS = 86_400_000;

function aboutTheTime({ now, pair }: DrillFacts, { lastAutomaticMove }: Ledger): string[] {
  const entry = blockedUntil(pair, now);
  const { daysSinceIncidentMin } = pair.drills;
  const quietAt =
    lastAutomaticMove === undefined ? undefined : lastAutomaticMove.at + daysSinceIncidentMin * DAY_MILLISECONDS;
  return [
    ...(entry === undefined
      ? []
      : [`the calendar has no room for a drill before ${entry.until} in ${entry.timeZone}: ${entry.reason}`]),
    ...(quietAt !== undefined && now < quietAt
      ? [
          `the last automatic move was ${instant(lastAutomaticMove?.at ?? 0)}, less than ${daysSinceIncidentMin} days ago: from ${instant(quietAt)} on`,
        ]
      : []),
  ];
}

const LOOK_AHEAD_MILLISECONDS = 300_000;

/**
 * The leg back is judged as every move is. One that a freeze would hold leaves users where they do not belong, so there must
 * be room for the whole drill, as long as it may last.
 */
function blockedUntil({ calendar, drills, timing }: NamedPair, now: number): CalendarEntry | undefined {
  const entries = calendar.filter(({ blocks }) => blocks.includes('drills'));
  if (entries.length === 0) return undefined;
  const longest = (2 * timing.runSecondsMax + drills.bakeSeconds) * 1000;
  for (let at = now; at <= now + longest; at += LOOK_AHEAD_MILLISECONDS) {
    const entry = blockedBy(entries, at);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** An alarm that nobody could read blocks too; one with too little data is what many alarms are in quiet times. */
function aboutAlarms({ pair, alarms }: DrillFacts): string[] {
  return alarmsAsked(pair).flatMap((name) => {
    const state = alarms[name];
    if (state === undefined) return [`the alarm ${name} could not be read, or is not there`];
    return state === 'ALARM' ? [`${name} is in ALARM`] : [];
  });
}
