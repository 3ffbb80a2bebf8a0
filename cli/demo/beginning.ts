/** Where every play begins: the pair is active, and it is known which address is whose. */
import { activeName } from '../../adapters/aws/published.ts';
import { clusterNames, type NamedPair, otherCluster } from '../../core/topology/pair.ts';
import type { Stage } from '../../lab/stage.ts';
import type { Setting } from './scenario.ts';
import type { Telling } from './telling.ts';
import { look, type Watching } from './watching.ts';

/** The watch publishes with its next tick at the latest. */
const LONGEST_ACTIVATION_SECONDS = 90;
/** Before anything happens, customers are served for a while. */
const CALM_SECONDS = 20;

/** The lab activates its pair when it begins, as a person would do once. */
export async function activated(stage: Stage, pair: NamedPair, active: string): Promise<void> {
  for (let second = 0; second < LONGEST_ACTIVATION_SECONDS; second++) {
    if ((await stage.parameter(activeName(pair.name))) === active) return;
    await stage.pass(1_000);
  }
  throw new Error(`${activeName(pair.name)} does not say ${active} after ${LONGEST_ACTIVATION_SECONDS} s`);
}

/** All is calm; times are told since its end. */
export async function calm({ stage, pair, active, tellingOf }: Setting): Promise<{ began: number; telling: Telling }> {
  await activated(stage, pair, active);
  await stage.pass(CALM_SECONDS * 1000);
  const began = await stage.now();
  const telling = tellingOf(() => began);
  await tellStage(stage, pair, telling);
  return { began, telling };
}

/** All is calm, and it is told what is well; the fault comes now, and times are told since it. */
export async function calmUntilFault(setting: Setting): Promise<{ faultAt: number; watching: Watching }> {
  const { stage, pair, active: from, tellingOf } = setting;
  await activated(stage, pair, from);
  let faultAt = (await stage.now()) + CALM_SECONDS * 1000;
  const telling = tellingOf(() => faultAt);
  await tellStage(stage, pair, telling);
  const owner = await ownersOf(stage, pair);
  const seen = { answers: [], looks: 0, dark: new Set<string>(), targetPods: [] };
  const watching: Watching = { stage, pair, telling, from, to: otherCluster(pair, from), owner, seen };
  await look(watching);
  await stage.pass(Math.max(0, faultAt - (await stage.now())));
  faultAt = await stage.now();
  return { faultAt, watching };
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
