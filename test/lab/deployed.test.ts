/**
 * The lab makes what runs in it from functions/list.ts; an account gets it from the compiled template. Here the template is
 * deployed to the models, and both are compared: what the lab shows is what a deployment has.
 */
import { describe, expect, it } from 'vitest';
import { parseTopology } from '../../core/topology/index.ts';
import { pairOf } from '../../core/topology/pair.ts';
import { asynchronous, functions } from '../../functions/list.ts';
import { functionName } from '../../lab/world/names.ts';
import { createWorld, type WorldSetup } from '../../lab/world.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { compiledTemplate } from '../../scripts/build/compiled.ts';
import { labTopology } from '../lab-topology.ts';

const StackName = 'throwover-prod';
const ZIPS = 'zips';
const Capabilities = ['CAPABILITY_NAMED_IAM'];
const Parameters = [
  { ParameterKey: 'SubnetIds', ParameterValue: 'subnet-1,subnet-2' },
  { ParameterKey: 'SecurityGroupIds', ParameterValue: 'sg-1' },
];

function world(more: Partial<WorldSetup>) {
  const { topology } = parseTopology(labTopology());
  if (topology === undefined) throw new Error('the lab has no topology');
  const clock = new SteppedClock(Date.UTC(2026, 0, 1));
  const addresses = { blue: { v4: '127.0.0.11', v6: '::1' }, green: { v4: '127.0.0.12', v6: '::1' } };
  const nameServers = ['127.0.0.1'];
  return createWorld({ pair: pairOf(topology), clock, seed: 1, active: 'blue', addresses, nameServers, ...more });
}

/** Both were called by the stage, and by the pair where the lab has but one of them. */
const renamed = (text: string) => text.replaceAll('throwover-prod', 'throwover-lab');
const named = <Value>(value: Value): Value => JSON.parse(renamed(JSON.stringify(value)));

function byLab() {
  const made = world({});
  for (const { key, timeoutSeconds, concurrencyPerPair, calledBy } of functions)
    made.lambda.createFunction({
      name: functionName(key),
      timeoutSeconds,
      ...(concurrencyPerPair === undefined ? {} : { reservedConcurrency: concurrencyPerPair }),
      asynchronous: asynchronous(calledBy),
      handler: async () => ({}),
    });
  made.wake();
  return made;
}

function byTemplate() {
  const made = world({ deployed: false, load: () => async () => ({}) });
  // as the package was uploaded
  made.s3.createBucket({ Bucket: ZIPS });
  const template = JSON.parse(compiledTemplate());
  for (const { Type, Properties } of Object.values<{ Type: string; Properties: Record<string, unknown> }>(
    template.Resources,
  )) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { S3Key } = Properties.Code as { S3Key: string };
    made.s3.putObject({ Bucket: ZIPS, Key: S3Key, Body: 'zip' });
    Properties.Code = { S3Bucket: ZIPS, S3Key };
  }
  made.s3.putObject({ Bucket: ZIPS, Key: 'template.json', Body: JSON.stringify(template) });
  const TemplateURL = `https://s3.eu-west-1.amazonaws.com/${ZIPS}/template.json`;
  made.cloudFormation.createStack({ StackName, TemplateURL, Capabilities, Parameters });
  return made;
}

const lab = byLab();
const stack = byTemplate();

describe('the template, deployed', () => {
  it('is made to its end, and made again is no change', () => {
    const [described] = stack.cloudFormation.describeStacks({ StackName }).Stacks;
    const failed = stack.cloudFormation
      .describeStackEvents({ StackName })
      .StackEvents.filter(({ ResourceStatus }) => ResourceStatus.endsWith('FAILED'));
    expect(failed).toEqual([]);
    expect(described?.StackStatus).toBe('CREATE_COMPLETE');
    const TemplateURL = `https://s3.eu-west-1.amazonaws.com/${ZIPS}/template.json`;
    const again = () => stack.cloudFormation.updateStack({ StackName, TemplateURL, Capabilities, Parameters });
    expect(again).toThrow('No updates are to be performed.');
  });

  it('has the lab’s functions, with their time-outs, limits and tries', () => {
    expect(named(stack.lambda.listFunctions().Functions)).toEqual(
      lab.lambda.listFunctions().Functions.map((one) => {
        // what is left to the service's own rules the template does not say
        const { asynchronous: tries = {}, ...rest } = one;
        return Object.keys(tries).length === 0 ? rest : { ...rest, asynchronous: tries };
      }),
    );
  });

  it('has the lab’s state machines, calling the functions by their ARNs', () => {
    for (const { stateMachineArn } of lab.stepFunctions.listStateMachines().stateMachines) {
      const ours = lab.stepFunctions.describeStateMachine({ stateMachineArn });
      const theirs = stack.stepFunctions.describeStateMachine({
        stateMachineArn: stateMachineArn.replace('throwover-lab', 'throwover-prod'),
      });
      const byName = renamed(theirs.definition).replaceAll(/arn:aws:lambda:[^:]*:\d+:function:/g, '');
      expect(JSON.parse(byName)).toEqual(JSON.parse(ours.definition));
    }
    expect(stack.stepFunctions.listStateMachines().stateMachines.length).toBe(3);
  });

  it('has the lab’s table and bucket', () => {
    const { CreationDateTime: _, ...table } = stack.dynamoDb.describeTable({ TableName: 'throwover-prod' }).Table;
    const { CreationDateTime: __, ...ours } = lab.dynamoDb.describeTable({ TableName: 'throwover-lab' }).Table;
    expect(named(table)).toEqual(ours);
    const buckets = (of: typeof lab) => of.s3.listBuckets().Buckets.map(({ Name }) => renamed(Name));
    expect(buckets(stack)).toEqual(expect.arrayContaining(buckets(lab)));
  });

  it('hands alarms on by the lab’s rule, and topics by the lab’s subscription', () => {
    const rules = (of: typeof lab) =>
      of.eventBridge.listRules().Rules.map(({ Name, EventPattern }) => ({
        pattern: JSON.parse(renamed(EventPattern)),
        targets: of.eventBridge
          .listTargetsByRule({ Rule: Name })
          .Targets.map(({ Arn, RetryPolicy }) => ({ Arn: renamed(Arn), RetryPolicy })),
      }));
    expect(rules(stack)).toEqual(expect.arrayContaining(rules(lab)));
    const subscribed = (of: typeof lab) =>
      of.sns
        .listTopics()
        .Topics.flatMap((topic) =>
          of.sns
            .listSubscriptionsByTopic(topic)
            .Subscriptions.map(({ TopicArn, Endpoint }) => ({ TopicArn, Endpoint })),
        );
    expect(named(subscribed(stack))).toEqual(subscribed(lab));
    expect(stack.sns.listTopics().Topics.length).toBe(2);
  });

  it('wakes what the lab wakes, as often', () => {
    const schedules = (of: typeof lab) =>
      of.scheduler.listSchedules().Schedules.map(({ ScheduleExpression, Target }) =>
        // one watch for all pairs there, one for its pair here
        [ScheduleExpression, renamed(Target.Arn)].join(' '),
      );
    expect(schedules(stack).sort()).toEqual(schedules(lab).sort());
  });

  it('has an alarm of the lab’s name for each cluster, and more', () => {
    const alarms = (of: typeof lab) =>
      of.cloudWatch.describeAlarms().MetricAlarms.map(({ AlarmName }) => renamed(AlarmName));
    expect(alarms(stack)).toEqual(expect.arrayContaining(alarms(lab)));
  });

  it('gives each function a role of its own, and publishes no parameter: who is active a run says', () => {
    const of = (type: string) =>
      stack.cloudFormation
        .listStackResources({ StackName })
        .StackResourceSummaries.filter(({ ResourceType }) => ResourceType === type)
        .map(({ LogicalResourceId }) => LogicalResourceId);
    expect(of('AWS::IAM::Role')).toEqual(expect.arrayContaining(functions.map(({ role }) => role)));
    expect(of('AWS::SSM::Parameter')).toEqual([]);
  });
});
