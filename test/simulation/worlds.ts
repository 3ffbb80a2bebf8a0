/** Plays world after world and adds up what they did. */
import { type Case, caseOf } from './case.ts';
import { type Figures, type Played, play } from './play.ts';
import type { Meddling } from './simulated.ts';

export interface Totals extends Figures {
  worlds: number;
  broken: number;
  /** How many worlds reached each rare state. */
  reached: Readonly<Record<string, number>>;
}

export const nothing: Totals = {
  worlds: 0,
  broken: 0,
  virtualMinutes: 0,
  calls: 0,
  invocations: 0,
  executions: 0,
  faults: 0,
  reached: {},
};

export function added(totals: Totals, { broken, figures, reached }: Played): Totals {
  const counts = { ...totals.reached };
  for (const state of reached) counts[state] = (counts[state] ?? 0) + 1;
  return {
    worlds: totals.worlds + 1,
    broken: totals.broken + (broken.length > 0 ? 1 : 0),
    virtualMinutes: totals.virtualMinutes + figures.virtualMinutes,
    calls: totals.calls + figures.calls,
    invocations: totals.invocations + figures.invocations,
    executions: totals.executions + figures.executions,
    faults: totals.faults + figures.faults,
    reached: counts,
  };
}

/** Of two players together. */
export function merged(one: Totals, other: Totals): Totals {
  const reached = { ...one.reached };
  for (const [state, worlds] of Object.entries(other.reached)) reached[state] = (reached[state] ?? 0) + worlds;
  return {
    worlds: one.worlds + other.worlds,
    broken: one.broken + other.broken,
    virtualMinutes: one.virtualMinutes + other.virtualMinutes,
    calls: one.calls + other.calls,
    invocations: one.invocations + other.invocations,
    executions: one.executions + other.executions,
    faults: one.faults + other.faults,
    reached,
  };
}

/** `200 worlds (158 virtual hours, 130,412 calls, 2,113 faults): 0 broke a promise` */
export function told({ worlds, virtualMinutes, calls, faults, broken }: Totals): string {
  const number = (value: number) => Math.round(value).toLocaleString('en-US');
  return `${number(worlds)} worlds (${number(virtualMinutes / 60)} virtual hours, ${number(calls)} calls, ${number(faults)} faults and happenings): ${number(broken)} broke a promise`;
}

/** An exception in a world is a broken promise, too: of the simulation or of a model. */
export async function playOrTell(of: Case, meddling: Meddling = {}): Promise<Played> {
  try {
    return await play(of, meddling);
  } catch (cause) {
    const broken = [`the world ended with ${cause instanceof Error ? cause.stack : String(cause)}`];
    const figures = { virtualMinutes: 0, calls: 0, invocations: 0, executions: 0, faults: 0 };
    return { seed: of.seed, broken, hash: '', trace: [], figures, reached: [] };
  }
}

export function playSeed(seed: number, meddling: Meddling = {}): Promise<Played> {
  return playOrTell(caseOf(seed), meddling);
}
