/** `throwover demo`: the lab, a fault, and what becomes of it. */
import { systemClock } from '../adapters/clock/system.ts';
import { pairOf } from '../core/topology/pair.ts';
import { playActiveDies, printPlayed } from './demo/active-dies.ts';
import { openStage } from './demo/open-stage.ts';
import { tellingTo } from './demo/telling.ts';
import { exitCodes } from './exit-codes.ts';
import { LAB_TOPOLOGY } from './lab/topology.ts';
import { readTopology } from './topology-file.ts';
import { Refused, type Verb } from './verb.ts';

const SCENARIOS = ['active-dies'];
const ACTIVE = 'blue';

export const demo: Verb = {
  declare: (command) =>
    command
      .option('--scenario <name>', `what happens: ${SCENARIOS.join(', ')}`, 'active-dies')
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
    if (!SCENARIOS.includes(String(options.scenario)))
      throw new Refused(`there is no scenario ${options.scenario}; known: ${SCENARIOS.join(', ')}`);
    const topology = readTopology(LAB_TOPOLOGY, surroundings);
    const inMemory = options.inMemory === true;
    if (!inMemory) output.print('The lab starts: two clusters, their zones and name servers, AWS, customers.');
    const stage = await openStage({ topology, seed, active: ACTIVE, inMemory }, surroundings);
    try {
      const pace = options.fast === true ? undefined : systemClock;
      const played = await playActiveDies(stage, pairOf(topology), ACTIVE, (zero) => tellingTo(output, zero, pace));
      printPlayed(played, output);
      if (options.json === true) output.printJson(played.figures);
      return played.expectations.every(({ met }) => met) ? exitCodes.done : exitCodes.failed;
    } finally {
      await stage.close();
    }
  },
};
