/**
 * Looks at a world from outside, after each change of a zone, each time a name server shows one and each write of the
 * ledger, and keeps every breach of an invariant.
 */
import type { PairWorld } from '../../lab/world.ts';
import type { AppliedBatch, ResourceRecordSet } from '../../models/route53/route53.ts';
import { clusterEpochNeverDecreases } from './cluster-fence.ts';
import { breaches } from './invariant.ts';
import { type LedgerSeen, ofEveryLedgerWrite } from './ledger-write.ts';
import { ofAPairAtRest, type PairSeen } from './rest.ts';
import { type FenceSeen, ofEveryZoneChange, type Weights, type ZoneChange } from './zone-change.ts';

/** As our functions call themselves towards Route 53. */
const OURS = 'throwover';
/** What belongs to another pair in the same zone: its names, and its fence, begin with this. */
export const NEIGHBOUR = 'till';
/** As a person with a console does. */
export const BY_HAND = 'console';
const FENCE = '._throwover.';
const EXTERNAL_DNS = 'external-dns ';
/** An ExternalDNS reads a zone once a minute, and what it then plans lands within another one. */
const TAKEN_BACK_MILLISECONDS_MAX = 120_000;

export class Watching {
  readonly breaches: string[] = [];
  /** Every accepted change of every zone, oldest first. */
  readonly changes: ZoneChange[] = [];
  readonly #world: PairWorld;
  readonly #table: string;
  readonly #declares: (host: string) => boolean;
  /** What each zone holds now, by zone and then by key. */
  readonly #zones = new Map<string, Map<string, ResourceRecordSet>>();
  /** The keys of each weighted name and type, by zone and then by name and type. */
  readonly #groups = new Map<string, Map<string, Set<string>>>();
  /** When a person last gave a side of a name weight, by zone, name and type, and side. */
  readonly #givenByHand = new Map<string, number>();
  readonly #configs = new Map<string, Readonly<Record<string, string>> | undefined>();

  /** @param declares whether the topology that functions have now knows this host */
  constructor(world: PairWorld, table: string, declares: (host: string) => boolean = () => true) {
    this.#world = world;
    this.#table = table;
    this.#declares = declares;
    for (const { id } of world.pair.zones) {
      this.#zones.set(id, new Map());
      this.#groups.set(id, new Map());
      for (const set of world.route53.recordSets(id)) this.#put(id, set);
    }
    this.#listen();
  }

  /** What is wrong with the pair if nothing is under way now. */
  atRest(): string[] {
    return breaches(ofAPairAtRest, this.pair());
  }

  fence(zoneId: string): FenceSeen | undefined {
    return fenceOf(this.#fenceSet(zoneId));
  }

  /** Weights of each steered name and type of a zone: `shop.example.test. A`. */
  steered(zoneId: string): Map<string, Weights> {
    const all = [...(this.#groups.get(zoneId) ?? [])].map(([name]) => [name, this.#weights(zoneId, name)] as const);
    return new Map(all.filter(([name]) => this.#isSteered(zoneId, name)));
  }

  ledger(): LedgerSeen | undefined {
    return this.item('ledger') as unknown as LedgerSeen | undefined;
  }

  published(): PairSeen['published'] {
    const { name } = this.#world.pair;
    return {
      active: this.#parameter(`/throwover/${name}/active-cluster`),
      state: this.#parameter(`/throwover/${name}/state`),
    };
  }

  #listen(): void {
    const { route53, dynamoDb } = this.#world;
    const { onChange, onVisible } = route53;
    route53.onChange = (batch) => {
      onChange?.(batch);
      this.#changed(batch);
    };
    route53.onVisible = (batch, server) => {
      onVisible?.(batch, server);
      this.#shown(batch, server);
    };
    const put = dynamoDb.putItem.bind(dynamoDb);
    dynamoDb.putItem = (input) => {
      const isLedger = plain(input.Item?.sk) === 'ledger';
      const before = isLedger ? this.ledger() : undefined;
      const written = put(input);
      const after = isLedger ? this.ledger() : undefined;
      if (after !== undefined) {
        const fences = this.#world.pair.zones.flatMap(({ id }) => this.fence(id)?.active ?? []);
        this.breaches.push(...breaches(ofEveryLedgerWrite, { before, after, fences }));
      }
      return written;
    };
  }

  #changed({ zone, changes, caller, at }: AppliedBatch): void {
    const touched = new Set(changes.map(({ ResourceRecordSet: set }) => groupOf(set)));
    const groupsBefore = new Map([...touched].map((name) => [name, this.#weights(zone.id, name)]));
    const fenceBefore = fenceOf(this.#fenceSet(zone.id));
    const before = new Map(changes.map(({ ResourceRecordSet: set }) => [keyOf(set), this.#set(zone.id, keyOf(set))]));
    for (const { Action, ResourceRecordSet: set } of changes) {
      if (Action === 'DELETE') this.#zones.get(zone.id)?.delete(keyOf(set));
      else this.#put(zone.id, set);
    }
    const fence = { before: fenceBefore, after: fenceOf(this.#fenceSet(zone.id)) };
    const change: ZoneChange = {
      at,
      zone: zone.name.replace(/\.$/, ''),
      caller,
      ours: caller === OURS,
      groups: [...touched]
        .filter((name) => this.#groups.get(zone.id)?.has(name))
        .map((name) => {
          const [before, after] = [groupsBefore.get(name) ?? {}, this.#weights(zone.id, name)];
          const answered = this.#isAnswered(zone.id, name, undefined);
          const takenBack = this.#isTakenBack(`${zone.id} ${name}`, before, after, caller, at);
          const undeclared = caller.startsWith(EXTERNAL_DNS) && !this.#declares(hostOf(name));
          const excused = { ...(takenBack ? { takenBack } : {}), ...(undeclared ? { undeclared } : {}) };
          return { name, ring: this.#ringOf(name), before, after, answered, ...excused };
        }),
      ...this.#drillOf(fence.after, caller),
      fence,
      fenceDeleted: changes.some(
        ({ Action, ResourceRecordSet: set }) => Action === 'DELETE' && set.Name.includes(FENCE),
      ),
      ofOthers: changes.flatMap(({ ResourceRecordSet: { Name } }) => (Name.startsWith(NEIGHBOUR) ? [Name] : [])),
      alteredBeyondWeight: [...before].flatMap(([key, old]) => altered(key, old, this.#set(zone.id, key))),
      intended: caller !== OURS || this.#isIntended(zone.id, fence.after),
      ready: this.#ready(),
    };
    this.changes.push(change);
    // what a person does by hand is not promised to be safe; what we and the ExternalDNS make of it is
    if (caller !== BY_HAND) this.breaches.push(...breaches(ofEveryZoneChange, change));
    this.#lookAtClusters();
  }

  /** Notes what a person gives, too. */
  #isTakenBack(group: string, before: Weights, after: Weights, caller: string, at: number): boolean {
    if (caller === BY_HAND) {
      for (const [side, weight] of Object.entries(after))
        if (weight > (before[side] ?? 0)) this.#givenByHand.set(`${group} ${side}`, at);
    }
    if (!caller.startsWith(EXTERNAL_DNS)) return false;
    const side = caller.slice(EXTERNAL_DNS.length);
    const given = this.#givenByHand.get(`${group} ${side}`) ?? Number.NEGATIVE_INFINITY;
    return after[side] === 0 && (before[side] ?? 0) > 0 && at - given <= TAKEN_BACK_MILLISECONDS_MAX;
  }

  #drillOf(fence: FenceSeen | undefined, caller: string): Pick<ZoneChange, 'drillRing'> {
    const { holder, epoch } = this.ledger() ?? {};
    const isIts = caller === OURS && holder?.kind === 'drill' && fence?.epoch === epoch;
    return isIts && holder.ring !== undefined ? { drillRing: holder.ring } : {};
  }

  /** A server begins to show a batch: what it answers now is an instant of its own. */
  #shown({ changes, zone, caller }: AppliedBatch, server: number): void {
    if (caller === BY_HAND) return;
    for (const name of new Set(changes.map(({ ResourceRecordSet: set }) => groupOf(set)))) {
      if (!this.#groups.get(zone.id)?.has(name) || this.#isAnswered(zone.id, name, server)) continue;
      this.breaches.push(`S1, at server ${server}: ${name} of ${zone.name} has no answer`);
    }
  }

  #isAnswered(zone: string, group: string, server: number | undefined): boolean {
    const [name = '', type = ''] = group.split(' ');
    const shares = this.#world.route53.shares({ name, type, zone, ...(server === undefined ? {} : { server }) });
    return [...shares.values()].reduce((sum, share) => sum + share, 0) > 0.999;
  }

  #lookAtClusters(): void {
    for (const [cluster, { config }] of this.#clusters()) {
      const after = config();
      const before = this.#configs.get(cluster);
      this.breaches.push(...breaches([clusterEpochNeverDecreases], { cluster, before, after }));
      this.#configs.set(cluster, after);
    }
  }

  #clusters() {
    return Object.entries(this.#world.clusters).map(
      ([name, cluster]) => [name, { cluster, config: () => cluster.config() }] as const,
    );
  }

  #isIntended(zoneId: string, fence: FenceSeen | undefined): boolean {
    if (fence === undefined) return false;
    // a person at a terminal, while the ledger does not answer, has nowhere to announce it
    if (fence.run.startsWith('break-glass-') && fence.epoch !== this.ledger()?.epoch) return true;
    const found = this.#zone(zoneId);
    const zone = found?.private ? `${found.name} (private)` : found?.name;
    return this.item(`event#${fence.epoch}#${String(fence.seq).padStart(6, '0')}#${zone}`) !== undefined;
  }

  #ready(): Record<string, number | undefined> {
    const services = Object.keys(this.#world.pair.services);
    return Object.fromEntries(
      this.#clusters().map(([name, { cluster }]) => {
        if (cluster.has('kill')) return [name, undefined];
        const pods = services.map((service) => cluster.deployment(service, service));
        const wanted = pods.reduce((sum, pod) => sum + (pod?.wanted ?? 0), 0);
        const ready = pods.reduce((sum, pod) => sum + Math.min(pod?.ready ?? 0, pod?.wanted ?? 0), 0);
        return [name, wanted === 0 ? 0 : ready / wanted];
      }),
    );
  }

  /** The pair as anybody could read it now. */
  pair(): PairSeen {
    const { pair } = this.#world;
    return {
      ledger: this.ledger(),
      zones: pair.zones.map(({ id, name }) => {
        const text = fenceWords(this.#fenceSet(id));
        const rings = new Map(
          text
            .get('rings')
            ?.split(',')
            .map((one) => one.split(':') as [string, string]) ?? [],
        );
        return {
          zone: name,
          fence: this.fence(id),
          groups: [...this.steered(id)].map(([group, weights]) => ({
            name: group,
            weights,
            stands: rings.get(this.#ringOf(group)) ?? text.get('active') ?? '',
          })),
        };
      }),
      published: this.published(),
      configMaps: Object.fromEntries(
        this.#clusters()
          .filter(([, { cluster }]) => !cluster.has('kill') && !cluster.has('api-down'))
          .map(([name, { config }]) => [name, config() ?? {}]),
      ),
    };
  }

  /** As the topology's user declared it; a pivot has its ring in its name. */
  #ringOf(group: string): string {
    const [name = ''] = group.split(' ');
    const pivot = /^live-(\d+)\./.exec(name)?.[1];
    const service = Object.values(this.#world.pair.services).find(({ hosts }) => hosts.includes(name.slice(0, -1)));
    return pivot ?? String(service?.ring ?? '');
  }

  /** In a zone of pivots the services' own records keep equal weights for ever. */
  #isSteered(zoneId: string, group: string): boolean {
    const layout = this.#zone(zoneId)?.layout;
    return layout === 'records' || group.startsWith('live-');
  }

  #parameter(name: string): string | undefined {
    try {
      return this.#world.ssm.getParameter({ Name: name }).Parameter?.Value;
    } catch {
      return undefined;
    }
  }

  /** An item of the table as it is now. */
  item(sk: string): Record<string, unknown> | undefined {
    const Key = { pk: { S: `pair#${this.#world.pair.name}` }, sk: { S: sk } };
    const { Item } = this.#world.dynamoDb.getItem({ TableName: this.#table, Key, ConsistentRead: true });
    return Item && (plain({ M: Item }) as Record<string, unknown>);
  }

  #set(zoneId: string, key: string): ResourceRecordSet | undefined {
    return this.#zones.get(zoneId)?.get(key);
  }

  #put(zoneId: string, set: ResourceRecordSet): void {
    this.#zones.get(zoneId)?.set(keyOf(set), set);
    if (set.Weight === undefined || set.Type === 'TXT' || set.Name.startsWith(NEIGHBOUR)) return;
    const groups = this.#groups.get(zoneId);
    const keys = groups?.get(groupOf(set));
    if (keys) keys.add(keyOf(set));
    else groups?.set(groupOf(set), new Set([keyOf(set)]));
  }

  #fenceSet(zoneId: string): ResourceRecordSet | undefined {
    return this.#set(zoneId, `${this.#world.pair.name}${FENCE}${this.#zone(zoneId)?.name}. TXT `);
  }

  #zone(zoneId: string) {
    return this.#world.pair.zones.find(({ id }) => id === zoneId);
  }

  #weights(zoneId: string, group: string): Weights {
    const keys = this.#groups.get(zoneId)?.get(group) ?? [];
    return Object.fromEntries(
      [...keys].flatMap((key) => {
        const set = this.#set(zoneId, key);
        return set === undefined ? [] : [[set.SetIdentifier ?? '', set.Weight ?? 0]];
      }),
    );
  }
}

function keyOf({ Name, Type, SetIdentifier = '' }: ResourceRecordSet): string {
  return `${Name} ${Type} ${SetIdentifier}`;
}

function groupOf({ Name, Type }: ResourceRecordSet): string {
  return `${Name} ${Type}`;
}

/** `shop.example.test`, of `shop.example.test. A`. */
function hostOf(group: string): string {
  return group.slice(0, group.indexOf('. '));
}

function altered(key: string, old: ResourceRecordSet | undefined, now: ResourceRecordSet | undefined): string[] {
  if (key.includes(FENCE)) return [];
  if (old === undefined || now === undefined) return [`${key} ${old === undefined ? 'came' : 'went'}`];
  const rest = ({ Weight: _, ResourceRecords, ...others }: ResourceRecordSet) =>
    JSON.stringify([others, old.Type === 'TXT' ? '' : ResourceRecords]);
  return rest(old) === rest(now) ? [] : [`${key} was altered`];
}

function fenceWords(set: ResourceRecordSet | undefined): Map<string, string> {
  const text = set?.ResourceRecords?.[0]?.Value.replaceAll('"', '') ?? '';
  return new Map(text.split(' ').map((word) => word.split('=') as [string, string]));
}

const WORDS = ['v', 'by', 'epoch', 'seq', 'active', 'to', 'share', 'rings', 'run'];

function fenceOf(set: ResourceRecordSet | undefined): FenceSeen | undefined {
  const words = fenceWords(set);
  const [to, share] = [words.get('to'), words.get('share')];
  // what is not wholly understood says nothing
  if (words.get('v') !== '1' || [...words.keys()].some((word) => !WORDS.includes(word))) return undefined;
  return {
    by: words.get('by') ?? '',
    epoch: Number(words.get('epoch')),
    seq: Number(words.get('seq')),
    active: words.get('active') ?? '',
    ...(to === undefined ? {} : { to, share: Number(share) }),
    run: words.get('run') ?? '',
  };
}

/** What stands for lists and maps of the table, which are frozen: an item is looked at many times before it changes. */
const values = new WeakMap<object, unknown>();

/** A DynamoDB attribute as the value it stands for. */
function plain(attribute: unknown): unknown {
  if (typeof attribute !== 'object' || attribute === null) return undefined;
  const { S, N, L, M } = attribute as { S?: string; N?: string; L?: unknown[]; M?: Record<string, unknown> };
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (L === undefined && M === undefined) return Object.values(attribute)[0];
  if (!Object.isFrozen(attribute)) return members(L, M);
  const value = values.get(attribute) ?? members(L, M);
  values.set(attribute, value);
  return value;
}

function members(list: unknown[] | undefined, map: Record<string, unknown> = {}): unknown {
  if (list !== undefined) return list.map(plain);
  const value: Record<string, unknown> = {};
  for (const key of Object.keys(map)) value[key] = plain(map[key]);
  return value;
}
