import { describe, expect, it } from 'vitest';
import { seeded } from '../../models/random.ts';
import { ServiceError } from '../../models/service-error.ts';
import { Sns, snsRetries } from '../../models/sns.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { refusal } from './refusal.ts';

const Endpoint = 'arn:aws:lambda:eu-west-1:123456789012:function:on-alert';

function topic(refuses: () => Error | undefined = () => undefined) {
  const clock = new SteppedClock(Date.UTC(2026, 10, 20, 7));
  const delivered: { at: number; event: unknown }[] = [];
  const sns = new Sns({
    clock,
    retries: { ...snsRetries, retriesMax: 20 },
    async deliver(_, event) {
      const refusing = refuses();
      if (refusing !== undefined) throw refusing;
      delivered.push({ at: clock.now(), event });
    },
  });
  const { TopicArn } = sns.createTopic({ Name: 'alerts' });
  return { clock, sns, TopicArn, delivered };
}

describe('a topic', () => {
  it('brings a message to its subscribers in the envelope Lambda gets', async () => {
    const { clock, sns, TopicArn, delivered } = topic();
    const { SubscriptionArn } = sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint });
    const { MessageId } = sns.publish({
      TopicArn,
      Message: '{"a":1}',
      Subject: 'ALARM: "blue-5xx"',
      MessageAttributes: { truncated: { DataType: 'String', StringValue: 'true' } },
    });
    await clock.run(0);
    expect(delivered.map(({ event }) => event)).toEqual([
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn: SubscriptionArn,
            Sns: {
              Type: 'Notification',
              MessageId,
              TopicArn,
              Subject: 'ALARM: "blue-5xx"',
              Message: '{"a":1}',
              Timestamp: '2026-11-20T07:00:00.000Z',
              SignatureVersion: '1',
              Signature: 'EXAMPLE',
              SigningCertUrl: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-EXAMPLE.pem',
              UnsubscribeUrl: `https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}`,
              MessageAttributes: { truncated: { Type: 'String', Value: 'true' } },
            },
          },
        ],
      },
    ]);
  });

  it('is the same for the same name, and a function is subscribed once', async () => {
    const { clock, sns, TopicArn, delivered } = topic();
    expect(sns.createTopic({ Name: 'alerts' }).TopicArn).toBe(TopicArn);
    const first = sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint });
    expect(sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint })).toEqual(first);
    sns.publish({ TopicArn, Message: 'one' });
    await clock.run(0);
    expect(delivered).toHaveLength(1);
  });

  it('retries at once, then by seconds, then in growing pauses', async () => {
    let tries = 0;
    const { clock, sns, TopicArn, delivered } = topic(() => (++tries <= 6 ? new Error('busy') : undefined));
    sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint });
    sns.publish({ TopicArn, Message: 'one' });
    await clock.run(60_000);
    // Tries at 0, 0, 0, 1, 2, 3 s, and the pause after the first backed-off second is longer.
    expect(delivered.map(({ at }) => at - Date.UTC(2026, 10, 20, 7))).toEqual([3_000 + snsRetries.pauseMs(6)]);
    expect(snsRetries.pauseMs(6)).toBeGreaterThan(1_000);
  });

  it('has the documented policy: 100,015 tries over 23 days', () => {
    expect(snsRetries.retriesMax + 1).toBe(100_015);
    let total = 0;
    for (let retry = 1; retry <= snsRetries.retriesMax; retry++) total += snsRetries.pauseMs(retry);
    expect(Math.floor(total / 86_400_000)).toBe(23);
    expect(snsRetries.pauseMs(5)).toBe(1_000);
    expect(snsRetries.pauseMs(14)).toBe(20_000);
  });

  it('drops what nobody took, unless the subscription has a dead-letter queue', async () => {
    const { clock, sns, TopicArn } = topic(() => new ServiceError('ResourceNotFoundException', 'gone', 404));
    const deadLetterTargetArn = 'arn:aws:sqs:eu-west-1:123456789012:late';
    sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint });
    sns.subscribe({
      TopicArn,
      Protocol: 'lambda',
      Endpoint: `${Endpoint}-2`,
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn }) },
    });
    sns.publish({ TopicArn, Message: 'one' });
    await clock.run(60_000);
    expect(sns.undelivered.map(({ queueArn, exhausted }) => [queueArn, exhausted])).toEqual([
      [undefined, 'NoRetry'],
      [deadLetterTargetArn, 'NoRetry'],
    ]);
  });

  it('may double and reorder messages', async () => {
    const { clock, sns, TopicArn, delivered } = topic();
    sns.passage.faults = { random: seeded(5), duplicated: 0.3, late: 0.5, lateMsMax: 3 * 86_400_000 };
    sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint });
    for (let message = 0; message < 50; message++) sns.publish({ TopicArn, Message: String(message) });
    await clock.run(4 * 86_400_000);
    const order = delivered.map(({ event }) =>
      Number((event as { Records: [{ Sns: { Message: string } }] }).Records[0].Sns.Message),
    );
    expect(order.length).toBeGreaterThan(50);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });

  it('refuses what SNS would refuse, and names what it does not have', () => {
    const { sns, TopicArn } = topic();
    const Message = 'one';
    expect(refusal(() => sns.publish({ TopicArn: `${TopicArn}x`, Message }))).toEqual([
      'NotFound',
      'Topic does not exist',
    ]);
    expect(refusal(() => sns.publish({ TopicArn, Message: '' }))[1]).toBe('Invalid parameter: Empty message');
    expect(refusal(() => sns.publish({ TopicArn, Message: 'x'.repeat(256 * 1024 + 1) }))[1]).toBe(
      'Invalid parameter: Message too long',
    );
    expect(refusal(() => sns.publish({ TopicArn, Message, Subject: 'x'.repeat(101) }))[1]).toBe(
      'Invalid parameter: Subject',
    );
    expect(refusal(() => sns.publish({ TopicArn, Message, Subject: 'grün' }))[1]).toBe('Invalid parameter: Subject');
    expect(refusal(() => sns.createTopic({ Name: 'alerts.fifo' }))[0]).toBe('InvalidParameter');
    expect(refusal(() => sns.subscribe({ TopicArn, Protocol: 'sqs', Endpoint }))[0]).toBe('NotImplemented');
    const filtered = { TopicArn, Protocol: 'lambda', Endpoint, Attributes: { FilterPolicy: '{}' } };
    expect(refusal(() => sns.subscribe(filtered))[1]).toMatch(/attribute FilterPolicy/);
    const wrong = { TopicArn, Protocol: 'lambda', Endpoint, Attributes: { RedrivePolicy: '{}' } };
    expect(refusal(() => sns.subscribe(wrong))[0]).toBe('InvalidParameter');
    expect(sns.calls.get('Publish')).toBe(5);
  });
});
