import { type Clock, pause } from '../clock.ts';
import type { Random } from '../random.ts';
import { ServiceError } from '../service-error.ts';
import { type Answer, Answering, type Health, type LoadBalancer } from './answer.ts';
import { Account } from './budget.ts';
import { costOf, refuseMalformed } from './change-batch.ts';
import { Counters } from './counters.ts';
import { hostedZone, page, pageOfZones, pageOfZonesByName } from './listings.ts';
import { canonicalName, isInside } from './names.ts';
import { type Rules, type RulesGiven, rulesFrom } from './rules.ts';
import type {
  Action,
  Change,
  ChangeInfo,
  ChangeResourceRecordSetsInput,
  GetHostedZoneOutput,
  ListHostedZonesByNameInput,
  ListHostedZonesByNameOutput,
  ListHostedZonesInput,
  ListHostedZonesOutput,
  ListResourceRecordSetsInput,
  ListResourceRecordSetsOutput,
  ResourceRecordSet,
} from './shapes.ts';
import { type AppliedBatch, Submissions } from './submissions.ts';
import { WorkingCopy } from './working-copy.ts';
import { NEWEST, type Zone } from './zone.ts';
import { Zones, type ZoneToCreate } from './zones.ts';

export interface Question {
  name: string;
  type: string;
  /** Which of the zone's name servers is asked, from 0. */
  server: number;
  /** The zone's id; without it, the most specific zone of the name. */
  zone?: string | undefined;
  /** Where it is asked: private zones answer inside the VPC only, and hide the public ones there. Default internet. */
  from?: 'internet' | 'vpc' | undefined;
  /** The number in [0, 1) on which the weighted pick falls, or what draws it; default: the model's own randomness. */
  pick?: number | Random | undefined;
}

/**
 * Route 53 with the rules it really has (facts: Route 53, DNS and ExternalDNS): strict batches, token buckets, changes
 * that reach each name server in its own time, and answers by weights × health. Calls take no time here; a transport
 * should hold the answer to a change for `rules.processingMs`, in which the zone refuses other changes.
 * Operations take their caller's name as the last argument, for counters and taps.
 */
export class Route53 {
  readonly rules: Rules;
  readonly counters = new Counters();
  /** Called with each applied batch, after it. */
  onChange: ((batch: AppliedBatch) => void) | undefined;
  /** Called when a name server begins to show a batch (with `halfBatches`: the rest of it). Costs one timer a server. */
  onVisible: ((batch: AppliedBatch, server: number) => void) | undefined;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #account: Account;
  readonly #health: Health;
  readonly #healthChecks = new Map<string, boolean>();
  readonly #loadBalancers: (dnsName: string) => LoadBalancer | undefined;
  readonly #zones = new Zones();
  readonly #submissions: Submissions;

  constructor(given: {
    clock: Clock;
    random: Random;
    rules?: RulesGiven;
    loadBalancers: (dnsName: string) => LoadBalancer | undefined;
    onChange?: (batch: AppliedBatch) => void;
    onVisible?: (batch: AppliedBatch, server: number) => void;
  }) {
    this.rules = rulesFrom(given.rules);
    this.onChange = given.onChange;
    this.onVisible = given.onVisible;
    this.#clock = given.clock;
    this.#random = given.random;
    this.#account = new Account(this.rules, given.clock.now());
    this.#submissions = new Submissions(given.clock, given.random, this.rules);
    this.#loadBalancers = given.loadBalancers;
    this.#health = {
      loadBalancer: (dnsName) => this.#loadBalancer(dnsName),
      healthCheck: (id) => this.#healthChecks.get(id) ?? true,
    };
  }

  /** Sets a zone up, with its NS and SOA: no tokens, no waiting. Throws like a change when `recordSets` break a rule. */
  createZone({ recordSets = [], ...zone }: ZoneToCreate & { recordSets?: readonly ResourceRecordSet[] }): void {
    this.#zones.create(zone);
    this.seed(zone.id, recordSets);
  }

  /** Puts record sets into a zone while a world is set up: every rule of a record, but no tokens, delays or taps. */
  seed(zoneId: string, recordSets: readonly ResourceRecordSet[]): void {
    const zone = this.#zones.get(zoneId);
    const changes = recordSets.map((set) => ({ Action: 'UPSERT' as const, ResourceRecordSet: set }));
    if (changes.length === 0) return;
    refuseMalformed({ Changes: changes }, { ...this.rules, ...unlimited });
    const { touched } = this.#workingCopy(zone).apply(changes);
    zone.commit(touched, this.#clock.now());
    zone.settle();
  }

  /** Makes a health check exist, or changes its status. */
  setHealthCheck(id: string, healthy: boolean): void {
    this.#healthChecks.set(id, healthy);
  }

  /**
   * A locked zone (accelerated recovery is being switched) refuses changes and answers as before. The error's name,
   * `HostedZoneLocked`, is ours: AWS's is not known.
   */
  setLocked(zoneId: string, locked: boolean): void {
    this.#zones.get(zoneId).locked = locked;
  }

  /** For checkers: a zone's record sets in listing order, without a token; newest, or as one name server shows them. */
  recordSets(zoneId: string, server?: number): ResourceRecordSet[] {
    const zone = this.#zones.get(zoneId);
    return zone.allSets(server === undefined ? NEWEST : zone.shownBy(server, this.#clock.now()));
  }

  /** Whether every name server of the zone shows its newest writes. For checkers. */
  isInsync(zoneId: string): boolean {
    const zone = this.#zones.get(zoneId);
    return zone.servers.every((_, server) => zone.shownBy(server, this.#clock.now()) === zone.lastWrite);
  }

  /** Tokens left now for `action`, in its own bucket, the shared one and the one of changes. */
  tokensLeft(action = 'ChangeResourceRecordSets'): { allRequests: number; action: number; changes: number } {
    return this.#account.left(action, this.#clock.now());
  }

  listHostedZones(input: ListHostedZonesInput = {}, caller?: string): ListHostedZonesOutput {
    this.#admit('ListHostedZones', caller);
    return pageOfZones(this.#zones.all(), input);
  }

  listHostedZonesByName(input: ListHostedZonesByNameInput = {}, caller?: string): ListHostedZonesByNameOutput {
    this.#admit('ListHostedZonesByName', caller);
    return pageOfZonesByName(this.#zones.all(), input);
  }

  getHostedZone({ Id }: { Id: string }, caller?: string): GetHostedZoneOutput {
    this.#admit('GetHostedZone', caller);
    const zone = this.#zones.get(Id);
    const network = zone.isPrivate
      ? { VPCs: [{ VPCRegion: 'us-east-1', VPCId: 'vpc-model' }] }
      : { DelegationSet: { NameServers: zone.servers.map((server) => server.name) } };
    return { HostedZone: hostedZone(zone), ...network };
  }

  /** At most 300 sets a page, by name with labels reversed, type and identifier. Changes show at once, PENDING or not. */
  listResourceRecordSets(input: ListResourceRecordSetsInput, caller?: string): ListResourceRecordSetsOutput {
    this.#admit('ListResourceRecordSets', caller);
    return page(this.#zones.get(input.HostedZoneId), input, this.rules);
  }

  /**
   * All or nothing. Throws Throttling, NoSuchHostedZone, HostedZoneLocked, PriorRequestNotComplete, InvalidInput,
   * InvalidChangeBatch (every problem at once), NoSuchHealthCheck.
   */
  changeResourceRecordSets(input: ChangeResourceRecordSetsInput, caller = 'account'): { ChangeInfo: ChangeInfo } {
    const { Changes: asked, Comment: comment = '' } = input.ChangeBatch;
    const tokens = costOf(asked, this.rules);
    this.#admit('ChangeResourceRecordSets', caller, tokens);
    const { zone, done: changes, touched } = this.#applied(input, caller, tokens);
    const at = this.#clock.now();
    zone.busyUntil = at + this.rules.processingMs;
    const id = this.#submissions.nextId();
    const batch = { id, zone: { id: zone.id, name: zone.name }, changes, comment, caller, at };
    const arrivals = this.#submissions.submit(batch, zone, zone.commit(touched, at));
    this.#tell(batch, arrivals);
    return { ChangeInfo: this.#submissions.info(id) };
  }

  /** The same as a transport gives it: the answer comes when the zone has processed the change, a refusal at once. */
  async changeResourceRecordSetsInTime(input: ChangeResourceRecordSetsInput, caller?: string) {
    const answer = this.changeResourceRecordSets(input, caller);
    await pause(this.#clock, this.rules.processingMs);
    return answer;
  }

  /** PENDING until every name server of the zone shows the change. */
  getChange({ Id }: { Id: string }, caller?: string): { ChangeInfo: ChangeInfo } {
    this.#admit('GetChange', caller);
    return { ChangeInfo: this.#submissions.info(Id) };
  }

  /** The authoritative answer of one name server, as of what that server shows now. REFUSED: no zone of ours. */
  answer({ name, type, server, zone: zoneId, from, pick = this.#random }: Question): Answer {
    const canonical = canonicalName(name);
    const zone = typeof canonical === 'string' ? this.#zoneOf(canonical, zoneId, from) : undefined;
    if (zone === undefined || typeof canonical !== 'string') {
      return { rcode: 'REFUSED', answers: [], authority: [], sets: [] };
    }
    const answering = new Answering(zone, zone.shownBy(server, this.#clock.now()), this.#health);
    return answering.answer(canonical, type, typeof pick === 'number' ? () => pick : pick);
  }

  /**
   * Effective routing: the exact probability of each leaf's set identifier ('' without one), aliases and CNAMES of the
   * zone followed. As one name server shows it, or without `server` as it will be everywhere. Empty: no such name.
   */
  shares({ name, type, server, zone: zoneId, from }: Omit<Question, 'server' | 'pick'> & { server?: number }) {
    const canonical = canonicalName(name);
    const zone = typeof canonical === 'string' ? this.#zoneOf(canonical, zoneId, from) : undefined;
    if (zone === undefined || typeof canonical !== 'string') return new Map<string, number>();
    const view = server === undefined ? NEWEST : zone.shownBy(server, this.#clock.now());
    return new Answering(zone, view, this.#health).shares(canonical, type);
  }

  #admit(action: string, caller = 'account', changeTokens = 0): void {
    this.counters.called(caller, action);
    try {
      this.#account.admit(action, changeTokens, this.#clock.now());
    } catch (throttled) {
      this.counters.throttled(caller);
      throw throttled;
    }
    this.counters.spent(caller, changeTokens);
  }

  /** The batch on the zone's working copy; a refusal is counted. */
  #applied({ HostedZoneId, ChangeBatch }: ChangeResourceRecordSetsInput, caller: string, tokens: number) {
    try {
      const zone = this.#zones.get(HostedZoneId);
      this.#refuseWhileBusy(zone);
      refuseMalformed(ChangeBatch, this.rules);
      return { zone, ...this.#workingCopy(zone).apply(ChangeBatch.Changes) };
    } catch (refusal) {
      if (!this.rules.refusedBatchCostsTokens) this.#account.giveBack(tokens);
      this.counters.refused(caller, refusal);
      throw refusal;
    }
  }

  #tell(batch: AppliedBatch, arrivals: readonly number[]): void {
    this.onChange?.(batch);
    if (this.onVisible === undefined) return;
    for (const [server, at] of arrivals.entries()) {
      this.#clock.after(at - batch.at, () => this.onVisible?.(batch, server));
    }
  }

  #refuseWhileBusy(zone: Zone): void {
    if (zone.locked) {
      throw new ServiceError('HostedZoneLocked', `Hosted zone ${zone.id} is locked and cannot be changed now`);
    }
    if (this.#clock.now() < zone.busyUntil) {
      const why = 'The request was rejected because Route 53 was still processing a prior request.';
      throw new ServiceError('PriorRequestNotComplete', why);
    }
  }

  #workingCopy(zone: Zone): WorkingCopy {
    return new WorkingCopy(zone, this.rules, {
      isZone: (id) => this.#zones.has(id),
      isHealthCheck: (id) => this.#healthChecks.has(id),
      isLoadBalancer: (dnsName) => this.#loadBalancer(dnsName) !== undefined,
    });
  }

  #zoneOf(name: string, id: string | undefined, from: 'internet' | 'vpc' = 'internet'): Zone | undefined {
    if (id === undefined) return this.#zones.closest(name, from);
    const zone = this.#zones.get(id);
    return isInside(name, zone.name) ? zone : undefined;
  }

  /** Aliases may name a balancer with the console's `dualstack.` before it. */
  #loadBalancer(dnsName: string): LoadBalancer | undefined {
    return this.#loadBalancers(dnsName.replace(/^dualstack\./, '').replace(/\.$/, ''));
  }
}

const unlimited = {
  elementsPerBatchMax: Number.POSITIVE_INFINITY,
  valueCharactersPerBatchMax: Number.POSITIVE_INFINITY,
};

export type {
  Action,
  Answer,
  AppliedBatch,
  Change,
  ChangeInfo,
  LoadBalancer,
  ResourceRecordSet,
  Rules,
  RulesGiven,
  ZoneToCreate,
};
