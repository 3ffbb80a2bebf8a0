/**
 * Nodes before pods. Raises the minimum of the target's managed node groups, or the count of its pause pods, for a run that holds the pair or, on suspicion,
 * for a run that may come; and lowers it again when nobody needs the nodes any more. What it was stands in the ledger first.
 * Never in the way: what cannot be raised is the autoscaler's as before, and TargetReady counts what is there.
 */
import * as z from 'zod/mini';
import { emptyLedger, isPlanned, type Ledger } from '../core/ledger/ledger.ts';
import { lowered, prewarming, type Raised, raising, toLower, updating } from '../core/ledger/raised.ts';
import { change } from '../core/ledger/store.ts';
import { raisesFor } from '../core/plan/capacity.ts';
import { otherCluster, pairOf } from '../core/topology/pair.ts';
import { nodeSources, nodesInside } from './node-sources.ts';
import { ClaimedRun } from './run.ts';
import type { World } from './world.ts';

export const TendCapacityInput = z.union([
  z.object({ kind: z.literal('prepare'), run: ClaimedRun }),
  z.object({ kind: z.literal('prewarm'), pair: z.string() }),
  z.object({ kind: z.literal('restore'), pair: z.string() }),
]);

type Needs = Pick<World, 'topology' | 'ledger' | 'nodeGroups' | 'inside' | 'clock'>;

/** What was done, a sentence for each node group. */
export async function tendCapacity(
  input: z.output<typeof TendCapacityInput>,
  world: Needs,
): Promise<{ did: string[] }> {
  if (input.kind === 'restore') return { did: await restore(input.pair, world) };
  if (input.kind === 'prewarm') return { did: await prewarm(input.pair, world) };
  const { run } = input;
  const wanted = isPlanned(run.kind) ? 1 : pairOf(world.topology, run.pair).timing.readyFractionWanted;
  const raises = await planned(run.from, run.to, wanted, world);
  return { did: await raise(run.pair, raises, (ledger) => raising(ledger, run, raises), world) };
}

async function prewarm(name: string, world: Needs): Promise<string[]> {
  const pair = pairOf(world.topology, name);
  const ledger = await world.ledger.read(name);
  if (ledger?.active === undefined || ledger.holder !== undefined) return [];
  const to = otherCluster(pair, ledger.active);
  // one suspicion raises once: what is raised stays for a quarter of an hour
  if (ledger.raised?.some(({ cluster }) => cluster === to)) return [];
  const raises = await planned(ledger.active, to, pair.timing.readyFractionWanted, world);
  return raise(name, raises, (now) => prewarming(now, raises), world);
}

/** The active cluster's nodes are the measure: both clusters run the same. */
async function planned(from: string, to: string, fraction: number, world: Needs): Promise<Raised[]> {
  const { clock } = world;
  const [nodes, target] = await Promise.all([nodesOf(from, world), nodeSources(world).sizes(to)]);
  return raisesFor(target, Math.ceil(fraction * nodes)).map(({ group, min, to: minNow }) => ({
    cluster: to,
    group,
    min,
    to: minNow,
    at: clock.now(),
  }));
}

/**
 * EKS says the size of node groups while the cluster is dead. Where something within the cluster makes the nodes, only itself
 * knows them all; while it is silent everything that may be raised is.
 */
async function nodesOf(cluster: string, world: Needs): Promise<number> {
  const sizes = await nodeSources(world)
    .sizes(cluster)
    .catch((cause: unknown) => {
      if (isMadeInside(cluster, world)) return undefined;
      throw cause;
    });
  return sizes === undefined ? Number.POSITIVE_INFINITY : sizes.reduce((sum, { desired }) => sum + desired, 0);
}

function isMadeInside(cluster: string, { topology }: Needs): boolean {
  return Object.values(topology.pairs).some(({ clusters }) => nodesInside(clusters[cluster]) !== undefined);
}

async function raise(
  pair: string,
  raises: readonly Raised[],
  decide: (ledger: Ledger) => ReturnType<typeof raising>,
  world: Needs,
): Promise<string[]> {
  if (raises.length === 0) return [];
  const isThere = ({ raised = [] }: Ledger) =>
    raises.every((one) =>
      raised.some(({ cluster, group, at }) => cluster === one.cluster && group === one.group && at === one.at),
    );
  const remembered = await change(world.ledger, emptyLedger(pair), decide, isThere);
  if (remembered.kind === 'no') return [remembered.because];
  const did: string[] = [];
  for (const one of raises) {
    const { cluster, group, min, to } = one;
    const answer = await nodeSources(world).resize(cluster, { group, min: to, desired: to });
    if (answer.kind === 'refused') {
      did.push(`${group} of ${cluster} keeps its minimum of ${min}: ${answer.because}`);
      continue;
    }
    const { update } = answer;
    if (update !== undefined)
      await change(
        world.ledger,
        emptyLedger(pair),
        (ledger) => updating(ledger, one, update),
        ({ raised = [] }) => raised.some((found) => found.update === update),
      );
    did.push(`${group} of ${cluster} has at least ${to} nodes from now on, ${min} before`);
  }
  return did;
}

/** A minimum that is not what we made it is somebody else's by now, and stays. */
async function restore(pair: string, world: Needs): Promise<string[]> {
  const ledger = await world.ledger.read(pair);
  const did: string[] = [];
  for (const one of ledger === undefined ? [] : toLower(ledger, world.clock.now())) {
    const { cluster, group, min, to } = one;
    const size = (await nodeSources(world).sizes(cluster)).find((found) => found.group === group);
    let update: string | undefined;
    if (size?.min === to) {
      // asked under the same condition as below: who has taken the pair since needs the nodes
      const now = await world.ledger.read(pair);
      if (now === undefined || !toLower(now, world.clock.now()).some((found) => found.group === group)) continue;
      const answer = await nodeSources(world).resize(cluster, { group, min });
      if (answer.kind === 'refused') {
        did.push(`${group} of ${cluster} still has a minimum of ${to}: ${answer.because}`);
        continue;
      }
      ({ update } = answer);
    }
    const written = await change(
      world.ledger,
      emptyLedger(pair),
      (found) => lowered(found, one, world.clock.now(), update),
      ({ raised = [], givenBack = [] }) =>
        update === undefined
          ? !raised.some((found) => found.cluster === cluster && found.group === group)
          : givenBack.some((found) => found.update === update),
    );
    if (written.kind === 'written') did.push(`${group} of ${cluster} has its minimum of ${min} again`);
  }
  return did;
}
