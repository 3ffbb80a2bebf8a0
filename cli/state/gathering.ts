/**
 * Reads everything that says where a pair stands, at once and without changing anything. Whatever does not answer is
 * remembered with its reason; what is judged from the rest is judged by the core, as in a run.
 */
import type { Facts, TargetFacts } from '../../core/facts.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { fenceFactsOf } from '../../core/observe/cluster-fence.ts';
import type { LastLook } from '../../core/observe/last-look.ts';
import { type Situation, situationOf } from '../../core/observe/situation.ts';
import type { ClusterFenceRead } from '../../core/ports.ts';
import { clusterNames, type NamedPair, otherCluster, titleOf } from '../../core/topology/pair.ts';
import { AskInput, askInside } from '../../functions/ask-inside.ts';
import { type GatherWorld, gather } from '../../functions/gather.ts';
import { recall } from '../../functions/looking-out/memory.ts';
import type { Console, Deployed, RunSeen } from '../console.ts';
import { sentenceOf } from '../reach.ts';
import { stepOf } from '../run/story.ts';
import { type LeftBehind, leftBehind } from './left-behind.ts';
import type { Unread } from './status.ts';

export interface Gathered {
  readonly facts: Facts;
  readonly situation: Situation;
  readonly configMaps: Readonly<Record<string, ClusterFenceRead>>;
  /** The execution that holds the pair, if one does. */
  readonly run?: RunSeen & { readonly step?: { readonly state: string; readonly since: number } };
  /** When each epoch that is mentioned anywhere began. */
  readonly epochsBegan: ReadonlyMap<number, number>;
  readonly unread: readonly Unread[];
  readonly left: LeftBehind;
  /** What the watch found last; undefined: it never looked, or its note could not be read. */
  readonly look?: LastLook;
}

export async function gathered(pair: NamedPair, console: Console): Promise<Gathered> {
  const unread = new Map<string, string>();
  const noting = async <T>(what: string, asked: Promise<T>): Promise<T> => {
    try {
      return await asked;
    } catch (cause) {
      unread.set(what, sentenceOf(cause));
      throw cause;
    }
  };
  const deployed = await settled(noting('the deployment', console.deployed()));
  const ledger = await settled(noting('the ledger', readLedger(pair, deployed)));
  const from = ledger?.active ?? clusterNames(pair)[0] ?? '';
  const [configMaps, read] = await Promise.all([
    readConfigMaps(pair, console, unread),
    gather(lookFrom(pair, from), 'before claim', noted(pair, console, deployed, noting), 'read'),
  ]);
  const known = withLedgerId(withClusters(read, configMaps));
  const left =
    ledger === undefined || deployed === undefined
      ? {}
      : ((await settled(noting('what was left behind', leftBehind(ledger, deployed)))) ?? {});
  const look =
    deployed === undefined
      ? undefined
      : (await settled(noting('what the watch found', recall(pair.name, deployed))))?.was.saw;
  return {
    facts: known,
    ...(look === undefined ? {} : { look }),
    situation: situationOf(known),
    configMaps,
    ...(await holding(ledger, deployed, noting)),
    epochsBegan: await beginnings(pair, known, configMaps, deployed),
    left,
    unread: [...unread].map(([what, because]) => ({ what, because })),
  };
}

type Noting = <T>(what: string, asked: Promise<T>) => Promise<T>;

async function settled<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch {
    return undefined;
  }
}

async function readLedger(pair: NamedPair, deployed: Deployed | undefined): Promise<Ledger | undefined> {
  if (deployed === undefined) throw new Error('which table it is in is not known');
  return deployed.ledger.read(pair.name);
}

/** The ports of the world, remembering why one did not answer. */
function noted(pair: NamedPair, console: Console, deployed: Deployed | undefined, noting: Noting): GatherWorld {
  const nameOf = new Map(pair.zones.map((zone) => [zone.id, titleOf(zone)]));
  return {
    topology: console.topology,
    clock: console.clock,
    // from outside the VPC a private zone is seen as this machine's own resolver sees it
    inside: { call: (_, input) => askInside(AskInput.parse(input), console) },
    dns: {
      ...console.dns,
      // no server to ask: then no answer is known, and everything else still is
      serversOf: async (zone) =>
        (await settled(noting(`the name servers of ${zone}`, console.dns.serversOf(zone)))) ?? [],
    },
    zones: {
      ...console.zones,
      read: (zone) => noting(`zone ${nameOf.get(zone) ?? zone}`, console.zones.read(zone)),
      readNames: (zone, names) => noting(`zone ${nameOf.get(zone) ?? zone}`, console.zones.readNames(zone, names)),
    },
    published: {
      ...console.published,
      read: (name) => noting('the published parameter', console.published.read(name)),
    },
    ledger: deployed?.ledger ?? NO_LEDGER,
    notes: deployed?.notes ?? NO_NOTES,
  };
}

const unknownTable = async () => {
  throw new Error('which table it is in is not known');
};
const NO_LEDGER: Deployed['ledger'] = {
  by: '',
  read: unknownTable,
  write: unknownTable,
  note: unknownTable,
  events: unknownTable,
};

const NO_NOTES: Deployed['notes'] = {
  add: unknownTable,
  replace: unknownTable,
  read: unknownTable,
  list: unknownTable,
};

/** Without a ledger nobody can say whose a fence is: they are taken for ours when they all name the same one. */
function withLedgerId(facts: Facts): Facts {
  if (facts.by !== '') return facts;
  const named = new Set(
    facts.zones.flatMap(({ reading }) => (reading?.fence.kind === 'fence' ? [reading.fence.fence.by] : [])),
  );
  const [only, ...others] = named;
  return only === undefined || others.length > 0 ? facts : { ...facts, by: only };
}

/** A look without observers: nothing here asks how a cluster feels, only what is written. */
function lookFrom(pair: NamedPair, from: string): Parameters<typeof gather>[0] {
  const to = otherCluster(pair, from);
  return {
    run: { pair: pair.name, kind: 'switchover', startedBy: 'person', from, to, run: '', execution: '', nonce: '' },
    seen: { observations: [], clusters: {}, nodesMax: {} },
  };
}

/** What the ConfigMaps say, for the gate that compares the faces. Nothing else of a cluster was looked at. */
function withClusters(facts: Facts, configMaps: Readonly<Record<string, ClusterFenceRead>>): Facts {
  const look = (cluster: string): TargetFacts | undefined => {
    const read = configMaps[cluster];
    const fence = read?.kind === 'fence' ? fenceFactsOf(read.data) : undefined;
    return fence === undefined ? undefined : { ...UNSEEN, cluster, at: facts.now, api: 'healthy', fence };
  };
  const [target, source] = [look(facts.to), look(facts.from)];
  return { ...facts, ...(target === undefined ? {} : { target }), ...(source === undefined ? {} : { source }) };
}

const UNSEEN = {
  nodes: { ready: 0, wanted: 0 },
  workloads: [],
  capacity: { nodes: [], others: [], wanted: [] },
  certificates: [],
  dataPaths: [],
};

async function readConfigMaps(
  pair: NamedPair,
  { clusters }: Console,
  unread: Map<string, string>,
): Promise<Record<string, ClusterFenceRead>> {
  const read = await Promise.all(
    clusterNames(pair).map(async (cluster): Promise<[string, ClusterFenceRead]> => {
      const seen = await clusters
        .readFence(cluster)
        .catch((cause: unknown): ClusterFenceRead => ({ kind: 'unreachable', because: sentenceOf(cause) }));
      if (seen.kind !== 'fence') unread.set(`the ConfigMap of ${cluster}`, seen.because);
      return [cluster, seen];
    }),
  );
  return Object.fromEntries(read);
}

async function holding(
  ledger: Ledger | undefined,
  deployed: Deployed | undefined,
  noting: Noting,
): Promise<Pick<Gathered, 'run'>> {
  const id = ledger?.holder?.id ?? '';
  if (deployed === undefined || !id.startsWith('sfn:')) return {};
  const { runs } = deployed;
  const arn = id.slice('sfn:'.length);
  const what = 'the execution that holds the pair';
  const [seen, history] = await Promise.all([
    settled(noting(what, runs.describe(arn))),
    settled(noting(what, runs.history(arn))),
  ]);
  const step = history === undefined ? undefined : stepOf(history);
  return seen === undefined ? {} : { run: { ...seen, ...(step === undefined ? {} : { step }) } };
}

/** A face says its epoch and no time; the first thing the ledger noted in that epoch says when it began. */
async function beginnings(
  pair: NamedPair,
  { zones, ledger }: Facts,
  configMaps: Readonly<Record<string, ClusterFenceRead>>,
  deployed: Deployed | undefined,
): Promise<Map<number, number>> {
  const began = new Map<number, number>();
  if (deployed === undefined) return began;
  const mentioned = new Set([
    ...(ledger === undefined ? [] : [ledger.epoch]),
    ...zones.flatMap(({ reading }) => (reading?.fence.kind === 'fence' ? [reading.fence.fence.epoch] : [])),
    ...Object.values(configMaps).flatMap((read) =>
      read.kind === 'fence' ? (fenceFactsOf(read.data)?.epoch ?? []) : [],
    ),
  ]);
  await Promise.all(
    [...mentioned]
      .filter((epoch) => epoch > 0)
      .map(async (epoch) => {
        const events = await settled(deployed.ledger.events(pair.name, epoch));
        if (events !== undefined && events.length > 0) began.set(epoch, Math.min(...events.map(({ at }) => at)));
      }),
  );
  if (ledger?.since !== undefined && !began.has(ledger.epoch)) began.set(ledger.epoch, ledger.since);
  return began;
}
