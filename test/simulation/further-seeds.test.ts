import { describe, it } from 'vitest';
import { everyPromiseIsKept } from './many-worlds.ts';
import { SEEDS } from './seeds.ts';

describe('simulated worlds', () => {
  // a file of its own, so that two may be played beside each other
  it(`keep every promise, for ${SEEDS} further seeds`, { timeout: 900_000 }, () =>
    everyPromiseIsKept(SEEDS + 1, SEEDS),
  );
});
