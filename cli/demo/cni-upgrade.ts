/**
 * The play for which this exists: an upgrade of the CNI takes the network of the active cluster's pods. Its API says that all
 * is well; what watches the API alone sees nothing.
 */
import { lossBy } from './active-dies.ts';
import { expectation } from './scenario.ts';

export const cniUpgrade = lossBy({
  about: 'an upgrade of the CNI breaks the network of the active cluster’s pods; its API is well',
  fault: 'cni-broken',
  told: (cluster) =>
    `the CNI of ${cluster} was upgraded: its API is well, its pods have no network, new ones get no address`,
  async besides(stage, seen, from) {
    const named = seen.answers.find(({ state, payload }) => state === 'Judge' && payload.verdict === 'Move');
    const situation = String(named?.payload.situation ?? 'none');
    const reachable = Object.keys(await stage.configMaps()).includes(from);
    return [
      expectation('the cause has its name: CniBroken', situation === 'CniBroken', situation),
      expectation(
        `the API of ${from} answered all the time: it alone would have told of nothing`,
        reachable,
        reachable ? 'it does' : 'it does not',
      ),
    ];
  },
});
