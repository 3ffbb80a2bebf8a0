/** Where every play begins: the pair is active, and it is known which address is whose. */
import { activeName } from '../../adapters/aws/published.ts';
import { clusterNames, type NamedPair } from '../../core/topology/pair.ts';
import type { Stage } from '../../lab/stage.ts';
import type { Telling } from './telling.ts';

/** The watch publishes with its next tick at the latest. */
const LONGEST_ACTIVATION_SECONDS = 90;

/** The lab activates its pair when it begins, as a person would do once. */
export async function activated(stage: Stage, pair: NamedPair, active: string): Promise<void> {
  for (let second = 0; second < LONGEST_ACTIVATION_SECONDS; second++) {
    if ((await stage.parameter(activeName(pair.name))) === active) return;
    await stage.pass(1_000);
  }
  throw new Error(`${activeName(pair.name)} does not say ${active} after ${LONGEST_ACTIVATION_SECONDS} s`);
}

/** The first line of a play: what stands on the stage. */
export async function tellStage(stage: Stage, pair: NamedPair, telling: Telling): Promise<void> {
  await telling.tell(
    await stage.now(),
    'lab',
    `${stage.place}, stepped time; ${clusterNames(pair).join(' and ')}, ${pair.zones.length} zones; customers are asking`,
  );
}

/** Which address is whose: the load balancers' own names say. */
export async function ownersOf(stage: Stage, pair: NamedPair): Promise<Map<string, string>> {
  const [server = ''] = stage.nameServers;
  const owner = new Map<string, string>();
  for (const cluster of clusterNames(pair)) {
    for (const address of await stage.dns(server, `${pair.clusters[cluster]?.loadBalancer.host}.`, 'A'))
      owner.set(address, cluster);
  }
  return owner;
}
