/**
 * Which names are compared with the fence in a tick of the watch. What decides where everybody goes, in every tick: fences,
 * pivots and ring 0. The others take turns, so that a zone of thousands costs few pages a minute.
 */
import { steeredNames } from '../plan/reading.ts';
import { type NamedPair, namesInZone } from '../topology/pair.ts';
import type { Zone } from '../topology/schema.ts';

/** After so many ticks every name was compared. */
export const TURNS = 10;

/** @param strange names that were not as they should be: they are compared in every turn */
export function namesOfTurn(pair: NamedPair, zone: Zone, turn: number, strange: readonly string[]): string[] {
  const steered = steeredNames(pair, zone);
  const served = namesInZone(pair, zone);
  const always = new Set(
    [
      ...steered.filter(({ ring }) => ring === 0 || zone.layout === 'pivot'),
      ...served.filter(({ ring }) => ring === 0),
    ].map(({ name }) => name),
  );
  const all = [...new Set([...steered, ...served].map(({ name }) => name))];
  const others = all.filter((name) => !always.has(name)).sort(neighbours);
  const [from, to] = [turn, turn + 1].map((at) => Math.floor((others.length * at) / TURNS));
  return [...new Set([...always, ...strange.filter((name) => all.includes(name)), ...others.slice(from, to)])];
}

/** Those that stand beside each other in a listing come in the same turn, and so in few pages. */
function neighbours(a: string, b: string): number {
  const [one, other] = [listed(a), listed(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

function listed(name: string): string {
  return name.split('.').reverse().join('.');
}
