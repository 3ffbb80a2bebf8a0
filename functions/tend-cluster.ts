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
  runningBatch,
  weighted,
} from '../core/plan/cluster-fence.ts';
import type { ClusterObject, Touched, Workload } from '../core/ports.ts';
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
  /** `told`: nothing is written; its DNS sources are told. */
  become: z.enum(['active', 'standby', 'by role', 'weight', 'batch', 'told']),
  /** For `weight`: which weight, and which side of the move this cluster is. */
  weight: z.exactOptional(z.int()),
  side: z.exactOptional(z.enum(['to', 'from'])),
  /** `batch`: CronJobs and exclusive workloads; where they may not run, it is done when none of their pods is left. */
  touch: z.enum(['dns', 'batch', 'everything', 'nothing']),
});
export type TendInput = z.output<typeof TendInput>;

export async function tendCluster(
  input: TendInput,
  world: Pick<World, 'ledger' | 'clusters' | 'clock'>,
): Promise<WorkDone> {
  const { nonce } = input;
  await (nonce === undefined ? mustBeOwed(input, world) : mustHold({ ...input, nonce }, world));
  if (input.become === 'told') return { kind: 'done', touched: 0, sources: await sourcesIn(input.cluster, world) };
  const refused = await writeFence(world.clusters, input.cluster, (data) => changeFor(input, data));
  if (refused !== undefined) return refused;
  const meant = ({ ring }: { ring: number }) =>
    input.ring === undefined ? !input.apart.includes(ring) : ring === input.ring;
  const objects = (await objectsToTouch(input, world)).filter(meant);
  const data = await world.clusters.readFence(input.cluster);
  if (data.kind === 'unauthorized') return { kind: 'refused', because: data.because };
  if (data.kind !== 'fence') return { kind: 'unreachable', because: `${input.cluster}: ${data.kind}` };
  const done = await touchAll(world, input.cluster, input.run, objects, (touched, object) =>
    follows(touched, object, data.data),
  );
  const ends = done.kind === 'done' && input.touch === 'batch' && input.become !== 'batch';
  return ends ? ((await stillRunning(input.cluster, meant, world)) ?? done) : done;
}

/** Ingresses and Services of the rings that publish names, as the registry of ExternalDNS calls them: `ingress/shop/shop`. */
async function sourcesIn(cluster: string, { clusters }: Pick<World, 'clusters'>): Promise<string[]> {
  const objects = await clusters.objects(cluster, 'dns');
  return objects.map(({ kind, namespace, name }) => `${kind.toLowerCase()}/${namespace}/${name}`);
}

/** What was suspended or stopped just now ends in its own time. */
async function stillRunning(
  cluster: string,
  meant: (pod: { ring: number }) => boolean,
  { clusters }: Pick<World, 'clusters'>,
): Promise<WorkDone | undefined> {
  const pods = (await clusters.singlePods(cluster)).filter(meant).map(({ pod }) => pod);
  if (pods.length === 0) return undefined;
  const some = pods.slice(0, 3).join(', ');
  return { kind: 'still running', because: `${pods.length} pods of ${cluster} have not ended: ${some}` };
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
  if (become === 'batch') return runningBatch(writer, data);
  return become === 'weight' ? weighted(writer, weight, data) : byRole(writer, data);
}

async function objectsToTouch(
  { cluster, touch }: TendInput,
  { clusters }: Pick<World, 'clusters'>,
): Promise<(ClusterObject | Workload)[]> {
  if (touch === 'nothing') return [];
  if (touch === 'dns') return clusters.objects(cluster, 'dns');
  const [workloads, batch] = await Promise.all([clusters.workloads(cluster), clusters.objects(cluster, 'batch')]);
  if (touch === 'batch') return [...workloads.filter(({ exclusive }) => exclusive), ...batch];
  return [...workloads, ...batch, ...(await clusters.objects(cluster, 'dns'))];
}

/** Does the touched object show what the ConfigMap says now? The line of a ring wins over the line of the cluster. */
function follows(touched: Touched, object: ClusterObject | Workload, data: Readonly<Record<string, string>>): boolean {
  const { ring } = object;
  const active = (data[`role.${ring}`] ?? data.role) === 'active';
  const facet = (name: string) => data[`${name}.${ring}`] ?? data[name];
  const suspended = (facet('batch') ?? (active ? 'running' : 'suspended')) === 'suspended';
  if ('wanted' in object) {
    const running = (facet('workloads') ?? (active ? 'running' : 'stopped')) === 'running';
    const runs = object.exclusive ? !suspended : running;
    // one that wants no pods is as it shall be either way
    if (runs && touched.held === true) return false;
    return touched.replicas === undefined || (runs && object.wanted > 0) === touched.replicas > 0;
  }
  // one whose chart suspends it stays so while batch work runs: what counts is that nobody holds it any more
  if (object.kind === 'CronJob') return suspended ? touched.suspended !== false : touched.held !== true;
  const weight = Number(facet('weight') ?? (active ? (data.activeWeight ?? 100) : 0));
  return touched.weight === undefined || touched.weight === weight;
}
