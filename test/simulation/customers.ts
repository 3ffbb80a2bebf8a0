/** People who use the services, behind resolvers that keep what they were told, one of them for too long. */
import type { PairWorld } from '../../lab/world.ts';
import { Customers } from '../../models/customers/customers.ts';
import { Resolver } from '../../models/resolver.ts';
import type { SteppedClock } from '../../models/stepped-clock.ts';
import { numbersOf } from './streams.ts';

const RESOLVERS = ['honest', 'honest', 'tail'] as const;
const TAIL_STRETCH = 5;
const REQUESTS_PER_SECOND = 0.2;
export const BATCH_MILLISECONDS = 10_000;

export function customersOf(world: PairWorld, clock: SteppedClock, seed: number): Customers {
  const { route53, pair, balancers } = world;
  const resolvers = RESOLVERS.map(
    (kind, index) =>
      new Resolver({
        clock,
        random: numbersOf(seed, `resolver ${index}`),
        servers: world.nameServers.length,
        ask: (asked) => route53.answer(asked),
        ...(kind === 'tail' ? { stretch: TAIL_STRETCH } : {}),
      }),
  );
  const byAddress = new Map(
    [...balancers.values()].flatMap((balancer) => balancer.addresses.v4.map((address) => [address, balancer] as const)),
  );
  return new Customers({
    clock,
    random: numbersOf(seed, 'customers'),
    resolvers: RESOLVERS,
    resolve: (resolver, host) => resolvers[resolver]?.resolve(`${host}.`, 'A').addresses[0],
    request: (address, host, path) => {
      const balancer = byAddress.get(address);
      if (balancer === undefined) throw new Error(`nobody has the address ${address}`);
      return balancer.request({ host, path });
    },
    hosts: Object.values(pair.services).flatMap(({ hosts }) => hosts),
    requestsPerSecond: REQUESTS_PER_SECOND,
    batchMs: BATCH_MILLISECONDS,
  });
}
