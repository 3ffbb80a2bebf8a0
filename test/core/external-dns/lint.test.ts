/** A pair whose two ExternalDNS are fit, and for every finding the one thing that is then wrong. */
import { describe, expect, it } from 'vitest';
import { fromAws } from '../../../adapters/aws/record-shape.ts';
import { type DnsFinding, type FindingName, findingNames } from '../../../core/external-dns/finding.ts';
import { type Instance, instanceIn, OLD_PREFIX, PREFIX } from '../../../core/external-dns/instance.ts';
import { type DnsFacts, lint } from '../../../core/external-dns/lint.ts';
import type { Source } from '../../../core/external-dns/source.ts';
import { readingOf } from '../../../core/plan/reading.ts';
import type { RecordSet } from '../../../core/plan/records.ts';
import { pairOf } from '../../../core/topology/index.ts';
import { zoneContents } from '../../../lab/world/zones.ts';
import { externalDnsArgs } from '../../../models/kubernetes/standard-cluster.ts';
import { labTopology } from '../../lab-topology.ts';

const pair = pairOf(labTopology());
const NAME = 'shop.example.test.';

interface Fit {
  args: Record<string, string[] | undefined>;
  image: string;
  records: (record: RecordSet) => RecordSet | RecordSet[];
  sources: (source: Source) => Source | Source[];
  unread: DnsFacts['unread'];
}

function found(change: Partial<Fit> = {}): DnsFinding[] {
  const {
    args = {},
    image = 'external-dns:v0.23.0',
    records = (one) => one,
    sources = (one) => one,
    unread = [],
  } = change;
  const instance = (cluster: string): Instance[] => {
    if (cluster in args && args[cluster] === undefined) return [];
    const container = { image, args: args[cluster] ?? externalDnsArgs(cluster), env: {} };
    return [
      instanceIn({ cluster, namespace: 'external-dns', name: 'external-dns', containers: [container] }) ?? [],
    ].flat();
  };
  const source =
    (cluster: string) =>
    (service: string): Source => ({
      cluster,
      resource: `ingress/${service}/${service}`,
      names: (pair.services[service]?.hosts ?? []).map((host) => `${host}.`),
      annotations: { [`${PREFIX}set-identifier`]: cluster, [`${PREFIX}aws-weight`]: cluster === 'blue' ? '100' : '0' },
    });
  const cluster = (name: string) => ({
    instances: instance(name),
    sources: Object.keys(pair.services).map(source(name)).flatMap(sources),
  });
  return lint({
    pair,
    zones: pair.zones.map((zone) =>
      readingOf(pair, zone, zoneContents(pair, zone, 'blue').map(fromAws).flatMap(records)),
    ),
    clusters: { blue: cluster('blue'), green: cluster('green') },
    unread,
  });
}

/** Of one name in the zone of records, in green. */
const ofGreen = (change: (record: RecordSet) => RecordSet | RecordSet[]) => (record: RecordSet) =>
  record.setIdentifier === 'green' && record.name.endsWith(NAME) ? change(record) : record;
const registry = (change: (record: RecordSet) => RecordSet | RecordSet[]) =>
  ofGreen((record) => (record.type === 'TXT' ? change(record) : record));
const owner = (name: string) =>
  registry((record) => ({
    ...record,
    values: (record.values ?? []).map((text) => text.replace('owner=green', `owner=${name}`)),
  }));
const green = (...more: string[]) => ({ args: { green: [...externalDnsArgs('green'), ...more] } });

const wrong: [FindingName, DnsFinding['level'], Partial<Fit>][] = [
  ['NotSeen', 'MUST', { unread: [{ what: 'cluster green', because: '401' }] }],
  ['NoInstance', 'SHOULD', { args: { green: undefined } }],
  ['SharedOwner', 'MUST', green('--txt-owner-id=blue')],
  ['SyncWithSharedOwner', 'MUST', green('--txt-owner-id=blue')],
  ['OwnerIsOurs', 'MUST', green('--txt-owner-id=throwover')],
  ['NoRegistry', 'MUST', green('--registry=noop')],
  ['RegistryElsewhere', 'MUST', green('--registry=dynamodb')],
  ['EncryptedRegistry', 'MUST', green('--txt-encrypt-enabled')],
  ['CachedOwners', 'MUST', green('--txt-cache-interval=1h')],
  ['LongInterval', 'SHOULD', green('--interval=5m')],
  ['PolicyNotSaid', 'MUST', { args: { green: externalDnsArgs('green').filter((arg) => !arg.startsWith('--policy')) } }],
  ['OnlyAdds', 'MAY', green('--policy=create-only')],
  ['PrefixUnknown', 'MAY', { image: 'external-dns@sha256:aa' }],
  ['WrongPrefix', 'MUST', { image: 'external-dns:v0.21.0' }],
  [
    'OtherSetIdentifier',
    'MUST',
    { sources: (one) => ({ ...one, annotations: { ...one.annotations, [`${PREFIX}set-identifier`]: 'green' } }) },
  ],
  [
    'TargetHealthEvaluated',
    'SHOULD',
    { records: ofGreen((one) => (one.alias ? { ...one, alias: { ...one.alias, evaluateTargetHealth: true } } : one)) },
  ],
  [
    'UnequalTtls',
    'SHOULD',
    {
      sources: (one) =>
        one.cluster === 'green' ? { ...one, annotations: { ...one.annotations, [`${PREFIX}ttl`]: '30' } } : one,
    },
  ],
  [
    'ThirdRecord',
    'MUST',
    { records: ofGreen((one) => (one.type === 'A' ? [one, { ...one, setIdentifier: 'red' }] : one)) },
  ],
  ['KeptByOneOwner', 'MUST', { records: owner('blue') }],
  ['OwnerElsewhere', 'MUST', { records: owner('grey') }],
  ['MissingRegistry', 'SHOULD', { records: registry(() => []) }],
  ['RegistryNotRead', 'SHOULD', green('--txt-prefix=edns.')],
  ['OwnedByUs', 'MAY', { records: owner('throwover') }],
  ['NoSource', 'SHOULD', { sources: (one) => (one.resource === 'ingress/shop/shop' ? [] : one) }],
  [
    'PivotIsKept',
    'MUST',
    {
      records: (one) =>
        one.name === 'live-1.pivot.test.' && one.type === 'A'
          ? [one, { ...registryRecord(one.setIdentifier ?? ''), name: 'a-live-1.pivot.test.' }]
          : one,
    },
  ],
];

function registryRecord(setIdentifier: string): RecordSet {
  const values = ['"heritage=external-dns,external-dns/owner=blue,external-dns/resource=ingress/shop/shop"'];
  return { name: '', type: 'TXT', policy: 'weighted', setIdentifier, weight: 1, ttlSeconds: 300, values };
}

describe('lint of both ExternalDNS', () => {
  it('finds nothing in a pair that is fit', () => {
    expect(found()).toEqual([]);
  });

  it.each(wrong)('finds %s (%s), and says how to mend it', (name, level, change) => {
    const those = found(change).filter((one) => one.name === name);
    expect(those.map((one) => one.level)).toContain(level);
    for (const { what, fix } of those) {
      expect(what.length).toBeGreaterThan(20);
      expect(fix.length).toBeGreaterThan(10);
    }
  });

  it.each(['--registry=dynamodb', '--txt-encrypt-enabled'])(
    'prints for %s the commands with which a person silences it, ready to be typed',
    (argument) => {
      const [one] = found(green(argument));
      expect(one?.fix).toContain(
        '`aws eks delete-pod-identity-association --cluster-name green --association-id "$(aws eks list-pod-identity-associations --cluster-name green --namespace external-dns --service-account default ',
      );
      const [, policy = ''] = /--policy-document '([^']+)'/.exec(one?.fix ?? '') ?? [];
      expect(JSON.parse(policy).Statement).toEqual([
        { Effect: 'Deny', Action: 'route53:ChangeResourceRecordSets', Resource: '*' },
      ]);
    },
  );

  it('finds two instances with one owner in one cluster', () => {
    const facts = { zones: [], unread: [], pair };
    const [one] = [
      instanceIn({
        cluster: 'blue',
        namespace: 'a',
        name: 'a',
        containers: [{ image: 'external-dns:v0.23.0', args: externalDnsArgs('blue'), env: {} }],
      }),
    ];
    if (one === undefined) throw new Error('no instance');
    const blue = { instances: [one, { ...one, where: 'b/b' }], sources: [] };
    expect(lint({ ...facts, clusters: { blue } }).map(({ name }) => name)).toEqual(['SeveralInstances']);
  });

  it('knows unequal TTLs of a group from the zone alone: Route 53 refuses every change of it', () => {
    const plain = (record: RecordSet): RecordSet =>
      record.name === NAME && record.type === 'A'
        ? { ...withoutAlias(record), ttlSeconds: record.setIdentifier === 'blue' ? 60 : 300, values: ['192.0.2.1'] }
        : record;
    expect(found({ records: plain })).toEqual([expect.objectContaining({ name: 'UnequalTtls', level: 'MUST' })]);
  });

  it('says wrong annotations that do not steer as SHOULD', () => {
    const sources = (one: Source): Source => ({
      ...one,
      annotations: { ...one.annotations, [`${OLD_PREFIX}aws-evaluate-target-health`]: 'false' },
    });
    expect(found({ sources }).map(({ name, level }) => [name, level])).toEqual([
      ['WrongPrefix', 'SHOULD'],
      ['WrongPrefix', 'SHOULD'],
    ]);
  });

  it('tells a thousand names that are wrong in the same way in one finding', () => {
    const bare = found({ records: (one) => (one.type === 'TXT' ? [] : one) });
    expect(bare.map(({ name }) => name)).toEqual(['MissingRegistry']);
    expect(bare[0]?.what).toMatch(/^example\.test: .*; and 3 more$/);
  });

  it('puts the worst first', () => {
    const levels = found({ ...green('--txt-owner-id=blue', '--interval=5m'), image: 'external-dns@sha256:aa' }).map(
      ({ level }) => level,
    );
    expect(levels).toEqual(
      [...levels].sort((a, b) => ['MUST', 'SHOULD', 'MAY'].indexOf(a) - ['MUST', 'SHOULD', 'MAY'].indexOf(b)),
    );
  });

  it('has a test for every finding', () => {
    expect(new Set([...wrong.map(([name]) => name), 'SeveralInstances'])).toEqual(new Set(findingNames));
  });
});

function withoutAlias({ alias: _, ...record }: RecordSet): RecordSet {
  return record;
}
