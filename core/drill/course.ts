/**
 * What comes next in a drill. The switch moves and judges; a drill only starts its legs, watches what became of them, and
 * gives way: to whoever took the pair, to a pause, to an alarm that says that customers are hurt.
 */
import { instant } from '../gates/wording.ts';
import { type Ledger, pausedAt } from '../ledger/ledger.ts';
import { command } from '../observe/commands.ts';
import type { RunRecord } from '../record.ts';
import type { Drill, DrillOutcome, Leg } from './drill.ts';

export type Course =
  | { do: 'wait'; because: string }
  /** The leg that is under way shall bring its users back. */
  | { do: 'ask back'; because: string }
  | { do: 'bake'; because: string }
  /** `failing`: what ended the drill early, if anything did. */
  | { do: 'return'; because: string; failing?: string }
  | { do: 'finish'; outcome: DrillOutcome; because: string };

/** A leg as Step Functions and its record tell it. */
export interface LegSeen {
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  record?: Partial<RunRecord>;
}

export interface CourseFacts {
  drill: Drill;
  now: number;
  ledger: Ledger | undefined;
  /** `<alarm> is in ALARM`, when the outcome alarm is. */
  alarm: string | undefined;
  /** What ended the drill early, in an earlier state. */
  failing?: string;
}

const finish = (outcome: DrillOutcome, because: string): Course => ({ do: 'finish', outcome, because });

/** While the leg there is under way, and when it has ended. */
export function afterOut(leg: LegSeen, facts: CourseFacts): Course {
  const { drill, alarm } = facts;
  if (leg.status === 'RUNNING')
    return alarm === undefined
      ? { do: 'wait', because: `${said(drill)} is on its way to ${drill.to}` }
      : { do: 'ask back', because: alarm };
  const { outcome, because } = ending(leg);
  if (drill.kind === 'preview') return afterPreview(leg, because);
  if (outcome === 'Switched' && wentInOneSwap(leg)) return finish('Interrupted', because);
  if (outcome === 'Switched') {
    if (alarm !== undefined) return { do: 'return', because: alarm, failing: alarm };
    return { do: 'bake', because: `${said(drill)} stands on ${drill.to}` };
  }
  return notSwitched(leg, facts, 'there');
}

/** Between the two legs. */
export function whileBaking(since: number, facts: CourseFacts & { epoch: number | undefined }): Course {
  const { drill, now, ledger, alarm, epoch } = facts;
  if (ledger === undefined) return { do: 'wait', because: 'the ledger could not be read' };
  if (ledger.holder !== undefined || (epoch !== undefined && ledger.epoch > epoch))
    return finish('Interrupted', takenBy(ledger));
  const pause = pausedAt(ledger, now);
  if (pause !== undefined) return finish('Interrupted', `paused by ${pause.by}: ${pause.reason}`);
  if (ledger.awaitsPerson !== undefined) return finish('Interrupted', ledger.awaitsPerson);
  if (alarm !== undefined) return { do: 'return', because: alarm, failing: alarm };
  const baked = since + drill.bakeSeconds * 1000;
  if (now < baked) return { do: 'wait', because: `${said(drill)} stands on ${drill.to} until ${instant(baked)}` };
  return drill.returns
    ? { do: 'return', because: `${drill.to} bore it for ${drill.bakeSeconds} s` }
    : finish('Succeeded', `${said(drill)} stands on ${drill.to}, which bore it for ${drill.bakeSeconds} s`);
}

/** While the leg back is under way, and when it has ended. */
export function afterBack(leg: LegSeen, facts: CourseFacts): Course {
  const { drill, failing } = facts;
  if (leg.status === 'RUNNING') return { do: 'wait', because: `${said(drill)} is on its way back to ${drill.from}` };
  const { outcome, because } = ending(leg);
  if (outcome === 'Switched' && wentInOneSwap(leg)) return finish('Interrupted', because);
  if (outcome === 'Switched')
    return failing === undefined
      ? finish('Succeeded', `${said(drill)} went to ${drill.to} and is back on ${drill.from}`)
      : finish('Failed', `ended early: ${failing}; ${said(drill)} is back on ${drill.from}`);
  return notSwitched(leg, facts, 'back');
}

/** Gates that say something of other people's business, not of what was rehearsed. */
const NOT_OURS = [
  'NoChangeUnderWay',
  'NoHolder',
  'NotPaused',
  'Policy',
  'Cooldown',
  'Calendar',
  'Approved',
  'DrillIsFresh',
];
/** Situations that only a person resolves. */
const PERSONS = ['Disputed', 'NeverActivated', 'FenceMissing', 'ActiveDead', 'BothSick'];

function notSwitched(leg: LegSeen, { drill, ledger, now, failing }: CourseFacts, way: 'there' | 'back'): Course {
  const { outcome, because } = ending(leg);
  const ahead = failing === undefined ? '' : `ended early: ${failing}; `;
  const told = `${ahead}the leg ${way} ended ${outcome}: ${because}`;
  if (outcome === 'Superseded' || outcome === 'ABORTED') return finish('Interrupted', told);
  if (outcome === 'Uncertain' || outcome === 'TIMED_OUT' || outcome === 'FAILED') return finish('Failed', told);
  const pause = ledger === undefined ? undefined : pausedAt(ledger, now);
  if (outcome === 'Abandoned') {
    const asked =
      failing === undefined && / asked to (stay|go back)/.test(because) && !because.includes(`drill ${drill.name}`);
    return finish(pause !== undefined || asked ? 'Interrupted' : 'Failed', told);
  }
  const shut = shutIn(leg);
  const others = shut.length > 0 && shut.every((name) => NOT_OURS.includes(name));
  const foreign = others || PERSONS.includes(leg.record?.situation ?? '');
  if (way === 'there') return finish(foreign ? 'Skipped' : 'Failed', told);
  return finish(foreign && failing === undefined ? 'Interrupted' : 'Failed', told);
}

/** A preview rehearses the judgement: a gate that is not open now would hold a move that somebody needs. */
function afterPreview(leg: LegSeen, because: string): Course {
  const { outcome } = ending(leg);
  const shut = shutIn(leg).filter((name) => !NOT_OURS.includes(name));
  if (outcome !== 'Previewed') return finish('Failed', `the preview ended ${outcome}: ${because}`);
  return shut.length === 0
    ? finish('Succeeded', `every gate that was rehearsed is open: ${because}`)
    : finish('Failed', `a move would be held by ${shut.join(', ')}: ${because}`);
}

function shutIn({ record }: LegSeen): string[] {
  return (record?.gates ?? []).filter(({ state }) => state !== 'open').map(({ name }) => name);
}

/** The switch says so when the side that was left died on the way: then the run was the failover, and no rehearsal. */
function wentInOneSwap({ record }: LegSeen): boolean {
  return record?.because?.[0]?.startsWith('the old side did not answer') === true;
}

function ending({ status, record }: LegSeen): { outcome: string; because: string } {
  const outcome = record?.outcome ?? status;
  return { outcome, because: record?.because?.join('; ') ?? 'it left no record' };
}

function takenBy({ holder, epoch, active }: Ledger): string {
  return holder === undefined
    ? `a newer run has moved the pair: epoch ${epoch}, ${active} is active`
    : `${holder.id} (${holder.kind}) has taken the pair at epoch ${epoch}`;
}

function said({ ring, pair }: Drill): string {
  return ring === undefined ? pair : `ring ${ring} of ${pair}`;
}

/** What a person types next. */
export function nextAfter(
  { pair, ring, from, to, returns }: Pick<Drill, 'pair' | 'from' | 'to' | 'ring'> & { returns?: boolean },
  outcome: DrillOutcome,
  stands: { rings: Readonly<Record<string, string>>; active?: string } | undefined,
): string {
  const away = ring === undefined ? returns === true && stands?.active === to : stands?.rings[ring] !== undefined;
  const only = ring === undefined ? '' : ` --ring ${ring}`;
  if (away && outcome !== 'Succeeded')
    return `throwover switch --pair ${pair} --to ${from}${only} --reason "end the drill"`;
  return outcome === 'Succeeded' ? `throwover drills --pair ${pair}` : command.status(pair);
}

/** Which way a leg goes. */
export function wayOf({ from, to }: Pick<Drill, 'from' | 'to'>, leg: Leg): { from: string; to: string } {
  return leg === 'out' ? { from, to } : { from: to, to: from };
}
