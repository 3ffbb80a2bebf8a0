import { textOf } from './json.ts';

/**
 * One event as GetExecutionHistory shows it, but for the time, which is in milliseconds. Exactly one member
 * `…EventDetails` goes with the type, none for `TaskStateAborted` and its like.
 */
export interface HistoryEvent {
  readonly id: number;
  /** The event that led here in the same line of states; 0 for the first of the execution and for its sudden end. */
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: Readonly<Record<string, unknown>> | undefined;
}

/** AWS ends an execution that would have more. */
export const EVENTS_MAX = 25_000;

/** Details are made when somebody reads them: most histories are never read. */
type Details = () => Readonly<Record<string, unknown>>;

interface Note {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly details: Details | undefined;
}

/** The events of one execution. The values it is given must not change afterwards. */
export class History {
  readonly #notes: Note[] = [];
  readonly #events: HistoryEvent[] = [];
  readonly #onEvent: ((event: HistoryEvent) => void) | undefined;

  constructor(onEvent: ((event: HistoryEvent) => void) | undefined) {
    this.#onEvent = onEvent;
  }

  get length(): number {
    return this.#notes.length;
  }

  /** All events so far, oldest first. */
  get events(): readonly HistoryEvent[] {
    for (let at = this.#events.length; at < this.#notes.length; at++) this.#events.push(shown(this.#notes[at] as Note));
    return this.#events;
  }

  /** Adds an event and returns its id. */
  note(timestamp: number, type: string, previousEventId: number, details?: Details): number {
    const id = this.#notes.length + 1;
    this.#notes.push({ id, previousEventId, timestamp, type, details });
    if (this.#onEvent !== undefined) this.#onEvent(this.events[id - 1] as HistoryEvent);
    return id;
  }
}

function shown({ id, previousEventId, timestamp, type, details }: Note): HistoryEvent {
  const event = { timestamp, type, id, previousEventId };
  return details === undefined ? event : { ...event, [`${detailsOf(type)}EventDetails`]: details() };
}

/** All `…StateEntered` share one shape, and so do all `…StateExited`; the others are named after their type. */
function detailsOf(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEntered';
  if (type.endsWith('StateExited')) return 'stateExited';
  return type.charAt(0).toLowerCase() + type.slice(1);
}

/** A payload as events carry it: JSON text and whether it was cut (this interpreter never cuts). */
export function payload(member: 'input' | 'output', value: unknown): Readonly<Record<string, unknown>> {
  return { [member]: textOf(value), [`${member}Details`]: { truncated: false } };
}

/** An error as events carry it: what is not known is left out. */
export function failure(error: string | undefined, cause: string | undefined): Readonly<Record<string, unknown>> {
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}
