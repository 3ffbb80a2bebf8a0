/** An execution's history as a runbook being worked through: which state did what, and what it found. */
import type { HistoryEvent } from '../console.ts';

export interface Line {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly state: string;
  readonly text: string;
  readonly tone: 'plain' | 'bad';
}

/** What happened after the event of this id (0: from the beginning), in the order of the events. */
export function linesIn(history: readonly HistoryEvent[], after: number): Line[] {
  const byId = new Map(history.map((event) => [event.id, event]));
  return history.flatMap((event): Line[] => {
    if (event.id <= after) return [];
    const line = { at: event.timestamp, state: stateOf(event, byId) };
    const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
    if (failed !== undefined)
      return [{ ...line, tone: 'bad', text: [failed.error, messageIn(failed.cause)].filter(Boolean).join(': ') }];
    if (event.type === 'WaitStateEntered') return [{ ...line, tone: 'plain', text: 'waiting' }];
    const text = saidIn(event);
    return text === undefined ? [] : [{ ...line, tone: 'plain', text }];
  });
}

/** The state that a running execution is in: the last one entered and not left in the main line of states. */
export function stepOf(history: readonly HistoryEvent[]): { state: string; since: number } | undefined {
  const entered = history.findLast(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined);
  const state = entered?.stateEnteredEventDetails?.name;
  return entered === undefined || state === undefined ? undefined : { state, since: entered.timestamp };
}

function stateOf(event: HistoryEvent, byId: ReadonlyMap<number, HistoryEvent>): string {
  let at: HistoryEvent | undefined = event;
  while (at !== undefined && at.stateEnteredEventDetails === undefined) at = byId.get(at.previousEventId);
  return at?.stateEnteredEventDetails?.name ?? '';
}

/** Undefined: nothing was answered here. The last answer of all is the record, which is shown in full afterwards. */
function saidIn({ taskSucceededEventDetails }: HistoryEvent): string | undefined {
  const answer = payloadOf(taskSucceededEventDetails?.output);
  if (answer === undefined || 'outcome' in answer || 'record' in answer) return undefined;
  if (Array.isArray(answer.observations)) return observed(answer.observations);
  const because = Array.isArray(answer.because) ? answer.because.map(String) : [textOf(answer.because)];
  if (typeof answer.verdict === 'string') return judged(answer.verdict, because, answer.gates);
  const said = because.join('; ');
  if (answer.kind === 'done') return `${String(answer.touched)} objects follow`;
  if (Array.isArray(answer.paid) && Array.isArray(answer.debts))
    return `paid: ${answer.paid.join(', ') || 'nothing'}; ${answer.debts.length} still owed`;
  const run = answer.run as { kind?: string; from?: string; to?: string } | undefined;
  if (run?.kind !== undefined) return `${run.kind}, ${run.from} -> ${run.to}`;
  return said === '' ? 'done' : said;
}

function payloadOf(output: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (output === undefined) return undefined;
  try {
    const { Payload } = JSON.parse(output) as { Payload?: unknown };
    return typeof Payload === 'object' && Payload !== null ? (Payload as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Lambda gives what a function threw as JSON. */
function messageIn(cause: string | undefined): string | undefined {
  try {
    return (JSON.parse(cause ?? '') as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}

/** The first reason; the gates that are shut stand with their numbers in the record. */
function judged(verdict: string, [first = '']: readonly string[], gates: unknown): string {
  const asked = Array.isArray(gates) ? (gates as { name: string; state: string }[]) : [];
  const shut = asked.filter(({ state }) => state !== 'open').map(({ name }) => name);
  const open = asked.length === 0 ? '' : `; ${asked.length - shut.length} of ${asked.length} gates open`;
  return `${verdict}: ${first}${open}${shut.length === 0 ? '' : `, not ${shut.join(', ')}`}`;
}

/** The newest look at each cluster. */
function observed(observations: readonly { cluster?: string; evidence?: string }[]): string {
  const newest = new Map(observations.map(({ cluster = '', evidence = '' }) => [cluster, evidence]));
  return [...newest].map(([cluster, evidence]) => `${cluster}: ${evidence}`).join('; ') || 'saw nothing';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
