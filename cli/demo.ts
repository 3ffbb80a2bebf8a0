/** `throwover demo`: the lab, a fault, and what becomes of it. */
import { systemClock } from '../adapters/clock/system.ts';
import { type NamedPair, pairOf } from '../core/topology/pair.ts';
import type { Stage } from '../lab/stage.ts';
import { openStage } from './demo/open-stage.ts';
import { printPlayed } from './demo/printing.ts';
import type { Scenario } from './demo/scenario.ts';
import { FIRST_SCENARIO, scenarios } from './demo/scenarios.ts';
import { tellingTo } from './demo/telling.ts';
import { exitCodes } from './exit-codes.ts';
import { LAB_TOPOLOGY } from './lab/topology.ts';
import type { Output } from './output.ts';
import { readTopology } from './topology-file.ts';
import { Refused, type Verb } from './verb.ts';

const ACTIVE = 'blue';

export const demo: Verb = {
  declare: (command) =>
    command
      .option('--scenario <name>', `what happens: ${listed()}`, FIRST_SCENARIO)
      .option('--seed <number>', 'another seed, another play; the same seed, the same outcome', '1')
      .option('--json', 'print one line of JSON at the end')
      .option('--fast', 'do not pace the lines')
      .option('--in-memory', 'without sockets: the same models, functions and state machine in one process'),
  examples: [
    ['npm run demo', 'the active cluster dies; watch its traffic move'],
    ['npm run demo -- --fast --json', 'the same without pauses, its figures as one line of JSON at the end'],
    ['npm run demo -- --in-memory --fast', 'in one process: the same seed gives the same play, line by line'],
  ],
  async run({ options }, surroundings) {
    const { output } = surroundings;
    const seed = Number(options.seed);
    if (!Number.isInteger(seed) || seed < 0) throw new Refused(`--seed takes a whole number, found ${options.seed}`);
    const scenario = scenarios.get(String(options.scenario));
    if (scenario === undefined)
      throw new Refused(`there is no scenario ${options.scenario}; known: ${[...scenarios.keys()].join(', ')}`);
    const usual = readTopology(LAB_TOPOLOGY, surroundings);
    const topology = scenario.topology?.(usual) ?? usual;
    const inMemory = options.inMemory === true;
    if (!inMemory) output.print('The lab starts: two clusters, their zones and name servers, AWS, customers.');
    const stage = await openStage({ topology, seed, active: ACTIVE, inMemory }, surroundings);
    return playOn(
      stage,
      scenario,
      { pair: pairOf(topology), fast: options.fast === true, json: options.json === true },
      output,
    );
  },
};

interface Playing {
  pair: NamedPair;
  fast: boolean;
  json: boolean;
}

/** Plays, prints how it ended and closes the stage. @returns the exit code: an expectation that is not met fails the demo */
export async function playOn(
  stage: Stage,
  scenario: Scenario,
  { pair, fast, json }: Playing,
  output: Output,
): Promise<number> {
  try {
    const pace = fast ? undefined : systemClock;
    const played = await scenario.play({
      stage,
      pair,
      active: ACTIVE,
      tellingOf: (zero) => tellingTo(output, zero, pace),
    });
    printPlayed(played, output);
    if (json) output.printJson(played.figures);
    return played.expectations.every(({ met }) => met) ? exitCodes.done : exitCodes.failed;
  } finally {
    await stage.close();
  }
}

function listed(): string {
  return [...scenarios].map(([name, { about }]) => `${name} (${about})`).join('; ');
}
