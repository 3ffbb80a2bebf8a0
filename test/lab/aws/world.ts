import { type AwsServerOptions, type RunningAwsServer, startAwsServer } from '../../../lab/aws/server.ts';
import { awsServices } from '../../../lab/aws/services.ts';
import { shippedSet } from '../../../lab/kubernetes/shipped-set.ts';
import { pause } from '../../../models/clock.ts';
import { CloudFormation } from '../../../models/cloudformation/cloudformation.ts';
import { CloudWatch } from '../../../models/cloudwatch/cloudwatch.ts';
import { DynamoDb } from '../../../models/dynamodb/dynamodb.ts';
import { Eks } from '../../../models/eks.ts';
import { EventBridge } from '../../../models/eventbridge/eventbridge.ts';
import { standardCluster } from '../../../models/kubernetes/standard-cluster.ts';
import { Lambda } from '../../../models/lambda.ts';
import { seeded } from '../../../models/random.ts';
import { Route53 } from '../../../models/route53/route53.ts';
import { S3 } from '../../../models/s3.ts';
import { Scheduler } from '../../../models/scheduler.ts';
import { Sns } from '../../../models/sns.ts';
import { Ssm } from '../../../models/ssm.ts';
import { StepFunctions } from '../../../models/step-functions/step-functions.ts';
import { Sts, sampleAccount } from '../../../models/sts.ts';
import { EagerClock } from '../eager-clock.ts';

export const startsAt = Date.parse('2026-11-20T07:00:00.123Z');
export const region = sampleAccount.region;
export const ZONE = 'Z0EXAMPLE';
export const BUCKET = 'throwover-lab-records';
export const TABLE = 'throwover-lab';

/** Models with something in them, behind a socket. */
export async function startWorld(options: Partial<AwsServerOptions> = {}) {
  const clock = new EagerClock(startsAt);
  const random = seeded(1);
  const route53 = new Route53({ clock, random, loadBalancers: () => undefined });
  route53.createZone({ name: 'example.test', id: ZONE, recordSets: [weighted('blue', 100), weighted('green', 0)] });
  const dynamoDb = new DynamoDb({ clock });
  dynamoDb.createTable(tableDescription(TABLE));
  const eks = new Eks({ clock });
  eks.register({ cluster: smallCluster(clock), endpoint: 'https://127.0.0.11:6443', certificateAuthorityData: 'UEVN' });
  const delivered: { arn: string; event: unknown }[] = [];
  const deliver = async (arn: string, event: unknown) => delivered.push({ arn, event });
  const stepFunctions = new StepFunctions({ clock, random, ...sampleAccount, invokeLambda: async () => ({}) });
  const lambda = new Lambda({ clock });
  lambda.createFunction({
    name: 'throwover-lab-steer',
    timeoutSeconds: 50,
    handler: async (event) => {
      await pause(clock, 1_000);
      if (event === 'fail') throw Object.assign(new Error('blue still has it'), { name: 'Superseded' });
      return { seen: event };
    },
  });
  const s3 = new S3({ clock });
  s3.createBucket({ Bucket: BUCKET });
  const services = {
    cloudWatch: new CloudWatch({ clock }),
    dynamoDb,
    eventBridge: new EventBridge({ clock, deliver }),
    lambda,
    s3,
    scheduler: new Scheduler({ clock, deliver }),
    sns: new Sns({ clock, deliver }),
    stepFunctions,
  };
  const load = () => async () => ({});
  const models = {
    ...services,
    cloudFormation: new CloudFormation({ clock, ...services, load }),
    eks,
    route53,
    ssm: new Ssm({ clock }),
    sts: new Sts(),
  };
  const faults: unknown[] = [];
  const server = await startAwsServer({
    services: awsServices(models),
    door: { address: '127.0.0.1', port: 0, flag: '--aws-port' },
    onFault: (error) => faults.push(error),
    ...options,
  });
  return { ...models, clock, server, faults, delivered, client: clientSettings(server) };
}

function smallCluster(clock: EagerClock) {
  return standardCluster({
    set: shippedSet(),
    name: 'blue',
    clock,
    random: seeded(2),
    authenticate: () => undefined,
    balancerHost: 'blue-lb.elb.test',
    role: 'active',
    services: [],
    canaryHost: 'canary.blue.example.test',
  });
}

/** What every SDK client of a test is made with. */
export function clientSettings({ endpoint }: RunningAwsServer) {
  return {
    endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: 'steer', secretAccessKey: 'of-no-use' },
  };
}

export function weighted(cluster: string, Weight: number) {
  return {
    Name: 'shop.example.test.',
    Type: 'A' as const,
    SetIdentifier: cluster,
    Weight,
    TTL: 60,
    ResourceRecords: [{ Value: cluster === 'blue' ? '127.0.0.11' : '127.0.0.12' }],
  };
}

export function tableDescription(TableName: string) {
  return {
    TableName,
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' as const },
      { AttributeName: 'sk', KeyType: 'RANGE' as const },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' as const },
      { AttributeName: 'sk', AttributeType: 'S' as const },
    ],
    BillingMode: 'PAY_PER_REQUEST' as const,
  };
}

/** What a client command was refused with. */
export async function refusal(sent: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await sent;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('it was not refused');
}
