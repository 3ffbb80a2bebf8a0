/**
 * A failover of the lab's own pair, in memory, without customers: from the alarm that starts the run to the run's end. The
 * watch's two halves look and keep books beside it only when they are asked for: they are no part of the run.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseTopology } from '../../core/topology/index.ts';
import { pairOf } from '../../core/topology/pair.ts';
import { type Step, steps } from '../../functions/steps.ts';
import { runInMemory } from '../../lab/in-memory/run.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';

const BEGINS = Date.parse('2026-01-01T03:00:00Z');
const ADDRESSES = { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } };
const NAME_SERVERS = ['127.0.0.1', '127.0.0.2'];
const AT_REST_MILLISECONDS = 420_000;

const { topology } = parseTopology(parse(readFileSync(new URL('../../throwover.yaml', import.meta.url), 'utf8')));

/** A world whose active cluster is dead; the result plays the run, and throws when it does not end `Switched`. */
export async function wholeRun(seed: number, { watched }: { watched: boolean }): Promise<() => Promise<void>> {
  if (topology === undefined) throw new Error('throwover.yaml is wrong');
  const clock = new SteppedClock(BEGINS);
  const pair = pairOf(topology);
  let running = false;
  const beside =
    (key: 'watch' | 'look-out'): Step =>
    async (input, world) =>
      running && !watched ? [] : steps[key](input, world);
  const setup = {
    clock,
    topology,
    pair,
    seed,
    active: 'blue',
    addresses: ADDRESSES,
    nameServers: NAME_SERVERS,
    steps: { watch: beside('watch'), 'look-out': beside('look-out') },
  };
  const { world, switchArn } = runInMemory(setup);
  const ended = async (arn: string) => {
    const execution = world.stepFunctions.executionOf(arn);
    await clock.runUntil(() => execution.status !== 'RUNNING');
    return execution.output as { outcome?: string } | undefined;
  };
  const input = JSON.stringify({ mode: 'accept', active: 'blue', reason: 'first' });
  await ended(world.stepFunctions.startExecution({ stateMachineArn: switchArn, input }).executionArn);
  await clock.run(AT_REST_MILLISECONDS);
  world.clusters.blue?.inflict('kill');
  const started = () =>
    world.stepFunctions
      .listExecutions({ stateMachineArn: switchArn })
      .executions.find(({ name }) => name.endsWith('-failover'))?.executionArn;
  await clock.runUntil(() => started() !== undefined);
  return async () => {
    running = true;
    const record = await ended(started() ?? '');
    if (record?.outcome !== 'Switched') throw new Error(`the run ended ${JSON.stringify(record)}`);
  };
}
