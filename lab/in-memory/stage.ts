/** The stage over models in this process, on a stepped clock: the same seed gives the same play. */
import { pairOf } from '../../core/topology/pair.ts';
import type { Topology } from '../../core/topology/schema.ts';
import { Customers } from '../../models/customers/customers.ts';
import type { Cluster } from '../../models/kubernetes/cluster.ts';
import { seeded } from '../../models/random.ts';
import { Resolver } from '../../models/resolver.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { ChangeLog } from '../change-log.ts';
import { customerFigures } from '../customer-figures.ts';
import { REQUESTS_PER_SECOND, RESOLVERS, TAIL_STRETCH } from '../customers.ts';
import { openWays, press } from '../faults.ts';
import type { HistoryEvent, Stage } from '../stage.ts';
import { tellTopic } from '../world/signals.ts';
import { type InMemory, type InMemorySetup, runInMemory } from './run.ts';

const BEGINS = Date.parse('2026-01-01T03:00:00Z');
const NAME_SERVERS = ['127.0.0.1', '127.0.0.2'];
const ADDRESSES = { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } };

export interface StageSetup extends Partial<Pick<InMemorySetup, 'allows' | 'steps' | 'network' | 'rules' | 'life'>> {
  topology: Topology;
  seed: number;
  active: string;
}

export interface InMemoryStage extends Stage {
  readonly inMemory: InMemory;
  readonly clock: SteppedClock;
}

export function inMemoryStage({ topology, seed, active, ...rest }: StageSetup): InMemoryStage {
  const clock = new SteppedClock(BEGINS);
  const pair = pairOf(topology);
  const ways = openWays();
  const inMemory = runInMemory({
    ...rest,
    ways,
    clock,
    topology,
    pair,
    seed,
    active,
    addresses: ADDRESSES,
    nameServers: NAME_SERVERS,
  });
  const { world, switchArn } = inMemory;
  const log = new ChangeLog(world.route53);
  const customers = customersOf(inMemory, clock, seed);
  customers.start();
  return {
    place: 'in memory',
    sockets: false,
    inMemory,
    clock,
    nameServers: NAME_SERVERS,
    now: async () => clock.now(),
    pass: (milliseconds) => clock.run(milliseconds),
    inflict: async (fault, name) => void press(world, ways, fault, name),
    start: async (input) =>
      world.stepFunctions.startExecution({ stateMachineArn: switchArn, input: JSON.stringify(input) }).executionArn,
    publish: async (messages) => tellTopic(world.sns, messages),
    rehearse: async (input) =>
      world.stepFunctions.startExecution({ stateMachineArn: world.machines.drill, input: JSON.stringify(input) })
        .executionArn,
    answer: async (input) =>
      world.stepFunctions.startExecution({ stateMachineArn: world.machines.answer, input: JSON.stringify(input) })
        .executionArn,
    executions: async () =>
      world.stepFunctions
        .listExecutions({ stateMachineArn: switchArn })
        .executions.map(({ executionArn, name, status }) => ({ arn: executionArn, name, status })),
    history: async (arn) => world.stepFunctions.executionOf(arn).history as readonly HistoryEvent[],
    describe: async (arn) => world.stepFunctions.describeExecution({ executionArn: arn }),
    ledger: async (name) => (await inMemory.readLedger(name)) as Readonly<Record<string, unknown>> | undefined,
    locks: inMemory.locks as unknown as Stage['locks'],
    ledgerEvents: (name, epoch) => inMemory.ledgerEvents(name, epoch),
    notes: (name, prefix) => inMemory.notes.list(name, prefix),
    parameter: async (name) => {
      try {
        return world.ssm.getParameter({ Name: name }).Parameter?.Value;
      } catch {
        return undefined;
      }
    },
    configMaps: async () =>
      Object.fromEntries(
        Object.entries(world.clusters).flatMap(([name, cluster]) =>
          isAway(cluster) ? [] : [[name, cluster.config() ?? {}]],
        ),
      ),
    pods: async (name) => podsOf(inMemory, name),
    dns: async (server, name, type) => {
      const balancer = world.balancers.get(name.replace(/\.$/, ''));
      if (balancer !== undefined) return type === 'AAAA' ? balancer.addresses.v6 : balancer.addresses.v4;
      const { answers } = world.route53.answer({ name, type, server: NAME_SERVERS.indexOf(server) });
      return answers.filter((answer) => answer.type === type).map(({ data }) => data);
    },
    changeLog: async () => log.changes,
    route53: async () => {
      const { allCalls, changeCalls, changeTokens } = world.route53.counters.of('throwover');
      return { calls: allCalls, changeCalls, changeTokens };
    },
    customers: async (faultAt) => customerFigures(customers, clock, faultAt, Object.keys(world.clusters)),
    close: async () => customers.stop(),
  };
}

function customersOf({ world }: InMemory, clock: SteppedClock, seed: number): Customers {
  const { route53, pair, balancers } = world;
  const resolvers = RESOLVERS.map(
    (kind, index) =>
      new Resolver({
        clock,
        random: seeded(seed * 1_000 + index),
        servers: NAME_SERVERS.length,
        ask: (asked) => route53.answer(asked),
        ...(kind === 'tail' ? { stretch: TAIL_STRETCH } : {}),
      }),
  );
  const byAddress = new Map(
    [...balancers.values()].flatMap((balancer) => balancer.addresses.v4.map((address) => [address, balancer] as const)),
  );
  return new Customers({
    clock,
    random: seeded(seed * 1_000 + 999),
    resolvers: RESOLVERS,
    resolve: (resolver, host) => resolvers[resolver]?.resolve(`${host}.`, 'A').addresses[0],
    request: (address, host, path) => {
      const balancer = byAddress.get(address);
      if (balancer === undefined) throw new Error(`nobody has the address ${address}`);
      return balancer.request({ host, path });
    },
    hosts: Object.values(pair.services).flatMap(({ hosts }) => hosts),
    requestsPerSecond: REQUESTS_PER_SECOND,
  });
}

/** Its API does not answer. */
function isAway(cluster: Cluster): boolean {
  return (['kill', 'partition', 'api-down'] as const).some((fault) => cluster.has(fault));
}

function podsOf({ world }: InMemory, name: string): { ready: number; wanted: number } | undefined {
  const cluster = world.clusters[name];
  if (cluster === undefined || isAway(cluster)) return undefined;
  const services = Object.keys(world.pair.services).map((service) => cluster.deployment(service, service));
  return {
    ready: services.reduce((sum, workload) => sum + (workload?.ready ?? 0), 0),
    wanted: services.reduce((sum, workload) => sum + (workload?.wanted ?? 0), 0),
  };
}
