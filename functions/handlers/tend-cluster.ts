import { clustersOn, ledgerOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { TendInput, tendCluster } from '../tend-cluster.ts';

export const handler = entry('tend-cluster', TendInput, connect, tendCluster);

function connect(place: Place) {
  return {
    ...place,
    clusters: clustersOn(place),
    ledger: ledgerOn(place),
  };
}

export { tendCluster as step };
