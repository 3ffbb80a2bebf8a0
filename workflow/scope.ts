import type { Block } from './machine.ts';

/** Variables of one block. An inner scope sees the outer ones; assigning is refused across scopes when a machine is loaded. */
export class Scope {
  readonly #values = new Map<string, unknown>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  get(name: string): unknown {
    const value = this.#values.get(name);
    return value === undefined ? this.#outer?.get(name) : value;
  }

  assign(values: Iterable<readonly [string, unknown]>): void {
    for (const [name, value] of values) this.#values.set(name, value);
  }
}

/** The item a Map iteration works on, as `$states.context.Map.Item` shows it. */
export interface MapItem {
  readonly Index: number;
  readonly Value: unknown;
}

/**
 * One pass through a block: the whole machine, a branch, an iteration. It remembers where it stands, so that a redrive
 * goes on there, with the input and the variables it had.
 */
export class Run {
  readonly block: Block;
  readonly scope: Scope;
  readonly item: MapItem | undefined;
  /** The state it is in, or failed in, and that state's input. */
  at: string;
  input: unknown;
  /** The newest event of this line of states. */
  lastEvent: number;
  /** Set when it reached its end. */
  ended: { readonly output: unknown } | undefined;
  /** Branches or iterations of the state it is in. */
  inner: readonly Run[] = [];
  readonly #firstEvent: number;
  #alive = true;
  readonly #undo = new Set<() => void>();

  constructor(block: Block, scope: Scope, input: unknown, lastEvent: number, item?: MapItem) {
    this.block = block;
    this.scope = scope;
    this.item = item;
    this.at = block.startAt;
    this.input = input;
    this.lastEvent = lastEvent;
    this.#firstEvent = lastEvent;
  }

  /** Whether it is on its way: begun, not at its end, not abandoned. */
  get moving(): boolean {
    return this.#alive && this.ended === undefined && this.lastEvent !== this.#firstEvent;
  }

  /** False once nobody wants its result: what is still under way goes on as a zombie and changes nothing here. */
  get alive(): boolean {
    return this.#alive;
  }

  /** To be done if this run is abandoned; the result says it is no longer needed. */
  onAbandon(undo: () => void): () => void {
    this.#undo.add(undo);
    return () => this.#undo.delete(undo);
  }

  abandon(): void {
    this.#alive = false;
    for (const undo of this.#undo) undo();
    this.#undo.clear();
    for (const run of this.inner) run.abandon();
  }

  /** A new run that goes on where this abandoned one stood: whatever still moves in the old one must not move this. */
  resumed(lastEvent: number): Run {
    const run = new Run(this.block, this.scope, this.input, lastEvent, this.item);
    run.at = this.at;
    run.inner = this.inner;
    return run;
  }

  /** The states being worked on, innermost. */
  current(): string[] {
    const inside = this.inner.filter((run) => run.moving);
    return inside.length > 0 ? inside.flatMap((run) => run.current()) : [this.at];
  }
}
