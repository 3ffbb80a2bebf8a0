/**
 * Run by storm.bench.ts in a process of its own with `--expose-gc`. The active cluster dies, and 10,000 messages tell of it:
 * five alarms again and again, in no order. Prints what was retained after some of them and after all, how many runs there
 * were, and how many items are kept of them, as JSON.
 */
import { SIGNALS } from '../../core/signals/kept.ts';
import { pairOf } from '../../core/topology/pair.ts';
import { runInMemory } from '../../lab/in-memory/run.ts';
import { tellTopic } from '../../lab/world/signals.ts';
import { seeded } from '../../models/random.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { generatedTopology } from './generated-topology.ts';

const BEGINS = Date.parse('2026-01-01T03:00:00Z');
const AT_REST_MILLISECONDS = 420_000;
const PER_SECOND = 50;
const MARKS = [2_000, 10_000];
const ALARMS = ['5xx', 'latency', 'burn-rate', 'no-answer', 'dead'];

const topology = generatedTopology({ names: 3, layout: 'records' });
const clock = new SteppedClock(BEGINS);
const { world, switchArn, notes } = runInMemory({
  clock,
  topology,
  pair: pairOf(topology),
  seed: 1,
  active: 'blue',
  addresses: { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } },
  nameServers: ['192.0.2.1', '192.0.2.2'],
});
const input = JSON.stringify({ mode: 'accept', active: 'blue', reason: 'first' });
world.stepFunctions.startExecution({ stateMachineArn: switchArn, input });
await clock.run(AT_REST_MILLISECONDS);
world.clusters.blue?.inflict('kill');
const died = clock.now();
const random = seeded(7);
const retained: number[] = [];
for (let sent = 0; sent < Math.max(...MARKS); ) {
  tellTopic(
    world.sns,
    Array.from({ length: PER_SECOND }, () => message(Math.floor(random() * ALARMS.length))),
  );
  sent += PER_SECOND;
  await clock.run(1_000);
  if (MARKS.includes(sent)) retained.push(retainedBytes());
}
const runs = world.stepFunctions
  .listExecutions({ stateMachineArn: switchArn })
  .executions.filter(({ name }) => name.endsWith('-failover')).length;
const kept = (await notes.list('shop', SIGNALS)).length;
console.log(JSON.stringify({ messages: Math.max(...MARKS), runs, kept, retained }));

/** Every alarm went off once; its message comes again and again. */
function message(which: number): string {
  const StateChangeTime = new Date(died + 1_000 * which).toISOString();
  return JSON.stringify({
    AlarmName: `throwover-lab-shop-blue-${ALARMS[which]}`,
    NewStateValue: 'ALARM',
    StateChangeTime,
  });
}

/** What is still referred to: twice, because what a finalizer lets go is collected by the next one. */
function retainedBytes(): number {
  if (globalThis.gc === undefined) throw new Error('to be started with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
