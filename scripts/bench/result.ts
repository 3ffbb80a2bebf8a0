/** What a bench found. `limit` is what `value` was held against; a limit that is a floor says so in `name`. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number;
  readonly ok: boolean;
}

export interface Printing {
  /** For what is worth seeing and is not judged, as wall-clock times. */
  print(line: string): void;
}

/** The default export of a file in test/bench/. */
export type Bench = (printing: Printing) => readonly Result[] | Promise<readonly Result[]>;

export function atMost(limit: number, name: string, value: number, unit: string): Result {
  return { name, value: rounded(value), unit, limit, ok: Number.isFinite(value) && value <= limit };
}

export function atLeast(limit: number, name: string, value: number, unit: string): Result {
  return { name, value: rounded(value), unit, limit, ok: Number.isFinite(value) && value >= limit };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
