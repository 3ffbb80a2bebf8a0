/** How the clusters are looked at: probes, and a Prometheus. */
import * as z from 'zod/mini';
import { address, described, fraction, name, seconds, text } from './fields.ts';

export const probe = z.strictObject({
  timeoutSeconds: described(z._default(seconds(1, 30), 2), 'An HTTP probe without an answer for this long has failed.'),
  apiTimeoutSeconds: described(
    z._default(seconds(1, 30), 5),
    'Longest wait for one answer of a Kubernetes or AWS API.',
  ),
  dnsTimeoutSeconds: described(z._default(seconds(1, 30), 2), 'Longest wait for one DNS answer.'),
  intervalSeconds: described(z._default(seconds(5, 60), 10), 'Time between two looks while a suspicion is confirmed.'),
  evidenceAgeSecondsMax: described(
    z._default(seconds(5, 300), 30),
    'What an observer saw itself (outside, inside, public resolvers) counts as nothing when it is older than this.',
  ),
  metricAgeSecondsMax: described(
    z._default(seconds(60, 900), 240),
    'A datapoint of CloudWatch older than this counts as none. CloudWatch has one a minute and shows it one to three minutes late.',
  ),
  leaseAgeSecondsMax: described(
    z._default(seconds(30, 600), 60),
    'A Kubernetes API whose controllers and scheduler have renewed no Lease for longer than this is not healthy, whatever its lists say: they renew every few seconds, and cannot while etcd takes no writes.',
  ),
  certificateDaysMin: described(
    z._default(z.int().check(z.minimum(0), z.maximum(365)), 14),
    'Days a certificate of the receiving cluster must still be valid.',
  ),
  unhealthyClassesMin: described(
    z._default(z.int().check(z.minimum(2), z.maximum(3)), 2),
    'Observer classes without a shared cause (outside, inside, aws) that must agree that a cluster is unhealthy.',
  ),
  deadServicesFraction: described(
    z._default(fraction().check(z.positive()), 0.5),
    'Fraction of the probed services that must fail before an observer calls the whole cluster dead.',
  ),
  slowMilliseconds: described(
    z._default(z.int().check(z.minimum(10), z.maximum(30_000)), 1_000),
    'An answer that takes this long is slow, if it also takes `slowFactor` times as long as in the other cluster.',
  ),
  slowFactor: described(
    z._default(z.number().check(z.minimum(1), z.maximum(100)), 3),
    'How many times as long as in the other cluster an answer must take to be slow.',
  ),
  publicResolvers: described(
    z._default(z.array(address('an IP address and a port, as in 1.1.1.1:53')).check(z.maxLength(5)), []),
    'Resolvers of the public, as address:port, that are asked where the names lead. None: the observer `resolvers` does not exist.',
  ),
});

const prometheusQuery = z.strictObject({
  query: described(text(2_000), 'PromQL that gives one value about the cluster, as its users see it.'),
  min: described(z.exactOptional(z.number()), 'The cluster is well at or above this value.'),
  max: described(z.exactOptional(z.number()), 'The cluster is well at or below this value.'),
});

export const prometheus = z.strictObject({
  url: described(
    z
      .string()
      .check(z.regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, 'http:// or https://, a host, perhaps a port and a path')),
    'Where its HTTP API is; `/api/v1/query` is added. Requests to a workspace of Amazon Managed Prometheus (`https://aps-workspaces.<region>.amazonaws.com/workspaces/<id>`) are signed with the observer’s role; all others are not.',
  ),
  askedFrom: described(
    z._default(z.enum(['inside', 'outside']), 'inside'),
    'Who asks. `inside`: one in the clusters’ VPC, which counts together with the observer `inside`. `outside`: a managed one, which counts together with `aws`.',
  ),
  evidenceAgeSecondsMax: described(
    z._default(seconds(15, 600), 60),
    'A sample older than this counts as none; at least two of its scrape intervals.',
  ),
  clusters: described(z.record(name(), prometheusQuery), 'What is asked about each of the two clusters, by its name.'),
});

export type Probe = z.output<typeof probe>;
export type Prometheus = z.output<typeof prometheus>;
