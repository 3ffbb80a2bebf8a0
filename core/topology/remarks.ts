/** What is allowed and still worth a second look; `check` prints it, nothing is refused for it. */
import { namesInZone } from './pair.ts';
import { pathText } from './problem.ts';
import type { Topology } from './schema.ts';

export interface Remark {
  readonly path: string;
  readonly at: readonly (string | number)[];
  readonly remark: string;
}

export function remarksOf(topology: Topology): Remark[] {
  return Object.entries(topology.pairs).flatMap(([name, pair]) => {
    const zones = pair.zones.flatMap((zone, index) => {
      const at = ['pairs', name, 'zones', index];
      const shadowed = zone.private && pair.zones.some((other) => other.name === zone.name && !other.private);
      return [
        zone.private && index === 0 && remark(at, 'a private anchor: outside the VPC nobody can read the fence by DNS'),
        shadowed && remark(at, `inside the VPC this zone hides the public ${zone.name}: a name must be in both`),
        namesInZone(pair, zone).length === 0 &&
          remark(at, 'no service has a name in this zone; it is fenced all the same'),
      ].filter((found) => found !== false);
    });
    const unmeasured = Object.entries(pair.clusters)
      .filter(([, { loadBalancer }]) => loadBalancer.metrics === undefined)
      .map(([cluster]) =>
        remark(
          ['pairs', name, 'clusters', cluster, 'loadBalancer'],
          'no metrics: the observer aws abstains, and after a move only a person stops the workloads of the old cluster',
        ),
      );
    const unknown = Object.keys(pair.services).filter((service) => pair.services[service]?.concurrency === 'unknown');
    const services =
      unknown.length === 0
        ? []
        : [
            remark(
              ['pairs', name, 'services'],
              `concurrency of ${unknown.join(', ')} is unknown: planned switchovers are held until somebody says safe or exclusive`,
            ),
          ];
    return [...unmeasured, ...zones, ...services];
  });
}

function remark(at: readonly (string | number)[], text: string): Remark {
  return { path: pathText(at), at, remark: text };
}
