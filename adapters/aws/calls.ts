/**
 * The operations we call, one function each, in the shapes of the SDK cut down to what we read and write. The SDK's
 * clients give them in `clients.ts`, the models in `adapters/memory/`: so what is translated is translated once.
 */

export interface AwsRecordSet {
  readonly Name?: string | undefined;
  readonly Type?: string | undefined;
  readonly SetIdentifier?: string | undefined;
  readonly Weight?: number | undefined;
  readonly Region?: string | undefined;
  readonly Failover?: string | undefined;
  readonly GeoLocation?: unknown;
  readonly GeoProximityLocation?: unknown;
  readonly CidrRoutingConfig?: unknown;
  readonly MultiValueAnswer?: boolean | undefined;
  readonly TTL?: number | undefined;
  readonly ResourceRecords?: readonly { readonly Value?: string | undefined }[] | undefined;
  readonly AliasTarget?:
    | {
        readonly HostedZoneId?: string | undefined;
        readonly DNSName?: string | undefined;
        readonly EvaluateTargetHealth?: boolean | undefined;
      }
    | undefined;
  readonly HealthCheckId?: string | undefined;
}

export interface ListPage {
  readonly ResourceRecordSets?: readonly AwsRecordSet[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly NextRecordName?: string | undefined;
  readonly NextRecordType?: string | undefined;
  readonly NextRecordIdentifier?: string | undefined;
}

export interface AwsChange {
  readonly Action: 'CREATE' | 'DELETE' | 'UPSERT';
  readonly ResourceRecordSet: WrittenRecordSet;
}

/** A record set as we write it: simple or weighted. */
export interface WrittenRecordSet {
  readonly Name: string;
  readonly Type: string;
  readonly SetIdentifier?: string;
  readonly Weight?: number;
  readonly TTL?: number;
  readonly ResourceRecords?: { Value: string }[];
  readonly AliasTarget?: { HostedZoneId: string; DNSName: string; EvaluateTargetHealth: boolean };
  readonly HealthCheckId?: string;
}

export interface Route53Calls {
  listResourceRecordSets(input: {
    HostedZoneId: string;
    StartRecordName?: string;
    StartRecordType?: string;
    StartRecordIdentifier?: string;
    MaxItems?: number;
  }): Promise<ListPage>;
  changeResourceRecordSets(input: {
    HostedZoneId: string;
    ChangeBatch: { Comment: string; Changes: AwsChange[] };
  }): Promise<{ readonly ChangeInfo?: { readonly Id?: string | undefined } | undefined }>;
  getChange(input: {
    Id: string;
  }): Promise<{ readonly ChangeInfo?: { readonly Status?: string | undefined } | undefined }>;
}

/** One DynamoDB attribute. */
export type Attribute =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: Attribute[] }
  | { M: Record<string, Attribute> };

export type Item = Record<string, Attribute>;

export interface DynamoDbCalls {
  getItem(input: { TableName: string; Key: Item; ConsistentRead: true }): Promise<{ readonly Item?: Item | undefined }>;
  putItem(input: {
    TableName: string;
    Item: Item;
    ConditionExpression?: string;
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Item;
  }): Promise<unknown>;
  query(input: {
    TableName: string;
    ConsistentRead: true;
    KeyConditionExpression: string;
    ExpressionAttributeValues: Item;
    ScanIndexForward?: false;
    Limit?: number;
    ExclusiveStartKey?: Item;
  }): Promise<{ readonly Items?: Item[] | undefined; readonly LastEvaluatedKey?: Item | undefined }>;
}

/** For whoever may write two attributes of an item and nothing else of it. */
export interface DynamoDbUpdateCalls {
  updateItem(input: {
    TableName: string;
    Key: Item;
    UpdateExpression: string;
    ConditionExpression: string;
    ExpressionAttributeNames: Record<string, string>;
    ExpressionAttributeValues: Item;
    ReturnValues: 'NONE';
  }): Promise<unknown>;
}

export interface SsmCalls {
  /** What is not there is left out of the answer. */
  getParameters(input: { Names: string[] }): Promise<{
    readonly Parameters?:
      | readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[]
      | undefined;
  }>;
  putParameter(input: { Name: string; Value: string; Type: 'String'; Overwrite: true }): Promise<unknown>;
}

export interface StepFunctionsCalls {
  describeExecution(input: { executionArn: string }): Promise<{
    readonly status?: string | undefined;
    readonly output?: string | undefined;
    readonly cause?: string | undefined;
  }>;
  startExecution(input: { stateMachineArn: string; name: string; input: string }): Promise<unknown>;
}

export interface TaskTokenCalls {
  sendTaskSuccess(input: { taskToken: string; output: string }): Promise<unknown>;
  sendTaskHeartbeat(input: { taskToken: string }): Promise<unknown>;
}

export interface EventBridgeCalls {
  putEvents(input: { Entries: { Source: string; DetailType: string; Detail: string }[] }): Promise<{
    readonly FailedEntryCount?: number | undefined;
    readonly Entries?: readonly { readonly ErrorMessage?: string | undefined }[] | undefined;
  }>;
}

export interface S3Calls {
  putObject(input: { Bucket: string; Key: string; Body: string; ContentType: string }): Promise<unknown>;
}

export interface EksCalls {
  describeCluster(input: { name: string }): Promise<{
    readonly cluster?:
      | {
          readonly endpoint?: string | undefined;
          readonly certificateAuthority?: { readonly data?: string | undefined } | undefined;
        }
      | undefined;
  }>;
  listNodegroups(input: { clusterName: string; nextToken?: string }): Promise<{
    readonly nodegroups?: readonly string[] | undefined;
    readonly nextToken?: string | undefined;
  }>;
  describeNodegroup(input: { clusterName: string; nodegroupName: string }): Promise<{
    readonly nodegroup?:
      | {
          readonly scalingConfig?:
            | {
                readonly minSize?: number | undefined;
                readonly maxSize?: number | undefined;
                readonly desiredSize?: number | undefined;
              }
            | undefined;
        }
      | undefined;
  }>;
  updateNodegroupConfig(input: {
    clusterName: string;
    nodegroupName: string;
    scalingConfig: { minSize?: number; desiredSize?: number };
  }): Promise<{ readonly update?: { readonly id?: string | undefined } | undefined }>;
}

/** What EKS changes: for whoever asks that, and for nobody else's bundle. */
export interface EksUpdateCalls extends Pick<EksCalls, 'listNodegroups'> {
  describeCluster(input: { name: string }): Promise<{
    readonly cluster?:
      | {
          readonly status?: string | undefined;
          readonly version?: string | undefined;
          readonly resourcesVpcConfig?: { readonly vpcId?: string | undefined } | undefined;
        }
      | undefined;
  }>;
  describeNodegroup(input: { clusterName: string; nodegroupName: string }): Promise<{
    readonly nodegroup?: { readonly status?: string | undefined } | undefined;
  }>;
  listAddons(input: { clusterName: string; nextToken?: string }): Promise<{
    readonly addons?: readonly string[] | undefined;
    readonly nextToken?: string | undefined;
  }>;
  describeAddon(input: { clusterName: string; addonName: string }): Promise<{
    readonly addon?: { readonly status?: string | undefined } | undefined;
  }>;
  listUpdates(input: { name: string; nodegroupName?: string; addonName?: string; nextToken?: string }): Promise<{
    readonly updateIds?: readonly string[] | undefined;
    readonly nextToken?: string | undefined;
  }>;
  /** `createdAt` in milliseconds since the epoch. */
  describeUpdate(input: { name: string; updateId: string; nodegroupName?: string; addonName?: string }): Promise<{
    readonly update?: EksUpdate | undefined;
  }>;
}

export interface EksUpdate {
  readonly id?: string | undefined;
  readonly status?: string | undefined;
  readonly type?: string | undefined;
  readonly createdAt?: number | undefined;
}

/** One series that is asked for; times are milliseconds since the epoch. */
export interface MetricQuery {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: { Name: string; Value: string }[];
    };
    readonly Period: number;
    readonly Stat: 'Average' | 'Maximum' | 'Sum';
  };
}

/** What is worked out from series that are asked for beside it. */
export interface ExpressionQuery {
  readonly Id: string;
  readonly Expression: string;
}

export interface CloudWatchCalls {
  /** Few enough datapoints for one page. Times are milliseconds since the epoch. */
  getMetricData(input: {
    MetricDataQueries: (MetricQuery | ExpressionQuery)[];
    StartTime: number;
    EndTime: number;
  }): Promise<{
    readonly MetricDataResults: readonly {
      readonly Id: string;
      readonly Timestamps: readonly number[];
      readonly Values: readonly number[];
    }[];
  }>;
}

export interface AlarmCalls {
  describeAlarms(input: { AlarmNames: string[]; AlarmTypes: ('MetricAlarm' | 'CompositeAlarm')[] }): Promise<{
    readonly MetricAlarms?: readonly AlarmDescribed[] | undefined;
    readonly CompositeAlarms?: readonly AlarmDescribed[] | undefined;
  }>;
}

export interface AlarmDescribed {
  readonly AlarmName?: string | undefined;
  readonly StateValue?: string | undefined;
}

export interface LambdaCalls {
  /** Both payloads are JSON texts. */
  invoke(input: { FunctionName: string; Payload: string }): Promise<{
    readonly FunctionError?: string | undefined;
    readonly Payload: string;
  }>;
}
