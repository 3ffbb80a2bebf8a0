import { type AwsServerOptions, type RunningAwsServer, startAwsServer } from '../../../lab/aws/server.ts';
import { awsServices } from '../../../lab/aws/services.ts';
import { DynamoDb } from '../../../models/dynamodb/dynamodb.ts';
import { seeded } from '../../../models/random.ts';
import { Route53 } from '../../../models/route53/route53.ts';
import { Ssm } from '../../../models/ssm.ts';
import { StepFunctions } from '../../../models/step-functions/step-functions.ts';
import { sampleAccount } from '../../../models/sts.ts';
import { EagerClock } from '../eager-clock.ts';

export const startsAt = Date.parse('2026-11-20T07:00:00.123Z');
export const region = sampleAccount.region;
export const ZONE = 'Z0EXAMPLE';
export const TABLE = 'throwover-lab';

/** Models with something in them, behind a socket. */
export async function startWorld(options: Partial<AwsServerOptions> = {}) {
  const clock = new EagerClock(startsAt);
  const random = seeded(1);
  const route53 = new Route53({ clock, random, loadBalancers: () => undefined });
  route53.createZone({ name: 'example.test', id: ZONE, recordSets: [weighted('blue', 100), weighted('green', 0)] });
  const dynamoDb = new DynamoDb({ clock });
  dynamoDb.createTable(tableDescription(TABLE));
  const ssm = new Ssm({ clock });
  const stepFunctions = new StepFunctions({ clock, random, ...sampleAccount, invokeLambda: async () => ({}) });
  const models = { dynamoDb, route53, ssm, stepFunctions };
  const faults: unknown[] = [];
  const server = await startAwsServer({
    services: awsServices(models),
    door: { address: '127.0.0.1', port: 0, flag: '--aws-port' },
    onFault: (error) => faults.push(error),
    ...options,
  });
  return { ...models, clock, server, faults, client: clientSettings(server) };
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
