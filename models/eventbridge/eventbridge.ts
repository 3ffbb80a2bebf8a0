import { type Calls, countCall } from '../calls.ts';
import type { Clock } from '../clock.ts';
import {
  type Deliver,
  type DeliveryFaults,
  Passage,
  type RetryPolicy,
  targetRetries,
  tryUntilDelivered,
  type Undelivered,
} from '../delivery.ts';
import { type Ids, numberedIds } from '../ids.ts';
import { ServiceError } from '../service-error.ts';
import { type Account, sampleAccount } from '../sts.ts';
import { accepted, type Entry, type EntryResult } from './entry.ts';
import { inputOf } from './input.ts';
import { type EventMatcher, eventMatcher } from './pattern.ts';
import { checkedRule, checkedTarget, type Rule, type RuleInput, type Target, validation } from './rule.ts';

/** An event as targets receive it. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** Whole seconds, `2026-11-20T07:00:40Z`. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

export interface DeadLetter extends Undelivered {
  ruleArn: string;
  targetArn: string;
  /** Where the target's DeadLetterConfig sent it; undefined: the event is lost. */
  queueArn: string | undefined;
  event: unknown;
}

interface KnownRule {
  rule: Rule;
  matches: EventMatcher;
  targets: Map<string, { target: Target; retries: RetryPolicy }>;
}

const ENTRIES_MAX = 10;
const REQUEST_BYTES_MAX = 256 * 1024;
const TARGETS_PER_RULE_MAX = 5;
/** A stand-in for EventBridge's default bus: rules by pattern, delivery at least once in normal weather. */
export class EventBridge {
  readonly calls: Calls = new Map();
  /** Events that a target never took, oldest first. */
  readonly deadLetters: DeadLetter[] = [];
  readonly passage: Passage;
  readonly #clock: Clock;
  readonly #account: Account;
  readonly #ids: Ids;
  readonly #deliver: Deliver;
  readonly #rules = new Map<string, KnownRule>();

  constructor({
    clock,
    deliver,
    account = sampleAccount,
    ids = numberedIds(),
    delayMs = 0,
    faults,
  }: {
    clock: Clock;
    deliver: Deliver;
    account?: Account;
    ids?: Ids;
    delayMs?: number;
    faults?: DeliveryFaults;
  }) {
    this.#clock = clock;
    this.#deliver = deliver;
    this.#account = account;
    this.#ids = ids;
    this.passage = new Passage(clock, { delayMs, faults });
  }

  /** A rule that is put again keeps its targets. */
  putRule(input: RuleInput): { RuleArn: string } {
    countCall(this.calls, 'PutRule');
    const rule = checkedRule(input, this.#ruleArn(input.Name));
    const targets = this.#rules.get(input.Name)?.targets ?? new Map();
    this.#rules.set(input.Name, { rule, matches: eventMatcher(rule.EventPattern), targets });
    return { RuleArn: rule.Arn };
  }

  describeRule({ Name }: { Name: string; EventBusName?: string | undefined }): Rule {
    countCall(this.calls, 'DescribeRule');
    return { ...this.#rule(Name).rule };
  }

  listRules({ NamePrefix = '' }: { NamePrefix?: string | undefined; EventBusName?: string | undefined } = {}): {
    Rules: Rule[];
  } {
    countCall(this.calls, 'ListRules');
    const named = [...this.#rules.values()].filter(({ rule }) => rule.Name.startsWith(NamePrefix));
    return { Rules: named.map(({ rule }) => ({ ...rule })) };
  }

  enableRule({ Name }: { Name: string }): void {
    countCall(this.calls, 'EnableRule');
    this.#rule(Name).rule.State = 'ENABLED';
  }

  disableRule({ Name }: { Name: string }): void {
    countCall(this.calls, 'DisableRule');
    this.#rule(Name).rule.State = 'DISABLED';
  }

  putTargets({ Rule, Targets }: { Rule: string; Targets: Target[]; EventBusName?: string | undefined }): {
    FailedEntryCount: 0;
    FailedEntries: [];
  } {
    countCall(this.calls, 'PutTargets');
    const { targets } = this.#rule(Rule);
    const checked = Targets.map((target) => ({
      target: checkedTarget(target),
      retries: targetRetries(target.RetryPolicy),
    }));
    if (new Set([...targets.keys(), ...Targets.map(({ Id }) => Id)]).size > TARGETS_PER_RULE_MAX) {
      throw new ServiceError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    }
    for (const each of checked) targets.set(each.target.Id, each);
    return { FailedEntryCount: 0, FailedEntries: [] };
  }

  removeTargets({ Rule, Ids }: { Rule: string; Ids: string[] }): { FailedEntryCount: 0; FailedEntries: [] } {
    countCall(this.calls, 'RemoveTargets');
    for (const id of Ids) this.#rule(Rule).targets.delete(id);
    return { FailedEntryCount: 0, FailedEntries: [] };
  }

  /** Its targets have to go first. */
  deleteRule({ Name }: { Name: string }): void {
    countCall(this.calls, 'DeleteRule');
    if ((this.#rules.get(Name)?.targets.size ?? 0) > 0) throw validation("Rule can't be deleted since it has targets.");
    this.#rules.delete(Name);
  }

  listTargetsByRule({ Rule }: { Rule: string }): { Targets: Target[] } {
    countCall(this.calls, 'ListTargetsByRule');
    return { Targets: [...this.#rule(Rule).targets.values()].map(({ target }) => ({ ...target })) };
  }

  /** Takes or refuses each entry by itself; the answer is 200 also when every entry failed. */
  putEvents({ Entries }: { Entries: Entry[] }): { FailedEntryCount: number; Entries: EntryResult[] } {
    countCall(this.calls, 'PutEvents');
    if (Entries.length < 1 || Entries.length > ENTRIES_MAX) {
      const bound = Entries.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${ENTRIES_MAX}`;
      throw validation(
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
      );
    }
    if (Entries.reduce((bytes, entry) => bytes + bytesOf(entry), 0) > REQUEST_BYTES_MAX) {
      throw validation('Total size of the entries in the request is over the limit.');
    }
    const results = Entries.map((entry) => this.#put(entry));
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
    return { FailedEntryCount, Entries: results };
  }

  /** An event of an AWS service itself. Returns its id. */
  emit(event: Pick<BusEvent, 'detail-type' | 'source' | 'resources' | 'detail'>, atMs = this.#clock.now()): string {
    const id = this.#ids();
    const { accountId, region } = this.#account;
    const whole: BusEvent = {
      version: '0',
      id,
      'detail-type': event['detail-type'],
      source: event.source,
      account: accountId,
      time: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
      region,
      resources: event.resources,
      detail: event.detail,
    };
    for (const known of this.#rules.values()) {
      if (known.rule.State === 'ENABLED' && known.matches(whole)) this.#send(known, whole);
    }
    return id;
  }

  #put(entry: Entry): EntryResult {
    const result = accepted(entry);
    if ('ErrorCode' in result) return result;
    const { Source, DetailType, Resources = [], Time } = entry;
    const event = {
      'detail-type': DetailType ?? '',
      source: Source ?? '',
      resources: Resources,
      detail: result.detail,
    };
    return { EventId: this.emit(event, Time) };
  }

  #send({ rule, targets }: KnownRule, event: BusEvent): void {
    for (const { target, retries } of targets.values()) {
      const input = inputOf(target, event);
      this.passage.send(() => void this.#handOver(rule.Arn, target, retries, input));
    }
  }

  async #handOver(ruleArn: string, target: Target, retries: RetryPolicy, event: unknown): Promise<void> {
    const undelivered = await tryUntilDelivered(this.#clock, () => this.#deliver(target.Arn, event), retries);
    if (undelivered === undefined) return;
    this.deadLetters.push({
      ...undelivered,
      ruleArn,
      targetArn: target.Arn,
      queueArn: target.DeadLetterConfig?.Arn,
      event,
    });
  }

  #rule(name: string): KnownRule {
    const known = this.#rules.get(name);
    if (known !== undefined) return known;
    throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  }

  #ruleArn(name: string): string {
    const { accountId, region } = this.#account;
    return `arn:aws:events:${region}:${accountId}:rule/${name}`;
  }
}

/** Source of the sizes: EventBridge user guide, "Calculating PutEvents event entry size". */
function bytesOf({ Time, Source, DetailType, Detail, Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text ?? ''), Time === undefined ? 0 : 14);
}
