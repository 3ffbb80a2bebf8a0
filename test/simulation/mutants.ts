/**
 * Our protections, each with a switch that takes it away from outside: by what a function gets to see of the world, or by
 * another function in its place. A simulation that does not notice would not notice a bug either.
 */

import type { Ledger } from '../../core/ledger/ledger.ts';
import type { Observation } from '../../core/observe/observation.ts';
import type { Batch, Change } from '../../core/plan/batch.ts';
import type { Zones } from '../../core/ports.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';
import type { PairWorld } from '../../lab/world.ts';
import type { Story } from './happenings.ts';
import type { Meddling } from './simulated.ts';

export interface Mutant {
  protection: string;
  /** What is done instead. */
  instead: string;
  meddling: Meddling;
  /** Stories in which it matters; every one when left out. */
  stories?: readonly Story[];
  /** Why no promise is broken without it: it saves something, or others protect as well. */
  expectedAlive?: string;
}

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

export const mutants: readonly Mutant[] = [
  {
    protection: 'The fence is compared',
    instead: 'a batch deletes whatever fence stands there',
    meddling: { services: fenceNotCompared },
    stories: ['a stalled run'],
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
    stories: ['active dies, one class is blind'],
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
    stories: ['a drill'],
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
    stories: ['a run and a word', 'a stalled run', 'both die', 'active dies'],
  },
  {
    protection: 'Pause',
    instead: 'nobody sees that the pair is paused',
    meddling: ledger(['steer', 'judge', 'watch', 'pay-debts'], ({ pause: _, ...read }) => read),
    stories: ['a run and a word'],
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
    expectedAlive: 'the next batch finds another fence than it expects, and Verify a change that nobody knows',
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
    instead: 'every event has a run of its own',
    meddling: world(['on-alarm'], ({ executions, ids }) => ({
      executions: {
        ...executions,
        start: (machine, name, input) => executions.start(machine, `${name}-${ids.fresh()}`, input),
      },
    })),
    expectedAlive: 'the claim lets one of them have the pair; the name saves cost',
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
];

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

/** Batches of registry records are not sent, and seem to be. */
function withoutRegistry({ apply }: Zones): Partial<Zones> {
  return {
    apply: (zone, batch) => {
      const changes = batch.changes.filter((change) => isFence(change) || change.record.type !== 'TXT');
      return apply(zone, { ...batch, changes });
    },
  };
}
