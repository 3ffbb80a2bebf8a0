/**
 * `npm run safety-case -- [--so-far] [--seeds N]`: worlds, protections taken away, models explored. Writes
 * docs/safety-case.md; the last line is one sentence with the figures. Exit 1 when a promise was broken, a protection could
 * be taken away unnoticed, a rare state was never reached, or, without --so-far, something is still to come.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Killed } from '../test/simulation/kill.ts';
import type { Mutant } from '../test/simulation/mutants/mutant.ts';
import { mutants, WORLDS_MAX } from '../test/simulation/mutants.ts';
import { rareStates } from '../test/simulation/rare.ts';
import { promisesToCome, protectionsToCome } from '../test/simulation/unfinished.ts';
import { merged, nothing, type Totals, told } from '../test/simulation/worlds.ts';
import { modelsExplored } from './safety-case/models.ts';
import { page } from './safety-case/page.ts';
import { played } from './simulate/players.ts';
import type { Work } from './simulate/work.ts';

const { values } = parseArgs({
  options: { 'so-far': { type: 'boolean', default: false }, seeds: { type: 'string', default: '600' } },
});
/** A protection that is expected to be missed by nobody is taken away in so many worlds. */
const WORLDS_ALIVE = 20;
const PIECE = 10;
const PROGRESS_WORLDS = 100;

const works: Work[] = [];
for (let seed = 1; seed <= Number(values.seeds); seed += PIECE) {
  const many = Math.min(PIECE, Number(values.seeds) + 1 - seed);
  works.push({ kind: 'worlds', seeds: Array.from({ length: many }, (_, at) => seed + at) });
}
for (const [index, { expectedAlive, worldsMax = WORLDS_MAX }] of mutants.entries())
  works.push({ kind: 'mutant', index, worldsMax: expectedAlive === undefined ? worldsMax : WORLDS_ALIVE });

let totals: Totals = nothing;
const killed: Killed[] = [];
await played(
  () => works.shift(),
  (result) => {
    if (result.kind === 'worlds') {
      totals = merged(totals, result.totals);
      for (const { seed, lines } of result.broken) console.log(`seed ${seed}: ${lines[0]}`);
      if (totals.worlds % PROGRESS_WORLDS === 0) console.log(told(totals));
      return false;
    }
    const mutant = mutants[result.index] as Mutant;
    killed[result.index] = { mutant, ...result.killed };
    console.log(`${mutant.protection}: ${fateOf({ mutant, ...result.killed })}`);
    return false;
  },
);

const models = modelsExplored();
for (const { model, states, wrong } of models)
  console.log(`${model}: ${states} states${wrong === undefined ? '' : `, ${wrong}`}`);

writeFileSync(new URL('../docs/safety-case.md', import.meta.url), page({ totals, killed, models }));

const survivors = killed.filter(({ mutant, by }) => mutant.expectedAlive === undefined && by === undefined);
const mislabelled = killed.filter(({ mutant, by }) => mutant.expectedAlive !== undefined && by !== undefined);
const neverReached = rareStates.filter(({ state }) => totals.reached[state] === undefined);
const wrongModels = models.filter(({ asExpected }) => !asExpected);
const toCome = protectionsToCome.length + promisesToCome.length;
for (const { state } of neverReached) console.log(`never reached: ${state}`);
const dead = killed.filter(({ by }) => by !== undefined).length;
for (const { mutant } of mislabelled) console.log(`missed, though nobody expected it: ${mutant.protection}`);
const whole =
  survivors.length + mislabelled.length === 0 &&
  neverReached.length === 0 &&
  wrongModels.length === 0 &&
  totals.broken === 0;
console.log(
  `${told(totals)}; ${dead} of ${dead + survivors.length} protections missed when taken away, ${rareStates.length - neverReached.length} of ${rareStates.length} rare states reached, ${models.length} models explored, ${toCome} protections and promises still to come`,
);
process.exitCode = whole && (values['so-far'] || toCome === 0) ? 0 : 1;

function fateOf({ mutant, worlds, by }: Killed): string {
  if (by !== undefined) return `missed after ${worlds} worlds (${by.promise})`;
  return mutant.expectedAlive === undefined ? `NOT missed in ${worlds} worlds` : `not missed: ${mutant.expectedAlive}`;
}
