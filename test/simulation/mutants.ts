/**
 * Our protections, each with a switch that takes it away from outside: by what a function gets to see of the world, or by
 * another function in its place. A simulation that does not notice would not notice a bug either.
 */

import type { Ledger } from '../../core/ledger/ledger.ts';
import type { Observation } from '../../core/observe/observation.ts';
import type { Batch, Change } from '../../core/plan/batch.ts';
import type { FenceChange } from '../../core/plan/cluster-fence.ts';
import type { Zones } from '../../core/ports.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';
import type { PairWorld } from '../../lab/world.ts';
import type { Case } from './case.ts';
import type { Doing, Happening, Story } from './happenings.ts';
import type { Setting } from './setting.ts';
import type { Meddling } from './simulated.ts';

export interface Mutant {
  protection: string;
  /** What is done instead. */
  instead: string;
  meddling: Meddling;
  /** Stories in which it matters; every one when left out. */
  stories?: readonly Story[];
  /** Where it matters seldom by chance: what happens in its worlds instead of what their seeds have drawn. */
  happens?: (drawn: Case) => Partial<Case>;
  /** Where chance needs more worlds than usual. */
  worldsMax?: number;
  /** Why no promise is broken without it: it saves something, or others protect as well. */
  expectedAlive?: string;
}

/** Each is missed within so many worlds, if it does not say otherwise; `npm run safety-case` says after how many. */
export const WORLDS_MAX = 20;

type Run = { run: { nonce: string; epoch: number } };

const FENCE = '._throwover.';
const isFence = ({ record }: Change) => record.name.includes(FENCE);

/** Some functions get the world changed. */
function world(
  keys: readonly FunctionKey[] | 'all',
  change: (world: World, input: unknown) => Partial<World>,
): Meddling {
  return {
    seenBy: (key, inner, input) =>
      keys === 'all' || keys.includes(key) ? { ...inner, ...change(inner, input) } : inner,
  };
}

function zones(keys: readonly FunctionKey[] | 'all', change: (zones: Zones) => Partial<Zones>): Meddling {
  return world(keys, (inner) => ({ zones: { ...inner.zones, ...change(inner.zones) } }));
}

/** Functions that read something else in the ledger than what is there; what they write is changed by that, too. */
function ledger(keys: readonly FunctionKey[] | 'all', change: (ledger: Ledger, input: unknown) => Ledger): Meddling {
  return world(keys, ({ ledger: store }, input) => ({
    ledger: {
      ...store,
      by: store.by,
      read: async (pair) => {
        const read = await store.read(pair);
        return read && change(read, input);
      },
    },
  }));
}

function step(key: FunctionKey, instead: (inner: Step) => Step): Meddling {
  return { steps: { [key]: instead(steps[key]) } };
}

function observations(change: (seen: readonly Observation[]) => readonly Observation[]): Meddling {
  return step('judge', (inner) => (input, world) => {
    const { seen, ...rest } = input as { seen: { observations: readonly Observation[] } };
    return inner({ ...rest, seen: { ...seen, observations: change(seen.observations) } }, world);
  });
}

/** The active cluster dies, and lives again if it is said when; nothing else goes wrong but what is added. */
function activeDies(healsAfterSeconds: number | undefined, ...also: readonly Happening[]) {
  return ({ setting }: Case): Partial<Case> => {
    const { active: cluster } = setting;
    const dies: Doing = { what: 'inflict', cluster, fault: 'kill', how: 'refused' };
    const heals: Happening[] =
      healsAfterSeconds === undefined ? [] : [[DIES_AT + healsAfterSeconds, { what: 'heal', cluster, fault: 'kill' }]];
    const happenings = [[DIES_AT, dies] as Happening, ...heals, ...also].sort(([a], [b]) => a - b);
    return { happenings, faults: [], setting: { ...setting, skewSeconds: {}, share: 1, podSeconds: 5 } };
  };
}

/** A person asks for this, and nothing else goes wrong but what is added. */
function asked(input: Readonly<Record<string, unknown>>, ...also: readonly Happening[]) {
  return ({ setting }: Case): Partial<Case> => ({
    happenings: [[DIES_AT, { what: 'ask', input: { reason: 'simulated', ...input } }] as Happening, ...also],
    faults: [],
    setting: { ...setting, skewSeconds: {}, share: 1, podSeconds: 5 },
  });
}

const DIES_AT = 200;
const FAILS_OVER: Doing = {
  what: 'ask',
  input: { mode: 'failover', reason: 'simulated', override: ['EnoughObservers', 'UserPathAndCanaryFail'] },
};
const PAUSES: Doing = { what: 'ask', input: { mode: 'pause', reason: 'simulated' } };

const PLANS_LATE: Setting = {
  active: 'green',
  layouts: ['pivot', 'records'],
  services: 1,
  stepShares: [10, 50, 100],
  podSeconds: 5,
  planDelayMs: 15_000,
  propagationSecondsMax: 10,
  share: 1,
  alarms: { lost: 0, duplicated: 0, late: 0, lateSecondsMax: 0 },
  skewSeconds: {},
};

export const mutants: readonly Mutant[] = [
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
    protection: 'The ready gate',
    instead: 'every pod that is wanted counts as ready',
    meddling: {
      steps: { judge: withoutGates(['TargetReady', 'DataPathWorks', 'Capacity']) },
      seenBy: (key, inner) =>
        key === 'prepare' || key === 'observe-inside'
          ? {
              ...inner,
              clusters: {
                ...inner.clusters,
                workloads: async (cluster) =>
                  (await inner.clusters.workloads(cluster)).map((one) => ({ ...one, ready: one.wanted })),
              },
            }
          : inner,
    },
    stories: ['active dies', 'switchover'],
  },
  {
    protection: 'Both sides of a name in one batch',
    instead: 'the old side is lowered, then the new one raised',
    meddling: zones(['steer'], (inner) => ({ apply: (zone, batch) => oneSideAfterTheOther(inner, zone, batch) })),
    stories: ['active dies', 'switchover'],
  },
  {
    protection: 'Raise with the lower: annotations of the new side first',
    instead: 'annotations are left to Commit',
    meddling: step('tend-cluster', (inner) => (input, world) => {
      const { become } = input as { become: string };
      return become === 'weight' ? Promise.resolve({ kind: 'done', touched: 0 }) : inner(input, world);
    }),
    stories: ['switchover', 'active dies'],
  },
  {
    protection: 'Cooldown and acknowledgement',
    instead: 'the last automatic move is forgotten',
    meddling: ledger(['judge', 'claim'], ({ lastAutomaticMove: _, ...read }) => ({ ...read, acknowledged: true })),
    stories: ['both die', 'active dies', 'anything'],
  },
  {
    protection: 'A quorum of observers',
    instead: 'what one class saw counts for all of them',
    meddling: observations(echoed),
    stories: ['false alarm'],
  },
  {
    protection: 'Blind observers abstain',
    instead: 'whoever sees nothing calls the active cluster dead',
    meddling: observations((seen) => seen.map((one) => ({ ...one, answers: true }))),
    stories: ['active dies, one class is blind'],
  },
  {
    protection: 'The watch starts a failover by what it sees',
    instead: 'it looks, and leaves the start to alarms',
    meddling: world(['look-out'], ({ executions }) => ({
      executions: { ...executions, start: async () => 'started' as const },
    })),
    happens: (drawn) => {
      const { setting = drawn.setting, ...died } = activeDies(undefined)(drawn);
      const alarms = { ...setting.alarms, lost: 1 };
      return { ...died, story: 'active dies, one class is blind', setting: { ...setting, alarms } };
    },
  },
  {
    protection: 'Automation asks first where it was told to',
    instead: 'mode approve counts as mode auto',
    meddling: world(['judge', 'claim'], (inner) => ({ topology: withMode(inner, 'auto') })),
    stories: ['a person is asked'],
  },
  {
    protection: 'A ring moves alone',
    instead: 'Steer and Own are not told which ring',
    meddling: {
      steps: Object.fromEntries(
        (['steer', 'own'] as const).map((key) => [
          key,
          (input: unknown, inner: World) => {
            const { run, ...rest } = input as { run: { ring?: number } };
            const { ring: _, ...whole } = run;
            return steps[key]({ ...rest, run: whole }, inner);
          },
        ]),
      ),
    },
    happens: ({ setting }) => ({
      happenings: [[DIES_AT, { what: 'drill', input: { kind: 'ring', returns: false, reason: 'simulated' } }]],
      faults: [],
      setting: { ...setting, services: 3, podSeconds: 5, skewSeconds: {}, share: 1 },
    }),
  },
  {
    protection: 'The confirmation lasts a minute',
    instead: 'the first look is enough',
    meddling: world('all', (inner) => ({ topology: withTiming(inner, { confirmSeconds: 0 }) })),
    stories: ['flapping', 'false alarm'],
  },
  {
    protection: 'Judge again before users move',
    instead: 'the second verdict is always to move',
    meddling: step('judge', (inner) => async (input, world) => {
      const { stage } = input as { stage: string };
      const judged = (await inner(input, world)) as { verdict: string };
      return stage === 'after fence' && judged.verdict === 'Hold' ? { ...judged, verdict: 'Move' } : judged;
    }),
    // its pods never come
    happens: (drawn) => {
      const { setting = drawn.setting, ...died } = activeDies(undefined)(drawn);
      return { ...died, setting: { ...setting, podSeconds: 900 } };
    },
  },
  {
    protection: 'Pause',
    instead: 'nobody sees that the pair is paused',
    meddling: ledger(['steer', 'judge', 'watch', 'pay-debts'], ({ pause: _, ...read }) => read),
    // its pods take a minute, and the word comes before they are ready
    happens: (drawn) => {
      const { setting, ...died } = activeDies(undefined, [DIES_AT + 140 + (drawn.seed % 4) * 10, PAUSES])(drawn);
      return { ...died, setting: { ...drawn.setting, ...setting, podSeconds: 60 } };
    },
  },
  {
    protection: 'Abort',
    instead: 'the run does not see that it was asked to end',
    meddling: ledger(['steer', 'judge-step'], ({ abort: _, ...read }) => read),
    stories: ['a run and a word'],
  },
  {
    protection: 'A lost answer is asked about',
    instead: 'a change call without an answer counts as applied',
    meddling: zones('all', ({ apply }) => ({
      apply: async (zone, batch) => {
        const answer = await apply(zone, batch);
        return answer.kind === 'unknown' ? { kind: 'applied', change: 'C0' } : answer;
      },
    })),
  },
  {
    protection: 'Repair’s table',
    instead: 'repair brings everything where the ledger says',
    meddling: step('find-goal', () => async (input, { ledger: store }) => {
      const { run } = input as { run: { pair: string; from: string; to: string } };
      const active = (await store.read(run.pair))?.active ?? run.from;
      const from = active === run.from ? run.to : run.from;
      return { kind: 'Move', to: active, from, because: 'the ledger says so' };
    }),
    stories: ['a stalled run'],
  },
  {
    protection: 'Plans land before a repair swaps',
    instead: 'it swaps as soon as the annotations are raised',
    meddling: step('find-goal', (inner) => async (input, world) => {
      const { plansSeconds: _, ...goal } = (await inner(input, world)) as { plansSeconds?: number };
      return goal;
    }),
    // a planned move is cut off before its commit; the old side's ExternalDNS publishes late, and has planned to take that back
    // when repair comes, which is a matter of seconds: the world that found it
    happens: () => ({
      seed: 90_940,
      happenings: [[191, { what: 'ask', input: { mode: 'switchover', reason: 'simulated' } }]],
      faults: [['invoke:commit', 'out', 0, 'crash', 0]],
      setting: PLANS_LATE,
    }),
  },
  {
    protection: 'Intent before each batch',
    instead: 'nothing is announced',
    meddling: world('all', ({ ledger: store }) => ({ ledger: { ...store, by: store.by, note: async () => {} } })),
  },
  {
    protection: 'The published copy is kept right',
    instead: 'nobody writes it',
    meddling: world('all', ({ published }) => ({ published: { ...published, write: async () => {} } })),
  },
  {
    protection: 'Records of a dead cluster are ours',
    instead: 'its ExternalDNS keeps them',
    meddling: {
      steps: { own: async () => ({ more: false, owned: 0, because: 'left alone' }) },
      seenBy: (key, inner) =>
        key === 'pay-debts' || key === 'watch'
          ? { ...inner, zones: { ...inner.zones, ...withoutRegistry(inner.zones) } }
          : inner,
    },
    stories: ['active dies', 'both die', 'flapping'],
  },
  {
    protection: 'Pods sleep only when their users have gone',
    instead: 'every cluster seems to have no requests, and to be well',
    meddling: world(['pay-debts', 'watch'], ({ metrics, clock }) => ({
      metrics: {
        ...metrics,
        requests: async () => 0,
        healthyHosts: async (balancer) => (await metrics.healthyHosts(balancer)) && { at: clock.now(), count: 1 },
      },
    })),
    stories: ['switchover', 'active dies'],
  },
  {
    protection: 'The wait for INSYNC',
    instead: 'nobody waits until the name servers show a change',
    meddling: step('verify', () => async () => ({ more: false, verified: true, since: 0, because: 'not looked' })),
  },
  {
    protection: 'Events that come at once start one run',
    instead: 'every event has a run of its own, and none is known to run already',
    meddling: world(['on-alarm'], ({ executions, ids }) => ({
      executions: {
        ...executions,
        status: async () => undefined,
        start: (machine, name, input) => executions.start(machine, `${name}-${ids.fresh()}`, input),
      },
    })),
    stories: ['an alarm storm'],
  },
  {
    protection: 'Old alarms start nothing',
    instead: 'an alarm is as old as it arrives',
    meddling: step('on-alarm', (inner) => (input, world) => {
      const event = input as { detail: { state: object } };
      const state = { ...event.detail.state, timestamp: new Date(world.clock.now()).toISOString() };
      return inner({ ...event, detail: { ...event.detail, state } }, world);
    }),
    expectedAlive: 'a run looks for itself and finds a cluster that is well; the age saves cost',
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
    protection: 'The canary beside the services',
    instead: 'services that fail count as a cluster that fails',
    meddling: {
      steps: {
        'observe-outside': servicesAreTheCluster(steps['observe-outside']),
        'observe-inside': servicesAreTheCluster(steps['observe-inside']),
      },
    },
    happens: (drawn) => {
      const cluster = drawn.setting.active;
      return {
        happenings: [
          [DIES_AT, { what: 'inflict', cluster, fault: 'apps-broken' }],
          [DIES_AT + 100, { what: 'alarm', cluster }],
          [DIES_AT + 500, { what: 'heal', cluster, fault: 'apps-broken' }],
        ],
        faults: [],
        setting: { ...drawn.setting, skewSeconds: {}, share: 1, podSeconds: 5 },
      };
    },
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
  {
    protection: 'The watch looks for writers who are not us',
    instead: 'it looks out for nothing',
    meddling: step('look-out', () => async () => []),
    happens: ({ setting }) => ({
      happenings: [[900, { what: 'edit', zone: 0, service: 0, weights: { blue: 100, green: 100 } }]],
      faults: [],
      setting: { ...setting, skewSeconds: {}, share: 1 },
    }),
  },
  {
    protection: 'The order in which ownership goes back',
    instead: 'it goes back at once, before its cluster knows that it is standby',
    meddling: ledger(['pay-debts', 'watch'], ownershipFirst),
    happens: activeDies(400),
  },
  {
    protection: 'Nodes that were raised are lowered under the ledger’s compare',
    instead: 'the watch lowers them at its next tick, whoever needs them',
    meddling: nodesTakenAtOnce(),
    happens: (drawn) => {
      const { setting = drawn.setting, ...died } = activeDies(undefined)(drawn);
      return { ...died, setting: { ...setting, scarceNodes: true } };
    },
  },
  {
    protection: 'Settle',
    instead: 'nobody pays it',
    meddling: ledger(['pay-debts', 'watch'], (read) => ({
      ...read,
      debts: read.debts.filter(({ what }) => what !== 'settle'),
    })),
    expectedAlive:
      'the watch tells of every foreign writer as well, and an ExternalDNS lowers itself in its next loop; Settle saves the minute until then',
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
];

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

/** Where every service of a cluster fails, its observer says that nothing of it answers, and looks again in a while. */
function servicesAreTheCluster(inner: Step): Step {
  return async (input, world) => {
    const { suspect } = input as { suspect?: string };
    const seen = (await inner(input, world)) as { observations: readonly Observation[] };
    const fails = ({ cluster, services: { asked: many, failed } = { asked: 0, failed: 0 } }: Observation) =>
      cluster === suspect && many > 0 && failed === many;
    if (!seen.observations.some(fails)) return seen;
    await world.clock.wait(LOOK_MILLISECONDS);
    const changed = seen.observations.map((one) =>
      fails(one) ? { ...one, at: world.clock.now(), answers: false, canary: 'unreachable', api: 'unreachable' } : one,
    );
    return { ...seen, observations: changed };
  };
}

const LOOK_MILLISECONDS = 9_000;

/** Every minimum that was raised is given back at each tick of the watch. */
function nodesTakenAtOnce(): Meddling {
  return {
    steps: {
      watch: async (input, world) => {
        const did = await steps.watch(input, world);
        for (const pair of Object.keys(world.topology.pairs))
          await world.inside.call('tend-capacity', { kind: 'restore', pair });
        return did;
      },
      'tend-capacity': async (input, world) => {
        const { kind, pair = '' } = input as { kind: string; pair?: string };
        if (kind !== 'restore') return steps['tend-capacity'](input, world);
        const { raised = [] } = (await world.ledger.read(pair)) ?? {};
        for (const { cluster, group, min } of raised) await world.nodeGroups.resize(cluster, { group, min });
        return { did: [] };
      },
    },
  };
}

/** Ownership goes back before its cluster knows that it is standby. */
function ownershipFirst(read: Ledger): Ledger {
  const lost = read.active;
  const debts = read.debts
    .filter(({ what, about }) => what === 'return ownership' || about === lost)
    .map((debt) => (debt.what === 'return ownership' && debt.watched !== true ? { ...debt, until: 0 } : debt));
  return { ...read, debts };
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

async function oneSideAfterTheOther(inner: Zones, zone: string, batch: Batch): ReturnType<Zones['apply']> {
  const raised = new Set(
    batch.changes
      .filter(({ action, record }) => action === 'CREATE' && (record.weight ?? 0) > 0)
      .map(({ record }) => record.setIdentifier),
  );
  const raises = batch.changes.filter((change) => !isFence(change) && raised.has(change.record.setIdentifier));
  const lowers = batch.changes.filter((change) => isFence(change) || !raised.has(change.record.setIdentifier));
  const answer = await inner.apply(zone, { ...batch, changes: lowers });
  return raises.length === 0 || answer.kind !== 'applied' ? answer : inner.apply(zone, { ...batch, changes: raises });
}

/** A verdict that only these gates hold is to move. */
function withoutGates(names: readonly string[]): Step {
  return async (input, world) => {
    const judged = (await steps.judge(input, world)) as { verdict: string; gates: { name: string; state: string }[] };
    const shut = judged.gates.filter(({ state }) => state !== 'open').map(({ name }) => name);
    return judged.verdict === 'Hold' && shut.every((name) => names.includes(name))
      ? { ...judged, verdict: 'Move' }
      : judged;
  };
}

/** The class that sees the worst is believed by all of them. */
function echoed(seen: readonly Observation[]): readonly Observation[] {
  const worst = seen.find(({ canary, services }) => canary !== 'healthy' && services !== undefined);
  if (worst === undefined) return seen;
  const classes = ['outside', 'inside', 'aws'] as const;
  return seen
    .filter(({ observer }) => observer === worst.observer)
    .flatMap((one) => classes.map((observer) => ({ ...one, observer })));
}

function withMode({ topology }: World, mode: 'auto'): World['topology'] {
  const pairs = Object.entries(topology.pairs).map(([name, pair]) => [name, { ...pair, mode }]);
  return { ...topology, pairs: Object.fromEntries(pairs) };
}

function withTiming({ topology }: World, timing: Readonly<Record<string, number>>): World['topology'] {
  const pairs = Object.entries(topology.pairs).map(([name, pair]) => [
    name,
    { ...pair, timing: { ...pair.timing, ...timing } },
  ]);
  return { ...topology, pairs: Object.fromEntries(pairs) };
}

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

/** Batches of registry records are not sent, and seem to be. */
function withoutRegistry({ apply }: Zones): Partial<Zones> {
  return {
    apply: (zone, batch) => {
      const changes = batch.changes.filter((change) => isFence(change) || change.record.type !== 'TXT');
      return apply(zone, { ...batch, changes });
    },
  };
}
