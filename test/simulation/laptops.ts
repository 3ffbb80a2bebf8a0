/** People with `throwover break-glass` at their own terminals, while what would move users for them may be down. */
import type { TimedClock } from '../../adapters/clock/timed.ts';
import { move } from '../../cli/break-glass.ts';
import type { Console } from '../../cli/console.ts';
import { Refused } from '../../cli/verb.ts';
import type { Topology } from '../../core/topology/schema.ts';
import type { World } from '../../functions/world.ts';
import type { PairWorld } from '../../lab/world.ts';

const NO_OUTPUT = {
  print: () => {},
  printJson: () => {},
  complain: () => {},
  styled: (_: unknown, text: string) => text,
};

/** How a run at a terminal begins its name in fences. */
export const BREAK_GLASS = 'break-glass-';

/**
 * Types it, and answers for every gate.
 * @returns the outcome, or why nothing was done
 */
export async function breakGlass(
  { who, to }: { who: string; to: string },
  { topology, ports, world, clock }: { topology: Topology; ports: World; world: PairWorld; clock: TimedClock },
): Promise<string> {
  let said = 'no record';
  const output = {
    ...NO_OUTPUT,
    printJson: (record: unknown) => {
      said = toldOf(record);
    },
  };
  const { switch: machine } = world.machines;
  const surroundings = { output, env: {}, folder: '/', clock, interrupted: () => () => {} };
  const console: Pick<Console, 'own' | 'deployed'> = {
    own: async () => ({ machine, ports, clock, functions: ports.inside }),
    deployed: () => Promise.reject(new Error('nobody asks Step Functions for its machines')),
  };
  const task = {
    ...{ topology, pair: world.pair, to, reason: 'simulated', person: `person:${who}@laptop`, override: [] },
    ...{ machine, json: true, ask: undefined, print: () => {} },
    surroundings: { ...surroundings, connect: () => Promise.reject(new Error('it is connected already')) },
  };
  try {
    await move(task, console);
    return said;
  } catch (cause) {
    if (cause instanceof Refused) return `Refused ${cause.message}`;
    return `ended with ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`;
  }
}

function toldOf(record: unknown): string {
  const { outcome = '', because = [] } = record as { outcome?: string; because?: readonly string[] };
  return `${outcome} ${because.join('; ')}`;
}
