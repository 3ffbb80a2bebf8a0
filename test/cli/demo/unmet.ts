/** A scenario of the demo with something else in the place of ours: what it misses, and that the demo exits 1 then. */
import { expect } from 'vitest';
import type { Expectation, Scenario } from '../../../cli/demo/scenario.ts';
import { playOn } from '../../../cli/demo.ts';
import { outputTo } from '../../../cli/output.ts';
import { pairOf } from '../../../core/topology/index.ts';
import type { Topology } from '../../../core/topology/schema.ts';
import type { FunctionKey, Step } from '../../../functions/steps.ts';
import { inMemoryStage } from '../../../lab/in-memory/stage.ts';
import type { Stage } from '../../../lab/stage.ts';
import { labTopology } from '../../lab-topology.ts';

/** In memory, with other functions in the place of ours, or in a lab that is different. */
export async function unmet(
  scenario: Scenario,
  replaced: Partial<Record<FunctionKey, Step>> = {},
  topology: Topology = scenario.topology?.(labTopology()) ?? labTopology(),
): Promise<string[]> {
  const stage = inMemoryStage({ topology, seed: 1, active: 'blue', steps: replaced });
  await stage.start({ mode: 'accept', active: 'blue', reason: 'first activation' });
  return unmetOn(stage, scenario, topology);
}

/** @returns what was expected and not met; the demo has exited 1 exactly when there is something, and has said what */
export async function unmetOn(stage: Stage, scenario: Scenario, topology: Topology): Promise<string[]> {
  let expectations: readonly Expectation[] = [];
  const watched: Scenario = {
    ...scenario,
    play: async (setting) => {
      const played = await scenario.play(setting);
      expectations = played.expectations;
      return played;
    },
  };
  let printed = '';
  const stream = {
    write: (text: string) => {
      printed += text;
      return true;
    },
  };
  const output = outputTo(stream, stream, {});
  const exitCode = await playOn(stage, watched, { pair: pairOf(topology), fast: true, json: false }, output);
  const missed = expectations.flatMap(({ met, expected }) => (met ? [] : [expected]));
  expect(exitCode, missed.join('; ')).toBe(missed.length === 0 ? 0 : 1);
  for (const expected of missed) expect(printed).toContain(`NO  ${expected}`);
  return missed;
}
