/**
 * The death of an active cluster whose standby has too few nodes, played whole: watch, alarm, run and clusters in memory, from
 * the death to the batch that brought the last users. With prewarm and, for comparison, without.
 */
import { clustersOver } from '../../adapters/kubernetes/clusters.ts';
import type { Transport } from '../../adapters/kubernetes/transport.ts';
import { emptyLedger, type Ledger } from '../../core/ledger/ledger.ts';
import type { LedgerStore } from '../../core/ledger/store.ts';
import type { NodeGroups, Notes } from '../../core/ports.ts';
import { pairOf } from '../../core/topology/pair.ts';
import { prepare } from '../../functions/prepare.ts';
import type { ClaimedRun } from '../../functions/run.ts';
import { type Step, steps } from '../../functions/steps.ts';
import { tendCapacity } from '../../functions/tend-capacity.ts';
import { ChangeLog } from '../../lab/change-log.ts';
import { runInMemory } from '../../lab/in-memory/run.ts';
import { clustersOf } from '../../lab/world/clusters.ts';
import { pause } from '../../models/clock.ts';
import type { Cluster } from '../../models/kubernetes/cluster.ts';
import type { Range } from '../../models/kubernetes/life-settings.ts';
import { seeded } from '../../models/random.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { labTopology } from '../lab-topology.ts';

const BEGINS = Date.parse('2026-01-01T03:00:00Z');
const ADDRESSES = { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } };
const NAME_SERVERS = ['127.0.0.1', '127.0.0.2'];
/** Nodes that the standby does not need have gone by then. */
const AT_REST_MILLISECONDS = 180_000;
const MINUTE = 60_000;

/** The active cluster needs more of them than a standby keeps. */
const SMALL_NODES = { nodeMillicores: 1_000, emptyNodeMs: 60_000 };

const topology = labTopology();
const pair = pairOf(topology);

export interface Recovery {
  seed: number;
  /** From the order of a node to its being ready. */
  nodeReadyMs: Range;
  prewarms: boolean;
}

/** Milliseconds from the death of the active cluster. */
export interface Course {
  /** When a suspicion asked for nodes, whether it got them or not. */
  suspected: number;
  /** When the run that holds the pair asked for nodes, and then for pods. */
  woke: number;
  /** When enough pods were ready. */
  ready: number;
  /** When the batch was applied that brought the last users. */
  moved: number;
}

/** The cluster dies at any moment of the watch's minute. */
export async function wholeRecovery({ seed, nodeReadyMs, prewarms }: Recovery): Promise<Course> {
  const clock = new SteppedClock(BEGINS);
  const at = { suspected: 0, woke: 0, ready: 0 };
  const nodes: Step = async (input, world) => {
    const prewarm = (input as { kind?: string }).kind === 'prewarm';
    at[prewarm ? 'suspected' : 'woke'] ||= clock.now();
    if (prewarm && !prewarms) throw new Error('not in this run');
    return steps['tend-capacity'](input, world);
  };
  const pods: Step = async (input, world) => {
    const answer = await steps.prepare(input, world);
    at.ready = clock.now();
    return answer;
  };
  const { world, switchArn } = runInMemory({
    clock,
    topology,
    pair,
    seed,
    active: 'blue',
    addresses: ADDRESSES,
    nameServers: NAME_SERVERS,
    life: { ...SMALL_NODES, nodeReadyMs },
    steps: { 'tend-capacity': nodes, prepare: pods },
  });
  const log = new ChangeLog(world.route53);
  const input = JSON.stringify({ mode: 'accept', active: 'blue', reason: 'first' });
  world.stepFunctions.startExecution({ stateMachineArn: switchArn, input });
  await clock.run(AT_REST_MILLISECONDS + Math.floor(seeded(seed)() * MINUTE));
  const died = clock.now();
  world.clusters.blue?.inflict('kill');
  const run = () =>
    world.stepFunctions
      .listExecutions({ stateMachineArn: switchArn })
      .executions.find(({ name }) => name.endsWith('-failover'))?.executionArn;
  await clock.runUntil(() => run() !== undefined);
  const execution = world.stepFunctions.executionOf(run() ?? '');
  await clock.runUntil(() => execution.status !== 'RUNNING');
  const { outcome } = execution.output as { outcome?: string };
  if (outcome !== 'Switched') throw new Error(`seed ${seed} ended ${outcome}`);
  const raised = log.changes.filter(({ changes }) =>
    changes.some(({ setIdentifier, weight = 0 }) => setIdentifier === 'green' && weight > 0),
  );
  const since = (time: number) => time - died;
  return {
    suspected: since(at.suspected),
    woke: since(at.woke),
    ready: since(at.ready),
    moved: since(raised.at(-1)?.at ?? clock.now()),
  };
}

/**
 * The same without the parts that no node changes: looking, judging, claiming, fencing and steering take what they took in a
 * whole course, and only what happens in the cluster that wakes is played, by the same functions.
 * @returns when enough pods were ready, and users moved
 */
export async function wakingOnly(
  { seed, nodeReadyMs, prewarms }: Recovery,
  course: Course,
): Promise<Pick<Course, 'ready' | 'moved'>> {
  const clock = new SteppedClock(BEGINS);
  const random = seeded(seed);
  const own = () => seeded(Math.floor(random() * 2 ** 32));
  const { clusters } = clustersOf(pair, clock, own, 'blue', ADDRESSES, { ...SMALL_NODES, nodeReadyMs });
  const world = wakingWorld(clusters, clock);
  await clock.run(AT_REST_MILLISECONDS);
  const died = clock.now();
  const finished = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    void work.finally(() => {
      over = true;
    });
    await clock.runUntil(() => over);
    return work;
  };
  await clock.run(course.suspected);
  if (prewarms) await finished(tendCapacity({ kind: 'prewarm', pair: pair.name }, world));
  await clock.run(died + course.woke - clock.now());
  world.hold();
  await finished(tendCapacity({ kind: 'prepare', run: RUN }, world));
  let since: { since: number; sized: string } | undefined;
  for (;;) {
    const answer = await finished(prepare({ run: RUN, ...since }, world));
    const ready = clock.now() - died;
    if (!answer.more) return { ready, moved: ready + course.moved - course.ready };
    since = answer;
  }
}

const RUN = {
  ...{ pair: 'shop', mode: 'failover', kind: 'automatic failover', startedBy: 'machine', from: 'blue', to: 'green' },
  ...{ run: 'run-1', execution: 'arn', nonce: 'n', reason: 'a bench', override: [], epoch: 2 },
} as unknown as ClaimedRun;
const ROUND_TRIP_MILLISECONDS = 20;

/** The ports that waking needs, over the clusters of the lab. */
function wakingWorld(clusters: Readonly<Record<string, Cluster>>, clock: SteppedClock) {
  let ledger: Ledger = { ...emptyLedger(pair.name), epoch: 1, active: 'blue' };
  const store: LedgerStore = {
    by: '1ab01ab0',
    read: async () => ledger,
    write: async (next) => {
      ledger = next;
      return 'written';
    },
    note: async () => {},
    events: async () => [],
  };
  const nodesOf = (name: string) => {
    const cluster = clusters[name];
    if (cluster === undefined) throw new RangeError(`no cluster ${name}`);
    return cluster;
  };
  const nodeGroups: NodeGroups = {
    nodesMax: async (name) => ({ [nodesOf(name).nodes.name]: nodesOf(name).nodes.max }),
    sizes: async (name) => {
      await pause(clock, ROUND_TRIP_MILLISECONDS);
      const { name: group, min, max, desired } = nodesOf(name).nodes;
      return [{ group, min, max, desired }];
    },
    resize: async (name, { min, desired }) => {
      nodesOf(name).resize({ min, ...(desired === undefined ? {} : { desired }) });
      return { kind: 'begun', update: 'update-1' };
    },
  };
  const transport: Transport = async (name, { method, path, contentType, body }) => {
    await pause(clock, ROUND_TRIP_MILLISECONDS);
    const headers = {
      authorization: 'Bearer t',
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    };
    const answer = nodesOf(name).answer({ method, path, headers, ...(body === undefined ? {} : { body }) });
    return { status: answer.status, contentType: 'application/json', body: '', object: answer.body };
  };
  return {
    topology,
    ledger: store,
    notes: { read: async () => undefined } as Partial<Notes> as Notes,
    nodeGroups,
    inside: { call: async () => ({}) },
    clusters: clustersOver(transport),
    clock: { now: () => clock.now(), wait: (milliseconds: number) => pause(clock, milliseconds) },
    /** The run claims the pair. */
    hold() {
      const { nonce, epoch } = RUN;
      ledger = {
        ...ledger,
        epoch,
        holder: { id: 'sfn:arn', nonce, kind: 'automatic failover' } as Ledger['holder'],
      } as Ledger;
    },
  };
}
