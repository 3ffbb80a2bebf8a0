/** A signal as it is kept beside the ledger: what came, how often, what was done with it and why. */
import * as z from 'zod/mini';
import type { Note } from '../ports.ts';
import { type Disposition, DONE } from './disposition.ts';
import type { Signal } from './signal.ts';

/** Under which name signals of no pair are kept; no pair can be called so. */
export const NO_PAIR = '(none)';
export const SIGNALS = 'signal#';
const KEPT_MILLISECONDS = 30 * 24 * 3_600_000;

export const KeptSignal = z.object({
  source: z.string(),
  name: z.string(),
  state: z.string(),
  at: z.number(),
  /** When it came first. */
  cameAt: z.number(),
  /** How often it came, at least: who counts does not wait for others who count. */
  times: z.int(),
  did: z.enum(DONE),
  because: z.string(),
  run: z.exactOptional(z.string()),
});
export type KeptSignal = z.output<typeof KeptSignal>;

export function kept({ source, name, state, at }: Signal, cameAt: number, disposition: Disposition): KeptSignal {
  return { source, name, state, at, cameAt, times: 1, ...disposition };
}

/** Something came that could not be read. */
export function keptRefusal(because: string, cameAt: number): KeptSignal {
  return { source: 'unknown', name: '', state: '', at: cameAt, cameAt, times: 1, did: 'refused', because };
}

/** Undefined for what is no signal; who lists leaves it out. */
export function keptIn({ item }: Pick<Note, 'item'>): KeptSignal | undefined {
  const parsed = z.safeParse(KeptSignal, item);
  return parsed.success ? parsed.data : undefined;
}

/** When a signal may be thrown away. */
export function keptUntil(cameAt: number): number {
  return cameAt + KEPT_MILLISECONDS;
}
