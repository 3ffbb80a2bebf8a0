/** The faults that lie between functions and the world, for functions that are called in this process. */
import type { Network } from '../../adapters/memory/network.ts';
import { ClusterUnreachable } from '../../core/errors.ts';
import type { Use } from '../../functions/list.ts';
import type { World } from '../../functions/world.ts';
import { blindFunctions, isObserver, outageOf, type Ways } from '../faults.ts';

/** Refuses every call of a service that is down: nothing has happened. */
export function withOutages(inner: Network, ways: Ways): Network {
  return {
    async out(call) {
      await inner.out(call);
      const [service = ''] = call.split(':');
      const outage = outageOf(ways, service);
      if (outage !== undefined) throw outage;
    },
    back: (call) => inner.back(call),
  };
}

/** Loses the answers of change calls, as long as some shall be lost: what was asked has happened. */
export function losingAnswers(inner: Network, ways: Ways): Network {
  return {
    out: (call) => inner.out(call),
    async back(call) {
      await inner.back(call);
      if (call !== 'route53:ChangeResourceRecordSets' || ways.answersToLose === 0) return;
      ways.answersToLose--;
      throw new Error('socket hang up');
    },
  };
}

/** What a function is not on the list for it does not have here either, as on AWS. */
export function portsFor(uses: readonly Use[], world: World): World {
  const listed = new Set(uses.map((use) => use.split(',')[0]));
  const always = ['topology', 'digest', 'stage', 'clock', 'ids'];
  return Object.fromEntries(
    Object.entries(world).filter(([port]) => always.includes(port) || listed.has(port)),
  ) as unknown as World;
}

/** The ports as this function has them: while its observer is blind, clusters and metrics refuse every connection. */
export function asSeenBy(key: string, world: World, ways: Ways): World {
  if (!isObserver(key)) return world;
  const isBlind = () => blindFunctions(ways).has(key);
  const refused = () => new Error(`connect ECONNREFUSED: ${key} is cut off`);
  const { probe, clusters, metrics, nodeGroups, controlPlanes } = world;
  return {
    ...world,
    probe: {
      get: async (asked) => (isBlind() ? { kind: 'unreachable', because: refused().message } : probe.get(asked)),
      query: async (asked) => (isBlind() ? { kind: 'unreachable', because: refused().message } : probe.query(asked)),
      certificateDaysLeft: async (asked) => (isBlind() ? undefined : probe.certificateDaysLeft(asked)),
    },
    clusters: {
      ...refusing(clusters, isBlind, () => new ClusterUnreachable(refused().message)),
      readFence: async (cluster) =>
        isBlind() ? { kind: 'unreachable', because: refused().message } : clusters.readFence(cluster),
    },
    metrics: refusing(metrics, isBlind, refused),
    nodeGroups: refusing(nodeGroups, isBlind, refused),
    controlPlanes: refusing(controlPlanes, isBlind, refused),
  };
}

/** The same port; each of its calls fails while it is refused. */
function refusing<Port extends object>(port: Port, isRefused: () => boolean, failure: () => Error): Port {
  const calls = Object.entries(port).map(([name, call]) => [
    name,
    async (...given: unknown[]) => {
      if (isRefused()) throw failure();
      return call(...given);
    },
  ]);
  return Object.fromEntries(calls) as Port;
}
