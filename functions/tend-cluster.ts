/**
 * Writes what a cluster shall be and has every object follow. Fenced by the cluster itself, which refuses an epoch older
 * than the one it knows. It learns of an epoch only when somebody acts here, so the ledger is asked first.
 */
import * as z from 'zod/mini';
import {
  becomingActive,
  becomingStandby,
  byRole,
  type FenceChange,
  type FenceData,
  weighted,
} from '../core/plan/cluster-fence.ts';
import type { ClusterObject, Touched } from '../core/ports.ts';
import { touchAll, type WorkDone, writeFence } from './cluster-work.ts';
import { mustBeOwed, mustHold } from './holding.ts';
import type { World } from './world.ts';

export const TendInput = z.object({
  pair: z.string(),
  cluster: z.string(),
  epoch: z.int(),
  /** Of the run that holds the pair. Left out for what is owed after a run: nobody holds the pair then. */
  nonce: z.exactOptional(z.string()),
  run: z.string(),
  ring: z.exactOptional(z.int()),
  /** Rings that stand elsewhere than the pair: their lines stay as they are. */
  apart: z._default(z.array(z.int()), []),
  become: z.enum(['active', 'standby', 'by role', 'weight']),
  /** For `weight`: which weight, and which side of the move this cluster is. */
  weight: z.exactOptional(z.int()),
  side: z.exactOptional(z.enum(['to', 'from'])),
  touch: z.enum(['dns', 'everything', 'nothing']),
});
export type TendInput = z.output<typeof TendInput>;

export async function tendCluster(
  input: TendInput,
  world: Pick<World, 'ledger' | 'clusters' | 'clock'>,
): Promise<WorkDone> {
  const { nonce } = input;
  await (nonce === undefined ? mustBeOwed(input, world) : mustHold({ ...input, nonce }, world));
  const refused = await writeFence(world.clusters, input.cluster, (data) => changeFor(input, data));
  if (refused !== undefined) return refused;
  const objects = (await objectsToTouch(input, world)).filter(({ ring }) =>
    input.ring === undefined ? !input.apart.includes(ring) : ring === input.ring,
  );
  const data = await world.clusters.readFence(input.cluster);
  if (data.kind !== 'fence') return { kind: 'unreachable', because: `${input.cluster}: ${data.kind}` };
  return touchAll(world, input.cluster, input.run, objects, (touched, object) => follows(touched, object, data.data));
}

function changeFor({ become, weight = 0, side, epoch, run, ring, apart }: TendInput, data: FenceData): FenceChange {
  const writer = {
    epoch,
    run,
    apart,
    ...(ring === undefined ? {} : { ring }),
    ...(side === undefined ? {} : { side }),
  };
  if (become === 'active') return becomingActive(writer, data);
  if (become === 'standby') return becomingStandby(writer, data);
  return become === 'weight' ? weighted(writer, weight, data) : byRole(writer, data);
}

async function objectsToTouch(
  { cluster, touch }: TendInput,
  { clusters }: Pick<World, 'clusters'>,
): Promise<ClusterObject[]> {
  if (touch === 'nothing') return [];
  const dns = await clusters.objects(cluster, 'dns');
  if (touch === 'dns') return dns;
  const [workloads, batch] = await Promise.all([clusters.workloads(cluster), clusters.objects(cluster, 'batch')]);
  return [...workloads, ...batch, ...dns];
}

/** Does the touched object show what the ConfigMap says now? The line of a ring wins over the line of the cluster. */
function follows(touched: Touched, { kind, ring }: ClusterObject, data: Readonly<Record<string, string>>): boolean {
  const active = (data[`role.${ring}`] ?? data.role) === 'active';
  const facet = (name: string) => data[`${name}.${ring}`] ?? data[name];
  if (kind === 'Deployment' || kind === 'StatefulSet') {
    const running = (facet('workloads') ?? (active ? 'running' : 'stopped')) === 'running';
    return touched.replicas === undefined || running === touched.replicas > 0;
  }
  if (kind === 'CronJob') {
    const suspended = (facet('batch') ?? (active ? 'running' : 'suspended')) === 'suspended';
    return touched.suspended === undefined || touched.suspended === suspended || !suspended;
  }
  const weight = Number(facet('weight') ?? (active ? (data.activeWeight ?? 100) : 0));
  return touched.weight === undefined || touched.weight === weight;
}
