import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide } from '../../core/decide.ts';
import { factsOf, type Given } from '../core/given.ts';

/** What is expected; what is left out is not looked at. Texts need only occur somewhere. */
interface Expected {
  verdict: string;
  situation: string;
  /** Exactly these gates are shut, in the order in which they are asked. */
  shut: string[];
  overridden?: string[];
  /** Pieces of text that occur in the reasons. */
  because?: string[];
  next?: string;
  /** Seconds from now. */
  lookAgainSeconds?: number;
}

const folder = new URL('./decide/', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'));

describe('a verdict, situation by situation', () => {
  for (const name of readdirSync(folder).sort()) {
    const given = read(`${name}/given.json`) as Given;
    const expected = read(`${name}/expect.json`) as Expected;
    it(`${name}: ${given.why}`, () => {
      const facts = factsOf(given);
      const verdict = decide(facts, given.overrides);
      expect({
        verdict: verdict.kind,
        situation: verdict.situation.name,
        shut: verdict.shut.map((gate) => gate.name),
      }).toEqual({ verdict: expected.verdict, situation: expected.situation, shut: expected.shut });
      if (expected.overridden) expect(verdict.overridden.map((gate) => gate.name)).toEqual(expected.overridden);
      for (const text of expected.because ?? []) expect(verdict.because.join('\n')).toContain(text);
      if (expected.next !== undefined) expect(verdict.next).toBe(expected.next);
      if (expected.lookAgainSeconds !== undefined)
        expect(verdict.lookAgainUntil).toBe(facts.now + expected.lookAgainSeconds * 1_000);
    });
  }
});
