/**
 * The watch, with every event lost: how long until a dead cluster's pair is claimed, whenever in the minute it dies; that
 * nobody claims for a short outage; and what a tick costs in which nothing is wrong.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { pairOf } from '../../core/topology/pair.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import { type InMemory, runInMemory } from '../../lab/in-memory/run.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { atMost, type Bench, type Result } from '../../scripts/bench/result.ts';
import { generatedTopology } from './generated-topology.ts';

const BEGINS = Date.parse('2026-01-01T03:00:00Z');
const ADDRESSES = { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } };
const NAME_SERVERS = ['192.0.2.1', '192.0.2.2'];
const AT_REST_MILLISECONDS = 420_000;
const MINUTE = 60_000;
/** Of the minute in which the cluster dies. */
const PHASES = 240;
const SHORT_PHASES = 60;
const SHORT_SECONDS = [20, 45, 59];
const LONGEST_MILLISECONDS = 300_000;
const TICKS = 20;

/** What customers and resolvers send, too, and what the clusters' own APIs are asked: no API of AWS. */
const NO_API = ['probe', 'dns', 'kubernetes'];
const PAGES = 'route53:ListResourceRecordSets';

interface Call {
  by: FunctionKey | undefined;
  call: string;
  at: number;
}

interface Alone {
  inMemory: InMemory;
  clock: SteppedClock;
  claims: number[];
  signals: number[];
  calls: Call[];
  ticks: { key: FunctionKey; began: number; seconds: number }[];
}

const within = new AsyncLocalStorage<FunctionKey>();

/** A pair that is well and accepted, `phase` milliseconds after a full minute. */
async function alone(phase: number, alarms: 'heard' | 'lost', names = 3): Promise<Alone> {
  const topology = generatedTopology({ names, layout: 'records' });
  const clock = new SteppedClock(BEGINS);
  const seen = { claims: [] as number[], signals: [] as number[], calls: [] as Call[], ticks: [] as Alone['ticks'] };
  const noted = (key: FunctionKey): Step => {
    return async (input, world) => {
      const began = clock.now();
      if (key === 'on-alarm') seen.signals.push(began);
      const caller = within.getStore();
      if (caller !== undefined) seen.calls.push({ by: caller, call: 'lambda:Invoke', at: began });
      if (key === 'on-alarm' && alarms === 'lost') throw new Error('lost');
      const answer = await within.run(key, () => steps[key](input, world));
      if (key === 'claim') seen.claims.push(clock.now());
      seen.ticks.push({ key, began, seconds: (clock.now() - began) / 1000 });
      return answer;
    };
  };
  const inMemory = runInMemory({
    clock,
    topology,
    pair: pairOf(topology),
    seed: 1 + phase,
    active: 'blue',
    addresses: ADDRESSES,
    nameServers: NAME_SERVERS,
    steps: Object.fromEntries((Object.keys(steps) as FunctionKey[]).map((key) => [key, noted(key)])),
    network: (inner) => ({
      out: (call) => {
        seen.calls.push({ by: within.getStore(), call, at: clock.now() });
        return inner.out(call);
      },
      back: inner.back,
    }),
  });
  const { world, switchArn } = inMemory;
  const input = JSON.stringify({ mode: 'accept', active: 'blue', reason: 'first' });
  world.stepFunctions.startExecution({ stateMachineArn: switchArn, input });
  await clock.run(AT_REST_MILLISECONDS + phase);
  for (const all of [seen.claims, seen.signals, seen.calls, seen.ticks]) all.length = 0;
  return { inMemory, clock, ...seen };
}

/** Seconds from the death to the claim; infinite when there was none. */
async function toClaim(phase: number, fault: 'kill' | 'partition' = 'kill'): Promise<number> {
  const { inMemory, clock, claims } = await alone(phase, 'lost');
  const died = clock.now();
  inMemory.world.clusters.blue?.inflict(fault);
  await clock.runUntil(() => claims.length > 0 || clock.now() > died + LONGEST_MILLISECONDS);
  return ((claims[0] ?? Number.POSITIVE_INFINITY) - died) / 1000;
}

/** Seconds from the first signal to the claim. */
async function afterSignal(phase: number): Promise<number> {
  const { inMemory, clock, claims, signals } = await alone(phase, 'heard');
  const died = clock.now();
  inMemory.world.clusters.blue?.inflict('kill');
  await clock.runUntil(() => claims.length > 0 || clock.now() > died + LONGEST_MILLISECONDS);
  return ((claims[0] ?? Number.POSITIVE_INFINITY) - (signals[0] ?? Number.NEGATIVE_INFINITY)) / 1000;
}

async function claimsIn(seconds: number, phase: number, alarms: 'heard' | 'lost'): Promise<number> {
  const { inMemory, clock, claims } = await alone(phase, alarms);
  // nobody reaches it, and then everybody does: a cluster that was killed serves nobody for half a minute more
  inMemory.world.clusters.blue?.inflict('partition');
  await clock.run(seconds * 1000);
  inMemory.world.clusters.blue?.heal('partition');
  await clock.run(3 * MINUTE);
  return claims.length;
}

const WATCH: readonly FunctionKey[] = ['watch', 'look-out', 'observe-outside', 'observe-inside', 'observe-aws'];

interface HealthyTick {
  /** Of both halves of the watch together and of whom they ask, in the dearest minute. */
  calls: number;
  /** Of the half of it that takes longer. */
  seconds: number;
}

/** The dearest of many minutes in which nothing is wrong and nothing is owed. */
async function healthy(names: number): Promise<HealthyTick> {
  const { inMemory, clock, calls, ticks } = await alone(30_000, 'heard', names);
  // nothing counts requests here, so a person says that nobody is on the other cluster
  const input = JSON.stringify({ mode: 'stand-down', reason: 'bench' });
  inMemory.world.stepFunctions.startExecution({ stateMachineArn: inMemory.switchArn, input });
  await clock.run(3 * MINUTE);
  for (const all of [calls, ticks]) all.length = 0;
  await clock.run(TICKS * MINUTE);
  const { debts } = (await inMemory.readLedger('shop')) ?? {};
  if (debts?.length !== 0) throw new Error(`a tick that pays debts is not one in which all is well: ${debts}`);
  const minutes = Map.groupBy(
    calls.filter(({ by, call }) => by !== undefined && WATCH.includes(by) && call !== PAGES && !NO_API.includes(call)),
    ({ at }) => Math.floor(at / MINUTE),
  );
  return {
    calls: Math.max(...[...minutes.values()].map((those) => those.length)),
    seconds: Math.max(...ticks.filter(({ key }) => key === 'watch' || key === 'look-out').map((one) => one.seconds)),
  };
}

function tickResults(names: number, { calls, seconds }: HealthyTick): Result[] {
  const what = `a healthy minute of the watch, ${names.toLocaleString('en')} names`;
  return [
    atMost(3, `${what}: its longer tick`, seconds, 'virtual s'),
    atMost(
      15,
      `${what}: API calls of both halves and the observers they call, beside the pages of names`,
      calls,
      'calls',
    ),
  ];
}

const bench: Bench = async ({ print }) => {
  const [lost, heard]: [number[], number[]] = [[], []];
  for (let at = 0; at < PHASES; at++) lost.push(await toClaim((at * MINUTE) / PHASES));
  for (let at = 0; at < PHASES; at += 4) heard.push(await afterSignal((at * MINUTE) / PHASES));
  let claims = 0;
  for (const seconds of SHORT_SECONDS)
    for (let at = 0; at < SHORT_PHASES; at++)
      claims += await claimsIn(seconds, (at * MINUTE) / SHORT_PHASES, at % 2 === 0 ? 'lost' : 'heard');
  const lasting = await toClaim(0, 'partition');
  print(`     death to claim, every event lost: ${Math.min(...lost).toFixed(1)} to ${Math.max(...lost).toFixed(1)} s`);
  const phases = `${PHASES} phases of the minute`;
  return [
    atMost(130, `death of the active to claim, every event lost, ${phases}`, Math.max(...lost), 'virtual s'),
    atMost(75, `first signal to claim, ${PHASES / 4} phases`, Math.max(...heard), 'virtual s'),
    atMost(0, `claims in ${SHORT_SECONDS.length * SHORT_PHASES} outages of less than 60 s`, claims, 'claims'),
    atMost(130, 'the same outage when it lasts: death to claim', lasting, 'virtual s'),
    ...tickResults(3, await healthy(3)),
    ...tickResults(1_000, await healthy(1_000)),
  ];
};

export default bench;
