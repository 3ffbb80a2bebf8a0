import type { CloudFormation } from '../../models/cloudformation/cloudformation.ts';
import type { CloudWatch } from '../../models/cloudwatch/cloudwatch.ts';
import type { DynamoDb } from '../../models/dynamodb/dynamodb.ts';
import type { Eks } from '../../models/eks.ts';
import type { EventBridge } from '../../models/eventbridge/eventbridge.ts';
import type { Lambda } from '../../models/lambda.ts';
import type { Route53 } from '../../models/route53/route53.ts';
import type { S3 } from '../../models/s3.ts';
import type { Scheduler } from '../../models/scheduler.ts';
import type { Sns } from '../../models/sns.ts';
import type { Ssm } from '../../models/ssm.ts';
import type { StepFunctions } from '../../models/step-functions/step-functions.ts';
import type { Sts } from '../../models/sts.ts';
import type { Service } from './service.ts';
import { cloudFormationService } from './services/cloudformation.ts';
import { cloudWatchService } from './services/cloudwatch.ts';
import { dynamoDbService } from './services/dynamodb.ts';
import { eksService } from './services/eks.ts';
import { eventBridgeService } from './services/eventbridge.ts';
import { lambdaService } from './services/lambda.ts';
import { route53Service } from './services/route53.ts';
import { s3Service } from './services/s3.ts';
import { schedulerService } from './services/scheduler.ts';
import { snsService } from './services/sns.ts';
import { ssmService } from './services/ssm.ts';
import { stepFunctionsService } from './services/step-functions.ts';
import { stsService } from './services/sts.ts';

export interface AwsModels {
  readonly cloudFormation: CloudFormation;
  readonly cloudWatch: CloudWatch;
  readonly dynamoDb: DynamoDb;
  readonly eks: Eks;
  readonly eventBridge: EventBridge;
  readonly lambda: Lambda;
  readonly route53: Route53;
  readonly s3: S3;
  readonly scheduler: Scheduler;
  readonly sns: Sns;
  readonly ssm: Ssm;
  readonly stepFunctions: StepFunctions;
  readonly sts: Sts;
}

/** Every service that the lab speaks, over these models. */
export function awsServices(models: AwsModels): Service[] {
  return [
    cloudFormationService(models.cloudFormation),
    cloudWatchService(models.cloudWatch),
    dynamoDbService(models.dynamoDb),
    eksService(models.eks),
    eventBridgeService(models.eventBridge),
    schedulerService(models.scheduler),
    lambdaService(models.lambda),
    route53Service(models.route53),
    s3Service(models.s3),
    snsService(models.sns),
    ssmService(models.ssm),
    stepFunctionsService(models.stepFunctions),
    stsService(models.sts),
  ];
}
