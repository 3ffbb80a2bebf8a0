import { describe, expect, it } from 'vitest';
import type { PutMetricAlarmInput } from '../../../models/cloudwatch/alarm.ts';
import { CloudWatch } from '../../../models/cloudwatch/cloudwatch.ts';
import { ServiceError } from '../../../models/service-error.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { refusal } from '../refusal.ts';

const START = Date.UTC(2026, 10, 20, 7);
const Lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:on-alarm';
const Topic = 'arn:aws:sns:eu-west-1:123456789012:alerts';
const failures: PutMetricAlarmInput = {
  AlarmName: 'blue-5xx',
  Namespace: 'Throwover',
  MetricName: 'failed',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 2,
  DatapointsToAlarm: 2,
  Threshold: 10,
  ComparisonOperator: 'GreaterThanThreshold',
  AlarmActions: [Lambda, Topic],
};

function world(refuses: () => Error | undefined = () => undefined) {
  const clock = new SteppedClock(START);
  const events: { 'detail-type': string; detail: unknown; at: number }[] = [];
  const invoked: unknown[] = [];
  const published: { TopicArn: string; Subject: string; Message: string }[] = [];
  const cloudwatch = new CloudWatch({
    clock,
    emit: (event) => events.push({ ...event, at: clock.now() - START }),
    async deliver(_, event) {
      const refusing = refuses();
      if (refusing !== undefined) throw refusing;
      invoked.push(event);
    },
    publish: (message) => published.push(message),
  });
  /** Every ten seconds, from now on. */
  const report = (value: () => number | undefined, MetricName = 'failed') => {
    const Value = value();
    const datum = { MetricName, Value, StorageResolution: 1 };
    if (Value !== undefined) cloudwatch.putMetricData({ Namespace: 'Throwover', MetricData: [datum] });
    clock.after(10_000, () => report(value, MetricName));
  };
  const changes = () =>
    events
      .filter((event) => event['detail-type'] === 'CloudWatch Alarm State Change')
      .map(({ detail, at }) => {
        const { alarmName, state } = detail as { alarmName: string; state: { value: string } };
        return `${at / 1_000} ${alarmName} ${state.value}`;
      });
  const stateOf = (name: string) => {
    const AlarmTypes = ['MetricAlarm' as const, 'CompositeAlarm' as const];
    const { MetricAlarms, CompositeAlarms } = cloudwatch.describeAlarms({ AlarmNames: [name], AlarmTypes });
    return [...MetricAlarms, ...CompositeAlarms][0]?.StateValue;
  };
  return { clock, cloudwatch, events, invoked, published, report, changes, stateOf };
}

describe('a metric alarm', () => {
  it('is judged every minute: data, then OK, then enough breaching periods, then ALARM, and back', async () => {
    const { clock, cloudwatch, report, changes } = world();
    let failing = 0;
    report(() => failing);
    cloudwatch.putMetricAlarm(failures);
    clock.after(200_000, () => {
      failing = 5;
    });
    clock.after(500_000, () => {
      failing = 0;
    });
    await clock.run(900_000);
    // Minutes 3 to 7 are above 10 (5 every ten seconds from 03:20 on), minute 8 is not: it ends at 540 s.
    expect(changes()).toEqual(['60 blue-5xx OK', '300 blue-5xx ALARM', '540 blue-5xx OK']);
  });

  it('is judged every ten seconds when its period is below a minute', async () => {
    const { clock, cloudwatch, report, changes } = world();
    let failing = 0;
    report(() => failing);
    cloudwatch.putMetricAlarm({ ...failures, Period: 10, EvaluationPeriods: 3, DatapointsToAlarm: 3, Threshold: 4 });
    clock.after(95_000, () => {
      failing = 5;
    });
    await clock.run(200_000);
    expect(changes()).toEqual(['10 blue-5xx OK', '130 blue-5xx ALARM']);
  });

  it('becomes INSUFFICIENT_DATA when data stops, or whatever TreatMissingData says', async () => {
    for (const [TreatMissingData, expected] of [
      ['missing', 'INSUFFICIENT_DATA'],
      ['breaching', 'ALARM'],
      ['notBreaching', 'OK'],
      ['ignore', 'OK'],
    ] as const) {
      const { clock, cloudwatch, report, stateOf } = world();
      let value: number | undefined = 0;
      report(() => value);
      cloudwatch.putMetricAlarm({ ...failures, TreatMissingData });
      await clock.run(200_000);
      expect(stateOf('blue-5xx')).toBe('OK');
      value = undefined;
      await clock.run(600_000);
      expect(stateOf('blue-5xx')).toBe(expected);
    }
  });

  it('on DynamoDB always ignores missing data', async () => {
    const { clock, cloudwatch, stateOf } = world();
    cloudwatch.putMetricAlarm({ ...failures, Namespace: 'AWS/DynamoDB', TreatMissingData: 'breaching' });
    await clock.run(600_000);
    expect(stateOf('blue-5xx')).toBe('INSUFFICIENT_DATA');
  });

  it("tells its reason in CloudWatch's words", async () => {
    const { clock, cloudwatch, report } = world();
    report(() => 2);
    cloudwatch.putMetricAlarm({ ...failures, AlarmName: 'alarm' });
    cloudwatch.putMetricAlarm({ ...failures, AlarmName: 'ok', Threshold: 100, DatapointsToAlarm: undefined });
    cloudwatch.putMetricAlarm({
      ...failures,
      AlarmName: 'filled',
      MetricName: 'nothing',
      TreatMissingData: 'breaching',
    });
    cloudwatch.putMetricAlarm({ ...failures, AlarmName: 'silent', MetricName: 'nothing' });
    cloudwatch.setAlarmState({ AlarmName: 'silent', StateValue: 'OK', StateReason: 'test' });
    await clock.run(130_000);
    const reasons = cloudwatch.describeAlarms().MetricAlarms.map(({ StateReason }) => StateReason);
    expect(reasons).toEqual([
      'Threshold Crossed: 2 out of the last 2 datapoints [12.0 (20/11/26 07:01:00), 12.0 (20/11/26 07:00:00)] were greater than the threshold (10.0) (minimum 2 datapoints for OK -> ALARM transition).',
      'Threshold Crossed: 1 datapoint [12.0 (20/11/26 07:00:00)] was not greater than the threshold (100.0) and 1 missing datapoint was treated as [Missing].',
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
      'Insufficient Data: 4 datapoints were unknown.',
    ]);
  });

  it('gives the evaluated datapoints as JSON text, with the offset that alarms write', async () => {
    const { clock, cloudwatch, report } = world();
    let failing = 1;
    report(() => failing++);
    cloudwatch.putMetricAlarm(failures);
    await clock.run(121_000);
    const [alarm] = cloudwatch.describeAlarms().MetricAlarms;
    expect(JSON.parse(alarm?.StateReasonData ?? '')).toEqual({
      version: '1.0',
      queryDate: '2026-11-20T07:02:00.000+0000',
      startDate: '2026-11-20T07:00:00.000+0000',
      statistic: 'Sum',
      period: 60,
      recentDatapoints: [21, 57],
      threshold: 10,
      evaluatedDatapoints: [
        { timestamp: '2026-11-20T07:01:00.000+0000', sampleCount: 6, value: 57 },
        { timestamp: '2026-11-20T07:00:00.000+0000', sampleCount: 6, value: 21 },
      ],
    });
  });

  it('keeps its state when it is put again, and is described as it was put', async () => {
    const { clock, cloudwatch, report, stateOf } = world();
    report(() => 0);
    cloudwatch.putMetricAlarm(failures);
    await clock.run(130_000);
    cloudwatch.putMetricAlarm({ ...failures, Threshold: 20 });
    expect(stateOf('blue-5xx')).toBe('OK');
    expect(cloudwatch.describeAlarms().MetricAlarms).toMatchObject([
      {
        AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:blue-5xx',
        Threshold: 20,
        StateValue: 'OK',
        StateTransitionedTimestamp: START + 60_000,
        AlarmConfigurationUpdatedTimestamp: START + 130_000,
        ActionsEnabled: true,
      },
    ]);
  });

  it.each([
    [{ Period: 15 }, 'ValidationError'],
    [{ Period: 90 }, 'ValidationError'],
    [{ EvaluationPeriods: 0 }, 'ValidationError'],
    [{ EvaluationPeriods: 1441, DatapointsToAlarm: undefined }, 'ValidationError'],
    [{ DatapointsToAlarm: 3 }, 'ValidationError'],
    [{ TreatMissingData: 'good' }, 'ValidationError'],
    [{ MetricName: undefined }, 'ValidationError'],
    [{ AlarmActions: ['on-alarm'] }, 'ValidationError'],
    [{ AlarmActions: ['arn:aws:swf:eu-west-1:123456789012:x'] }, 'NotImplemented'],
    [{ Statistic: 'p99' }, 'NotImplemented'],
    [{ ComparisonOperator: 'GreaterThanUpperThreshold' }, 'NotImplemented'],
    [{ ExtendedStatistic: 'p99' }, 'NotImplemented'],
  ])('is refused with %j', (more, name) => {
    const { cloudwatch } = world();
    expect(refusal(() => cloudwatch.putMetricAlarm({ ...failures, ...more } as PutMetricAlarmInput))[0]).toBe(name);
  });
});

describe('setAlarmState', () => {
  it('is temporary for a metric alarm: it is judged again within seconds', async () => {
    const { clock, cloudwatch, report, changes } = world();
    report(() => 0);
    cloudwatch.putMetricAlarm(failures);
    clock.after(70_000, () => {
      cloudwatch.setAlarmState({ AlarmName: 'blue-5xx', StateValue: 'ALARM', StateReason: 'drill' });
    });
    await clock.run(100_000);
    expect(changes()).toEqual(['60 blue-5xx OK', '70 blue-5xx ALARM', '75 blue-5xx OK']);
  });

  it('says nothing when the state is the same, and refuses unknown alarms and states', async () => {
    const { cloudwatch, changes } = world();
    cloudwatch.putMetricAlarm(failures);
    const set = (AlarmName: string, StateValue: string) =>
      cloudwatch.setAlarmState({ AlarmName, StateValue: StateValue as 'OK', StateReason: 'test' });
    set('blue-5xx', 'INSUFFICIENT_DATA');
    expect(changes()).toEqual([]);
    expect(refusal(() => set('nobody', 'OK'))[0]).toBe('ResourceNotFound');
    expect(refusal(() => set('blue-5xx', 'SICK'))[0]).toBe('ValidationError');
  });
});

describe('actions', () => {
  const alarmed = (cloudwatch: CloudWatch) => {
    cloudwatch.putMetricAlarm(failures);
    cloudwatch.setAlarmState({ AlarmName: 'blue-5xx', StateValue: 'ALARM', StateReason: 'test' });
  };

  it('are told once for each change, each in its own shape', async () => {
    const { clock, cloudwatch, invoked, published } = world();
    alarmed(cloudwatch);
    await clock.run(1_000);
    expect(invoked).toMatchObject([
      { alarmArn: expect.stringMatching(/:alarm:blue-5xx$/), alarmData: { state: { value: 'ALARM' } } },
    ]);
    expect(published).toMatchObject([{ TopicArn: Topic, Subject: 'ALARM: "blue-5xx" in EU (Ireland)' }]);
    expect(JSON.parse(published[0]?.Message ?? '')).toMatchObject({ NewStateValue: 'ALARM', Region: 'EU (Ireland)' });
  });

  it('are silent while disabled, though EventBridge goes on hearing of it', async () => {
    const { clock, cloudwatch, invoked, changes } = world();
    cloudwatch.putMetricAlarm(failures);
    cloudwatch.disableAlarmActions({ AlarmNames: ['blue-5xx'] });
    cloudwatch.setAlarmState({ AlarmName: 'blue-5xx', StateValue: 'ALARM', StateReason: 'test' });
    await clock.run(1_000);
    expect(invoked).toEqual([]);
    expect(changes()).toEqual(['0 blue-5xx ALARM', '0 blue-5xx INSUFFICIENT_DATA']);
    cloudwatch.enableAlarmActions({ AlarmNames: ['blue-5xx'] });
    expect(cloudwatch.describeAlarms().MetricAlarms[0]?.ActionsEnabled).toBe(true);
  });

  it('are retried until Lambda accepts, but not when the function is missing', async () => {
    let refusals = 5;
    const busy = world(() =>
      refusals-- > 0 ? new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429) : undefined,
    );
    alarmed(busy.cloudwatch);
    await busy.clock.run(60_000);
    expect(busy.invoked).toHaveLength(1);
    const missing = world(() => new ServiceError('ResourceNotFoundException', 'Function not found', 404));
    alarmed(missing.cloudwatch);
    await missing.clock.run(600_000);
    expect(missing.invoked).toEqual([]);
    expect(missing.cloudwatch.actions.undelivered).toMatchObject([{ actionArn: Lambda, exhausted: 'NoRetry' }]);
  });
});

describe('a composite alarm', () => {
  const rule = 'ALARM("blue-5xx") AND NOT ALARM("green-5xx")';
  const composite = { AlarmName: 'blue-dead', AlarmRule: rule, AlarmActions: [Lambda] };
  const set = (cloudwatch: CloudWatch, AlarmName: string, StateValue: 'OK' | 'ALARM') =>
    cloudwatch.setAlarmState({ AlarmName, StateValue, StateReason: 'test' });

  function pair() {
    const all = world();
    // `ignore`: nothing but the test changes the children.
    all.cloudwatch.putMetricAlarm({ ...failures, TreatMissingData: 'ignore', AlarmActions: [] });
    all.cloudwatch.putMetricAlarm({
      ...failures,
      AlarmName: 'green-5xx',
      TreatMissingData: 'ignore',
      AlarmActions: [],
    });
    all.cloudwatch.putCompositeAlarm(composite);
    return all;
  }

  it('follows its children at once and says which one moved it', async () => {
    const { clock, cloudwatch, changes, invoked } = pair();
    await clock.run(60_000);
    set(cloudwatch, 'blue-5xx', 'ALARM');
    set(cloudwatch, 'green-5xx', 'ALARM');
    await clock.run(1_000);
    expect(changes()).toEqual([
      '0 blue-dead OK',
      '60 blue-5xx ALARM',
      '60 blue-dead ALARM',
      '60 green-5xx ALARM',
      '60 blue-dead OK',
    ]);
    expect(invoked).toMatchObject([
      {
        alarmData: {
          state: {
            reason:
              'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:blue-5xx transitioned to ALARM at Friday 20 November, 2026 07:01:00 UTC',
          },
          configuration: { alarmRule: rule },
        },
      },
    ]);
  });

  it('stays as it was set until a child changes', async () => {
    const { clock, cloudwatch, stateOf } = pair();
    await clock.run(60_000);
    set(cloudwatch, 'blue-dead', 'ALARM');
    await clock.run(3_600_000);
    expect(stateOf('blue-dead')).toBe('ALARM');
    set(cloudwatch, 'green-5xx', 'OK');
    expect(stateOf('blue-dead')).toBe('OK');
  });

  it('is listed only when composite alarms are asked for', async () => {
    const { cloudwatch } = pair();
    expect(cloudwatch.describeAlarms({ AlarmNames: ['blue-dead'] })).toEqual({ MetricAlarms: [], CompositeAlarms: [] });
    const both = cloudwatch.describeAlarms({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 2 });
    expect(both.CompositeAlarms.map(({ AlarmName }) => AlarmName)).toEqual(['blue-dead']);
    expect(both.MetricAlarms.map(({ AlarmName }) => AlarmName)).toEqual(['blue-5xx']);
    const rest = cloudwatch.describeAlarms({
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      NextToken: both.NextToken,
    });
    expect(rest.MetricAlarms.map(({ AlarmName }) => AlarmName)).toEqual(['green-5xx']);
    expect(rest.NextToken).toBeUndefined();
    expect(cloudwatch.describeAlarms({ AlarmNamePrefix: 'green' }).MetricAlarms).toHaveLength(1);
    expect(cloudwatch.describeAlarms({ StateValue: 'ALARM' }).MetricAlarms).toEqual([]);
  });

  it('may have composite children, but none that do not exist and no circle', async () => {
    const { clock, cloudwatch, stateOf } = pair();
    cloudwatch.putCompositeAlarm({ AlarmName: 'page', AlarmRule: 'ALARM(blue-dead)' });
    await clock.run(60_000);
    set(cloudwatch, 'blue-5xx', 'ALARM');
    expect(stateOf('page')).toBe('ALARM');
    const put = (AlarmRule: string) => () => cloudwatch.putCompositeAlarm({ AlarmName: 'blue-dead', AlarmRule });
    expect(refusal(put('ALARM(nobody)'))[1]).toMatch(/\[nobody\] in the alarm rule do not exist/);
    expect(refusal(put('ALARM(page)'))[0]).toBe('NotImplemented');
    const suppressed = { ...composite, ActionsSuppressor: 'blue-5xx' };
    expect(refusal(() => cloudwatch.putCompositeAlarm(suppressed))[0]).toBe('NotImplemented');
    expect(refusal(() => cloudwatch.deleteAlarms({ AlarmNames: ['blue-5xx'] }))[0]).toBe('NotImplemented');
  });
});

describe('what is said about configuration', () => {
  it('has another detail-type, so that it is not taken for a change of state', async () => {
    const { clock, cloudwatch, events } = world();
    cloudwatch.putMetricAlarm(failures);
    cloudwatch.putMetricAlarm(failures);
    cloudwatch.deleteAlarms({ AlarmNames: ['blue-5xx'] });
    await clock.run(600_000);
    const operations = events.map((event) => [
      event['detail-type'],
      (event.detail as { operation?: string }).operation,
    ]);
    const kind = 'CloudWatch Alarm Configuration Change';
    expect(operations).toEqual([
      [kind, 'create'],
      [kind, 'update'],
      [kind, 'delete'],
    ]);
    expect(cloudwatch.describeAlarms().MetricAlarms).toEqual([]);
    expect(Object.fromEntries(cloudwatch.calls)).toEqual({ PutMetricAlarm: 2, DeleteAlarms: 1, DescribeAlarms: 1 });
  });
});
