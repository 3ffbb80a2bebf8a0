import type { Clock } from '../clock.ts';
import { type Deliver, Passage, type RetryPolicy, tryUntilDelivered, type Undelivered } from '../delivery.ts';
import { ServiceError } from '../service-error.ts';
import type { Account } from '../sts.ts';
import { type Change, lambdaEvent, snsNotification } from './alarm-notices.ts';

export interface UndeliveredAction extends Undelivered {
  alarmArn: string;
  actionArn: string;
}

export type Publish = (message: { TopicArn: string; Subject: string; Message: string }) => unknown;

/** "CloudWatch retries until the invocation is successful", except when the function is missing or not allowed. */
const UNTIL_ACCEPTED: RetryPolicy = {
  retriesMax: Number.POSITIVE_INFINITY,
  ageMsMax: Number.POSITIVE_INFINITY,
  pauseMs: (retry) => Math.min(1_000 * 2 ** (retry - 1), 60_000),
};

/** Tells the targets of an alarm about a change: Lambda functions directly, topics by publishing. */
export class AlarmActions {
  /** Actions that came to nothing, oldest first: nobody else hears of them. */
  readonly undelivered: UndeliveredAction[] = [];
  readonly passage: Passage;
  readonly #clock: Clock;
  readonly #account: Account;
  readonly #deliver: Deliver;
  readonly #publish: Publish;

  constructor(clock: Clock, account: Account, deliver: Deliver | undefined, publish: Publish | undefined) {
    this.#clock = clock;
    this.#account = account;
    this.#deliver = deliver ?? notConnected;
    this.#publish = publish ?? notConnected;
    this.passage = new Passage(clock);
  }

  tell(actionArn: string, change: Change): void {
    this.passage.send(() => void this.#act(actionArn, change));
  }

  async #act(actionArn: string, change: Change): Promise<void> {
    const toTopic = actionArn.startsWith('arn:aws:sns:');
    const attempt = async () =>
      toTopic
        ? this.#publish({ TopicArn: actionArn, ...snsNotification(change, this.#account) })
        : this.#deliver(actionArn, lambdaEvent(change, this.#account));
    const undelivered = await tryUntilDelivered(this.#clock, attempt, UNTIL_ACCEPTED);
    if (undelivered === undefined) return;
    this.undelivered.push({ ...undelivered, alarmArn: change.alarm.AlarmArn, actionArn });
  }
}

async function notConnected(): Promise<never> {
  throw new ServiceError('ResourceNotFoundException', 'This CloudWatch is not connected to the service of the action.');
}
