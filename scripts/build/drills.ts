/** What the deployment has for each pair's drills: the schedule by its cadence, and the alarm that one was missed. */
import { scheduleExpression } from '../../core/topology/drill-slots.ts';
import type { Topology } from '../../core/topology/index.ts';
import { logicalPart } from './alarms.ts';

/** The hour in which functions/check-drills.ts says so once. */
const PERIOD_SECONDS = 3_600;
/** Hours without any word: who looks whether drills begin is not there any more. */
const PERIODS = 3;

/** By logical id. */
export function drillResources({ pairs }: Topology): Record<string, object> {
  return Object.fromEntries(
    Object.entries(pairs).flatMap(([name, { drills }]) => {
      const expression = scheduleExpression(drills);
      if (expression === undefined) return [];
      const id = logicalPart(name);
      return [
        [`DrillSchedule${id}`, schedule(name, expression)],
        [`DrillMissed${id}`, alarm(name)],
      ];
    }),
  );
}

/** A drill that begins late begins in somebody's evening: it is dropped, and missed, and that is an alarm. */
function schedule(pair: string, expression: string): object {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: `throwover-\${sls:stage}-drill-${pair}`.slice(0, NAME_LONGEST),
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { Ref: 'DrillMachine' },
        RoleArn: { 'Fn::GetAtt': ['DrillScheduleRole', 'Arn'] },
        Input: JSON.stringify({ pair, slot: '<aws.scheduler.scheduled-time>' }),
        RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 5 },
      },
    },
  };
}

const NAME_LONGEST = 64;

function alarm(pair: string): object {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `throwover/\${sls:stage}/drill-missed/${pair}`,
      AlarmDescription: `Scope: the pair ${pair}. A drill was due and did not begin, or nobody looks any more whether they do: throwover drills --pair ${pair}`,
      Namespace: 'Throwover',
      MetricName: 'DrillMissed',
      Dimensions: [{ Name: 'pair', Value: pair }],
      Statistic: 'Maximum',
      Period: PERIOD_SECONDS,
      EvaluationPeriods: PERIODS,
      DatapointsToAlarm: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'breaching',
      AlarmActions: [{ Ref: 'Notices' }],
    },
  };
}
