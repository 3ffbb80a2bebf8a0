import { describe, expect, it } from 'vitest';
import type { Batch } from '../../core/plan/batch.ts';
import { parseFence } from '../../core/plan/fence.ts';
import { namesInZone, pairOf } from '../../core/topology/pair.ts';
import type { Topology } from '../../core/topology/schema.ts';
import type { Steered } from '../../functions/steer.ts';
import { steps } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';
import { runInMemory } from '../../lab/in-memory/run.ts';
import type { ResourceRecordSet } from '../../models/route53/route53.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { generatedTopology } from '../bench/generated-topology.ts';

const ZONE = 'Z0EXAMPLE';
const NAMES = 400;
/** So few tokens that one call of Steer, which works 45 s, moves a third of the names. */
const SCARCE = { requestsPerSecond: 10, requestBurst: 50, changesPerSecond: 20, changeBurst: 300, pollSeconds: 3 };
const ROOMY = { nodeMillicores: 10_000_000, podsPerNode: 100_000, nodeMebibytes: 10_000_000 };

interface Call {
  input: { next?: Record<string, string>; budget?: unknown };
  answer: Steered;
  read: string[];
  sent: string[];
  /** Names in each batch that was tried, whatever became of it. */
  tried: string[][];
  /** What the fence said after each batch. */
  fences: ReturnType<typeof parseFence>[];
}

interface Meddling {
  /** Somebody else is faster: gives back whether anything was changed. */
  beforeBatch?(batch: Batch, edit: (set: ResourceRecordSet) => void, sets: () => ResourceRecordSet[]): boolean;
  input?(input: object): object;
  /** Names that are on green already when Steer begins, by their number. */
  there?: readonly [from: number, to: number];
}

/** A planned move of many names whose tokens last for a part of them; the calls of Steer to 100 %. */
async function moved(meddling: Meddling = {}) {
  const clock = new SteppedClock(Date.parse('2026-01-01T03:00:00Z'));
  const topology = scarce(generatedTopology({ names: NAMES, layout: 'records' }));
  const calls: Call[] = [];
  const steer = async (input: unknown, world: World) => {
    const [read, sent] = [new Set<string>(), new Set<string>()];
    const tried: string[][] = [];
    const fences: Call['fences'] = [];
    if (calls.length === 0) alreadyThere(meddling.there ?? [0, 0]);
    const zones: World['zones'] = {
      ...world.zones,
      readNames: (zone, names) => {
        for (const name of names) read.add(name);
        return world.zones.readNames(zone, names);
      },
      apply: async (zone, batch) => {
        // until Route 53 is done with it
        if (meddling.beforeBatch?.(batch, edit, sets)) await world.clock.wait(500);
        const answer = await world.zones.apply(zone, batch);
        const names = namesOnly(new Set(batch.changes.map(({ record }) => record.name)));
        tried.push(names);
        if (answer.kind !== 'applied') return answer;
        for (const name of names) sent.add(name);
        fences.push(fenceNow());
        return answer;
      },
    };
    const given = meddling.input?.(input as object) ?? (input as object);
    const answer = (await steps.steer(given, { ...world, zones })) as Steered;
    calls.push({ input: given, answer, read: namesOnly(read), sent: [...sent], tried, fences });
    return answer;
  };
  const { world, switchArn } = runInMemory({
    clock,
    topology,
    pair: pairOf(topology),
    seed: 1,
    active: 'blue',
    addresses: { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } },
    nameServers: ['192.0.2.1'],
    rules: { budget: { changes: { burst: SCARCE.changeBurst, perSecond: SCARCE.changesPerSecond } } },
    life: ROOMY,
    steps: { steer },
  });
  const { route53, stepFunctions, externalDns } = world;
  const order = world.pair.zones.flatMap((zone) => namesInZone(world.pair, zone).map(({ name }) => name));
  for (const instance of Object.values(externalDns)) instance.stop();
  const sets = () => route53.recordSets(ZONE);
  const fenceNow = () => {
    const fence = sets().find(({ Name }) => Name.startsWith('shop._throwover.'));
    return parseFence(fence?.ResourceRecords?.[0]?.Value.replaceAll('"', '') ?? '');
  };
  const alreadyThere = ([from, to]: readonly [number, number]) => {
    const names = new Set(order.slice(from, to));
    const moving = sets().filter(({ Name, Type }) => names.has(Name) && Type !== 'TXT');
    route53.seed(
      ZONE,
      moving.map((set) => ({ ...set, Weight: set.SetIdentifier === 'green' ? 100 : 0 })),
    );
  };
  const edit = (set: ResourceRecordSet) => {
    const Changes = [{ Action: 'UPSERT' as const, ResourceRecordSet: set }];
    route53.changeResourceRecordSets({ HostedZoneId: ZONE, ChangeBatch: { Changes } }, 'console');
  };
  const run = async (input: object) => {
    const start = { stateMachineArn: switchArn, input: JSON.stringify(input) };
    const execution = stepFunctions.executionOf(stepFunctions.startExecution(start).executionArn);
    await clock.runUntil(() => execution.status !== 'RUNNING');
    return execution;
  };
  await run({ mode: 'accept', active: 'blue', reason: 'first' });
  await clock.run(60_000);
  const throttledBefore = route53.counters.of('throwover').throttled;
  const ended = await run({ mode: 'switchover', reason: 'many names' });
  return {
    calls,
    sets,
    order,
    status: ended.status,
    throttled: route53.counters.of('throwover').throttled - throttledBefore,
  };
}

function scarce(topology: Topology): Topology {
  const [shop] = Object.values(topology.pairs);
  if (shop === undefined) throw new Error('no pair');
  return { ...topology, pairs: { shop: { ...shop, route53: SCARCE, timing: { ...shop.timing, stepShares: [100] } } } };
}

describe('Steer, when the tokens of one call do not last for all names', () => {
  it('goes on where the call before it stopped, and reads no name twice', async () => {
    const { calls, order } = await moved();
    const toGreen = calls.filter(({ sent }) => sent.length > 0);
    expect(toGreen.map(({ answer }) => answer.kind)).toEqual([...toGreen.slice(1).map(() => 'More'), 'Steered']);
    expect(toGreen.length).toBeGreaterThan(2);
    expect(toGreen.flatMap(({ sent }) => sent)).toEqual(order);
    for (const [at, call] of toGreen.entries()) {
      const before = toGreen.slice(0, at).flatMap(({ sent }) => sent);
      expect(call.read.filter((name) => before.includes(name))).toEqual([]);
      expect(call.read.length).toBeLessThan(NAMES / 2);
    }
  });

  it('lets the fence say that users stand elsewhere with the last name of all, not with the last of a call', async () => {
    const { calls } = await moved();
    onlyTheLastIsAtRest(calls);
  });

  it('does so also when a call comes further than it had looked ahead', async () => {
    const { calls, order } = await moved({ there: [20, 250] });
    const [first] = calls;
    expect(first?.sent).toEqual(expect.arrayContaining([order[0], order[250]]));
    onlyTheLastIsAtRest(calls);
  });

  it('looks at every name again when it is asked to confirm a side, whatever it knew before', async () => {
    const { calls } = await moved();
    const confirming = calls.filter(({ sent }) => sent.length === 0);
    expect(confirming.length).toBeGreaterThan(0);
    expect(new Set(confirming.flatMap(({ read }) => read)).size).toBe(NAMES);
  });

  it('knows in each call what the one before it has spent, and is not throttled', async () => {
    expect((await moved()).throttled).toBe(0);
    const forgetful = await moved({ input: ({ budget: _, ...input }: { budget?: unknown }) => input });
    expect(forgetful.throttled).toBeGreaterThan(0);
  });

  it('leaves a name in doubt to the end of a call that comes further than it had looked ahead', async () => {
    const contested = 'service-0003.example.test.';
    const { calls } = await moved({ there: [20, 250], beforeBatch: changing(contested) });
    for (const { tried } of calls) {
      const has = (names: string[]) => names.includes(contested);
      const inDoubt = tried.slice(tried.findIndex(has) + 1);
      const again = inDoubt.findIndex(has);
      if (again >= 0) expect(inDoubt.slice(again).every(has)).toBe(true);
    }
    expect(calls[0]?.sent).toContain('service-0260.example.test.');
  });

  it('moves everything else first, and then says which name somebody else keeps changing', async () => {
    const contested = 'service-0003.example.test.';
    const { calls, sets, status, order } = await moved({ beforeBatch: changing(contested) });
    expect(status).toBe('FAILED');
    expect(calls.at(-1)?.answer).toMatchObject({ kind: 'Uncertain', because: expect.stringContaining(contested) });
    const weighs = (name: string) =>
      sets().find((set) => set.Name === name && set.Type === 'A' && set.SetIdentifier === 'green')?.Weight;
    expect(order.filter((name) => weighs(name) !== 100)).toEqual([contested]);
  });
});

function onlyTheLastIsAtRest(calls: readonly Call[]): void {
  const fences = calls.flatMap((call) => call.fences);
  for (const fence of fences.slice(0, -1)) expect(fence).toMatchObject({ active: 'blue', move: { to: 'green' } });
  expect(fences.at(-1)).toMatchObject({ active: 'green' });
  expect(fences.at(-1)).not.toHaveProperty('move');
}

function namesOnly(all: ReadonlySet<string>): string[] {
  return [...all].filter((name) => !name.startsWith('shop._throwover.'));
}

/** Somebody who changes this name each time right before it would be moved. */
function changing(contested: string): NonNullable<Meddling['beforeBatch']> {
  return (batch, edit, all) => {
    if (!batch.changes.some(({ record }) => record.name === contested)) return false;
    const set = all().find(({ Name, Type }) => Name === contested && Type === 'A');
    if (set?.AliasTarget === undefined) throw new Error('the name is gone');
    const { EvaluateTargetHealth } = set.AliasTarget;
    edit({ ...set, AliasTarget: { ...set.AliasTarget, EvaluateTargetHealth: !EvaluateTargetHealth } });
    return true;
  };
}
