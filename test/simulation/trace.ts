import { createHash } from 'node:crypto';

/** Everything that happened in a world, in order: what a person reads after a failure, and what two worlds are compared by. */
export class Trace {
  readonly lines: string[] = [];
  readonly #now: () => number;
  readonly #begin: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#begin = now();
  }

  /** How long the world has lasted, in seconds. */
  get seconds(): number {
    return (this.#now() - this.#begin) / 1000;
  }

  add(line: string): void {
    this.lines.push(`${clockTime(this.seconds)}  ${line}`);
  }

  /** The same world has the same hash, in every process. */
  hash(): string {
    return createHash('sha256').update(this.lines.join('\n')).digest('hex');
  }
}

/** `12:34.567` */
function clockTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${String(minutes).padStart(2, '0')}:${(seconds - minutes * 60).toFixed(3).padStart(6, '0')}`;
}
