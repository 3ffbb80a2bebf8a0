/** An account with nothing in it, on a stepped clock; code that is uploaded answers with its own text. */
import { CloudFormation } from '../../../models/cloudformation/cloudformation.ts';
import type { UploadedCode } from '../../../models/cloudformation/resource-types.ts';
import { CloudWatch } from '../../../models/cloudwatch/cloudwatch.ts';
import { DynamoDb } from '../../../models/dynamodb/dynamodb.ts';
import { EventBridge } from '../../../models/eventbridge/eventbridge.ts';
import { Lambda } from '../../../models/lambda.ts';
import { seeded } from '../../../models/random.ts';
import { S3 } from '../../../models/s3.ts';
import { Scheduler } from '../../../models/scheduler.ts';
import { Sns } from '../../../models/sns.ts';
import { StepFunctions } from '../../../models/step-functions/step-functions.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { sampleAccount } from '../../../models/sts.ts';

export const ZIPS = 'zips';

export function emptyAccount() {
  const clock = new SteppedClock(Date.UTC(2026, 0, 1));
  const deliver = async () => ({});
  const lambda = new Lambda({ clock });
  const loaded: UploadedCode[] = [];
  const services = {
    cloudWatch: new CloudWatch({ clock }),
    dynamoDb: new DynamoDb({ clock }),
    eventBridge: new EventBridge({ clock, deliver }),
    lambda,
    s3: new S3({ clock }),
    scheduler: new Scheduler({ clock, deliver }),
    sns: new Sns({ clock, deliver }),
    stepFunctions: new StepFunctions({ clock, random: seeded(1), ...sampleAccount, invokeLambda: async () => ({}) }),
  };
  const load = (code: UploadedCode) => {
    loaded.push(code);
    const text = Buffer.from(code.zip).toString();
    if (text === 'broken') throw new Error('Could not unzip uploaded file');
    return async () => text;
  };
  services.s3.createBucket({ Bucket: ZIPS });
  const cloudFormation = new CloudFormation({ clock, ...services, load });
  const upload = (Key: string, Body: string) => services.s3.putObject({ Bucket: ZIPS, Key, Body });
  const statusOf = (StackName: string) => cloudFormation.describeStacks({ StackName }).Stacks[0]?.StackStatus;
  return { ...services, clock, cloudFormation, upload, statusOf, loaded };
}

/** A template of these resources, as text. */
export function templateOf(Resources: object, more: object = {}): string {
  return JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources, ...more });
}
