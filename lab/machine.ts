/** The state machine from its file, each `${Name}` replaced by the function of that name, as the deployment would. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadMachine } from '../workflow/load.ts';
import type { Machine } from '../workflow/machine.ts';
import { functionName } from './world/names.ts';

let loaded: Machine | undefined;

/** Loaded once for all worlds of a process. */
export function switchMachine(): Machine {
  if (loaded === undefined) {
    const text = readFileSync(new URL('../statemachines/switch.asl.yaml', import.meta.url), 'utf8');
    const named = new Set([...text.matchAll(/\$\{([A-Za-z]+)\}/g)].map(([, name = '']) => name));
    const substitutions = Object.fromEntries([...named].map((name) => [name, functionName(keyOf(name))]));
    loaded = loadMachine(parse(text), { substitutions });
  }
  return loaded;
}

/** `${ObserveOutside}` in the state machine is the function `observe-outside`. */
export function keyOf(name: string): string {
  return name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
