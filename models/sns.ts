import { type Calls, countCall } from './calls.ts';
import type { Clock } from './clock.ts';
import {
  type Deliver,
  type DeliveryFaults,
  Passage,
  type RetryPolicy,
  tryUntilDelivered,
  type Undelivered,
} from './delivery.ts';
import { type Ids, numberedIds } from './ids.ts';
import { ServiceError } from './service-error.ts';
import { type Account, sampleAccount } from './sts.ts';

export interface MessageAttribute {
  DataType: string;
  StringValue?: string | undefined;
}

interface PublishInput {
  TopicArn: string | undefined;
  Message: string | undefined;
  Subject?: string | undefined;
  MessageAttributes?: Record<string, MessageAttribute> | undefined;
}

interface Subscription {
  arn: string;
  endpoint: string;
  queueArn: string | undefined;
}

export interface UndeliveredMessage extends Undelivered {
  subscriptionArn: string;
  /** Where the subscription's RedrivePolicy sent it; undefined: the message is lost. */
  queueArn: string | undefined;
  event: unknown;
}

const MESSAGE_BYTES_MAX = 256 * 1024;
const IMMEDIATE_RETRIES = 2;
const PAUSED_RETRIES = 2;
const BACKED_OFF_RETRIES = 10;
const LAST_RETRIES = 100_000;

/**
 * Delivery to Lambda: 3 tries at once, 2 a second apart, 10 with 1 to 20 s, 100,000 with 20 s; 23 days in all.
 * Source: SNS developer guide, "Message delivery retries".
 */
export const snsRetries: RetryPolicy = {
  retriesMax: IMMEDIATE_RETRIES + PAUSED_RETRIES + BACKED_OFF_RETRIES + LAST_RETRIES,
  ageMsMax: Number.POSITIVE_INFINITY,
  pauseMs(retry) {
    if (retry <= IMMEDIATE_RETRIES) return 0;
    const backedOff = retry - IMMEDIATE_RETRIES - PAUSED_RETRIES;
    if (backedOff <= 0) return 1_000;
    return backedOff > BACKED_OFF_RETRIES ? 20_000 : Math.round(1_000 * 20 ** ((backedOff - 1) / 9));
  },
};

/** A stand-in for SNS standard topics with Lambda subscriptions. Messages may double and overtake each other. */
export class Sns {
  readonly calls: Calls = new Map();
  /** Messages that a subscriber never took, oldest first. */
  readonly undelivered: UndeliveredMessage[] = [];
  readonly passage: Passage;
  readonly #clock: Clock;
  readonly #account: Account;
  readonly #ids: Ids;
  readonly #deliver: Deliver;
  readonly #retries: RetryPolicy;
  readonly #topics = new Map<string, Subscription[]>();

  /** `retries` is the service's own policy unless a test shortens it. */
  constructor({
    clock,
    deliver,
    account = sampleAccount,
    ids = numberedIds(),
    delayMs = 0,
    retries = snsRetries,
    faults,
  }: {
    clock: Clock;
    deliver: Deliver;
    account?: Account;
    ids?: Ids;
    delayMs?: number;
    retries?: RetryPolicy;
    faults?: DeliveryFaults;
  }) {
    this.#clock = clock;
    this.#deliver = deliver;
    this.#account = account;
    this.#ids = ids;
    this.#retries = retries;
    this.passage = new Passage(clock, { delayMs, faults });
  }

  /** The same name gives the same topic. */
  createTopic({ Name }: { Name: string }): { TopicArn: string } {
    countCall(this.calls, 'CreateTopic');
    if (!/^[\w-]{1,256}$/.test(Name)) throw invalid('Topic Name');
    const { accountId, region } = this.#account;
    const TopicArn = `arn:aws:sns:${region}:${accountId}:${Name}`;
    if (!this.#topics.has(TopicArn)) this.#topics.set(TopicArn, []);
    return { TopicArn };
  }

  subscribe(input: {
    TopicArn: string | undefined;
    Protocol: string | undefined;
    Endpoint: string | undefined;
    Attributes?: Record<string, string> | undefined;
  }): { SubscriptionArn: string } {
    countCall(this.calls, 'Subscribe');
    const subscriptions = this.#topic(input.TopicArn);
    if (input.Protocol !== 'lambda') throw notImplemented(`subscriptions by ${input.Protocol}`);
    if (!input.Endpoint?.startsWith('arn:aws:lambda:')) throw invalid('Lambda endpoint');
    const known = subscriptions.find(({ endpoint }) => endpoint === input.Endpoint);
    if (known !== undefined) return { SubscriptionArn: known.arn };
    const arn = `${input.TopicArn}:${this.#ids()}`;
    subscriptions.push({ arn, endpoint: input.Endpoint, queueArn: queueIn(input.Attributes ?? {}) });
    return { SubscriptionArn: arn };
  }

  unsubscribe({ SubscriptionArn }: { SubscriptionArn: string }): void {
    countCall(this.calls, 'Unsubscribe');
    for (const [topic, subscriptions] of this.#topics)
      this.#topics.set(
        topic,
        subscriptions.filter(({ arn }) => arn !== SubscriptionArn),
      );
  }

  listSubscriptionsByTopic({ TopicArn }: { TopicArn: string }): {
    Subscriptions: { SubscriptionArn: string; Endpoint: string; Protocol: 'lambda'; TopicArn: string }[];
  } {
    countCall(this.calls, 'ListSubscriptionsByTopic');
    const all = this.#topic(TopicArn);
    return {
      Subscriptions: all.map(({ arn, endpoint }) => ({
        SubscriptionArn: arn,
        Endpoint: endpoint,
        Protocol: 'lambda',
        TopicArn,
      })),
    };
  }

  listTopics(): { Topics: { TopicArn: string }[] } {
    countCall(this.calls, 'ListTopics');
    return { Topics: [...this.#topics.keys()].map((TopicArn) => ({ TopicArn })) };
  }

  /** Its subscriptions go with it. */
  deleteTopic({ TopicArn }: { TopicArn: string }): void {
    countCall(this.calls, 'DeleteTopic');
    this.#topics.delete(TopicArn);
  }

  publish(input: PublishInput): { MessageId: string } {
    countCall(this.calls, 'Publish');
    const subscriptions = this.#topic(input.TopicArn);
    checkMessage(input);
    const MessageId = this.#ids();
    for (const subscription of subscriptions) {
      const event = this.#envelope(input, MessageId, subscription.arn);
      this.passage.send(() => void this.#handOver(subscription, event));
    }
    return { MessageId };
  }

  async #handOver({ arn, endpoint, queueArn }: Subscription, event: unknown): Promise<void> {
    const undelivered = await tryUntilDelivered(this.#clock, () => this.#deliver(endpoint, event), this.#retries);
    if (undelivered !== undefined) this.undelivered.push({ ...undelivered, subscriptionArn: arn, queueArn, event });
  }

  /** What a Lambda function receives. Source: Lambda developer guide, "Using Lambda with Amazon SNS". */
  #envelope({ TopicArn, Message, Subject, MessageAttributes }: PublishInput, MessageId: string, subscription: string) {
    const { region } = this.#account;
    const Sns = {
      Type: 'Notification',
      MessageId,
      TopicArn,
      Subject: Subject ?? null,
      Message,
      Timestamp: new Date(this.#clock.now()).toISOString(),
      SignatureVersion: '1',
      Signature: 'EXAMPLE',
      SigningCertUrl: `https://sns.${region}.amazonaws.com/SimpleNotificationService-EXAMPLE.pem`,
      UnsubscribeUrl: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription}`,
      MessageAttributes: attributesInEnvelope(MessageAttributes ?? {}),
    };
    return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscription, Sns }] };
  }

  #topic(arn: string | undefined): Subscription[] {
    const subscriptions = this.#topics.get(arn ?? '');
    if (subscriptions === undefined) throw new ServiceError('NotFound', 'Topic does not exist', 404);
    return subscriptions;
  }
}

function attributesInEnvelope(attributes: Record<string, MessageAttribute>) {
  const named = Object.entries(attributes).map(([name, { DataType, StringValue }]) => [
    name,
    { Type: DataType, Value: StringValue },
  ]);
  return Object.fromEntries(named);
}

function queueIn({ RedrivePolicy, ...others }: Record<string, string>): string | undefined {
  const [other] = Object.keys(others);
  if (other !== undefined) throw notImplemented(`the subscription attribute ${other}`);
  if (RedrivePolicy === undefined) return undefined;
  const queueArn = /"deadLetterTargetArn"\s*:\s*"(arn:[^"]+)"/.exec(RedrivePolicy)?.[1];
  if (queueArn !== undefined) return queueArn;
  throw invalid('RedrivePolicy: failed to parse JSON, or it has no deadLetterTargetArn.');
}

function checkMessage({ Message, Subject }: PublishInput): void {
  if (!Message) throw invalid('Empty message');
  if (Buffer.byteLength(Message) > MESSAGE_BYTES_MAX) throw invalid('Message too long');
  // ASCII, begins with a letter, digit or punctuation, no line breaks or control characters, at most 100 characters.
  if (Subject !== undefined && !/^[!-~][ -~]{0,99}$/.test(Subject)) throw invalid('Subject');
}

function invalid(what: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);
}

function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', `This stand-in for SNS does not have ${what}.`, 501);
}
