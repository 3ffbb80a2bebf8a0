/**
 * The shape of throwover.yaml: every setting with its unit in its name, its default and its description. The JSON
 * Schema for editors and docs/reference/topology.md are made from it; `npm run reference` writes both.
 * What one setting means for another (timings, names, zones) is not here but in checks/.
 */
import * as z from 'zod/mini';
import { cluster } from './schema/cluster.ts';
import { dns, route53, zone } from './schema/dns.ts';
import { drills } from './schema/drills.ts';
import { described, name } from './schema/fields.ts';
import { probe, prometheus } from './schema/observing.ts';
import { approvals, calendarEntry } from './schema/people.ts';
import { datastore, objectives, service } from './schema/services.ts';
import { timing } from './schema/timing.ts';

const pair = z.strictObject({
  mode: described(
    z._default(z.enum(['observe', 'approve', 'auto']), 'observe'),
    'What automation may do. `observe`: judge and report, never act. `approve`: ask a person first. `auto`: act.',
  ),
  clusters: described(
    z
      .record(name(), cluster)
      .check(
        z.refine((clusters) => Object.keys(clusters).length === 2, 'exactly two clusters that stand in for each other'),
      ),
    'The two clusters, by name. They are equal: no name may say that one is the better one.',
    { minProperties: 2, maxProperties: 2 },
  ),
  zones: described(
    z.array(zone).check(z.minLength(1)),
    'Hosted zones with the services’ names, in order. The first is the anchor: it is fenced first.',
  ),
  services: described(
    z.record(name(), service).check(z.refine((services) => Object.keys(services).length > 0, 'at least one service')),
    'What moves, by name.',
    { minProperties: 1 },
  ),
  datastores: described(
    z._default(z.record(name(), datastore), {}),
    'What the services need to read and write, by name. A cluster that does not reach them receives no traffic.',
  ),
  prometheus: described(
    z.exactOptional(prometheus),
    'A Prometheus that is asked about both clusters. Left out: the observer `prometheus` does not exist.',
  ),
  objectives: described(z.prefault(objectives, {}), 'What a failover promises, measured in every run and drill.'),
  probe: described(z.prefault(probe, {}), 'How the clusters are looked at.'),
  timing: described(z.prefault(timing, {}), 'How long things may take, and how long they are waited for.'),
  approvals: described(z.prefault(approvals, {}), 'How a person is asked.'),
  drills: described(
    z.prefault(drills, {}),
    'Rehearsals: when, what, what keeps one from beginning, and how old the last one may be.',
  ),
  calendar: described(
    z._default(z.array(calendarEntry), []),
    'Times in which nothing moves: freezes, announced downtime.',
  ),
  route53: described(z.prefault(route53, {}), 'The share of the account’s Route 53 limits that this pair may use.'),
});

/** throwover.yaml. Strict everywhere: a key nobody knows is a mistake. */
export const topologySchema = z.strictObject({
  version: described(z.literal(1), 'Version of this file’s format.'),
  dns: described(z.prefault(dns, {}), 'How names are asked.'),
  pairs: described(
    z.record(name(), pair).check(z.refine((pairs) => Object.keys(pairs).length > 0, 'at least one pair')),
    'Pairs of clusters, by name. A cluster, a load balancer and a name belong to exactly one pair.',
    { minProperties: 1 },
  ),
});

/** The parts of a pair, each of which can be read when another is wrong. */
export const pairSchema = pair;

export type Topology = z.output<typeof topologySchema>;
export type Pair = z.output<typeof pair>;
export type Mode = Pair['mode'];
/** The name of a cluster within its pair, as in `blue`. */
export type ClusterName = string;

export type { Cluster } from './schema/cluster.ts';
export type { Layout, Route53Budget, Zone } from './schema/dns.ts';
export type { Drills } from './schema/drills.ts';
export type { Probe, Prometheus } from './schema/observing.ts';
export type { CalendarEntry } from './schema/people.ts';
export type { Concurrency, Datastore, Objectives, Service } from './schema/services.ts';
export type { Timing } from './schema/timing.ts';
