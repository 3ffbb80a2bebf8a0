/** A small seeded generator (mulberry32): the same seed gives the same numbers everywhere. */
export type Random = () => number;

/** Numbers in [0, 1) from a 32-bit seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * A number in [0, 1) for each key: for what several ask at the same instant, in whatever order their questions arrive. The
 * same seed and key give the same number.
 */
export function seededByKey(seed: number): (key: string) => number {
  return (key) => {
    let hash = (seed ^ 0x811c9dc5) >>> 0;
    for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
    return seeded(hash)();
  };
}
