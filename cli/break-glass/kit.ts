/** Where the kit says what is deployed, so that nobody has to be asked for it. */
import type { NamedPair } from '../../core/topology/pair.ts';
import type { Surroundings } from '../verb.ts';

export function machineOf(
  _file: string | undefined,
  _pair: NamedPair,
  _surroundings: Surroundings,
): string | undefined {
  return undefined;
}
