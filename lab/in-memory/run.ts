/**
 * The whole of Throwover in one process on a stepped clock: the models wired to the functions' inner steps by the state
 * machine itself. The same world as behind sockets, without the sockets.
 */
import { alarmsOver } from '../../adapters/aws/alarms.ts';
import { announcerOver } from '../../adapters/aws/announcer.ts';
import { controlPlanesOver } from '../../adapters/aws/control-planes.ts';
import { executionsOver } from '../../adapters/aws/executions.ts';
import { ledgerStoreOver } from '../../adapters/aws/ledger-store.ts';
import { type LockStore, lockStoreOver } from '../../adapters/aws/lock-store.ts';
import { nodeGroupsOver } from '../../adapters/aws/node-groups.ts';
import { notesOver } from '../../adapters/aws/notes.ts';
import { publishedOver } from '../../adapters/aws/published.ts';
import { recordsOver } from '../../adapters/aws/records.ts';
import { waitingOver } from '../../adapters/aws/waiting.ts';
import { zonesOver } from '../../adapters/aws/zones.ts';
import { clustersOver } from '../../adapters/kubernetes/clusters.ts';
import {
  alarmCalls,
  dynamoDbCalls,
  dynamoDbUpdateCalls,
  eksCalls,
  eksUpdateCalls,
  eventBridgeCalls,
  route53Calls,
  s3Calls,
  ssmCalls,
  stepFunctionsCalls,
  taskTokenCalls,
} from '../../adapters/memory/calls.ts';
import { type Looking, memoryDns, memoryMetrics, memoryProbe, memoryTransport } from '../../adapters/memory/look.ts';
import { calm, type Network } from '../../adapters/memory/network.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { LedgerEvent } from '../../core/ledger/store.ts';
import type { Notes } from '../../core/ports.ts';
import { topologyDigest } from '../../core/topology/digest.ts';
import { hostsOfRing } from '../../core/topology/pair.ts';
import type { Topology } from '../../core/topology/schema.ts';
import { asynchronous, functions, type Use } from '../../functions/list.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';
import { pause } from '../../models/clock.ts';
import { type Allows, guarded } from '../../models/iam/guarded.ts';
import type { Lambda } from '../../models/lambda.ts';
import type { SteppedClock } from '../../models/stepped-clock.ts';
import { sampleAccount } from '../../models/sts.ts';
import type { Ways } from '../faults.ts';
import { functionName, RECORDS, STAGE, TABLE } from '../world/names.ts';
import { createWorld, type PairWorld, type WorldSetup } from '../world.ts';
import { asSeenBy, losingAnswers, portsFor, withOutages } from './between.ts';

/** Which ledger this is, as in `by=` of a fence: made from the table's name here. */
const BY = '1ab01ab0';

export interface InMemory {
  world: PairWorld;
  ports: World;
  switchArn: string;
  /** Calls a function as Lambda would. */
  call(key: FunctionKey, input: unknown): Promise<unknown>;
  /** The ledger's item, without a network in between. */
  readLedger(pair: string): Promise<Ledger | undefined>;
  /** The same, as a pipeline may write it. */
  locks: LockStore;
  ledgerEvents(pair: string, epoch: number): Promise<LedgerEvent[]>;
  /** What is kept beside the ledger, without a network in between. */
  notes: Notes;
}

const SERVICES = [
  'cloudWatch',
  'dynamoDb',
  'eks',
  'eventBridge',
  'lambda',
  'route53',
  's3',
  'ssm',
  'stepFunctions',
] as const;
type Services = Pick<PairWorld, (typeof SERVICES)[number]>;

/** Round trips as they are within a Region, in milliseconds. */
function roundTrip(call: string): number {
  if (call === 'dns') return 2;
  if (call === 'probe' || call === 'kubernetes') return 10;
  return call.startsWith('route53:') ? 80 : 20;
}

export interface InMemorySetup extends Omit<WorldSetup, 'clock'> {
  clock: SteppedClock;
  topology: Topology;
  /** What can go wrong between a function and the world; nothing, if left out. */
  network?: (inner: Network) => Network;
  /** Faults of the ways between functions and the world, which may change at any time. */
  ways?: Ways;
  /** As what Route 53 knows who calls; `throwover`, if left out. */
  caller?: string;
  /** What a role is allowed, by its logical id in the template; without it nobody asks IAM. */
  allows?: (role: string) => Allows;
  /** Functions that do something else than ours: how a test takes a protection away. */
  steps?: Partial<Record<FunctionKey, Step>>;
}

export function runInMemory(setup: InMemorySetup): InMemory {
  const { clock, topology, pair, ways } = setup;
  const world = createWorld(setup);
  const quiet = calm(clock, roundTrip);
  const network = (setup.network ?? ((inner: Network) => inner))(
    ways === undefined ? quiet : losingAnswers(withOutages(quiet, ways), ways),
  );
  const looking: Looking = {
    ...world,
    clock,
    network,
    timeoutMilliseconds: { http: pair.probe.timeoutSeconds * 1000, api: pair.probe.apiTimeoutSeconds * 1000 },
    hostsCounted: (balancer, ring) => {
      const { loadBalancer } = Object.values(pair.clusters).find((one) => one.loadBalancer.host === balancer) ?? {};
      return loadBalancer?.metrics?.rings[ring] && hostsOfRing(pair, ring);
    },
  };
  const switchArn = world.machines.switch;
  let fresh = 0;
  const portClock = { now: () => clock.now(), wait: (milliseconds: number) => pause(clock, milliseconds) };
  /** @param reached the services as whoever has these ports reaches them */
  const portsOver = (reached: Services): World => {
    const invoke = (key: FunctionKey, input: unknown) => called(reached.lambda, key, input);
    return {
      topology,
      digest: topologyDigest(topology),
      stage: STAGE,
      clock: portClock,
      ids: { fresh: () => `${(++fresh).toString(36)}-${Math.floor(world.random() * 2 ** 32).toString(36)}` },
      ledger: ledgerStoreOver(dynamoDbCalls(reached.dynamoDb, network), TABLE, BY),
      notes: notesOver(dynamoDbCalls(reached.dynamoDb, network), TABLE),
      zones: zonesOver(route53Calls(reached.route53, network, setup.caller), portClock),
      dns: memoryDns(looking),
      probe: memoryProbe(looking),
      clusters: clustersOver(memoryTransport(looking)),
      metrics: memoryMetrics({ ...looking, cloudWatch: reached.cloudWatch }),
      nodeGroups: nodeGroupsOver((name) => ({ name, eks: eksCalls(reached.eks, network) })),
      controlPlanes: controlPlanesOver((name) => ({ name, eks: eksUpdateCalls(reached.eks, network) })),
      published: publishedOver(ssmCalls(reached.ssm, network)),
      alarms: alarmsOver(alarmCalls(reached.cloudWatch, network)),
      announcer: announcerOver(eventBridgeCalls(reached.eventBridge, network)),
      records: recordsOver(s3Calls(reached.s3, network), RECORDS),
      executions: executionsOver(stepFunctionsCalls(reached.stepFunctions, network), { switch: switchArn }),
      waiting: waitingOver(taskTokenCalls(reached.stepFunctions, network)),
      inside: { call: invoke },
      observers: { look: (observer, input) => invoke(`observe-${observer}`, input) },
    };
  };
  const ports = portsOver(world);
  for (const { key, role, timeoutSeconds, concurrencyPerPair, calledBy, uses } of functions) {
    const own = setup.allows === undefined ? ports : portsUnder(setup.allows(role), uses);
    const seen = portsFor(uses, ways === undefined ? own : asSeenBy(key, own, ways));
    world.lambda.createFunction({
      name: functionName(key),
      timeoutSeconds,
      ...(concurrencyPerPair === undefined
        ? {}
        : { reservedConcurrency: concurrencyPerPair * Object.keys(topology.pairs).length }),
      asynchronous: asynchronous(calledBy),
      handler: async (event) => (setup.steps?.[key] ?? steps[key])(event, seen),
    });
  }
  world.wake();
  const tableAtHand = dynamoDbCalls(world.dynamoDb, { out: atOnce, back: atOnce });
  const atHand = ledgerStoreOver(tableAtHand, TABLE, BY);

  /** As a function has them that runs under this role: what it does by way of another function, it does so here too. */
  function portsUnder(allows: Allows, uses: readonly Use[]): World {
    const own = portsOver(
      Object.fromEntries(
        SERVICES.map((name) => [name, guarded<object>(world[name], sampleAccount, allows)]),
      ) as Services,
    );
    const through = guarded(world.lambda, sampleAccount, allows);
    return {
      ...own,
      ...(uses.includes('announcer, by a function')
        ? { announcer: { announce: async (notice) => void (await called(through, 'announce', notice)) } }
        : {}),
      ...(uses.includes('records, by a function')
        ? { records: { keep: async (key, record) => void (await called(through, 'keep-record', { key, record })) } }
        : {}),
    };
  }

  function call(key: FunctionKey, input: unknown): Promise<unknown> {
    return called(world.lambda, key, input);
  }

  return {
    world,
    ports,
    switchArn,
    call,
    readLedger: (name) => atHand.read(name),
    locks: lockStoreOver(atHand, dynamoDbUpdateCalls(world.dynamoDb, { out: atOnce, back: atOnce }), TABLE),
    ledgerEvents: (name, epoch) => atHand.events(name, epoch),
    notes: notesOver(tableAtHand, TABLE),
  };
}

async function called(lambda: Pick<Lambda, 'invoke'>, key: FunctionKey, input: unknown): Promise<unknown> {
  const { FunctionError, Payload } = await lambda.invoke({ FunctionName: functionName(key), Payload: input });
  if (FunctionError === undefined) return Payload;
  const { errorType = 'Error', errorMessage = '' } = Payload as { errorType?: string; errorMessage?: string };
  throw Object.assign(new Error(errorMessage), { name: errorType });
}

async function atOnce(): Promise<void> {}
