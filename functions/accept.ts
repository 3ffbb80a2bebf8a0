/** Accept: a person says which cluster is active, and the zones agree. First activation, and the way out of `Disputed`. */
import type { ClusterFacts } from '../core/facts.ts';
import { emptyLedger } from '../core/ledger/ledger.ts';
import { owedAfter } from '../core/ledger/owed.ts';
import { change } from '../core/ledger/store.ts';
import { accepted } from '../core/ledger/transitions.ts';
import { commandIn } from '../core/observe/commands.ts';
import { acceptedBatch, ringsBeside } from '../core/plan/accept.ts';
import { readFence } from '../core/plan/fence.ts';
import { type Raise, standsAgainst } from '../core/plan/raise.ts';
import type { RunRecord } from '../core/record.ts';
import { fenceName, otherCluster, pairOf, titleOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import type { Run } from './run.ts';
import { intend } from './send.ts';
import type { World } from './world.ts';
import { readZones } from './zones-read.ts';

type Needs = Pick<World, 'topology' | 'ledger' | 'zones' | 'clock' | 'inside'>;

/** For all zones together: the task that waits for this answer gives up later. */
const PATIENCE_MILLISECONDS = 40_000;
const BETWEEN_TRIES_MILLISECONDS = 2_000;

export async function accept(run: Run, active: string, world: Needs): Promise<RunRecord> {
  const pair = pairOf(world.topology, run.pair);
  const readings = await readZones(pair, world);
  const rings = ringsBeside(pair, readings, active);
  const next = `throwover status --pair ${pair.name}`;
  if (typeof rings === 'string') return record(run, 'Refused', [rings], commandIn([rings]) ?? next);
  const epochs = [
    ...readings.map(({ fence }) => (fence.kind === 'fence' ? fence.fence.epoch : 0)),
    ...(await clusterEpochs(run.pair, world)),
  ];
  const now = world.clock.now();
  const written = await change(
    world.ledger,
    emptyLedger(pair.name),
    (ledger) => {
      const epoch = Math.max(ledger.epoch, ...epochs) + 1;
      const debts = owedAfter({
        epoch,
        from: otherCluster(pair, active),
        to: active,
        rings,
        now,
        settleSeconds: pair.timing.settleSeconds,
        behind: [],
        isNews: ledger.active !== active,
      });
      return accepted({ ...ledger, run: run.run }, { active, rings, epoch, now, debts });
    },
    (ledger) => ledger.run === run.run && ledger.active === active,
  );
  if (written.kind === 'no') return record(run, 'Refused', [written.because], next);

  const raise = { pair: pair.name, epoch: written.ledger.epoch, run: run.run, by: world.ledger.by };
  const fenced: string[] = [];
  for (const zone of pair.zones) {
    const refused = await acceptZone(
      zone,
      { ...raise, zone: zone.name },
      active,
      rings,
      now + PATIENCE_MILLISECONDS,
      world,
    );
    if (refused !== undefined) {
      const again = `throwover accept --pair ${pair.name} --active ${active}`;
      return record(run, 'Held', [`${titleOf(zone)}: ${refused}`, ...fenced], again, active, raise.epoch);
    }
    fenced.push(`${titleOf(zone)}: fence says ${active} at epoch ${raise.epoch}`);
  }
  return record(run, 'Recorded', [`${active} is active`, ...fenced], next, active, raise.epoch);
}

/** Writes the fence in the place of whatever stands there; undefined when it stands. */
async function acceptZone(
  zone: Zone,
  raise: Raise,
  active: string,
  rings: Readonly<Record<string, string>>,
  until: number,
  world: Needs,
): Promise<string | undefined> {
  let because = 'no time was left to write it';
  while (world.clock.now() < until) {
    const stands = readFence(await world.zones.readName(zone.id, fenceName(raise.pair, zone)));
    if (stands.kind === 'fence' && standsAgainst(stands.fence, raise) === 'mine') return undefined;
    if (stands.kind === 'fence' && stands.fence.epoch >= raise.epoch)
      return `epoch ${stands.fence.epoch} of ${stands.fence.run} stands there by now`;
    const batch = acceptedBatch(stands, raise, active, rings);
    await intend(world, raise, zone, batch, stands.kind === 'fence' ? stands.fence : undefined);
    const answer = await world.zones.apply(zone.id, batch);
    if (answer.kind === 'applied') return undefined;
    because = answer.because;
    if (answer.kind === 'denied') break;
    await world.clock.wait(BETWEEN_TRIES_MILLISECONDS);
  }
  return because;
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
    ...(run.caller === undefined ? {} : { caller: run.caller }),
    because,
    next,
    zones: [],
    gates: [],
    debts: [],
  };
}
