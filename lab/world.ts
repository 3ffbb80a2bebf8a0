/**
 * The world of one pair, made of models: two clusters with their load balancers and ExternalDNS, zones, the AWS services
 * we use, and customers behind resolvers. Nothing of ours is in it but the names in the topology.
 */
import type { NamedPair } from '../core/topology/pair.ts';
import type { Clock } from '../models/clock.ts';
import { CloudFormation } from '../models/cloudformation/cloudformation.ts';
import type { UploadedCode } from '../models/cloudformation/resource-types.ts';
import type { CloudWatch } from '../models/cloudwatch/cloudwatch.ts';
import { DynamoDb } from '../models/dynamodb/dynamodb.ts';
import type { CreateTableInput } from '../models/dynamodb/requests.ts';
import { Eks } from '../models/eks.ts';
import { EventBridge } from '../models/eventbridge/eventbridge.ts';
import type { ExternalDns } from '../models/external-dns/external-dns.ts';
import { numberedIds } from '../models/ids.ts';
import type { Cluster } from '../models/kubernetes/cluster.ts';
import type { LifeSettings } from '../models/kubernetes/life-settings.ts';
import { type FunctionDefinition, Lambda } from '../models/lambda.ts';
import type { LoadBalancer } from '../models/load-balancer.ts';
import { type Random, seeded } from '../models/random.ts';
import { Route53 } from '../models/route53/route53.ts';
import type { RulesGiven } from '../models/route53/rules.ts';
import { S3 } from '../models/s3.ts';
import { Scheduler } from '../models/scheduler.ts';
import { Sns } from '../models/sns.ts';
import { Ssm } from '../models/ssm.ts';
import { StepFunctions } from '../models/step-functions/step-functions.ts';
import { Sts, sampleAccount } from '../models/sts.ts';
import { type MachineName, machineCalled } from './machine.ts';
import { type AuthenticateAt, type ClusterAddresses, clustersOf } from './world/clusters.ts';
import { externalDnsOf } from './world/external-dns.ts';
import { machineName, nameServerName, RECORDS, TABLE } from './world/names.ts';
import { cloudWatchOf, rehearseByTheCalendar, routeAlarms, topicOf, watchEveryMinute } from './world/signals.ts';
import { zoneContents } from './world/zones.ts';

export { TABLE } from './world/names.ts';

export interface WorldSetup {
  readonly pair: NamedPair;
  readonly clock: Clock;
  readonly seed: number;
  /** The cluster that has the traffic when the world begins. */
  readonly active: string;
  readonly addresses: Readonly<Record<string, ClusterAddresses>>;
  /** Addresses of the zones' name servers. */
  readonly nameServers: readonly string[];
  readonly life?: Partial<LifeSettings>;
  readonly rules?: RulesGiven;
  /** How long each ExternalDNS takes from reading the zones to writing them; 0, if left out. */
  readonly planDelayMs?: number;
  /** The world of another pair in the same account, whose zones hold the names of this one, too. */
  readonly beside?: PairWorld;
  /** Left out, every token is an operator's. */
  readonly authenticate?: AuthenticateAt;
  /** False: an account in which nothing of Throwover's stands, to deploy it to. */
  readonly deployed?: boolean;
  /** Runs code that is uploaded. Left out, nobody does. */
  readonly load?: (code: UploadedCode) => FunctionDefinition['handler'];
}

export interface PairWorld {
  readonly pair: NamedPair;
  readonly clock: Clock;
  readonly random: Random;
  readonly nameServers: readonly string[];
  readonly clusters: Readonly<Record<string, Cluster>>;
  /** By host name. */
  readonly balancers: Map<string, LoadBalancer>;
  readonly externalDns: Readonly<Record<string, ExternalDns>>;
  readonly route53: Route53;
  readonly dynamoDb: DynamoDb;
  readonly ssm: Ssm;
  readonly eks: Eks;
  readonly lambda: Lambda;
  readonly stepFunctions: StepFunctions;
  readonly eventBridge: EventBridge;
  readonly cloudFormation: CloudFormation;
  readonly cloudWatch: CloudWatch;
  readonly s3: S3;
  readonly scheduler: Scheduler;
  readonly sns: Sns;
  readonly sts: Sts;
  /** Where the machines are, by the ends of their names. */
  readonly machines: Readonly<Record<MachineName, string>>;
  /** Alarms reach `on-alarm`, the watch ticks and drills begin, from now on: call it when the functions exist. */
  readonly wake: () => void;
}

const LEDGER_TABLE = {
  TableName: TABLE,
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies CreateTableInput;

export function createWorld(setup: WorldSetup): PairWorld {
  const { pair, clock, seed, active, deployed: isDeployed = true } = setup;
  const random = seeded(seed);
  const own = () => seeded(Math.floor(random() * 2 ** 32));
  const { clusters, balancers } = clustersOf(pair, clock, own, active, setup.addresses, setup.life, setup.authenticate);
  const route53 =
    setup.beside?.route53 ??
    new Route53({
      clock,
      random: own(),
      ...(setup.rules === undefined ? {} : { rules: setup.rules }),
      loadBalancers: (dnsName) => {
        const balancer = balancers.get(dnsName);
        return balancer === undefined
          ? undefined
          : {
              addresses: { v4: [...balancer.addresses.v4], v6: [...balancer.addresses.v6] },
              healthy: balancer.healthy,
            };
      },
    });
  for (const [host, balancer] of balancers) setup.beside?.balancers.set(host, balancer);
  for (const zone of pair.zones) {
    if (setup.beside !== undefined) route53.seed(zone.id, zoneContents(pair, zone, active));
    else
      route53.createZone({
        name: zone.name,
        id: zone.id,
        private: zone.private,
        nameServers: setup.nameServers.map((_, index) => nameServerName(index)),
        recordSets: zoneContents(pair, zone, active),
      });
  }
  const dynamoDb = new DynamoDb({ clock });
  const s3 = new S3({ clock });
  if (isDeployed) {
    dynamoDb.createTable(LEDGER_TABLE);
    s3.createBucket({ Bucket: RECORDS });
  }
  const ids = numberedIds();
  const lambda = new Lambda({ clock, ids });
  const invoke = async (name: string, payload: unknown) => {
    const { FunctionError, Payload } = await lambda
      .invoke({ FunctionName: name, Payload: payload })
      .catch(asLambdaError);
    if (FunctionError === undefined) return Payload;
    const { errorType = 'Error', errorMessage = '' } = Payload as { errorType?: string; errorMessage?: string };
    throw Object.assign(new Error(errorMessage), { name: errorType });
  };
  const deliver = async (arn: string, event: unknown) => {
    if (arn.includes(':sns:')) return sns.publish({ TopicArn: arn, Message: JSON.stringify(event) });
    return arn.includes(':stateMachine:')
      ? stepFunctions.startExecution({ stateMachineArn: arn, input: JSON.stringify(event) })
      : lambda.invoke({ FunctionName: arn, InvocationType: 'Event', Payload: event });
  };
  const eventBridge = new EventBridge({
    clock,
    ids,
    delayMs: 500,
    deliver,
  });
  const stepFunctions = new StepFunctions({
    clock,
    random: own(),
    ids,
    region: sampleAccount.region,
    accountId: sampleAccount.accountId,
    invokeLambda: invoke,
    invokeCopies: true,
  });
  const createMachine = (name: MachineName) =>
    isDeployed
      ? stepFunctions.createStateMachine({ name: machineName(name), definition: machineCalled(name) }).stateMachineArn
      : machineToBe(name);
  const machines = {
    switch: createMachine('switch'),
    drill: createMachine('drill'),
    answer: createMachine('answer'),
  };
  const eks = new Eks({ clock });
  for (const [name, cluster] of Object.entries(clusters)) {
    eks.register({ cluster, endpoint: `https://${name}.eks.test`, certificateAuthorityData: '' });
  }
  const sns = new Sns({ clock, ids, deliver });
  const cloudWatch = cloudWatchOf(pair, balancers, clock, ids, {
    emit: (event) => void eventBridge.emit(event),
    deliver,
    publish: (message) => sns.publish(message),
    alarms: isDeployed,
  });
  const scheduler = new Scheduler({ clock, deliver });
  const { load = nobodyRuns } = setup;
  const services = { cloudWatch, dynamoDb, eventBridge, lambda, s3, scheduler, sns, stepFunctions };
  const cloudFormation = new CloudFormation({ clock, ids, ...services, load });
  const wake = () => {
    routeAlarms(pair, eventBridge, lambda);
    topicOf(sns, lambda);
    watchEveryMinute(pair, scheduler, lambda);
    rehearseByTheCalendar(pair, scheduler, lambda, machines.drill);
  };
  const externalDns = externalDnsOf(pair, clusters, route53, clock, own, setup.planDelayMs);
  return {
    pair,
    clock,
    random,
    nameServers: setup.nameServers,
    clusters,
    balancers,
    externalDns,
    route53,
    dynamoDb,
    ssm: new Ssm({ clock }),
    eks,
    lambda,
    stepFunctions,
    eventBridge,
    cloudFormation,
    cloudWatch,
    s3,
    scheduler,
    sns,
    sts: new Sts(),
    machines,
    wake,
  };
}

/** Where the machine of the usual stage will be. */
function machineToBe(name: MachineName): string {
  const { region, accountId } = sampleAccount;
  return `arn:aws:states:${region}:${accountId}:stateMachine:throwover-prod-${name}`;
}

function nobodyRuns({ functionName }: UploadedCode): FunctionDefinition['handler'] {
  throw new Error(`nobody in this world runs uploaded code: ${functionName}`);
}

/** Lambda's own refusals carry its name in front, as Step Functions reports them. */
function asLambdaError(cause: unknown): never {
  if (cause instanceof Error) throw Object.assign(new Error(cause.message), { name: `Lambda.${cause.name}` });
  throw cause;
}
