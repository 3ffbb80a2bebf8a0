/**
 * A failover of the lab's own pair, in memory, without customers: from the alarm that starts the run to the run's end. By
 * itself it is its state machine, its functions and the models that answer them; in a world the watch's two halves look and
 * keep books beside it, each cluster's ExternalDNS goes its rounds and CloudWatch judges its alarms.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseTopology } from '../../core/topology/index.ts';
import { pairOf } from '../../core/topology/pair.ts';
import { type Step, steps } from '../../functions/steps.ts';
import { runInMemory } from '../../lab/in-memory/run.ts';
import type { PairWorld } from '../../lab/world.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';

const BEGINS = Date.parse('2026-01-01T03:00:00Z');
const ADDRESSES = { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } };
const NAME_SERVERS = ['127.0.0.1', '127.0.0.2'];
const AT_REST_MILLISECONDS = 420_000;

const { topology } = parseTopology(parse(readFileSync(new URL('../../throwover.yaml', import.meta.url), 'utf8')));

/** A pair whose active cluster is dead; the result plays the run, and throws when it does not end `Switched`. */
export async function wholeRun(seed: number, { world: inWorld }: { world: boolean }): Promise<() => Promise<void>> {
  if (topology === undefined) throw new Error('throwover.yaml is wrong');
  const clock = new SteppedClock(BEGINS);
  const pair = pairOf(topology);
  let running = false;
  const beside =
    (key: 'watch' | 'look-out'): Step =>
    async (input, world) =>
      running && !inWorld ? [] : steps[key](input, world);
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
  if (!inWorld) leaveAlone(world);
  return async () => {
    running = true;
    const record = await ended(started() ?? '');
    if (record?.outcome !== 'Switched') throw new Error(`the run ended ${JSON.stringify(record)}`);
  };
}

/** Nobody but the run acts any more. */
function leaveAlone({ externalDns, cloudWatch }: PairWorld): void {
  for (const instance of Object.values(externalDns)) instance.stop();
  const { MetricAlarms, CompositeAlarms } = cloudWatch.describeAlarms({
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  });
  // a composite alarm first: what it names cannot go before it
  for (const { AlarmName } of CompositeAlarms) cloudWatch.deleteAlarms({ AlarmNames: [AlarmName] });
  cloudWatch.deleteAlarms({ AlarmNames: MetricAlarms.map(({ AlarmName }) => AlarmName) });
}
