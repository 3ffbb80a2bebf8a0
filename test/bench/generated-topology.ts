import { parseTopology } from '../../core/topology/index.ts';
import type { Topology } from '../../core/topology/schema.ts';

export interface Generated {
  /** How many names move, one service each. */
  names: number;
  layout: 'records' | 'pivot';
  /** How many services are of the first tier: those that are probed. */
  firstTier?: number;
}

const RINGS = 4;
const FIRST_TIER = 10;

/** A pair of `names` services in one zone, four rings, the first ten of the first tier. */
export function generatedTopology({ names, layout, firstTier = FIRST_TIER }: Generated): Topology {
  const { topology, problems } = parseTopology(generatedFile({ names, layout, firstTier }));
  if (topology === undefined)
    throw new Error(`the generated topology is wrong: ${JSON.stringify(problems.slice(0, 3))}`);
  return topology;
}

function generatedFile({ names, layout, firstTier = FIRST_TIER }: Generated): unknown {
  const zone = 'example.test';
  return {
    version: 1,
    pairs: {
      shop: {
        mode: 'auto',
        clusters: { blue: cluster('blue', zone), green: cluster('green', zone) },
        zones: [{ name: zone, id: 'Z0EXAMPLE', layout }],
        services: Object.fromEntries(
          Array.from({ length: names }, (_, index) => [nameOf(index), service(index, zone, firstTier)]),
        ),
        datastores: { orders: { check: { service: nameOf(0), path: '/healthz/orders' } } },
      },
    },
  };
}

function cluster(name: string, zone: string) {
  return {
    eksName: name,
    region: 'eu-west-1',
    setIdentifier: name,
    loadBalancer: { host: `${name}-lb.elb.test`, zone: `Z0ELB${name.toUpperCase()}` },
    canaryHost: `canary.${name}.${zone}`,
  };
}

function service(index: number, zone: string, firstTier: number) {
  return {
    hosts: [`${nameOf(index)}.${zone}`],
    healthPath: '/healthz',
    ring: index % RINGS,
    tier: index < firstTier ? 1 : 2,
    concurrency: 'safe',
  };
}

function nameOf(index: number): string {
  return `service-${String(index).padStart(4, '0')}`;
}
