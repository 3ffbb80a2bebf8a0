/** Ready capacity: what is ready of what is wanted, over all workloads. Zero wanted proves nothing. */
export function readyFraction(workloads: readonly { wanted: number; ready: number }[]): {
  ready: number;
  wanted: number;
} {
  let [ready, wanted] = [0, 0];
  for (const workload of workloads) {
    wanted += workload.wanted;
    // more than wanted of one workload does not make up for another
    ready += Math.min(workload.ready, workload.wanted);
  }
  return { ready, wanted };
}
