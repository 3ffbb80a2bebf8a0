/** Who may write: fence, claim, rank, announcement. */
import type { Ledger } from '../../../core/ledger/ledger.ts';
import type { FenceChange } from '../../../core/plan/cluster-fence.ts';
import type { Zones } from '../../../core/ports.ts';
import type { World } from '../../../functions/world.ts';
import type { PairWorld } from '../../../lab/world.ts';
import type { Meddling } from '../simulated.ts';
import { asked, DIES_AT, FAILS_OVER } from './happens.ts';
import type { Mutant } from './mutant.ts';
import { FENCE, isFence, ledger, step, world, zones } from './taken-away.ts';

type Run = { run: { nonce: string; epoch: number } };

export const writers: readonly Mutant[] = [
  {
    protection: 'The fence is compared',
    instead: 'a batch deletes whatever fence stands there',
    meddling: { services: fenceNotCompared },
    // the first batch that moves users is on its way for minutes, and a person does not wait for it
    happens: ({ setting, ...drawn }) => ({
      ...asked({ mode: 'switchover' }, [DIES_AT + 60, FAILS_OVER])({ setting, ...drawn }),
      faults: [['route53:ChangeResourceRecordSets', 'out', setting.layouts.length, 'slow', 150]],
    }),
  },
  {
    protection: 'The fence rides in every batch',
    instead: 'batches that move users leave it out',
    meddling: zones(['steer'], ({ apply }) => ({
      apply: (zone, batch) => apply(zone, { ...batch, changes: batch.changes.filter((change) => !isFence(change)) }),
    })),
  },
  {
    protection: 'The fence goes up in every zone first',
    instead: 'only the anchor is fenced before Steer reads',
    meddling: step('fence', (inner) => (input, world) => inner(input, { ...world, topology: withAnchorOnly(world) })),
  },
  {
    protection: 'The fence goes up before anything is read',
    instead: 'Steer plans from what the zone said when the function was called first',
    meddling: { seenBy: (key, inner) => (key === 'steer' ? { ...inner, zones: readOnce(inner.zones) } : inner) },
  },
  {
    protection: 'Claims compare the rev',
    instead: 'a write of the ledger takes the place of whatever is there',
    meddling: { services: ledgerNotCompared },
    stories: ['all at once'],
  },
  {
    protection: 'A task goes on only for the holder’s nonce and epoch',
    instead: 'Fence, Own and Steer believe that they hold the pair',
    meddling: ledger(['fence', 'own', 'steer'], (read, input) => {
      const { run } = input as Run;
      const holder = read.holder ?? {
        id: '',
        run: '',
        kind: 'switchover',
        startedBy: 'person',
        from: '',
        to: '',
        since: 0,
      };
      return { ...read, epoch: run.epoch, holder: { ...holder, nonce: run.nonce } } as Ledger;
    }),
    expectedAlive: 'each zone refuses a writer older than its fence; looking first saves calls',
  },
  {
    protection: 'The reaper waits for two ticks',
    instead: 'one look at an execution that seems to be over is enough',
    meddling: ledger(['watch'], (read) =>
      read.holder === undefined ? read : { ...read, holder: { ...read.holder, seenEnded: 1 } },
    ),
    expectedAlive: 'a run that is reaped while it lives is fenced out like any other; it costs the move',
  },
  {
    protection: 'The reaper',
    instead: 'every execution seems to run',
    meddling: world(['watch'], ({ executions }) => ({ executions: { ...executions, status: async () => 'RUNNING' } })),
    happens: asked({ mode: 'switchover' }, [DIES_AT + 8, { what: 'stop', older: 0 }]),
  },
  {
    protection: 'Preemption by rank',
    instead: 'whoever holds the pair keeps it',
    meddling: step('claim', (inner) => async (input, world) => {
      const { run } = input as { run: { pair: string; kind: string } };
      const held = (await world.ledger.read(run.pair))?.holder;
      if (held === undefined) return inner(input, world);
      return { claimed: false, because: `a ${run.kind} does not take it from a ${held.kind}` };
    }),
    happens: asked({ mode: 'switchover' }, [DIES_AT + 20, FAILS_OVER]),
  },
  {
    protection: 'The cluster fence',
    instead: 'the ConfigMap takes an older epoch, and nobody looks which one stands there',
    meddling: clusterNotFenced(),
    happens: asked({ mode: 'switchover' }, [DIES_AT + 60, FAILS_OVER]),
  },
  {
    protection: 'Facets instead of the role',
    instead: 'Prepare makes the target active, and everything follows from that',
    meddling: world(['prepare'], ({ clusters }) => ({
      clusters: {
        ...clusters,
        writeFence: (cluster, { epoch = null, run = null }, version) =>
          clusters.writeFence(cluster, { epoch, run, role: 'active' }, version),
      },
    })),
    stories: ['switchover', 'active dies', 'flapping'],
  },
  {
    protection: 'Intent before each batch',
    instead: 'nothing is announced',
    meddling: world('all', ({ ledger: store }) => ({ ledger: { ...store, by: store.by, note: async () => {} } })),
  },
  {
    protection: 'What was judged is what is applied',
    instead: 'nobody asks whether another topology was deployed in between',
    meddling: ledger(['steer', 'judge-step'], ({ topology: _, ...read }) => read),
    stories: ['a deploy in between'],
    happens: ({ setting }) => ({
      happenings: [
        [130, { what: 'deploy', services: 1 }],
        [DIES_AT, { what: 'ask', input: { mode: 'switchover', reason: 'simulated' } }],
        [DIES_AT + 4, { what: 'deploy', services: 9 }],
      ],
      faults: [],
      setting: { ...setting, services: 3, podSeconds: 5, skewSeconds: {}, share: 1 },
    }),
  },
];

function withAnchorOnly({ topology }: World): World['topology'] {
  const pairs = Object.entries(topology.pairs).map(([name, pair]) => [
    name,
    { ...pair, zones: pair.zones.slice(0, 1) },
  ]);
  return { ...topology, pairs: Object.fromEntries(pairs) };
}

const readBefore = new WeakMap<Zones, Map<string, ReturnType<Zones['readNames']>>>();

/** The first reading of a zone counts for all that follow. */
function readOnce(zones: Zones): Zones {
  const known = readBefore.get(zones) ?? new Map<string, ReturnType<Zones['readNames']>>();
  readBefore.set(zones, known);
  return {
    ...zones,
    readNames: (zone, names) => {
      const key = `${zone} ${names.join(' ')}`;
      const read = known.get(key) ?? zones.readNames(zone, names);
      known.set(key, read);
      return read;
    },
  };
}

/** The ConfigMap takes whatever is written, and nobody asks what stands there. One write of the first run takes minutes. */
function clusterNotFenced(): Meddling {
  return {
    services: ({ clusters }) => {
      for (const { inventory } of Object.values(clusters)) {
        const enforces = inventory.enforces.bind(inventory);
        inventory.enforces = (policy) => policy !== 'throwover-config-guard' && enforces(policy);
      }
    },
    seenBy: (key, inner) => {
      if (key !== 'prepare' && key !== 'tend-cluster') return inner;
      const { readFence, writeFence } = inner.clusters;
      const blindly = async (cluster: string, change: FenceChange) => {
        if (Number(change.epoch) === 2) await inner.clock.wait(150_000);
        const read = await readFence(cluster);
        return read.kind === 'fence' ? writeFence(cluster, change, read.version) : 'unreachable';
      };
      return { ...inner, clusters: { ...inner.clusters, writeFence: blindly } };
    },
  };
}

/** Whatever fence stands there when the batch arrives is the one that it deletes. */
function fenceNotCompared({ route53 }: PairWorld): void {
  const change = route53.changeResourceRecordSets.bind(route53);
  route53.changeResourceRecordSets = (input, caller) => {
    const { Changes } = input.ChangeBatch;
    const deleted = Changes.find(
      ({ Action, ResourceRecordSet: { Name } }) => Action === 'DELETE' && Name.includes(FENCE),
    );
    const there = route53
      .recordSets(input.HostedZoneId)
      .find(({ Name, Type }) => Name === deleted?.ResourceRecordSet.Name && Type === 'TXT');
    if (deleted === undefined || there === undefined) return change(input, caller);
    const others = Changes.map((one) => (one === deleted ? { ...one, ResourceRecordSet: there } : one));
    return change({ ...input, ChangeBatch: { ...input.ChangeBatch, Changes: others } }, caller);
  };
}

/** A write of the ledger takes the place of whatever is there. */
function ledgerNotCompared({ dynamoDb }: PairWorld): void {
  const put = dynamoDb.putItem.bind(dynamoDb);
  dynamoDb.putItem = ({ ConditionExpression: _, ExpressionAttributeValues: __, ...input }) => put(input);
}
