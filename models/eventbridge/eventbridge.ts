import { type Calls, countCall } from '../calls.ts';
import type { Clock } from '../clock.ts';
import {
  type Deliver,
  type DeliveryFaults,
  Passage,
  type RetryPolicy,
  type TargetRetryPolicy,
  targetRetries,
  tryUntilDelivered,
  type Undelivered,
} from '../delivery.ts';
import { type Ids, numberedIds } from '../ids.ts';
import { ServiceError } from '../service-error.ts';
import { type Account, sampleAccount } from '../sts.ts';
import { accepted, type Entry, type EntryResult } from './entry.ts';
import { type EventMatcher, eventMatcher } from './pattern.ts';

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

export interface Target {
  Id: string;
  Arn: string;
  RoleArn?: string | undefined;
  /** Constant JSON text instead of the event. */
  Input?: string | undefined;
  RetryPolicy?: TargetRetryPolicy | undefined;
  DeadLetterConfig?: { Arn?: string | undefined } | undefined;
}

export interface Rule {
  Name: string;
  Arn: string;
  EventPattern: string;
  State: 'ENABLED' | 'DISABLED';
  Description?: string;
  EventBusName: 'default';
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
const RULE_MEMBERS = new Set(['Name', 'EventPattern', 'State', 'Description', 'EventBusName']);
const TARGET_MEMBERS = new Set(['Id', 'Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig']);

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

  putRule(input: {
    Name: string;
    EventPattern?: string | undefined;
    State?: 'ENABLED' | 'DISABLED' | undefined;
    Description?: string | undefined;
    EventBusName?: string | undefined;
  }): { RuleArn: string } {
    countCall(this.calls, 'PutRule');
    onlyMembers(input, 'PutRule', RULE_MEMBERS);
    onlyDefaultBus(input.EventBusName);
    if (!/^[\w.-]{1,64}$/.test(input.Name)) throw validation(`Rule name ${input.Name} is not valid.`);
    if (input.EventPattern === undefined)
      throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    const rule: Rule = {
      Name: input.Name,
      Arn: this.#ruleArn(input.Name),
      EventPattern: input.EventPattern,
      State: input.State ?? 'ENABLED',
      ...(input.Description === undefined ? {} : { Description: input.Description }),
      EventBusName: 'default',
    };
    const targets = this.#rules.get(input.Name)?.targets ?? new Map();
    this.#rules.set(input.Name, { rule, matches: eventMatcher(input.EventPattern), targets });
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
      const input: unknown = target.Input === undefined ? event : JSON.parse(target.Input);
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

function checkedTarget(target: Target): Target {
  onlyMembers(target, 'PutTargets', TARGET_MEMBERS);
  if (!target.Arn.startsWith('arn:')) {
    throw validation(`Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  if (target.Input === undefined) return target;
  try {
    JSON.parse(target.Input);
    return target;
  } catch {
    throw validation(`JSON syntax error in input for target ${target.Id}.`);
  }
}

/** Source of the sizes: EventBridge user guide, "Calculating PutEvents event entry size". */
function bytesOf({ Time, Source, DetailType, Detail, Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text ?? ''), Time === undefined ? 0 : 14);
}

function onlyDefaultBus(name: string | undefined): void {
  if (name !== undefined && name !== 'default') throw notImplemented('event buses other than default');
}

function onlyMembers(input: object, operation: string, members: ReadonlySet<string>): void {
  for (const member in input) {
    const given = input[member as keyof typeof input] !== undefined;
    if (given && !members.has(member)) throw notImplemented(`${member} in ${operation}`);
  }
}

function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', `This stand-in for EventBridge does not have ${what}.`, 501);
}

function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
