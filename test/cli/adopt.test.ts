/** Simple records become weighted pairs and go back, on a whole pair with both ExternalDNS; and the verb, with kubeconfig and files. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { zonesOver } from '../../adapters/aws/zones.ts';
import { route53Calls } from '../../adapters/memory/calls.ts';
import { calm } from '../../adapters/memory/network.ts';
import { adoptable, sent } from '../../cli/adopt.ts';
import type { Console } from '../../cli/console.ts';
import { instanceIn, PREFIX } from '../../core/external-dns/instance.ts';
import type { DnsFacts } from '../../core/external-dns/lint.ts';
import { undoneIn } from '../../core/plan/adopt.ts';
import { fenceRecord } from '../../core/plan/fence.ts';
import { readingOf } from '../../core/plan/reading.ts';
import { pairOf } from '../../core/topology/index.ts';
import { zoneContents } from '../../lab/world/zones.ts';
import { pause } from '../../models/clock.ts';
import { externalDnsArgs } from '../../models/kubernetes/standard-cluster.ts';
import { seeded } from '../../models/random.ts';
import { type ResourceRecordSet, Route53 } from '../../models/route53/route53.ts';
import { type Served, served } from '../clusters/served.ts';
import { EagerClock } from '../lab/eager-clock.ts';
import { labTopology } from '../lab-topology.ts';
import { call } from './call.ts';
import { activated, type Terminal, terminal } from './in-memory.ts';

const topology = labTopology();
const pair = pairOf(topology);
const ZONE = 'Z0EXAMPLE';
const NAME = 'shop.example.test.';
const isShop = ({ Name }: ResourceRecordSet) => Name === NAME || Name.endsWith(`-${NAME}`);

/** As a team has it that has one cluster: what blue has, without weight and set identifier. */
function simple({ SetIdentifier: _, Weight: __, ...set }: ResourceRecordSet): ResourceRecordSet {
  return set;
}

function made(route53: Route53): void {
  const sets = route53.recordSets(ZONE).filter(isShop);
  const Changes = [
    ...sets.map((set) => ({ Action: 'DELETE' as const, ResourceRecordSet: set })),
    ...sets
      .filter(({ SetIdentifier }) => SetIdentifier === 'blue')
      .map((set) => ({ Action: 'CREATE' as const, ResourceRecordSet: simple(set) })),
  ];
  route53.changeResourceRecordSets({ HostedZoneId: ZONE, ChangeBatch: { Changes } }, 'a person');
}

const shopOf = (route53: Route53) =>
  route53
    .recordSets(ZONE)
    .filter(isShop)
    .map(({ Name, Type, SetIdentifier = 'simple', Weight }) =>
      `${Name} ${Type} ${SetIdentifier} ${Weight ?? ''}`.trim(),
    )
    .sort();

const PAIR = ['AAAA', 'A'].flatMap((type) => [`${NAME} ${type} blue 100`, `${NAME} ${type} green 0`]);
const REGISTRY = ['a', 'aaaa'].flatMap((form) => [`${form}-${NAME} TXT blue 100`, `${form}-${NAME} TXT green 0`]);

async function seen(at: Terminal, change: Partial<DnsFacts> = {}): Promise<DnsFacts> {
  const zones = await Promise.all(
    pair.zones.map(async (zone) => readingOf(pair, zone, await at.done(at.console.zones.read(zone.id)))),
  );
  const cluster = (name: string) => {
    const containers = [{ image: 'external-dns:v0.23.0', args: externalDnsArgs(name), env: {} }];
    const instance = instanceIn({ cluster: name, namespace: 'external-dns', name: 'external-dns', containers });
    const annotations = { [`${PREFIX}set-identifier`]: name };
    return {
      instances: instance === undefined ? [] : [instance],
      sources: [{ cluster: name, resource: 'ingress/shop/shop', names: [NAME], annotations }],
    };
  };
  return { pair, zones, clusters: { blue: cluster('blue'), green: cluster('green') }, unread: [], ...change };
}

async function adopt(at: Terminal, facts?: DnsFacts): Promise<string[]> {
  const { ledger } = await at.console.deployed();
  const plan = adoptable(pair, 'shop', facts ?? (await seen(at)));
  return at.done(sent(pair, plan, { zones: at.console.zones, clock: at.console.clock, ledger }));
}

async function givenSimple(): Promise<{ at: Terminal; route53: Route53 }> {
  const at = await activated();
  const { route53 } = at.stage.inMemory.world;
  made(route53);
  await at.clock.run(5_000);
  return { at, route53 };
}

describe('adopting a service', () => {
  it('makes a pair of each record in one batch, under the fence; each ExternalDNS goes on with its own, and fights nothing', async () => {
    const { at, route53 } = await givenSimple();
    const before = (await at.stage.changeLog()).length;
    expect(await adopt(at)).toEqual([]);
    expect(shopOf(route53)).toEqual([...PAIR, ...REGISTRY].sort());
    const batches = (await at.stage.changeLog()).slice(before);
    expect(batches).toHaveLength(1);
    const fence = batches[0]?.changes.filter(({ name }) => name === 'shop._throwover.example.test.');
    expect(fence?.map(({ action }) => action)).toEqual(['DELETE', 'CREATE']);
    await at.clock.run(600_000);
    const later = (await at.stage.changeLog()).slice(before + 1);
    expect(later.filter(({ changes }) => changes.some(({ name }) => name === NAME))).toEqual([]);
    expect((await at.type(['doctor'])).stdout).toBe('ok  shop: faces, fences and DNS are fit\n');
  });

  it('leaves no server without an answer at any instant, and none that is not blue’s', async () => {
    const { at } = await givenSimple();
    const facts = await seen(at);
    const work = adopt(at, facts);
    const answers: string[][] = [];
    for (let looked = 0; looked < 1_200; looked++) {
      for (const server of at.stage.nameServers) answers.push([...(await at.stage.dns(server, NAME, 'A'))]);
      await at.clock.run(50);
    }
    expect(await work).toEqual([]);
    expect(new Set(answers.map(String))).toEqual(new Set(['127.0.0.11']));
  });

  it('is announced before it is sent, like every batch', async () => {
    const { at } = await givenSimple();
    const epoch = Number((await at.stage.ledger('shop'))?.epoch);
    await adopt(at);
    const events = await at.stage.ledgerEvents('shop', epoch);
    expect(events.map(({ what }) => what)).toContain(`1 names adopted or given back, epoch ${epoch}`);
  });

  it('does nothing where every record is a pair already', async () => {
    const at = await activated();
    expect(adoptable(pair, 'shop', await seen(at)).size).toBe(0);
  });

  it('comes before the first activation, which could not say where such names are', async () => {
    const at = terminal();
    made(at.stage.inMemory.world.route53);
    await at.clock.run(5_000);
    const early = await at.type(['accept', '--active', 'blue']);
    expect(early.exitCode).toBe(2);
    expect(await adopt(at)).toEqual([]);
    await at.clock.run(5_000);
    expect((await at.type(['accept', '--active', 'blue'])).exitCode).toBe(0);
  });

  it('is taken back in one batch, to exactly what was there', async () => {
    const { at, route53 } = await givenSimple();
    const was = JSON.stringify(route53.recordSets(ZONE).filter(isShop));
    const facts = await seen(at);
    const plan = adoptable(pair, 'shop', facts);
    await adopt(at, facts);
    await at.clock.run(5_000);
    const [reading] = (await seen(at)).zones;
    const adoption = plan.get(ZONE)?.adoption;
    if (reading === undefined || adoption === undefined) throw new Error('nothing was planned');
    const back = undoneIn(pair, reading, adoption);
    if ('because' in back) throw new Error(back.because.join());
    const { ledger } = await at.console.deployed();
    const world = { zones: at.console.zones, clock: at.console.clock, ledger };
    expect(await at.done(sent(pair, new Map([[ZONE, { adoption: back, reading }]]), world))).toEqual([]);
    expect(JSON.stringify(route53.recordSets(ZONE).filter(isShop))).toBe(was);
  });

  it('is not taken back when the pair has moved since', async () => {
    const { at } = await givenSimple();
    const facts = await seen(at);
    const adoption = adoptable(pair, 'shop', facts).get(ZONE)?.adoption;
    await adopt(at, facts);
    await at.clock.run(60_000);
    expect((await at.type(['switch', '--to', 'green', '--reason', 'x'])).exitCode).toBe(0);
    const [reading] = (await seen(at)).zones;
    if (reading === undefined || adoption === undefined) throw new Error('nothing was planned');
    expect(undoneIn(pair, reading, adoption)).toEqual({ because: [`${NAME} does not stand on blue alone any more`] });
  });

  it('waits while a run holds the pair', async () => {
    const { at, route53 } = await givenSimple();
    const facts = await seen(at);
    const before = shopOf(route53);
    const { ledger } = await at.console.deployed();
    const holder = { id: 'person:ada@desk', kind: 'switchover' };
    const held = { ...ledger, read: async (name: string) => ({ ...(await ledger.read(name)), holder }) as never };
    const world = { zones: at.console.zones, clock: at.console.clock, ledger: held };
    const left = await at.done(sent(pair, adoptable(pair, 'shop', facts), world));
    expect(left).toEqual(['person:ada@desk (switchover) holds shop']);
    expect(shopOf(route53)).toEqual(before);
  });

  it('is refused by the zone when its fence was raised meanwhile, and changes nothing', async () => {
    const { at, route53 } = await givenSimple();
    const facts = await seen(at);
    // somebody takes the pair between the reading and the batch
    const [fence] = route53.recordSets(ZONE).filter(({ Name }) => Name.startsWith('shop._throwover.'));
    if (fence === undefined) throw new Error('no fence');
    const raised = { Value: (fence.ResourceRecords?.[0]?.Value ?? '').replace(/epoch=\d+/, 'epoch=77') };
    const Changes = [
      { Action: 'DELETE' as const, ResourceRecordSet: fence },
      { Action: 'CREATE' as const, ResourceRecordSet: { ...fence, ResourceRecords: [raised] } },
    ];
    route53.changeResourceRecordSets({ HostedZoneId: ZONE, ChangeBatch: { Changes } }, 'another run');
    await at.clock.run(5_000);
    const before = shopOf(route53);
    await expect(adopt(at, facts)).rejects.toMatchObject({ name: 'Superseded' });
    expect(shopOf(route53)).toEqual(before);
  });

  it.each<[string, RegExp, (facts: DnsFacts) => Partial<DnsFacts>]>([
    [
      'its ExternalDNS does not know the set identifier yet',
      /ingress\/shop\/shop of green does not say external-dns\.kubernetes\.io\/set-identifier: green/,
      ({ clusters }) => ({
        clusters: {
          ...clusters,
          green: {
            instances: clusters.green?.instances ?? [],
            sources: (clusters.green?.sources ?? []).map((one) => ({ ...one, annotations: {} })),
          },
        },
      }),
    ],
    [
      'a cluster could not be looked into',
      /cluster green could not be read/,
      () => ({ unread: [{ what: 'cluster green', because: '401' }] }),
    ],
    [
      'a record leads somewhere else',
      /leads to old-lb\.example\.com, and not by an alias/,
      ({ zones }) => ({ zones: zones.map((zone) => retargeted(zone, 'old-lb.example.com.')) }),
    ],
    [
      'a record leads to the cluster that is not active',
      /leads to green, and the fence says blue/,
      ({ zones }) => ({ zones: zones.map((zone) => retargeted(zone, 'dualstack.green-lb.elb.test.')) }),
    ],
  ])('is refused when %s', async (_, sentence, change) => {
    const { at } = await givenSimple();
    const facts = await seen(at);
    expect(() => adoptable(pair, 'shop', { ...facts, ...change(facts) })).toThrow(sentence);
  });
});

function retargeted(zone: DnsFacts['zones'][number], to: string): DnsFacts['zones'][number] {
  const records = zone.records.map((record) =>
    record.name === NAME && record.alias ? { ...record, alias: { ...record.alias, name: to } } : record,
  );
  return readingOf(pair, zone.zone, records);
}

describe('throwover adopt', () => {
  let clusters: Served;
  let folder: string;
  let route53: Route53;
  let console: Console;
  beforeEach(async () => {
    clusters = await served('installed');
    folder = mkdtempSync(join(tmpdir(), 'throwover-adopt-'));
    const clock = new EagerClock(0);
    route53 = new Route53({ clock, random: seeded(1), loadBalancers: () => undefined });
    for (const zone of pair.zones)
      route53.createZone({
        name: zone.name,
        id: zone.id,
        recordSets: zoneContents(pair, zone, 'blue'),
        nameServers: ['ns'],
      });
    made(route53);
    const now = { now: () => clock.now(), wait: (milliseconds: number) => pause(clock, milliseconds) };
    const ledger = { by: '1ab01ab0', read: async () => undefined, note: async () => {}, events: async () => [] };
    console = {
      topology,
      clock: now,
      zones: zonesOver(
        route53Calls(
          route53,
          calm(clock, () => 1),
        ),
        now,
      ),
      deployed: async () => ({ ledger }),
      close: () => {},
    } as unknown as Console;
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await clusters.close();
  });

  const throwover = (words: string) =>
    call(['adopt', '--file', join(process.cwd(), 'throwover.yaml'), ...words.split(' ')], {
      env: { KUBECONFIG: clusters.kubeconfig },
      folder,
      connect: async () => console,
    });

  it('says what it would do, does it, writes the way back and goes it', async () => {
    const before = shopOf(route53);
    const preview = await throwover('--service shop --preview');
    expect(preview.exitCode, preview.stderr).toBe(0);
    expect(preview.stdout).toContain(`  +  ${NAME} A green 0`);
    expect(shopOf(route53)).toEqual(before);

    const done = await throwover('--service shop');
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout).toContain('to take it back: npx throwover adopt --undo adopted-shop.json');
    expect(shopOf(route53)).toEqual([...PAIR, ...REGISTRY].sort());
    expect(JSON.parse(readFileSync(join(folder, 'adopted-shop.json'), 'utf8'))).toMatchObject({
      v: 1,
      service: 'shop',
    });

    const again = await throwover('--service shop');
    expect(again.stdout).toBe('as it was: every record is a weighted pair already\n');

    const back = await throwover('--undo adopted-shop.json --json');
    expect(back.exitCode, back.stderr).toBe(0);
    expect(JSON.parse(back.stdout)).toMatchObject({ outcome: 'Recorded', pair: 'shop' });
    expect(shopOf(route53)).toEqual(before);

    const over = await throwover('--service shop');
    expect(over.exitCode).toBe(2);
    expect(over.stderr).toContain('adopted-shop.json cannot be written');
    expect(shopOf(route53)).toEqual(before);
  });

  it('is what docs/runbook/adopt.md says to type, from the first line to the last', async () => {
    const page = readFileSync(new URL('../../docs/runbook/adopt.md', import.meta.url), 'utf8');
    const lines = [...page.matchAll(/^npx throwover adopt (.*)$/gm)].map(([, words = '']) => words);
    expect(lines).toHaveLength(3);
    const before = shopOf(route53);
    for (const words of lines) {
      const { exitCode, stderr } = await throwover(words);
      expect(exitCode, `${words}: ${stderr}`).toBe(0);
    }
    expect(shopOf(route53)).toEqual(before);
  });

  it('is exit code 5 when another run has fenced the zone since it was read', async () => {
    const fence = fenceRecord('shop', 'example.test', {
      ...{ by: '1ab01ab0', epoch: 5, seq: 1, active: 'blue', rings: {}, run: 'older' },
    });
    const { read } = console.zones;
    Object.assign(console, { zones: { ...console.zones, read: async (id: string) => [...(await read(id)), fence] } });
    const before = shopOf(route53);
    const { exitCode, stderr } = await throwover('--service shop');
    expect(stderr).toContain('the fence of example.test is missing now');
    expect(exitCode).toBe(5);
    expect(shopOf(route53)).toEqual(before);
  });

  it.each([
    ['--preview', /say --service <name>, or --undo/],
    ['--service shop --undo x.json', /say --service <name>, or --undo/],
    ['--service nobody', /there is no service nobody; known: example, shop, cart/],
    ['--undo nowhere.json', /nowhere\.json cannot be read/],
  ])('%s is refused', async (words, sentence) => {
    const { exitCode, stderr } = await throwover(words);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(sentence);
  });
});
