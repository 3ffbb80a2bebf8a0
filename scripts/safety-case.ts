/**
 * `npm run safety-case -- [--so-far] [--seeds N]`: worlds, protections taken away, models explored. Writes
 * docs/safety-case.md; the last line is one sentence with the figures. Exit 1 when a promise was broken, a protection could
 * be taken away unnoticed, a rare state was never reached, or, without --so-far, something is still to come.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Killed, kill } from '../test/simulation/kill.ts';
import { mutants } from '../test/simulation/mutants.ts';
import { rareStates } from '../test/simulation/rare.ts';
import { promisesToCome, protectionsToCome } from '../test/simulation/unfinished.ts';
import { added, nothing, playSeed, type Totals, told } from '../test/simulation/worlds.ts';
import { modelsExplored } from './safety-case/models.ts';
import { page } from './safety-case/page.ts';

const { values } = parseArgs({
  options: { 'so-far': { type: 'boolean', default: false }, seeds: { type: 'string', default: '1000' } },
});
const WORLDS_PER_MUTANT_MAX = 60;
const PROGRESS_WORLDS = 200;

let totals: Totals = nothing;
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const played = await playSeed(seed);
  totals = added(totals, played);
  if (played.broken.length > 0) console.log(`seed ${seed}: ${played.broken[0]}`);
  if (seed % PROGRESS_WORLDS === 0) console.log(told(totals));
}

const killed: Killed[] = [];
for (const mutant of mutants) {
  const found = await kill(mutant, WORLDS_PER_MUTANT_MAX);
  killed.push(found);
  console.log(`${mutant.protection}: ${fateOf(found)}`);
}

const models = modelsExplored();
for (const { model, states, wrong } of models)
  console.log(`${model}: ${states} states${wrong === undefined ? '' : `, ${wrong}`}`);

writeFileSync(new URL('../docs/safety-case.md', import.meta.url), page({ totals, killed, models }));

const survivors = killed.filter(({ mutant, by }) => mutant.expectedAlive === undefined && by === undefined);
const neverReached = rareStates.filter(({ state }) => totals.reached[state] === undefined);
const wrongModels = models.filter(({ asExpected }) => !asExpected);
const toCome = protectionsToCome.length + promisesToCome.length;
for (const { state } of neverReached) console.log(`never reached: ${state}`);
const dead = killed.filter(({ by }) => by !== undefined).length;
const whole = survivors.length === 0 && neverReached.length === 0 && wrongModels.length === 0 && totals.broken === 0;
console.log(
  `${told(totals)}; ${dead} of ${dead + survivors.length} protections missed when taken away, ${rareStates.length - neverReached.length} of ${rareStates.length} rare states reached, ${models.length} models explored, ${toCome} protections and promises still to come`,
);
process.exitCode = whole && (values['so-far'] || toCome === 0) ? 0 : 1;

function fateOf({ mutant, worlds, by }: Killed): string {
  if (by !== undefined) return `missed after ${worlds} worlds (${by.promise})`;
  return mutant.expectedAlive === undefined ? `NOT missed in ${worlds} worlds` : `not missed: ${mutant.expectedAlive}`;
}
