import { type Random, seeded } from '../../models/random.ts';

/** Draws from one stream of random numbers. */
export interface Draw {
  /** A number in [0, 1). */
  number(): number;
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  whole(least: number, most: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/**
 * A stream of its own for each purpose, all made from one seed: what one part of a world draws does not change what
 * another part gets.
 */
export function streamOf(seed: number, purpose: string): Draw {
  const random = numbersOf(seed, purpose);
  return {
    number: random,
    chance: (probability) => random() < probability,
    whole: (least, most) => least + Math.floor(random() * (most - least + 1)),
    pick: (from) => from[Math.floor(random() * from.length)] ?? from[0],
  };
}

export function numbersOf(seed: number, purpose: string): Random {
  return seeded(hash(`${seed}/${purpose}`));
}

/** FNV-1a: 32 bits from a text. */
function hash(text: string): number {
  let hashed = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hashed = Math.imul(hashed ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hashed;
}
