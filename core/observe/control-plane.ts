/**
 * Is the cluster behind an API that answers alive? A read says what was written once, and says it as well when nothing can be
 * written any more: an etcd that is full or has lost its quorum for writes, controllers that have died. What must be renewed all
 * the time tells them apart.
 */
import type { Lease } from '../ports.ts';

/** What a standby needs to wake, and an active cluster to repair itself. */
const NEEDED = ['kube-controller-manager', 'kube-scheduler'];

/**
 * A sentence about what no longer goes on, with its age; undefined: everything that can be seen is renewed. Where no Lease can be
 * seen nothing is said: who hides them has not died of it.
 */
export function stoppedIn(leases: readonly Lease[], ageSecondsMax: number): string | undefined {
  if (leases.length === 0) return undefined;
  const newest = Math.min(...leases.map(({ ageSeconds }) => ageSeconds));
  if (newest > ageSecondsMax)
    return `it answers reads, but no Lease of ${leases.length} in kube-system was renewed for ${Math.floor(newest)} s, at most ${ageSecondsMax} s count: nothing is written`;
  const stopped = leases.filter(({ name, ageSeconds }) => NEEDED.includes(name) && ageSeconds > ageSecondsMax);
  if (stopped.length === 0) return undefined;
  const told = stopped.map(
    ({ name, ageSeconds }) => `${name} has not renewed its Lease for ${Math.floor(ageSeconds)} s`,
  );
  return `${told.join(', ')}, at most ${ageSecondsMax} s count`;
}
