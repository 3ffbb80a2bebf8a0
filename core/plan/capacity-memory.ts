/**
 * The size of production, remembered: how many pods each workload ran with while all was well. A chart that leaves `replicas`
 * out, because an HPA sets it, leaves a wish of 1 in a standby; woken with that, the cluster would meet all users with one pod
 * of each, and the HPA would need minutes for the rest. The memory only ever raises, so an old or a missing one stops nothing.
 */
import type { Workload } from '../ports.ts';

/** By namespace, `web=40 db*=3`: a DynamoDB item holds 400 KB. A star marks a StatefulSet; who runs with one pod or none is left out. */
export type Counts = Readonly<Record<string, string>>;

export interface CapacityMemory {
  /** When the clusters were counted. */
  at: number;
  counts: Counts;
}

/** A day has one peak, and what ran before the last one says little about the next. */
export const MEMORY_HOURS_MAX = 24;
/** Written again after so long though nothing has changed, so that its age says something. */
export const REMEMBERED_SECONDS = 600;
/** Beyond it the smallest are left out, whose loss is least; the rest of the item needs little. */
export const MEMORY_BYTES_MAX = 350_000;
/** Kubernetes' own default where a chart says nothing. */
const UNSAID = 1;

type Sized = Pick<Workload, 'kind' | 'namespace' | 'name' | 'replicas'>;
type Sleeping = Sized & Pick<Workload, 'wanted' | 'scaled'>;

/**
 * What the clusters run with, in the form that is kept. Where a workload runs in both, the larger count is production's: the
 * other is waking up or on its way to sleep.
 */
export function countsOf(workloads: readonly Sized[]): Counts {
  const largest = new Map<string, { namespace: string; entry: string; replicas: number }>();
  for (const { kind, namespace, name, replicas } of workloads) {
    if (replicas <= UNSAID || (kind !== 'Deployment' && kind !== 'StatefulSet')) continue;
    const key = keyOf(kind, name);
    const before = largest.get(`${namespace}/${key}`);
    if (before !== undefined && before.replicas >= replicas) continue;
    largest.set(`${namespace}/${key}`, { namespace, entry: `${key}=${replicas}`, replicas });
  }
  const kept = new Map<string, string[]>();
  let bytes = 0;
  for (const { namespace, entry } of [...largest.values()].sort((a, b) => b.replicas - a.replicas)) {
    const entries = kept.get(namespace);
    bytes += entry.length + 1 + (entries === undefined ? namespace.length + 8 : 0);
    if (bytes > MEMORY_BYTES_MAX) break;
    if (entries === undefined) kept.set(namespace, [entry]);
    else entries.push(entry);
  }
  // in the order of their names: a workload that was scaled changes its own entry and no other
  const namespaces = [...kept].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(namespaces.map(([namespace, entries]) => [namespace, entries.sort().join(' ')]));
}

/**
 * With how many pods each workload is to wake: its wish; or what production ran with, where an HPA sets the count or the chart
 * said nothing. Within the bounds of its HPA: the HPA would take the rest away again.
 */
export function wakingSizes(counts: Counts): (workload: Sleeping) => number {
  const found = new Map<string, ReadonlyMap<string, number>>();
  return ({ kind, namespace, name, wanted, scaled }) => {
    // a chart that says 0 wants none, and an HPA leaves a workload alone whose count is 0
    if (scaled === undefined && wanted !== UNSAID) return wanted;
    let there = found.get(namespace);
    if (there === undefined) {
      there = entriesIn(counts[namespace] ?? '');
      found.set(namespace, there);
    }
    const remembered = there.get(keyOf(kind, name)) ?? 0;
    const size = Math.max(wanted, remembered, scaled?.min ?? 0);
    return scaled === undefined ? size : Math.max(wanted, Math.min(size, scaled.max));
  };
}

/** Old or missing is none; which of the two is said in words that fit behind a semicolon. */
export function remembered(memory: CapacityMemory | undefined, now: number): { counts: Counts; because: string } {
  if (memory === undefined)
    return {
      counts: {},
      because: 'nobody has remembered the size of production: what an HPA sizes wakes at its minimum',
    };
  const hours = Math.abs(now - memory.at) / 3_600_000;
  if (hours > MEMORY_HOURS_MAX)
    return {
      counts: {},
      because: `the size of production was remembered ${Math.round(hours)} h ago, at most ${MEMORY_HOURS_MAX} h count: what an HPA sizes wakes at its minimum`,
    };
  return { counts: memory.counts, because: `sized as production was ${Math.round(hours * 60)} min ago` };
}

function keyOf(kind: Workload['kind'], name: string): string {
  return kind === 'StatefulSet' ? `${name}*` : name;
}

function entriesIn(text: string): Map<string, number> {
  const entries = new Map<string, number>();
  for (const entry of text === '' ? [] : text.split(' ')) {
    const [key = '', count = ''] = entry.split('=');
    const replicas = Number(count);
    if (Number.isInteger(replicas)) entries.set(key, replicas);
  }
  return entries;
}
