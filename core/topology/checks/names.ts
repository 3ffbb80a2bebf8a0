/** Zones, hosts, services, rings and datastores: every name has exactly one place, and what is named exists. */
import { fenceTextLengthMax, longestFenceText } from '../fence-room.ts';
import { nearest } from '../nearest.ts';
import { fenceName, pivotName, zonesOfHost } from '../pair.ts';
import { oneOf, type Problem, problem } from '../problem.ts';
import type { Pair } from '../schema.ts';

type At = readonly (string | number)[];
type Services = Pair['services'];
type Zones = Pair['zones'];

export function zoneProblems(pairName: string, zones: Zones, at: At): Problem[] {
  const found: Problem[] = [];
  const ids = new Map<string, number>();
  const views = new Map<string, number>();
  for (const [index, zone] of zones.entries()) {
    const here = [...at, 'zones', index];
    const sameId = ids.get(zone.id);
    if (sameId !== undefined)
      found.push(problem([...here, 'id'], zone.id, `an id of its own; zones[${sameId}] has it too`));
    ids.set(zone.id, sameId ?? index);

    const view = `${zone.private ? 'private' : 'public'} ${zone.name}`;
    const sameView = views.get(view);
    if (sameView !== undefined) {
      const because =
        'only a private zone may have the name of a public one; of two alike nobody can say which answers';
      found.push(
        problem(
          [...here, 'name'],
          zone.name,
          `another name than zones[${sameView}], or private: true in one of them`,
          because,
        ),
      );
    }
    views.set(view, sameView ?? index);

    const fence = fenceName(pairName, zone);
    if (fence.length > 254) {
      found.push(
        problem([...here, 'name'], `${fence.length} characters in ${fence}`, 'a fence name of at most 254 characters'),
      );
    }
  }
  return found;
}

export function hostProblems(services: Services, zones: Zones, at: At): Problem[] {
  const zoneNames = [...new Set(zones.map((zone) => zone.name))];
  const pivots = pivotsOf(services, zones);
  return hostsOf(services).flatMap(({ host, service, index }) => {
    const here = [...at, 'services', service, 'hosts', index];
    if (zonesOfHost(zones, host).length === 0) {
      return [problem(here, host, `a name in ${oneOf(zoneNames)}`, 'a name outside every zone could not be moved')];
    }
    if (pivots.has(host)) {
      return [problem(here, host, 'another name', 'it is the pivot of a ring, which nobody but Throwover writes')];
    }
    return [];
  });
}

export function ringProblems(services: Services, at: At): Problem[] {
  const used = new Set(Object.values(services).map((service) => service.ring));
  const highest = Math.max(...used);
  return Array.from({ length: highest }, (_, ring) => ring)
    .filter((ring) => !used.has(ring))
    .map((ring) =>
      problem(
        [...at, 'services'],
        `rings ${[...used].sort((a, b) => a - b).join(', ')}`,
        `a service in ring ${ring}`,
        `rings are counted from 0 without a gap, and ring ${ring} has no service`,
      ),
    );
}

export function datastoreProblems(datastores: Pair['datastores'], services: Services | undefined, at: At): Problem[] {
  return Object.entries(datastores).flatMap(([name, { check }]) => {
    const here = [...at, 'datastores', name, 'check'];
    if ('metric' in check) {
      const { min, max } = check.metric;
      if (min === undefined && max === undefined) {
        return [
          problem(
            [...here, 'metric'],
            'neither min nor max',
            'min, max or both',
            'a metric without a limit proves nothing',
          ),
        ];
      }
      if (min !== undefined && max !== undefined && min > max) {
        return [problem([...here, 'metric', 'min'], String(min), `at most ${max}, max`)];
      }
      return [];
    }
    if (services === undefined || Object.hasOwn(services, check.service)) return [];
    const known = Object.keys(services);
    const meant = nearest(check.service, known);
    return [
      problem(
        [...here, 'service'],
        check.service,
        `one of the services ${oneOf(known)}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`,
      ),
    ];
  });
}

export function fenceProblems(clusters: Pair['clusters'], services: Services, at: At): Problem[] {
  const rings = [...new Set(Object.values(services).map((service) => service.ring))];
  const length = longestFenceText({ clusters }, rings);
  if (length <= fenceTextLengthMax) return [];
  return [
    problem(
      [...at, 'clusters'],
      `names and ${rings.length} rings that make a fence of ${length} characters`,
      `at most ${fenceTextLengthMax}: shorter cluster names or fewer rings`,
      'the fence is one TXT string',
    ),
  ];
}

/** Hosts that several services, of one pair or of several, call theirs; and canary hosts that would move. */
export function sharedHostProblems(
  pairs: Readonly<Record<string, { services?: Services; clusters?: Pair['clusters'] }>>,
): Problem[] {
  const owners = new Map<string, string>();
  const found: Problem[] = [];
  for (const [pairName, { services = {} }] of Object.entries(pairs)) {
    for (const { host, service, index } of hostsOf(services)) {
      const owner = owners.get(host);
      if (owner === undefined) {
        owners.set(host, `${pairName}.${service}`);
        continue;
      }
      const at = ['pairs', pairName, 'services', service, 'hosts', index];
      found.push(
        problem(at, host, `a name of its own; ${owner} has it too`, 'a name is moved by one pair, in one ring'),
      );
    }
  }
  for (const [pairName, { clusters = {} }] of Object.entries(pairs)) {
    for (const [cluster, { canaryHost }] of Object.entries(clusters)) {
      const owner = owners.get(canaryHost);
      if (owner === undefined) continue;
      const because = 'the canary is looked at in both clusters at any time, so its name never moves';
      found.push(
        problem(
          ['pairs', pairName, 'clusters', cluster, 'canaryHost'],
          canaryHost,
          `another name; it is a host of ${owner}`,
          because,
        ),
      );
    }
  }
  return found;
}

/** A pivot's name has no pair in it, so a zone with layout `pivot` belongs to one pair. */
export function sharedPivotZoneProblems(pairs: Readonly<Record<string, { zones?: Zones }>>): Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(pairs).flatMap(([pairName, { zones = [] }]) =>
    zones.flatMap((zone, index) => {
      if (zone.layout !== 'pivot') return [];
      const owner = owners.get(zone.id);
      owners.set(zone.id, owner ?? pairName);
      if (owner === undefined || owner === pairName) return [];
      const at = ['pairs', pairName, 'zones', index, 'id'];
      return [
        problem(
          at,
          zone.id,
          `a zone of its own; pair ${owner} has its pivots there`,
          'the names live-<ring> exist once in a zone',
        ),
      ];
    }),
  );
}

function hostsOf(services: Services): { host: string; service: string; index: number }[] {
  return Object.entries(services).flatMap(([service, { hosts }]) =>
    hosts.map((host, index) => ({ host, service, index })),
  );
}

function pivotsOf(services: Services, zones: Zones): Set<string> {
  const rings = [...new Set(Object.values(services).map((service) => service.ring))];
  const pivotZones = zones.filter((zone) => zone.layout === 'pivot');
  return new Set(pivotZones.flatMap((zone) => rings.map((ring) => pivotName(ring, zone).slice(0, -1))));
}
