/** What every pod of the clusters stands on, for doctor: on a standby nobody notices that it is broken until pods start. */
import { platformBroken } from '../../core/gates/target-ready.ts';
import type { ClusterFenceRead, Clusters } from '../../core/ports.ts';
import { sentenceOf } from '../reach.ts';
import type { Finding } from './findings.ts';

const ALL = 1;

/** @param configMaps which clusters answered: of one that did not nothing more is said */
export async function platformFindings(
  configMaps: Readonly<Record<string, ClusterFenceRead>>,
  clusters: Pick<Clusters, 'platform'>,
): Promise<Finding[]> {
  const answering = Object.entries(configMaps).flatMap(([cluster, { kind }]) =>
    kind === 'unreachable' ? [] : [cluster],
  );
  const looked = await Promise.all(
    answering.map(async (cluster): Promise<Finding[]> => {
      try {
        return platformBroken(await clusters.platform(cluster), ALL).map((what) => ({
          level: 'SHOULD',
          what: `${cluster}: ${what}`,
          fix: `kubectl --context ${cluster} -n kube-system get daemonsets,deployments; a planned move to ${cluster} waits for it`,
        }));
      } catch (cause) {
        const what = `the CNI and the DNS of ${cluster} could not be read: ${sentenceOf(cause)}`;
        return [{ level: 'SHOULD', what, fix: 'the ClusterRole throwover-probe of clusters/, for whoever asks' }];
      }
    }),
  );
  return looked.flat();
}
