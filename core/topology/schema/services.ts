/** What moves, what it needs to read and write, and what a failover promises it. */
import * as z from 'zod/mini';
import { described, dnsName, name, path, seconds, text } from './fields.ts';

export const service = z.strictObject({
  hosts: described(
    z.array(dnsName()).check(z.minLength(1)),
    'Names under which customers reach the service. Each belongs to the zone with the longest matching name.',
  ),
  healthPath: described(path(), 'Path that answers 2xx when the service really serves.'),
  ring: described(
    z.int().check(z.minimum(0), z.maximum(99)),
    'Services of one ring move together. Ring 0 is the example app, which moves first and by itself in drills.',
  ),
  tier: described(
    z._default(z.int().check(z.minimum(0), z.maximum(9)), 1),
    'Order in which names are moved when they do not fit in one batch: 0 first.',
  ),
  concurrency: described(
    z._default(z.enum(['safe', 'exclusive', 'unknown']), 'unknown'),
    'May it run in both clusters at once? `safe`: yes. `exclusive`: never. `unknown`: nobody said, which holds planned switchovers.',
  ),
});

const serviceCheck = z.strictObject({
  service: described(
    name(),
    'Service whose pods, in the cluster that is to receive traffic, answer for the datastore.',
  ),
  path: described(path(), 'Path that answers 2xx only after it read from and wrote to the datastore.'),
});

const metricCheck = z.strictObject({
  metric: described(
    z.strictObject({
      namespace: described(text(255), 'CloudWatch namespace.'),
      name: described(text(255), 'Name of the metric.'),
      dimensions: described(z._default(z.record(text(255), text(1024)), {}), 'Dimensions of the metric.'),
      min: described(
        z.exactOptional(z.number()),
        'The datastore is fit at or above this value, in the unit of the metric.',
      ),
      max: described(
        z.exactOptional(z.number()),
        'The datastore is fit at or below this value, in the unit of the metric.',
      ),
    }),
    'A CloudWatch metric in the region of the receiving cluster; at least one of `min` and `max`.',
  ),
});

export const datastore = z.strictObject({
  check: described(
    z.union([serviceCheck, metricCheck]),
    'How the receiving cluster’s way to the datastore is proved: `service` and `path`, or `metric`.',
  ),
});

export const objectives = z.strictObject({
  withdrawSecondsMax: described(
    z._default(seconds(1), 240),
    'Longest time from the fault to the last DNS answer that names the failed cluster.',
  ),
  restoreSecondsMax: described(
    z._default(seconds(1), 300),
    'Longest time from the fault until users are served again.',
  ),
});

export type Service = z.output<typeof service>;
export type Concurrency = Service['concurrency'];
export type Datastore = z.output<typeof datastore>;
export type Objectives = z.output<typeof objectives>;
