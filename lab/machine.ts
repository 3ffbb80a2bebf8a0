/** The state machine from its file, each `${Name}` replaced by the function of that name, as the deployment would. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadMachine } from '../workflow/load.ts';
import type { Machine } from '../workflow/machine.ts';
import { functionName } from './world/names.ts';

/** The machines of statemachines/, by the ends of their names. */
export const MACHINES = ['switch', 'drill', 'answer'] as const;
export type MachineName = (typeof MACHINES)[number];

const loaded = new Map<MachineName, Machine>();

/** Loaded once for all worlds of a process. */
export function machineCalled(name: MachineName): Machine {
  const machine = loaded.get(name) ?? machineFrom(name, functionName);
  loaded.set(name, machine);
  return machine;
}

/** @param nameOf what a function is called, by its key */
export function machineFrom(name: MachineName, nameOf: (key: string) => string): Machine {
  const text = readFileSync(new URL(`../statemachines/${name}.asl.yaml`, import.meta.url), 'utf8');
  const named = new Set([...text.matchAll(/\$\{([A-Za-z]+)\}/g)].map(([, called = '']) => called));
  const substitutions = Object.fromEntries([...named].map((called) => [called, nameOf(keyOf(called))]));
  return loadMachine(parse(text), { substitutions });
}

/** `${ObserveOutside}` in the state machine is the function `observe-outside`. */
export function keyOf(name: string): string {
  return name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
