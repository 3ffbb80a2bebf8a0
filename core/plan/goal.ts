/**
 * What repair aims at. It is computed from zones whose fences were raised before they were read; the ledger is never a
 * goal by itself: a commit that was lost after the swap would otherwise bring users back to a dead cluster.
 */
import { standingOf, type ZoneAsRead } from './reading.ts';

export interface Fitness {
  cluster: string;
  /** Undefined: nobody could tell. */
  fit: boolean | undefined;
}

export type Goal =
  | { kind: 'Settled'; cluster: string; because: string }
  | { kind: 'Move'; cluster: string; because: string }
  | { kind: 'Nothing'; because: string };

/**
 * @param zones read after every one of them was fenced by this repair
 * @param fitness both clusters, judged now
 * @param interrupted whether the move that was cut off had been planned; undefined when nobody knows
 */
export function goalOf(
  zones: readonly ZoneAsRead[],
  fitness: readonly [Fitness, Fitness],
  interrupted: 'planned' | 'unplanned' | undefined,
): Goal {
  const standings = new Set(zones.map((zone) => standingOf(zone.names)).filter((standing) => standing !== 'none'));
  const moving = zones.flatMap((zone) =>
    zone.fence.kind === 'fence' && zone.fence.fence.move ? [zone.fence.fence] : [],
  );
  const [only] = standings;
  if (standings.size === 1 && only !== undefined && only !== 'mixed' && only !== 'dark' && moving.length === 0) {
    return {
      kind: 'Settled',
      cluster: only,
      because: `every name of every zone stands on ${only} and no fence says a move is under way`,
    };
  }
  const fit = fitness.filter((one) => one.fit === true);
  const [one] = fit;
  if (one === undefined) {
    return {
      kind: 'Nothing',
      because: `names are on both clusters and neither is known to be fit: ${fitness.map(told).join(', ')}`,
    };
  }
  if (fit.length === 1)
    return { kind: 'Move', cluster: one.cluster, because: `names are on both clusters and only ${one.cluster} is fit` };
  const forward = moving[0]?.move?.to;
  const back = moving[0]?.active;
  if (forward === undefined || back === undefined || interrupted === undefined) {
    return {
      kind: 'Nothing',
      because: 'names are on both clusters, both are fit, and no fence says which way the move went',
    };
  }
  return interrupted === 'unplanned'
    ? {
        kind: 'Move',
        cluster: forward,
        because: `both clusters are fit and the move to ${forward} was unplanned: forward`,
      }
    : {
        kind: 'Move',
        cluster: back,
        because: `both clusters are fit and the move to ${forward} was planned: back to ${back}`,
      };
}

function told({ cluster, fit }: Fitness): string {
  return `${cluster} ${fit === undefined ? 'could not be judged' : fit ? 'is fit' : 'is not fit'}`;
}
