/** Reads an execution's history as a person would: which state gave which answer, when. */
import type { HistoryEvent } from '../../lab/stage.ts';

export interface StateAnswer {
  at: number;
  state: string;
  /** What the function answered, or what the state gave on. */
  payload: Readonly<Record<string, unknown>>;
}

/** What a function answered, in the order in which the answers came. The events between two states belong to one line. */
export function answersIn(history: readonly HistoryEvent[], after: number): StateAnswer[] {
  const byId = new Map(history.map((event) => [event.id, event]));
  return history.flatMap((event) => {
    const output = event.taskSucceededEventDetails?.output;
    if (event.id <= after || output === undefined) return [];
    const { Payload = {} } = JSON.parse(output) as { Payload?: Record<string, unknown> };
    return [{ at: event.timestamp, state: stateOf(event, byId), payload: Payload }];
  });
}

function stateOf(event: HistoryEvent, byId: ReadonlyMap<number, HistoryEvent>): string {
  let at: (HistoryEvent & { previousEventId?: number }) | undefined = event;
  while (at !== undefined && at.stateEnteredEventDetails === undefined) at = byId.get(at.previousEventId ?? 0);
  return at?.stateEnteredEventDetails?.name ?? '';
}

/** AWS bills state transitions: every state that was entered. */
export function transitionsIn(history: readonly HistoryEvent[]): number {
  return history.filter((event) => event.stateEnteredEventDetails !== undefined).length;
}
