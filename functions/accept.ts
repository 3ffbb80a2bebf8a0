/** Accept: a person says which cluster is active, and the zones agree. First activation, and the way out of `Disputed`. */
import type { ClusterFacts } from '../core/facts.ts';
import { emptyLedger } from '../core/ledger/ledger.ts';
import { owedAfter } from '../core/ledger/owed.ts';
import { change } from '../core/ledger/store.ts';
import { accepted } from '../core/ledger/transitions.ts';
import { acceptedBatch, ringsBeside } from '../core/plan/accept.ts';
import { readingOf } from '../core/plan/reading.ts';
import type { RunRecord } from '../core/record.ts';
import { otherCluster, pairOf } from '../core/topology/pair.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'topology' | 'ledger' | 'zones' | 'clock' | 'inside'>;

export async function accept(run: Run, active: string, world: Needs): Promise<RunRecord> {
  const pair = pairOf(world.topology, run.pair);
  const readings = await Promise.all(
    pair.zones.map(async (zone) => readingOf(pair, zone, await world.zones.read(zone.id))),
  );
  const rings = ringsBeside(pair, readings, active);
  if (typeof rings === 'string') return record(run, 'Refused', [rings], `throwover status --pair ${pair.name}`);
  const epochs = [
    ...readings.map(({ fence }) => (fence.kind === 'fence' ? fence.fence.epoch : 0)),
    ...(await clusterEpochs(run.pair, world)),
  ];
  const now = world.clock.now();
  const settleSeconds = pair.timing.settleSeconds;
  const written = await change(
    world.ledger,
    emptyLedger(pair.name),
    (ledger) => {
      const epoch = Math.max(ledger.epoch, ...epochs) + 1;
      const moved = {
        epoch,
        from: otherCluster(pair, active),
        to: active,
        planned: true,
        now,
        settleSeconds,
        behind: [],
      };
      const debts = owedAfter(moved).filter(({ what }) => what === 'roles' || what === 'publish');
      return accepted({ ...ledger, run: run.run }, { active, rings, epoch, now, debts });
    },
    (ledger) => ledger.run === run.run && ledger.active === active,
  );
  if (written.kind === 'no') return record(run, 'Refused', [written.because], `throwover status --pair ${pair.name}`);
  const because: string[] = [];
  for (const [index, reading] of readings.entries()) {
    const raise = {
      pair: pair.name,
      zone: reading.zone.name,
      epoch: written.ledger.epoch,
      run: run.run,
      by: world.ledger.by,
    };
    const answer = await world.zones.apply(
      pair.zones[index]?.id ?? '',
      acceptedBatch(reading.fence, raise, active, rings),
    );
    because.push(
      `${reading.zone.name}: ${answer.kind === 'applied' ? `fence says ${active} at epoch ${raise.epoch}` : answer.because}`,
    );
  }
  return record(
    run,
    'Recorded',
    [`${active} is active`, ...because],
    `throwover status --pair ${pair.name}`,
    active,
    written.ledger.epoch,
  );
}

/** Epochs that the clusters' own fences show; a cluster that nobody can reach has nothing to say. */
async function clusterEpochs(pair: string, { inside }: Needs): Promise<number[]> {
  try {
    const { clusters } = (await inside.call('observe-inside', { pair })) as { clusters: Record<string, ClusterFacts> };
    return Object.values(clusters).flatMap(({ fence }) => fence?.epoch ?? []);
  } catch {
    return [];
  }
}

function record(
  run: Run,
  outcome: RunRecord['outcome'],
  because: string[],
  next: string,
  active?: string,
  epoch?: number,
): RunRecord {
  return {
    outcome,
    pair: run.pair,
    mode: run.mode,
    ...(active === undefined ? {} : { active }),
    ...(epoch === undefined ? {} : { epoch }),
    because,
    next,
    zones: [],
    gates: [],
    debts: [],
  };
}
