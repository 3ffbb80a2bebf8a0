import type { Hold } from '../../lab/hold.ts';

/** How many hold the clock, after each change: `1, 0, 1, 0` is one who let go in between. */
export class HoldLevels {
  readonly levels: number[] = [];
  #now = 0;

  readonly hold: Hold = () => {
    this.#step(1);
    return () => this.#step(-1);
  };

  get now(): number {
    return this.#now;
  }

  forget(): void {
    this.levels.length = 0;
  }

  #step(by: number): void {
    this.#now += by;
    this.levels.push(this.#now);
  }
}
