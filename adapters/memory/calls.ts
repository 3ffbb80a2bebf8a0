/** The calls of `adapters/aws` answered by models: the same translation, other ends. */
import type { CloudWatch } from '../../models/cloudwatch/cloudwatch.ts';
import type { DynamoDb } from '../../models/dynamodb/dynamodb.ts';
import type { Eks } from '../../models/eks.ts';
import type { EventBridge } from '../../models/eventbridge/eventbridge.ts';
import type { Route53 } from '../../models/route53/route53.ts';
import type { S3 } from '../../models/s3.ts';
import type { Ssm } from '../../models/ssm.ts';
import type { StepFunctions } from '../../models/step-functions/step-functions.ts';
import type {
  AlarmCalls,
  CloudWatchCalls,
  DynamoDbCalls,
  DynamoDbUpdateCalls,
  EksCalls,
  EksUpdateCalls,
  EventBridgeCalls,
  Item,
  Route53Calls,
  S3Calls,
  SsmCalls,
  StepFunctionsCalls,
  TaskTokenCalls,
} from '../aws/calls.ts';
import { type Network, over } from './network.ts';

/** Who is calling, for the model's counters. */
const CALLER = 'throwover';

export function route53Calls(route53: Route53, network: Network, caller = CALLER): Route53Calls {
  return {
    listResourceRecordSets: (input) =>
      over(network, 'route53:ListResourceRecordSets', () => route53.listResourceRecordSets(input, caller)),
    changeResourceRecordSets: (input) =>
      over(network, 'route53:ChangeResourceRecordSets', () => route53.changeResourceRecordSetsInTime(input, caller)),
    getChange: (input) => over(network, 'route53:GetChange', () => route53.getChange(input, caller)),
  };
}

export function dynamoDbCalls(dynamoDb: DynamoDb, network: Network): DynamoDbCalls {
  return {
    getItem: (input) => over(network, 'dynamodb:GetItem', () => dynamoDb.getItem(input) as { Item?: Item }),
    putItem: (input) => over(network, 'dynamodb:PutItem', () => dynamoDb.putItem(input)),
    query: (input) =>
      over(network, 'dynamodb:Query', () => dynamoDb.query(input) as { Items?: Item[]; LastEvaluatedKey?: Item }),
  };
}

export function dynamoDbUpdateCalls(dynamoDb: DynamoDb, network: Network): DynamoDbUpdateCalls {
  return { updateItem: (input) => over(network, 'dynamodb:UpdateItem', () => dynamoDb.updateItem(input)) };
}

export function ssmCalls(ssm: Ssm, network: Network): SsmCalls {
  return {
    getParameters: (input) => over(network, 'ssm:GetParameters', () => ssm.getParameters(input)),
    putParameter: (input) => over(network, 'ssm:PutParameter', () => ssm.putParameter(input)),
  };
}

export function stepFunctionsCalls(stepFunctions: StepFunctions, network: Network): StepFunctionsCalls {
  return {
    describeExecution: (input) =>
      over(network, 'states:DescribeExecution', () => stepFunctions.describeExecution(input)),
    startExecution: (input) => over(network, 'states:StartExecution', () => stepFunctions.startExecution(input)),
  };
}

export function taskTokenCalls(stepFunctions: StepFunctions, network: Network): TaskTokenCalls {
  return {
    sendTaskSuccess: (input) => over(network, 'states:SendTaskSuccess', () => stepFunctions.sendTaskSuccess(input)),
    sendTaskHeartbeat: (input) =>
      over(network, 'states:SendTaskHeartbeat', () => stepFunctions.sendTaskHeartbeat(input)),
  };
}

export function alarmCalls(cloudWatch: CloudWatch, network: Network): AlarmCalls {
  return {
    describeAlarms: (input) => over(network, 'cloudwatch:DescribeAlarms', () => cloudWatch.describeAlarms(input)),
  };
}

export function s3Calls(s3: S3, network: Network): S3Calls {
  return { putObject: (input) => over(network, 's3:PutObject', () => s3.putObject(input)) };
}

export function eventBridgeCalls(eventBridge: EventBridge, network: Network): EventBridgeCalls {
  return {
    putEvents: (input) =>
      over(
        network,
        'events:PutEvents',
        () => eventBridge.putEvents(input) as Awaited<ReturnType<EventBridgeCalls['putEvents']>>,
      ),
  };
}

export function cloudWatchCalls(cloudWatch: CloudWatch, network: Network): CloudWatchCalls {
  return {
    getMetricData: (input) => over(network, 'cloudwatch:GetMetricData', () => cloudWatch.getMetricData(input)),
  };
}

export function eksUpdateCalls(eks: Eks, network: Network): EksUpdateCalls {
  return {
    describeCluster: (input) => over(network, 'eks:DescribeCluster', () => eks.describeCluster(input)),
    listNodegroups: (input) => over(network, 'eks:ListNodegroups', () => eks.listNodegroups(input)),
    describeNodegroup: (input) => over(network, 'eks:DescribeNodegroup', () => eks.describeNodegroup(input)),
    listAddons: (input) => over(network, 'eks:ListAddons', () => eks.listAddons(input)),
    describeAddon: (input) => over(network, 'eks:DescribeAddon', () => eks.describeAddon(input)),
    listUpdates: (input) => over(network, 'eks:ListUpdates', () => eks.listUpdates(input)),
    describeUpdate: (input) => over(network, 'eks:DescribeUpdate', () => eks.describeUpdate(input)),
  };
}

export function eksCalls(eks: Eks, network: Network): EksCalls {
  return {
    describeCluster: (input) => over(network, 'eks:DescribeCluster', () => eks.describeCluster(input)),
    listNodegroups: (input) => over(network, 'eks:ListNodegroups', () => eks.listNodegroups(input)),
    describeNodegroup: (input) => over(network, 'eks:DescribeNodegroup', () => eks.describeNodegroup(input)),
    updateNodegroupConfig: (input) =>
      over(network, 'eks:UpdateNodegroupConfig', () => eks.updateNodegroupConfig(input)),
  };
}
