/** Which pods hang before their first container, and which of those because they get no network. */
import type { StuckPod } from '../ports.ts';
import { type Few, few } from './workloads.ts';

/** The kubelet tries again and says so every few seconds. */
const SAID_SECONDS = 120;
/** A sandbox takes seconds; a volume that moves with its pod may take longer, and is not held against the network. */
const CREATING_SECONDS = 60;

/**
 * `stuckPods`: the kubelet said just now that it gets no network, or said so since the pod has been hanging: after some minutes
 * it repeats itself seldom, and the pod is as stuck as before. `creatingPods`: all that hang, whatever they wait for.
 * @param now milliseconds since the epoch
 */
export function stuckNow(pods: readonly StuckPod[], now: number): { stuckPods: Few; creatingPods: Few } {
  const hanging = pods.filter(({ creatingSince }) => (creatingSince ?? now) < now - CREATING_SECONDS * 1000);
  const withoutNetwork = pods.filter((one) => {
    const { noNetworkAt, creatingSince } = one;
    if (noNetworkAt === undefined) return false;
    const saidJustNow = Math.abs(now - noNetworkAt) <= SAID_SECONDS * 1000;
    return saidJustNow || (hanging.includes(one) && noNetworkAt >= (creatingSince ?? now));
  });
  return { stuckPods: named(withoutNetwork), creatingPods: named(hanging) };
}

function named(pods: readonly StuckPod[]): Few {
  return few(pods.map(({ pod }) => pod).sort());
}
