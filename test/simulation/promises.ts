/**
 * Looks at a simulated world from outside and holds it to its promises: every change of a zone, every write of the ledger,
 * every few seconds how the clusters are. It knows the truth, which our functions never do.
 */
import type { NamedPair } from '../../core/topology/pair.ts';
import type { PairWorld } from '../../lab/world.ts';
import type { AppliedBatch } from '../../models/route53/route53.ts';
import { type ClaimSeen, ofEveryClaim } from '../invariants/claim.ts';
import { breaches } from '../invariants/invariant.ts';
import { ofEveryTrafficBatch, type TrafficBatch } from '../invariants/traffic-batch.ts';
import { BY_HAND, Watching } from '../invariants/watching.ts';
import { zombiesAreKeptAway } from '../invariants/zombie-write.ts';
import type { Weights, ZoneChange } from '../invariants/zone-change.ts';
import { type Claim, isJudged, type Seen, unjudgedIn } from './claims.ts';
import { ClustersSeen } from './clusters-seen.ts';
import { BREAK_GLASS } from './laptops.ts';
import { Patrol } from './patrol.ts';
import { toldChange, toldLedger } from './told.ts';
import type { Trace } from './trace.ts';
import { isExcused, isWhole, moves, same, sidesRaised } from './weights.ts';

type Item = NonNullable<Parameters<PairWorld['dynamoDb']['putItem']>[0]['Item']>;

const UNPLANNED = ['automatic failover', 'failover by a person'];
const FULL = 100;

/** What lies between our functions and the world, and what was deployed. */
export interface Knowing {
  /** When the function that is at work now last read the ledger. */
  readAt: () => number | undefined;
  quietSince: () => number;
  /** The pair as functions know it now. */
  deployed: () => NamedPair;
}

export class Promises {
  readonly watching: Watching;
  /** Every state of the ledger, as it was stored. */
  readonly ledgers: { at: number; item: Item }[] = [];
  readonly broken: string[] = [];
  readonly #world: PairWorld;
  readonly #trace: Trace;
  readonly #claims = new Map<number, Claim>();
  /** By zone and name, what stood there before and after somebody changed it by hand, and when. */
  readonly #foreign = new Map<string, { before: Weights; after: Weights; at: number }>();
  /** Announcements of batches, by their key in the ledger: when, when the ledger was read before, and whether somebody held it. */
  readonly #announced = new Map<string, { at: number; readAt: number; held: boolean }>();
  /** Since when automation is paused, or the run was asked to end. */
  #pausedAt: number | undefined;
  #abort: { at: number; epoch: number; back: boolean } | undefined;
  /** By zone, the last batch that moved users, and how many name servers do not show it yet. */
  readonly #shown = new Map<string, { id: string; epoch: number; missing: number }>();
  /** By the run that asked, the claims that its approval released. */
  readonly #released = new Map<string, Set<string>>();
  #unacknowledged = false;
  #seen = 0;

  readonly patrol: Patrol;
  readonly #clusters: ClustersSeen;
  readonly #knows: Knowing;

  constructor(world: PairWorld, table: string, trace: Trace, knows: Knowing) {
    this.#world = world;
    this.#knows = knows;
    this.#trace = trace;
    const { quietSince, deployed } = knows;
    const declares = (host: string) => Object.values(deployed().services).some(({ hosts }) => hosts.includes(host));
    this.watching = new Watching(world, table, declares);
    this.patrol = new Patrol({ world, watching: this.watching, quietSince, breach: (lines) => this.breach(lines) });
    this.#listen();
    this.#clusters = new ClustersSeen({
      world,
      trace,
      wantedAt: () => this.#ledger()?.holder?.to,
      breach: (lines) => this.breach(lines),
    });
  }

  /** By what name, if any, a promise was broken; the first one is what a failure is told by. */
  get all(): readonly string[] {
    this.#collect();
    return this.broken;
  }

  #listen(): void {
    const { route53, dynamoDb, ssm, eks } = this.#world;
    const changed = route53.onChange;
    route53.onChange = (batch) => {
      changed?.(batch);
      this.#changed(batch);
    };
    const visible = route53.onVisible;
    route53.onVisible = (batch, server) => {
      visible?.(batch, server);
      const last = this.#shown.get(batch.zone.name);
      if (last?.id === batch.id) last.missing--;
    };
    const put = dynamoDb.putItem.bind(dynamoDb);
    dynamoDb.putItem = (input) => {
      const sk = (input.Item?.sk as { S?: string } | undefined)?.S ?? '';
      const before = sk === 'ledger' ? this.#ledger() : undefined;
      const written = put(input);
      if (sk === 'ledger') {
        this.ledgers.push({ at: this.#world.clock.now(), item: input.Item as Item });
        this.#written(before, this.#ledger());
      } else this.#noted(sk);
      this.#collect();
      return written;
    };
    const update = eks.updateNodegroupConfig.bind(eks);
    eks.updateNodegroupConfig = (input) => {
      this.#clusters.resized(input.clusterName, input.scalingConfig?.minSize);
      return update(input);
    };
    const publish = ssm.putParameter.bind(ssm);
    ssm.putParameter = (input) => {
      this.#trace.add(`ssm: ${input.Name} = ${input.Value}`);
      return publish(input);
    };
  }

  /** Keeps what was broken. */
  breach(lines: readonly string[]): void {
    for (const line of lines) {
      this.broken.push(line);
      this.#trace.add(`BROKEN: ${line}`);
    }
  }

  /** What the invariants of every world found. */
  #collect(): void {
    const { breaches: found } = this.watching;
    for (; this.#seen < found.length; this.#seen++) {
      const line = found[this.#seen] ?? '';
      // a world with faults cannot promise that the target lives at the very instant of a batch: see `movesToReadyOnly`;
      // what an ExternalDNS lowers matters only when the name is left dark
      if (!line.startsWith('S4,') && !(line.startsWith('S6,') && line.includes(': external-dns'))) this.breach([line]);
    }
  }

  #ledger(): Seen | undefined {
    return this.watching.ledger() as Seen | undefined;
  }

  // ── the ledger ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #written(before: Seen | undefined, after: Seen | undefined): void {
    if (after === undefined) return;
    const now = this.#world.clock.now();
    this.#trace.add(`ledger: ${toldLedger(after)}`);
    if (after.holder !== undefined && after.holder.nonce !== before?.holder?.nonce) this.#claimed(after, now);
    else if (after.epoch > (before?.epoch ?? 0) && before?.holder === undefined) this.#unacknowledged = false;
    if (after.acknowledged && before?.acknowledged === false) this.#unacknowledged = false;
    if (after.pause === undefined) this.#pausedAt = undefined;
    else if (before?.pause === undefined) this.#pausedAt = now;
    // a later word takes the place of an earlier one
    if (after.abort !== undefined && after.abort.then !== before?.abort?.then)
      this.#abort = { at: now, epoch: after.epoch, back: after.abort.then === 'back' };
  }

  #claimed({ holder, epoch }: Seen, now: number): void {
    if (holder === undefined) return;
    const approval = this.#approvalOf(holder);
    const { kind, startedBy, from, to } = holder;
    const ring = holder.ring === undefined ? {} : { ring: holder.ring };
    const judged = this.#knows.deployed();
    const claim = { kind, startedBy, from, to, at: now, epoch, allOn: this.#standing(), ...ring, judged };
    this.#claims.set(epoch, claim);
    const fact: ClaimSeen = {
      ...claim,
      longestOutage: this.#clusters.longestOutage(from, now),
      unacknowledged: this.#unacknowledged,
      ...(approval === undefined ? {} : { approval }),
    };
    this.breach(breaches(ofEveryClaim, fact));
    if (startedBy === 'person') this.#unacknowledged = false;
  }

  /** What a person said to the run that claims now. */
  #approvalOf({ kind, startedBy, run = '', nonce = '' }: Omit<Claim, 'judged'>): ClaimSeen['approval'] {
    const asks = this.#world.pair.mode === 'approve' && kind === 'automatic failover' && startedBy === 'machine';
    if (!asks) return undefined;
    const { item } = this.watching.item(`approval#${run}`) ?? {};
    const { answer, expiresAt = 0 } = (item ?? {}) as {
      answer?: { said: 'approved' | 'rejected'; at: number };
      expiresAt?: number;
    };
    const released = this.#released.get(run) ?? new Set();
    this.#released.set(run, released.add(nonce));
    return { said: answer?.said, inTime: answer !== undefined && answer.at <= expiresAt, releases: released.size };
  }

  #noted(sk: string): void {
    const [kind, epoch, seq, zone] = sk.split('#');
    if (kind !== 'event' || zone === undefined || Number.isNaN(Number(seq))) return;
    // the first announcement counts: another one with the same number comes from a zombie
    const key = `${epoch} ${Number(seq)} ${zone}`;
    const now = this.#world.clock.now();
    const held = this.#ledger()?.holder !== undefined;
    if (!this.#announced.has(key)) this.#announced.set(key, { at: now, readAt: this.#knows.readAt() ?? 0, held });
  }

  // ── the zones ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #changed(batch: AppliedBatch): void {
    this.#collect();
    const change = this.watching.changes.at(-1);
    if (change === undefined) return;
    this.#trace.add(`zone ${change.zone}: ${toldChange(change, batch)}`);
    this.#clusters.lookAtPods();
    if (batch.caller === BY_HAND) this.#changedByHand(change);
    else if (!change.ours) this.#writtenBy(change, batch.caller);
    else if (change.groups.some(moves)) this.#moved(change, batch);
  }

  /** An ExternalDNS wrote: did its cluster lose the pair a while ago, without being asked? */
  #writtenBy(change: ZoneChange, caller: string): void {
    const cluster = caller.replace('external-dns ', '');
    const ledger = this.#ledger();
    const last = this.#claims.get(ledger?.epoch ?? 0);
    const left =
      last !== undefined && last.from === cluster && UNPLANNED.includes(last.kind) && ledger?.active === last.to;
    // what is excused has to be seen like everything that is not ours
    this.#patrolled({ ...change, groups: change.groups.filter(isExcused) });
    const leftSeconds = left ? (change.at - last.at) / 1000 : undefined;
    for (const { name, before, after } of change.groups) {
      if (!sidesRaised(before, after).includes(cluster)) continue;
      this.breach(breaches([zombiesAreKeptAway], { name, zone: change.zone, cluster, leftSeconds }));
    }
  }

  #changedByHand(change: ZoneChange): void {
    this.#clusters.noteSleepers();
    this.#patrolled(change);
    for (const { name, before, after } of change.groups) {
      // what an ExternalDNS of a move under way would have done cannot be told from what a person did
      const ledger = this.#ledger();
      const moving = ledger?.holder !== undefined || ledger?.interrupted !== undefined;
      if (!moving || name.startsWith('live-'))
        this.#foreign.set(`${change.zone} ${name}`, { before, after, at: change.at });
    }
  }

  #patrolled({ zone, groups, fence }: ZoneChange): void {
    const { pair } = this.#world;
    const { id = '', layout } = pair.zones.find(({ name }) => name === zone) ?? {};
    if (JSON.stringify(fence.before) !== JSON.stringify(fence.after)) {
      const as = JSON.stringify(this.watching.fence(id));
      const stands = () => JSON.stringify(this.watching.fence(id)) === as;
      this.patrol.changed(`the fence of ${zone}`, { kind: 'fence', stands });
    }
    for (const { name, ring, before, after } of groups) {
      if (same(before, after)) continue;
      const kind = layout === 'pivot' ? 'pivot' : ring === '0' ? 'ring 0' : 'rest';
      const stands = () => same(after, this.watching.steered(id).get(name) ?? {}) && !isWhole(after);
      const declared = () => isJudged(name, { judged: this.#knows.deployed() });
      this.patrol.changed(`${name} of ${zone}`, { kind, stands, declared });
    }
  }

  #moved(change: ZoneChange, { id, zone }: AppliedBatch): void {
    const epoch = change.fence.after?.epoch ?? 0;
    const claim = this.#claims.get(epoch) ?? this.#atTerminal(change);
    const announced = this.#announced.get(`${epoch} ${change.fence.after?.seq} ${change.zone}`);
    const held = announced?.held === true || claim?.kind === 'break-glass';
    const readAt = announced?.readAt ?? change.at;
    const previous = this.#shown.get(zone.name);
    const raised = new Set(change.groups.flatMap(({ before, after }) => sidesRaised(before, after)));
    const isAutomatic = !held || claim?.startedBy === 'machine';
    const fact: TrafficBatch = {
      zone: change.zone,
      epoch,
      claim,
      claimedSeconds: claim && ((announced?.at ?? change.at) - claim.at) / 1000,
      afterwards: !held,
      raised: [...raised],
      deadSeconds: Object.fromEntries(
        Object.keys(this.#world.clusters).map((cluster) => [
          cluster,
          this.#clusters.deadSeconds(cluster, announced?.at ?? change.at),
        ]),
      ),
      readyOnce: Object.fromEntries(
        [...raised].map((cluster) => [cluster, this.#clusters.readyAt(cluster) >= (claim?.at ?? 0)]),
      ),
      paused: this.#pausedAt !== undefined && readAt > this.#pausedAt,
      aborted: held && this.#isAborted(epoch, raised, readAt),
      previousShown: previous?.epoch !== epoch || previous.missing <= 0,
      leavesServing: held && claim?.allOn !== undefined && this.#leavesServing(change, claim.allOn),
      unjudged: unjudgedIn(change, claim),
      reverted: this.#reverted(change, claim),
    };
    this.breach(breaches(ofEveryTrafficBatch, fact));
    this.#shown.set(zone.name, { id, epoch, missing: this.#world.nameServers.length });
    if (isAutomatic && claim?.kind === 'automatic failover') this.#unacknowledged = true;
  }

  /** A run at a terminal while the ledger does not answer: nobody has seen it claim anything. */
  #atTerminal({ fence: { after }, at }: ZoneChange): Claim | undefined {
    if (after === undefined || !after.run.startsWith(BREAK_GLASS)) return undefined;
    const { epoch, active, to = active } = after;
    const judged = this.#knows.deployed();
    return { kind: 'break-glass', startedBy: 'person', from: active, to, at, epoch, allOn: undefined, judged };
  }

  #leavesServing({ groups, at }: ZoneChange, cluster: string): boolean {
    return (
      this.#clusters.longestOutage(cluster, at) === 0 &&
      groups.some(({ before, after }) => (after[cluster] ?? 0) < (before[cluster] ?? 0))
    );
  }

  /** The one cluster that every name of every zone stands on. */
  #standing(): string | undefined {
    const having = new Set<string>();
    for (const { id } of this.#world.pair.zones)
      for (const weights of this.watching.steered(id).values())
        for (const [cluster, weight] of Object.entries(weights)) if (weight > 0) having.add(cluster);
    const [only, ...others] = having;
    return others.length === 0 ? only : undefined;
  }

  #isAborted(epoch: number, raised: ReadonlySet<string>, readAt: number): boolean {
    const to = this.#claims.get(epoch)?.to;
    if (this.#abort === undefined || this.#abort.epoch !== epoch || readAt <= this.#abort.at) return false;
    return !this.#abort.back || (to !== undefined && raised.has(to));
  }

  /**
   * Names that a machine set back to what they were before somebody else's change, which it found when it came. One kind is
   * left out: within Settle, an old side that has weight again beside a new side that kept all of its own. That is what
   * the old side's own ExternalDNS does, and a person who does the same cannot be told from it.
   */
  #reverted(change: ZoneChange, claim: Claim | undefined): string[] {
    return change.groups.flatMap(({ name, before, after }) => {
      const key = `${change.zone} ${name}`;
      const foreign = this.#foreign.get(key);
      this.#foreign.delete(key);
      if (foreign === undefined || (claim !== undefined && foreign.at > claim.at)) return [];
      const settles = claim === undefined || this.#ledger()?.holder === undefined;
      const likeItsExternalDns = settles && Object.values(before).includes(FULL) && Object.values(after).includes(FULL);
      return same(foreign.after, before) && same(foreign.before, after) && !likeItsExternalDns ? [name] : [];
    });
  }
}
