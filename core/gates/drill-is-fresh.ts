import type { Facts } from '../facts.ts';
import { command } from '../observe/commands.ts';
import type { Gate } from './gate.ts';
import { instant } from './wording.ts';

const DAY_MILLISECONDS = 86_400_000;
/** From this part of the allowed age on people are warned. */
const WARNS_AT = 0.8;

export interface DrillAge {
  /** Undefined: none ever succeeded. */
  days?: number;
  warns: boolean;
  stale: boolean;
}

/** A pair that was never rehearsed is as stale as one whose rehearsal is too long ago. Nothing configured: never stale. */
export function drillAge(pair: Facts['pair'], drill: Facts['drill'], now: number): DrillAge {
  const most = pair.drills.ageDaysMax;
  if (most === undefined) return { warns: false, stale: false };
  if (drill === undefined || drill.lastSucceededAt === undefined) return { warns: true, stale: true };
  const days = (now - drill.lastSucceededAt) / DAY_MILLISECONDS;
  return { days: Math.floor(days * 10) / 10, warns: days >= WARNS_AT * most, stale: days > most };
}

/**
 * What was rehearsed lately works; what was not is a hope. Too long ago, automation asks a person before it moves. It keeps
 * nobody from moving by hand.
 */
export function drillIsFresh(facts: Facts): Gate | undefined {
  const { pair, kind, drill, now, approval } = facts;
  const { ageDaysMax } = pair.drills;
  if (kind !== 'automatic failover' || ageDaysMax === undefined || pair.mode !== 'auto') return undefined;
  const { days, warns, stale } = drillAge(pair, drill, now);
  const answeredFor = stale && approval?.answer?.said === 'approved';
  const last =
    days === undefined
      ? drill === undefined
        ? 'the drills could not be read'
        : 'no drill has succeeded yet'
      : `the last drill that succeeded (${instant(drill?.lastSucceededAt ?? 0)}) is ${days} days old`;
  return {
    name: 'DrillIsFresh',
    state: !stale || answeredFor ? 'open' : 'closed',
    because: [
      `${last}, ${ageDaysMax} are allowed`,
      ...(warns && !stale ? ['it is time for the next one'] : []),
      ...(answeredFor ? [`${approval?.answer?.by} approved this run all the same`] : []),
    ].join('; '),
    opensWhen: `a drill succeeds (\`${command.drill(pair.name)}\`), or a person approves this run`,
    applies: 'before claim',
    overridable: 'never',
  };
}
