import type { CloudWatch } from '../../../models/cloudwatch/cloudwatch.ts';
import { jsonProtocol } from '../json-protocol.ts';
import { queryProtocol } from '../query-protocol.ts';
import { operation, type Service } from '../service.ts';
import { list, type Members, oneOf, required, structure } from '../shape.ts';

const Dimensions = list(structure({ Name: required('string'), Value: required('string') }));
const AlarmName = required('string');
const AlarmNames = required(list('string'));
const StateValue = oneOf('OK', 'ALARM', 'INSUFFICIENT_DATA');

const metricQuery = structure({
  Id: required('string'),
  MetricStat: structure({
    Metric: required(structure({ Namespace: required('string'), MetricName: required('string'), Dimensions })),
    Period: required('integer'),
    Stat: required('string'),
  }),
  Expression: 'string',
  Label: 'string',
  ReturnData: 'boolean',
});

const alarm: Members = {
  AlarmName,
  AlarmDescription: 'string',
  ActionsEnabled: 'boolean',
  OKActions: list('string'),
  AlarmActions: list('string'),
  InsufficientDataActions: list('string'),
};

const range: Members = { StartTime: required('timestamp'), EndTime: required('timestamp') };

/** In JSON for the SDK and new aws commands, in forms and XML for older ones. */
export function cloudWatchService(cloudWatch: CloudWatch): Service {
  return {
    signingName: 'monitoring',
    title: 'CloudWatch',
    protocols: [
      jsonProtocol({ version: '1.0', target: 'GraniteServiceVersion20100801' }),
      queryProtocol({ namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' }),
    ],
    timestamps: new Set([
      'AlarmConfigurationUpdatedTimestamp',
      'StateTransitionedTimestamp',
      'StateUpdatedTimestamp',
      'Timestamp',
      'Timestamps',
    ]),
    operations: {
      DeleteAlarms: operation({ AlarmNames }, cloudWatch.deleteAlarms.bind(cloudWatch)),
      DescribeAlarms: operation(
        {
          AlarmNames: list('string'),
          AlarmNamePrefix: 'string',
          AlarmTypes: list(oneOf('MetricAlarm', 'CompositeAlarm')),
          StateValue,
          MaxRecords: 'integer',
          NextToken: 'string',
        },
        cloudWatch.describeAlarms.bind(cloudWatch),
      ),
      DisableAlarmActions: operation({ AlarmNames }, cloudWatch.disableAlarmActions.bind(cloudWatch)),
      EnableAlarmActions: operation({ AlarmNames }, cloudWatch.enableAlarmActions.bind(cloudWatch)),
      GetMetricData: operation(
        {
          MetricDataQueries: required(list(metricQuery)),
          ...range,
          ScanBy: oneOf('TimestampAscending', 'TimestampDescending'),
        },
        cloudWatch.getMetricData.bind(cloudWatch),
      ),
      GetMetricStatistics: operation(
        {
          Namespace: required('string'),
          MetricName: required('string'),
          Dimensions,
          ...range,
          Period: required('integer'),
          Statistics: required(list('string')),
        },
        cloudWatch.getMetricStatistics.bind(cloudWatch),
      ),
      PutCompositeAlarm: operation(
        { ...alarm, AlarmRule: required('string') },
        cloudWatch.putCompositeAlarm.bind(cloudWatch),
      ),
      PutMetricAlarm: operation(
        {
          ...alarm,
          MetricName: 'string',
          Namespace: 'string',
          Dimensions,
          Statistic: 'string',
          Period: 'integer',
          Metrics: list(metricQuery),
          EvaluationPeriods: required('integer'),
          DatapointsToAlarm: 'integer',
          Threshold: 'number',
          ComparisonOperator: required('string'),
          TreatMissingData: 'string',
        },
        cloudWatch.putMetricAlarm.bind(cloudWatch),
      ),
      PutMetricData: operation(
        {
          Namespace: required('string'),
          MetricData: required(
            list(
              structure({
                MetricName: required('string'),
                Dimensions,
                Timestamp: 'timestamp',
                Value: 'number',
                StatisticValues: structure({
                  SampleCount: required('number'),
                  Sum: required('number'),
                  Minimum: required('number'),
                  Maximum: required('number'),
                }),
                Unit: 'string',
                StorageResolution: 'integer',
              }),
            ),
          ),
        },
        cloudWatch.putMetricData.bind(cloudWatch),
      ),
      SetAlarmState: operation(
        {
          AlarmName,
          StateValue: required(StateValue),
          StateReason: required('string'),
          StateReasonData: 'string',
        },
        cloudWatch.setAlarmState.bind(cloudWatch),
      ),
    },
  };
}
