/**
 * The shape of throwover.yaml: every setting with its unit in its name, its default and its description. The JSON
 * Schema for editors and docs/reference/topology.md are made from this file; `npm run reference` writes both.
 * What one setting means for another (timings, names, zones) is not here but in checks/.
 */
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

z.config(en());

/** A schema with the sentence the reference shows for it. */
function described<T extends z.ZodMiniType>(schema: T, description: string, limits: object = {}): T {
  z.globalRegistry.add(schema, { description, ...limits });
  return schema;
}

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const isLabel = new RegExp(`^${label}$`);
const isDnsName = new RegExp(`^(?=.{1,253}$)${label}(\\.${label})+$`);

const dnsName = () =>
  z.string().check(z.regex(isDnsName, 'a DNS name in lower case, without a dot at its end, as in shop.example.com'));
const name = () =>
  z
    .string()
    .check(z.regex(isLabel, 'lower-case letters, digits and hyphens, at most 63 (it becomes part of a DNS name)'));
const path = () => z.string().check(z.regex(/^\/[!-~]*$/, 'a path that begins with / and has no spaces'));
const zoneId = () =>
  z
    .string()
    .check(z.regex(/^Z[A-Z0-9]{1,31}$/, 'a hosted zone id as Route 53 shows it, without /hostedzone/, as in Z0ABC123'));
const port = () => z.int().check(z.minimum(1), z.maximum(65_535));
const seconds = (min: number, max = 86_400) => z.int().check(z.minimum(min), z.maximum(max));
const fraction = () => z.number().check(z.minimum(0), z.maximum(1));
const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

const isResolver = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]):\d{1,5}$/;

const dns = z.strictObject({
  resolver: described(
    z.exactOptional(
      z.string().check(z.regex(isResolver, 'an IP address and a port, as in 127.0.0.1:5300 or [::1]:53')),
    ),
    'Who is asked for names, as address:port. Left out: the resolver of the system. Its port is used for the name servers of the zones too. THROWOVER_DNS overrides it.',
  ),
});

const balancerMetrics = z.strictObject({
  namespace: described(
    z._default(text(255), 'AWS/ApplicationELB'),
    'CloudWatch namespace with `HealthyHostCount` and `RequestCount`: `AWS/ApplicationELB`, or `AWS/ELB` for a classic load balancer.',
  ),
  dimensions: described(
    z
      .record(text(255), text(1024))
      .check(z.refine((dimensions) => Object.keys(dimensions).length > 0, 'at least one dimension')),
    'Dimensions that both metrics have, as in `LoadBalancer: app/blue/50dc6c495c0c9188` and `TargetGroup: targetgroup/ingress/6d0ecf831eec9f09`.',
    { minProperties: 1 },
  ),
  rings: described(
    z._default(
      z.record(z.string().check(z.regex(/^\d{1,2}$/, 'the number of a ring')), z.record(text(255), text(1024))),
      {},
    ),
    'By ring, the dimensions under which its requests are counted by themselves: those of its own target group. After a move of one ring the balancer as a whole still has the users of the others; without this a person says when those of the ring have gone (`throwover stand-down`).',
  ),
});

const loadBalancer = z.strictObject({
  host: described(
    dnsName(),
    'DNS name of the load balancer in front of the cluster; probes go through it, records point to it.',
  ),
  zone: described(
    zoneId(),
    'Hosted zone id of the load balancer itself, as in alias targets. Not the id of one of your zones.',
  ),
  ports: described(
    z.prefault(
      z.strictObject({
        http: described(z._default(port(), 80), 'Port of plain HTTP.'),
        https: described(z._default(port(), 443), 'Port of HTTPS.'),
      }),
      {},
    ),
    'Ports the load balancer listens on.',
  ),
  metrics: described(
    z.exactOptional(balancerMetrics),
    'Where CloudWatch counts its healthy hosts and requests, in the region of the cluster. Left out: the observer `aws` abstains, and after a move only a person stops the workloads of the old cluster.',
  ),
});

const cluster = z.strictObject({
  eksName: described(
    z.string().check(z.regex(/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/, 'the name of the cluster in EKS')),
    'Name of the cluster in EKS.',
  ),
  region: described(
    z.string().check(z.regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, 'an AWS region, as in eu-west-1')),
    'AWS region of the cluster.',
  ),
  setIdentifier: described(
    text(128),
    'Set identifier of the cluster’s weighted records (annotation set-identifier of its ExternalDNS sources). Never rename it: Route 53 would see a new record.',
  ),
  loadBalancer: described(loadBalancer, 'The load balancer of the cluster. No two clusters share one.'),
  canaryHost: described(
    dnsName(),
    'Host served by the canary through the cluster’s own ingress, whatever its role is. Not one of the services’ hosts.',
  ),
  nodesFrom: described(
    z._default(z.enum(['node groups', 'karpenter', 'pause pods']), 'node groups'),
    'Where a waking cluster gets its nodes from before its pods ask for them. `node groups`: the minimum of its managed node groups is raised, and restored afterwards; a cluster that has none is left to its autoscaler. `pause pods`: the count of Deployments labelled `throwover.dev/capacity: pause` is raised, up to their annotation `throwover.dev/capacity-max`, and restored afterwards; each of their pods asks for as much as one node has, and gives way to every other pod (a negative priority). `karpenter` (static capacity) is not supported yet and is refused.',
  ),
});

const zone = z.strictObject({
  name: described(dnsName(), 'Name of the hosted zone.'),
  id: described(zoneId(), 'Hosted zone id.'),
  layout: described(
    z.enum(['records', 'pivot']),
    'How traffic is moved here. `records`: the weights of every name’s own records. `pivot`: every name is an alias of `live-<ring>.<zone>`, and only that one is moved.',
  ),
  private: described(
    z._default(z.boolean(), false),
    'A private hosted zone: its names are verified through the resolver of the VPC, not at public name servers.',
  ),
  roleArn: described(
    z.exactOptional(z.string().check(z.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[!-~]+$/, 'the ARN of an IAM role'))),
    'IAM role to take for this zone when it lives in another account.',
  ),
});

const service = z.strictObject({
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

const datastore = z.strictObject({
  check: described(
    z.union([serviceCheck, metricCheck]),
    'How the receiving cluster’s way to the datastore is proved: `service` and `path`, or `metric`.',
  ),
});

const objectives = z.strictObject({
  withdrawSecondsMax: described(
    z._default(seconds(1), 240),
    'Longest time from the fault to the last DNS answer that names the failed cluster.',
  ),
  restoreSecondsMax: described(
    z._default(seconds(1), 300),
    'Longest time from the fault until users are served again.',
  ),
});

const probe = z.strictObject({
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
    z._default(
      z
        .array(z.string().check(z.regex(isResolver, 'an IP address and a port, as in 1.1.1.1:53')))
        .check(z.maxLength(5)),
      [],
    ),
    'Resolvers of the public, as address:port, that are asked where the names lead. None: the observer `resolvers` does not exist.',
  ),
});

const prometheusQuery = z.strictObject({
  query: described(text(2_000), 'PromQL that gives one value about the cluster, as its users see it.'),
  min: described(z.exactOptional(z.number()), 'The cluster is well at or above this value.'),
  max: described(z.exactOptional(z.number()), 'The cluster is well at or below this value.'),
});

const prometheus = z.strictObject({
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

const timing = z.strictObject({
  confirmSeconds: described(
    z._default(seconds(60, 900), 60),
    'How long the active cluster must be seen dead before automation moves. Shorter outages move nothing.',
  ),
  taskSecondsMax: described(
    z._default(seconds(10), 50),
    'A function works at most this long and then asks to be called again.',
  ),
  runSecondsMax: described(
    z._default(seconds(300, 7_200), 1_800),
    'Longest run before it stops and says where traffic is.',
  ),
  cooldownSeconds: described(
    z._default(seconds(600, 604_800), 3_600),
    'Time after an automatic move in which automation moves nothing more.',
  ),
  readyWaitSecondsMax: described(
    z._default(seconds(30, 3_600), 600),
    'Longest wait for the receiving cluster’s capacity to reach `readyFractionWanted`.',
  ),
  readyFractionWanted: described(
    z._default(fraction(), 0.8),
    'Ready fraction of the wanted pods at which an unplanned move goes on at once.',
  ),
  readyFractionFloor: described(
    z._default(fraction(), 0.3),
    'Ready fraction at which an unplanned move goes on after `readyWaitSecondsMax`, if the active cluster still serves nothing.',
  ),
  evidenceWaitSecondsMax: described(
    z._default(seconds(0, 600), 60),
    'How long a run looks again after its fence when gates are `unknown` and none is closed, before it is held; 0: not at all.',
  ),
  zoneRetrySeconds: described(
    z._default(seconds(0, 900), 120),
    'How long a zone that refuses in the middle of an unplanned move is tried again.',
  ),
  insyncWaitSecondsMax: described(
    z._default(seconds(60, 900), 120),
    'Longest wait for Route 53 to say that all its name servers have a change (usually under 60 s).',
  ),
  dnsTtlSecondsMax: described(
    z._default(seconds(1, 300), 60),
    'Longest TTL a managed record may have; the wait between planned steps.',
  ),
  stepShares: described(
    z._default(
      z.array(z.int().check(z.minimum(1), z.maximum(100))).check(z.minLength(1), z.maxLength(10)),
      [10, 50, 100],
    ),
    'Shares of traffic, in percent, that a planned switchover gives to the receiving cluster, step by step.',
  ),
  stepJudgeSeconds: described(
    z._default(seconds(10, 900), 30),
    'How long each planned step is watched before the next one.',
  ),
  settleSeconds: described(
    z._default(seconds(60, 3_600), 300),
    'How long after a move the zones are watched for a foreign writer.',
  ),
  quietSeconds: described(
    z._default(seconds(60, 86_400), 300),
    'How long the old cluster must be measured without a request of a user before its workloads stop.',
  ),
  quietRequestsPerMinuteMax: described(
    z._default(z.int().check(z.minimum(0), z.maximum(10_000)), 0),
    'Requests a minute at a balancer that are no user’s: other monitors that ask each cluster. Throwover itself asks for nothing that is being counted.',
  ),
  tailGraceSeconds: described(
    z._default(seconds(300, 86_400), 3_600),
    'How long after a move of the whole pair the old cluster waits for its last users. Then a tail up to `tailFractionMax` is cut; a longer one asks a person.',
  ),
  tailFractionMax: described(
    z._default(fraction(), 0.01),
    'Greatest share of all requests that may still arrive at the old cluster when its workloads stop, after `tailGraceSeconds`.',
  ),
  signalAgeSecondsMax: described(z._default(seconds(60, 3_600), 300), 'A signal older than this starts nothing.'),
});

const alarmName = () => text(255);
const drills = z.strictObject({
  ageDaysMax: described(
    z.exactOptional(z.int().check(z.minimum(1), z.maximum(366))),
    'Oldest drill that succeeded with which mode `auto` acts by itself. Older, or none at all, it asks a person first. Left out: drills are not asked for.',
  ),
  cadence: described(
    z._default(z.enum(['off', 'weekly', 'monthly', 'quarterly']), 'monthly'),
    'How often a drill begins by itself: on the `weekday` of every week, or on the first such day of every month or quarter.',
  ),
  weekday: described(
    z._default(z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']), 'tuesday'),
    'On which day. A day on which people are at work.',
  ),
  hourUtc: described(z._default(z.int().check(z.minimum(0), z.maximum(23)), 9), 'At which hour, in UTC.'),
  kind: described(
    z._default(z.enum(['preview', 'ring', 'full']), 'ring'),
    'What a scheduled drill does. `preview`: judges, changes nothing. `ring`: ring 0, the example app, moves and returns. `full`: everything moves. Where `mode` is not `auto`, a schedule only previews.',
  ),
  returns: described(
    z._default(z.boolean(), false),
    'A full drill brings everything back after `bakeSeconds`. Without it the other cluster stays active and the next drill goes the other way.',
  ),
  bakeSeconds: described(
    z._default(seconds(120, 7_200), 600),
    'How long a drill looks how the other cluster bears it, before it returns or ends. At least two intervals of ExternalDNS: a plan that lowers the side that was left must not land after its return.',
  ),
  daysSinceIncidentMin: described(
    z._default(z.int().check(z.minimum(0), z.maximum(365)), 7),
    'Days after an automatic failover in which no drill begins.',
  ),
  blockedByAlarms: described(
    z._default(z.array(alarmName()), []),
    'CloudWatch alarms, by name: no drill begins while one of them is in ALARM or cannot be read.',
  ),
  endedByAlarm: described(
    z.exactOptional(alarmName()),
    'The CloudWatch alarm that says that customers are hurt: it ends a drill early and takes it back.',
  ),
});

const route53 = z.strictObject({
  requestsPerSecond: described(
    z._default(z.int().check(z.minimum(1)), 10),
    'Requests per second this pair allows itself.',
  ),
  requestBurst: described(z._default(z.int().check(z.minimum(1)), 50), 'Requests it may send at once after a rest.'),
  changesPerSecond: described(
    z._default(z.int().check(z.minimum(1)), 100),
    'Change tokens per second this pair allows itself (one per record created, changed or deleted).',
  ),
  changeBurst: described(
    z._default(z.int().check(z.minimum(1)), 1_500),
    'Change tokens it may spend at once after a rest.',
  ),
  pollSeconds: described(z._default(seconds(2, 5), 3), 'Time between two questions whether a change is in sync.'),
});

const approvals = z.strictObject({
  waitSeconds: described(
    z._default(seconds(60, 3_600), 900),
    'How long a run waits for a person. Without an answer it ends `Held`, and nobody was moved.',
  ),
  fourEyes: described(
    z._default(z.boolean(), false),
    'A planned move that a person starts waits for the approval of another person. Failovers by people never wait.',
  ),
});

const isTime = /^([01]\d|2[0-3]):[0-5]\d$/;
const isLocal = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/;

const calendarEntry = z
  .strictObject({
    weekdays: described(
      z.exactOptional(
        z
          .array(z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']))
          .check(z.minLength(1)),
      ),
      'Every week on these days. Left out: once, from one date to another.',
    ),
    from: described(text(16), 'When it begins: `2026-12-24T18:00`, with `weekdays` a time of the day, `18:00`.'),
    until: described(text(16), 'When it ends, in the same form; that minute itself is free again.'),
    timeZone: described(
      text(64).check(z.refine(isTimeZone, 'a time zone such as Europe/Berlin or UTC')),
      'Time zone of both, as in Europe/Berlin.',
    ),
    blocks: described(
      z._default(z.array(z.enum(['planned', 'drills', 'automatic'])).check(z.minLength(1)), ['planned', 'drills']),
      'What does not begin in that time: `planned` moves, `drills`, `automatic` failovers and repairs.',
    ),
    reason: described(text(200), 'Why, for whoever meets it.'),
  })
  .check(
    z.refine(
      ({ weekdays, from, until }) => [from, until].every((at) => (weekdays === undefined ? isLocal : isTime).test(at)),
      'from and until such as 2026-12-24T18:00, or with weekdays such as 18:00',
    ),
    z.refine(({ from, until }) => from < until, 'from before until; what passes midnight is two entries'),
  );

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

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
/** The name of a cluster within its pair, as in `blue`. */
export type ClusterName = string;
export type Cluster = z.output<typeof cluster>;
export type Zone = z.output<typeof zone>;
export type Layout = Zone['layout'];
export type Service = z.output<typeof service>;
export type Concurrency = Service['concurrency'];
export type Datastore = z.output<typeof datastore>;
export type Mode = Pair['mode'];
export type Objectives = z.output<typeof objectives>;
export type Drills = z.output<typeof drills>;
export type Probe = z.output<typeof probe>;
export type Prometheus = z.output<typeof prometheus>;
export type Timing = z.output<typeof timing>;
export type CalendarEntry = z.output<typeof calendarEntry>;
export type Route53Budget = z.output<typeof route53>;
