/**
 * The lab: the world of one pair behind real sockets. The packaged functions run in containers, the AWS SDK and foreign tools
 * speak to it, and all of it ends together.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NamedPair, pairOf, titleOf } from '../core/topology/pair.ts';
import type { Topology } from '../core/topology/schema.ts';
import { functions } from '../functions/list.ts';
import { pause } from '../models/clock.ts';
import type { Customers } from '../models/customers/customers.ts';
import { seeded } from '../models/random.ts';
import { sampleAccount } from '../models/sts.ts';
import { startAwsServer } from './aws/server.ts';
import { awsServices } from './aws/services.ts';
import { type ClusterPorts, type ClusterSockets, openCluster } from './cluster-sockets.ts';
import { clockControls, controlsOver } from './controls.ts';
import { customersOnWire } from './customers.ts';
import { type RunningDnsServers, startDnsServers } from './dns/server.ts';
import { blindFunctions, openWays, outageOf, type Ways } from './faults.ts';
import { Containers } from './functions/containers.ts';
import { deployFiles, deployFunctions } from './functions/deploy.ts';
import { functionsLog } from './functions/log.ts';
import { UploadedFunctions } from './functions/uploaded.ts';
import { kubeconfig } from './kubernetes/kubeconfig.ts';
import { authenticator } from './kubernetes/tokens.ts';
import { FUNCTIONS_CALLER, labControls } from './lab-controls.ts';
import { environmentOf, type LabFile } from './lab-file.ts';
import { type LabTime, labTime } from './time.ts';
import { Authority } from './tls.ts';
import { nameServerName } from './world/names.ts';
import { createWorld, type PairWorld } from './world.ts';

export interface LabSetup {
  topology: Topology;
  seed: number;
  /** The cluster that has the traffic when the lab begins. */
  active: string;
  /** Lab seconds per second; `stepped`: time stands still while anybody works. */
  speed: number | 'stepped';
  /** When lab time begins, in milliseconds since the epoch. */
  startsAt: number;
  /** 0 takes any free port. */
  ports: { aws: number; dns: number } & ClusterPorts;
  /** Where kubeconfig and the functions' files are written. */
  folder: string;
  /** Where the packaged functions are: one folder each. */
  dist: string;
  /** False: an empty account, in which nothing of Throwover's stands until somebody deploys it. */
  deployed?: boolean;
  /** False: nobody asks for the services. For a caller in the lab's own process, whose questions must not be taken for theirs. */
  customers?: boolean;
}

export interface Lab {
  file: LabFile;
  /** As it is read here: with the ports that the sockets have. */
  topology: Topology;
  world: PairWorld;
  time: LabTime;
  /** The pair has been activated, as a person would do once: from here on alarms are heard and the watch ticks. */
  activated: Promise<void>;
  close(): Promise<void>;
}

/** Each cluster has a loopback address of its own: the DNS answer alone decides where a customer lands. */
const CLUSTER_ADDRESSES = [
  { v4: '127.0.0.11', v6: '2001:db8::11' },
  { v4: '127.0.0.12', v6: '2001:db8::12' },
];
const NAME_SERVERS = ['127.0.0.1', '127.0.0.2'];
/** What stands inside the clusters' VPC asks here: private zones answer, and hide public ones of the same name. */
const VPC_RESOLVER = '127.0.0.3';
const AWS_ADDRESS = '127.0.0.1';
const INSIDE_VPC: ReadonlySet<string> = new Set(functions.filter(({ vpc }) => vpc === 'inside').map(({ key }) => key));
/** How often the end of the first activation is looked for. */
const LOOK_MILLISECONDS = 500;
/** The bearer token of the lab's administrator, in the kubeconfig. It opens nothing but this lab. */
const ADMIN_TOKEN = 'lab-administrator';

/** Rejects with `PortUnavailable` when a port cannot be had; nothing is left open then. */
export async function startLab(setup: LabSetup): Promise<Lab> {
  const time = labTime(setup.speed, setup.startsAt);
  const ends: (() => Promise<unknown> | unknown)[] = [time.stop];
  const close = async () => {
    while (ends.length > 0) await ends.pop()?.();
  };
  try {
    return { ...(await openLab(setup, time, ends)), time, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** Opens one thing after the other; `ends` says how each is closed, the last one first. */
async function openLab(
  setup: LabSetup,
  time: LabTime,
  ends: (() => Promise<unknown> | unknown)[],
): Promise<Pick<Lab, 'file' | 'world' | 'topology' | 'activated'>> {
  const { seed, active, ports, folder } = setup;
  const pair = pairOf(setup.topology);
  const uploaded = new UploadedFunctions({
    folder: join(folder, 'uploaded'),
    adapted: (topology) => withSockets(topology, pair.name, clusters, file.dns),
    containers: () => containers,
  });
  const world = worldOf(setup, pair, time, uploaded);
  const ways = openWays();
  const authority = await Authority.create('Throwover lab');
  const clusters = await openClusters(setup, world, authority, time, ends);
  const dns = await openDns(world, seed, ports.dns, time);
  ends.push(() => dns.close());
  const customers = customersOf(world, seed, dns.port, clusters, time);
  const stateMachineArn = world.machines.switch;
  const refresh = async () => {
    containers.cutOff(blindFunctions(ways));
    await Promise.all(Object.values(clusters).map((cluster) => cluster.refresh()));
  };
  const aws = await openAws(world, ports.aws, ways, customers, refresh, time);
  ends.push(() => aws.close());

  const file: LabFile = {
    endpoint: aws.endpoint,
    region: sampleAccount.region,
    accountId: sampleAccount.accountId,
    dns: `${NAME_SERVERS[0]}:${dns.port}`,
    vpcDns: `${VPC_RESOLVER}:${dns.port}`,
    speed: time.speed,
    pair: pair.name,
    stateMachineArn,
    zones: Object.fromEntries(pair.zones.map((zone) => [titleOf(zone), zone.id])),
    clusters: Object.fromEntries(
      Object.entries(clusters).map(([name, { http, https, kubernetes }]) => [name, { http, https, kubernetes }]),
    ),
  };
  mkdirSync(folder, { recursive: true });
  const access = Object.entries(clusters).map(([name, { kubernetes }]) => ({
    name,
    endpoint: kubernetes,
    certificateAuthorityData: authority.data,
  }));
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig(access, ADMIN_TOKEN), { mode: 0o600 });

  const topology = withSockets(setup.topology, pair.name, clusters, file.dns);
  const isDeployed = setup.deployed ?? true;
  const own = isDeployed ? deployFiles({ dist: setup.dist, folder: join(folder, 'functions'), topology }) : () => '';
  const containers = new Containers({
    bundleOf: (key) => uploaded.at(key)?.bundle ?? own(key),
    environmentOf: (key) => {
      const { functionName = key, insideVpc = INSIDE_VPC.has(key) } = uploaded.at(key) ?? {};
      return {
        ...environmentOf(file),
        AWS_ACCESS_KEY_ID: FUNCTIONS_CALLER,
        AWS_LAMBDA_FUNCTION_NAME: functionName,
        ...(insideVpc ? { THROWOVER_DNS: file.vpcDns } : {}),
      };
    },
    held: time.held,
    log: functionsLog(join(folder, 'functions.log')),
  });
  ends.push(() => containers.close());
  if (isDeployed) deployFunctions(world, containers);
  if (setup.customers !== false) customers.start();
  ends.push(() => customers.stop());
  const activated = isDeployed
    ? activation(world, stateMachineArn, active).then(() => world.wake())
    : Promise.resolve();
  return { file, world, topology, activated };
}

/** As a person does once. Its end is looked for in lab time, so that it comes at the same instant in every lab. */
async function activation({ pair, stepFunctions, clock }: PairWorld, machine: string, active: string): Promise<void> {
  const input = JSON.stringify({ pair: pair.name, mode: 'accept', active, reason: 'first activation of the lab' });
  const { executionArn } = stepFunctions.startExecution({ stateMachineArn: machine, name: 'first-activation', input });
  while (stepFunctions.describeExecution({ executionArn }).status === 'RUNNING') await pause(clock, LOOK_MILLISECONDS);
}

function worldOf(
  { seed, active, deployed = true }: LabSetup,
  pair: NamedPair,
  { clock }: LabTime,
  uploaded: UploadedFunctions,
): PairWorld {
  const addresses = Object.fromEntries(
    Object.keys(pair.clusters).map((name, index) => [name, CLUSTER_ADDRESSES[index] ?? { v4: AWS_ADDRESS, v6: '::1' }]),
  );
  const authenticate = (cluster: string, token: string) => {
    const user = authenticator({ cluster, clock, adminToken: ADMIN_TOKEN })(token);
    return user === undefined ? undefined : { username: user.username, groups: [...user.groups] };
  };
  const load = uploaded.load.bind(uploaded);
  const inside = { addresses, nameServers: NAME_SERVERS, authenticate, load };
  return createWorld({ pair, clock, seed, active, deployed, ...inside });
}

async function openClusters(
  { ports }: LabSetup,
  world: PairWorld,
  authority: Authority,
  { clock, hold, askers }: LabTime,
  ends: (() => Promise<unknown> | unknown)[],
): Promise<Record<string, ClusterSockets>> {
  const clusters: Record<string, ClusterSockets> = {};
  for (const [name, cluster] of Object.entries(world.clusters)) {
    const balancer = world.balancers.get(cluster.balancerHost);
    const [address = AWS_ADDRESS] = balancer?.addresses.v4 ?? [];
    const sockets = await openCluster({ world, name, address, ports, authority, clock, hold, askerAt: askers.at });
    ends.push(() => sockets.close());
    clusters[name] = sockets;
    world.eks.register({ cluster, endpoint: sockets.kubernetes, certificateAuthorityData: authority.data });
  }
  return clusters;
}

/** The zones' servers, and the resolver of the VPC; load balancers and the servers themselves have names outside the zones. */
function openDns(world: PairWorld, seed: number, port: number, { hold }: LabTime): Promise<RunningDnsServers> {
  const servers = new Map(NAME_SERVERS.map((address, index) => [nameServerName(index), { v4: [address], v6: [] }]));
  return startDnsServers({
    route53: world.route53,
    random: seeded(seed + 1),
    balancers: (name) => servers.get(name) ?? world.balancers.get(name)?.addresses,
    nameServers: [
      ...NAME_SERVERS.map((address, server) => ({ address, server })),
      { address: VPC_RESOLVER, server: 0, from: 'vpc' },
    ],
    port,
    flag: '--dns-port',
    hold,
  });
}

function customersOf(
  { pair }: PairWorld,
  seed: number,
  dnsPort: number,
  clusters: Readonly<Record<string, ClusterSockets>>,
  { clock, askers }: LabTime,
): Customers {
  return customersOnWire({
    clock,
    askers,
    seed,
    hosts: Object.values(pair.services).flatMap(({ hosts }) => hosts),
    nameServers: NAME_SERVERS.map((address) => `${address}:${dnsPort}`),
    portOf: (address) => Object.values(clusters).find((cluster) => cluster.address === address)?.httpPort,
  });
}

function openAws(
  world: PairWorld,
  port: number,
  ways: Ways,
  customers: Customers,
  refresh: () => Promise<unknown>,
  { clock, stepped, held, hold, askers }: LabTime,
) {
  return startAwsServer({
    services: awsServices(world),
    door: { address: AWS_ADDRESS, port, flag: '--aws-port' },
    hold,
    askerAt: askers.at,
    controls: controlsOver({
      ...clockControls(held),
      ...labControls({ world, ways, customers, refresh, clock, stepped }),
    }),
    before: ({ service, operation }) => {
      const outage = outageOf(ways, service);
      if (outage !== undefined) return outage;
      if (operation !== 'ChangeResourceRecordSets' || ways.answersToLose === 0) return 'go on';
      ways.answersToLose--;
      return 'lose the answer';
    },
  });
}

/** The same topology as the functions of this lab must read it: where its sockets are is known only now. */
function withSockets(
  topology: Topology,
  pairName: string,
  clusters: Readonly<Record<string, ClusterSockets>>,
  resolver: string,
): Topology {
  const pair = topology.pairs[pairName];
  if (pair === undefined) throw new Error(`the lab has the pair ${pairName}, which this topology has not`);
  const there = Object.entries(pair.clusters).map(([name, cluster]) => {
    const { httpPort = 80, httpsPort = 443 } = clusters[name] ?? {};
    return [
      name,
      { ...cluster, loadBalancer: { ...cluster.loadBalancer, ports: { http: httpPort, https: httpsPort } } },
    ] as const;
  });
  return {
    ...topology,
    dns: { resolver },
    pairs: { ...topology.pairs, [pairName]: { ...pair, clusters: Object.fromEntries(there) } },
  };
}
