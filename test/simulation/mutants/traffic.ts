/** How users are moved: to what is ready, both sides at once, no further than was asked, and back to one side. */
import type { Batch } from '../../../core/plan/batch.ts';
import type { Zones } from '../../../core/ports.ts';
import { type Step, steps } from '../../../functions/steps.ts';
import type { World } from '../../../functions/world.ts';
import type { Setting } from '../setting.ts';
import { activeDies, DIES_AT } from './happens.ts';
import type { Mutant } from './mutant.ts';
import { isFence, step, zones } from './taken-away.ts';

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

export const traffic: readonly Mutant[] = [
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
                inventory: async (cluster) => {
                  const found = await inner.clusters.inventory(cluster);
                  return { ...found, workloads: found.workloads.map((one) => ({ ...one, ready: one.wanted })) };
                },
              },
            }
          : inner,
    },
    stories: ['active dies', 'switchover'],
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
    protection: 'The wait for INSYNC',
    instead: 'nobody waits until the name servers show a change',
    meddling: step('verify', () => async () => ({ more: false, verified: true, since: 0, because: 'not looked' })),
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
    protection: 'Repair’s table',
    instead: 'repair brings everything where the ledger says',
    meddling: step('find-goal', () => async (input, { ledger: store }) => {
      const { run } = input as { run: { pair: string; from: string; to: string } };
      const active = (await store.read(run.pair))?.active ?? run.from;
      const from = active === run.from ? run.to : run.from;
      return { kind: 'Move', to: active, from, because: 'the ledger says so' };
    }),
    stories: ['a stalled run'],
    // what a person stopped is no machine's to repair
    happens: ({ happenings }) => ({
      happenings: happenings.filter(([, { what }]) => what !== 'stop' && what !== 'redrive stopped'),
    }),
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
];

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

/** Batches of registry records are not sent, and seem to be. */
function withoutRegistry({ apply }: Zones): Partial<Zones> {
  return {
    apply: (zone, batch) => {
      const changes = batch.changes.filter((change) => isFence(change) || change.record.type !== 'TXT');
      return apply(zone, { ...batch, changes });
    },
  };
}
