/** What a player can be asked to do: worlds, or one protection taken away. Also the thread that does it. */
import { parentPort } from 'node:worker_threads';
import { caseOf } from '../../test/simulation/case.ts';
import { type Killed, kill } from '../../test/simulation/kill.ts';
import { mutants } from '../../test/simulation/mutants.ts';
import { added, nothing, playOrTell, type Totals } from '../../test/simulation/worlds.ts';

export type Work = { kind: 'worlds'; seeds: readonly number[] } | { kind: 'mutant'; index: number; worldsMax: number };

export interface Broken {
  seed: number;
  story: string;
  lines: readonly string[];
}

export type Done =
  | { kind: 'worlds'; totals: Totals; broken: readonly Broken[] }
  /** Of a mutant only what can be sent. */
  | { kind: 'mutant'; index: number; killed: Omit<Killed, 'mutant'> };

export async function done(work: Work): Promise<Done> {
  if (work.kind === 'mutant') {
    const mutant = mutants[work.index];
    if (mutant === undefined) throw new RangeError(`there is no mutant ${work.index}`);
    const { mutant: _, ...killed } = await kill(mutant, work.worldsMax);
    return { kind: 'mutant', index: work.index, killed };
  }
  let totals: Totals = nothing;
  const broken: Broken[] = [];
  for (const seed of work.seeds) {
    const drawn = caseOf(seed);
    const played = await playOrTell(drawn);
    totals = added(totals, played);
    if (played.broken.length > 0) broken.push({ seed, story: drawn.story, lines: played.broken });
  }
  return { kind: 'worlds', totals, broken };
}

parentPort?.on('message', (work: Work) => {
  void done(work).then((result) => parentPort?.postMessage(result));
});
