import type { DynamoDb } from '../../models/dynamodb/dynamodb.ts';
import type { Route53 } from '../../models/route53/route53.ts';
import type { Ssm } from '../../models/ssm.ts';
import type { StepFunctions } from '../../models/step-functions/step-functions.ts';
import type { Service } from './service.ts';
import { dynamoDbService } from './services/dynamodb.ts';
import { route53Service } from './services/route53.ts';
import { ssmService } from './services/ssm.ts';
import { stepFunctionsService } from './services/step-functions.ts';

export interface AwsModels {
  readonly dynamoDb: DynamoDb;
  readonly route53: Route53;
  readonly ssm: Ssm;
  readonly stepFunctions: StepFunctions;
}

/** Every service that the lab speaks, over these models. */
export function awsServices(models: AwsModels): Service[] {
  return [
    dynamoDbService(models.dynamoDb),
    route53Service(models.route53),
    ssmService(models.ssm),
    stepFunctionsService(models.stepFunctions),
  ];
}
