/**
 * What people look at, and who is told when somebody else writes: one dashboard for all pairs, and a rule over CloudTrail for
 * the records that only we write. CloudTrail has events of Route 53 in us-east-1 only: observability/forward-route53.yaml
 * brings them here. Names of layout `records` are ExternalDNS's to write as well, so the watch compares those (invariant S7).
 */
import { MACHINES } from '../../adapters/aws/names.ts';
import { alarmPrefix } from '../../core/signals/signal.ts';
import type { Topology } from '../../core/topology/index.ts';
import { fenceName, pivotName, ringsOf } from '../../core/topology/pair.ts';
import type { FunctionOnList } from '../../functions/list.ts';
import { logicalId } from './deployment.ts';
import { machineArn } from './people.ts';
import { named, regional } from './roles.ts';
import { SLS_STAGE } from './stage.ts';

type Pair = Topology['pairs'][string];

/** By logical id. */
export function oversightResources(functions: readonly FunctionOnList[], topology: Topology): Record<string, object> {
  return {
    Dashboard: dashboard(topology),
    ForeignWriterRule: foreignWriter(functions, topology),
    BreakGlassRule: brokenGlass(),
    ...callers(),
  };
}

const VIA_CLOUDTRAIL = ['AWS API Call via CloudTrail'];

/** That somebody takes the role is its use; what it then changes is told as well, because STS may have answered in another Region. */
function brokenGlass(): object {
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: `throwover-\${sls:stage}-break-glass`,
      Description: 'Somebody took the role for break-glass, or changed something with it.',
      EventPattern: {
        'detail-type': VIA_CLOUDTRAIL,
        detail: {
          $or: [
            {
              eventSource: ['sts.amazonaws.com'],
              eventName: ['AssumeRole'],
              requestParameters: { roleArn: [{ 'Fn::GetAtt': ['BreakGlassRole', 'Arn'] }] },
            },
            {
              readOnly: [false],
              userIdentity: { sessionContext: { sessionIssuer: { userName: [{ Ref: 'BreakGlassRole' }] } } },
            },
          ],
        },
      },
      Targets: [
        {
          Id: 'notices',
          Arn: { Ref: 'Notices' },
          InputTransformer: {
            InputPathsMap: {
              who: '$.detail.userIdentity.arn',
              what: '$.detail.eventName',
              from: '$.detail.sourceIPAddress',
              at: '$.detail.eventTime',
            },
            InputTemplate:
              '"BreakGlass. <who> has the role for break-glass in hand: <what> at <at>, from <from>. If nobody said so: throwover pause, and take the session away. docs/runbook/break-glass.md"',
          },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } },
        },
      ],
    },
  };
}

/**
 * A run knows its caller only as the caller says. CloudTrail knows better, minutes later: who started which execution is kept
 * beside the records, also of those who were not let.
 */
function callers(): Record<string, object> {
  const keepRecord = { 'Fn::GetAtt': [logicalId('keep-record'), 'Arn'] };
  return {
    CallersRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: `throwover-\${sls:stage}-callers`,
        Description: 'Who started which execution of our machines, as CloudTrail knows it.',
        EventPattern: {
          source: ['aws.states'],
          'detail-type': VIA_CLOUDTRAIL,
          detail: {
            eventSource: ['states.amazonaws.com'],
            eventName: ['StartExecution', 'StopExecution', 'RedriveExecution'],
            $or: [
              { requestParameters: { stateMachineArn: MACHINES.map(machineArn) } },
              {
                requestParameters: {
                  executionArn: MACHINES.map((machine) => ({
                    prefix: regional('states', `execution:${named(machine)}:`),
                  })),
                },
              },
            ],
          },
        },
        Targets: [
          { Id: 'keep-record', Arn: keepRecord, DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } },
        ],
      },
    },
    CallersMayBeKept: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: keepRecord,
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': ['CallersRule', 'Arn'] },
      },
    },
  };
}

function foreignWriter(functions: readonly FunctionOnList[], { pairs }: Topology): object {
  const zones = Object.values(pairs).flatMap((pair) => pair.zones.map(({ id }) => id));
  const names = Object.entries(pairs).flatMap(([name, pair]) => onlyOurs(name, pair));
  const ours = functions.filter(({ uses }) => uses.some((use) => /^zones(?!, read)/.test(use)));
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: `throwover-\${sls:stage}-foreign-writer`,
      Description: 'A fence or a pivot was changed by somebody else: break-glass, a person, a stolen key.',
      EventPattern: {
        source: ['aws.route53'],
        'detail-type': VIA_CLOUDTRAIL,
        detail: {
          eventName: ['ChangeResourceRecordSets'],
          requestParameters: {
            hostedZoneId: [...new Set(zones)].flatMap((id) => [id, `/hostedzone/${id}`]),
            changeBatch: {
              changes: {
                resourceRecordSet: {
                  // as whoever called wrote it: in any case, with its last dot or without
                  name: names
                    .flatMap((name) => [name, name.slice(0, -1)])
                    .map((name) => ({ 'equals-ignore-case': name })),
                },
              },
            },
          },
          $or: [
            { userIdentity: { type: [{ 'anything-but': 'AssumedRole' }] } },
            {
              userIdentity: {
                sessionContext: {
                  sessionIssuer: { userName: [{ 'anything-but': ours.map(({ role }) => ({ Ref: role })) }] },
                },
              },
            },
          ],
        },
      },
      Targets: [
        {
          Id: 'notices',
          Arn: { Ref: 'Notices' },
          InputTransformer: {
            InputPathsMap: {
              who: '$.detail.userIdentity.arn',
              zone: '$.detail.requestParameters.hostedZoneId',
              from: '$.detail.sourceIPAddress',
            },
            InputTemplate:
              '"ForeignWriter. <who> changed a fence or a pivot in <zone>, from <from>. Was that break-glass? If not: throwover pause, then throwover status. docs/runbook/disputed.md"',
          },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } },
        },
      ],
    },
  };
}

function onlyOurs(name: string, pair: Pair): string[] {
  return pair.zones.flatMap((zone) => [
    fenceName(name, zone),
    ...(zone.layout === 'pivot' ? ringsOf(pair).map((ring) => pivotName(ring, zone)) : []),
  ]);
}

const WIDTH = 24;
const HALF = WIDTH / 2;
const HEIGHT = 6;
const ROWS_OF_PAIR = 4;

function dashboard({ pairs }: Topology): object {
  const widgets = Object.entries(pairs).flatMap(([name, pair], index) =>
    rowsOf(name, pair, index * ROWS_OF_PAIR * HEIGHT),
  );
  return {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: {
      DashboardName: `throwover-\${sls:stage}`,
      DashboardBody: { 'Fn::Sub': JSON.stringify({ start: '-PT3H', widgets }) },
    },
  };
}

/** Both clusters side by side: who answers, who is asked (that is where the weights lead), what runs did and why. */
function rowsOf(pair: string, { clusters, mode }: Pair, top: number): object[] {
  const names = Object.keys(clusters).sort();
  const at = (row: number, column: number, width = HALF) => ({
    x: column * HALF,
    y: top + row * HEIGHT,
    width,
    height: HEIGHT,
  });
  const ofBalancers = (metric: string, stat: string) =>
    Object.entries(clusters).flatMap(
      ([
        cluster,
        {
          region,
          loadBalancer: { metrics },
        },
      ]) =>
        metrics === undefined
          ? []
          : [
              [
                metrics.namespace,
                metric,
                ...Object.entries(metrics.dimensions).flat(),
                { label: cluster, region, stat },
              ],
            ],
    );
  const own = (metric: string, label: string, ...more: string[]) => [
    'Throwover',
    metric,
    'pair',
    pair,
    ...more,
    { label },
  ];
  const ends = ['Switched', 'Held', 'Abandoned', 'Superseded', 'Uncertain'];
  return [
    {
      type: 'text',
      ...at(0, 0),
      properties: {
        markdown: `# ${pair}: ${names.join(' and ')}, mode ${mode}\nWho is active, roles, weights and gates as they are now: \`throwover status --pair ${pair}\`. Without any tool: SSM parameter \`/throwover/${pair}/active-cluster\`, and \`dig TXT\` of the fence.`,
      },
    },
    {
      type: 'alarm',
      ...at(0, 1),
      properties: { title: 'Alarms of this pair', alarms: alarmsOf(pair, clusters) },
    },
    graph(at(1, 0), 'Requests a minute, by cluster: where users are', ofBalancers('RequestCount', 'Sum')),
    graph(at(1, 1), 'Healthy hosts, by cluster', ofBalancers('HealthyHostCount', 'Maximum')),
    graph(
      at(2, 0),
      `Who is active (${names.map((cluster, at) => `${at + 1} ${cluster}`).join(', ')}, 0 while it moves), and observers that call a cluster dead`,
      [...names.map((cluster) => own('DeadVotes', cluster, 'cluster', cluster)), own('Watched', 'active')],
      'Maximum',
    ),
    graph(
      at(2, 1),
      'Runs, by how they ended',
      ends.map((end) => own(`Run${end}`, end)),
      'Sum',
    ),
    log(at(3, 0), 'The last runs, and why they ended so', 'report', pair),
    log(at(3, 1), 'The last verdicts, with the gates that were closed', 'judge', pair),
  ];
}

/** Those that exist whatever the clusters' balancers count. */
function alarmsOf(pair: string, clusters: Pair['clusters']): string[] {
  const names = [
    ...Object.keys(clusters).map((cluster) => `${alarmPrefix(SLS_STAGE, pair)}${cluster}-seen-dead`),
    `throwover/\${sls:stage}/watch-is-silent/${pair}`,
    `throwover/\${sls:stage}/look-out-is-silent/${pair}`,
  ];
  return names.map((name) => `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${name}`);
}

function graph(place: object, title: string, metrics: unknown[], stat = 'Sum'): object {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in
  return { type: 'metric', ...place, properties: { title, region: '${AWS::Region}', metrics, stat, period: 60 } };
}

function log(place: object, title: string, key: string, pair: string): object {
  const query = `SOURCE '/aws/lambda/throwover-\${sls:stage}-${key}' | fields @timestamp, about.run, about.mode, because.0, because.1 | filter message = 'done' and about.pair = '${pair}' | sort @timestamp desc | limit 10`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in
  return { type: 'log', ...place, properties: { title, region: '${AWS::Region}', query, view: 'table' } };
}
