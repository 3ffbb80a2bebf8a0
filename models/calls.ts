/** How often each operation of a modelled service was called, by the operation's own name (`PutItem`). */
export type Calls = Map<string, number>;

export function countCall(calls: Calls, operation: string): void {
  calls.set(operation, (calls.get(operation) ?? 0) + 1);
}
