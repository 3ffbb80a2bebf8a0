import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventMatcher } from '../../models/eventbridge/pattern.ts';
import { compiledResources, type Resources } from '../../scripts/build/compiled.ts';
import { peer } from '../peers.ts';
import { root } from '../tree/sources.ts';

let resources: Resources = {};
beforeAll(() => {
  resources = compiledResources();
}, 180_000);

const properties = (logicalId: string) => resources[logicalId]?.Properties ?? expect.fail(`no ${logicalId}`);

interface Written {
  name: string;
  zone?: string;
  eventName?: string;
  identity?: object;
}

const role = (userName: string) => ({ type: 'AssumedRole', sessionContext: { sessionIssuer: { userName } } });

/** A change call as CloudTrail shows it, among other changes of its batch. */
function written({
  name,
  zone = 'Z0EXAMPLE',
  eventName = 'ChangeResourceRecordSets',
  identity = role('admin'),
}: Written) {
  const changes = ['other.example.test', name].map((one) => ({ resourceRecordSet: { name: one, type: 'TXT' } }));
  return {
    source: 'aws.route53',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { eventName, userIdentity: identity, requestParameters: { hostedZoneId: zone, changeBatch: { changes } } },
  };
}

describe('a change of what only we write', () => {
  /** `Ref` of a role is its name. */
  const told = (event: Written) => {
    const pattern = JSON.stringify(properties('ForeignWriterRule').EventPattern).replace(/\{"Ref":("\w+")\}/g, '$1');
    return eventMatcher(pattern)(written(event));
  };
  const fence = 'shop._throwover.example.test';

  it.each([
    ['a fence, by another role', { name: fence }],
    ['a fence with its last dot', { name: `${fence}.` }],
    ['a fence in capitals', { name: fence.toUpperCase() }],
    ['a fence, by a user', { name: fence, identity: { type: 'IAMUser', userName: 'eve' } }],
    ['a fence, by the account itself', { name: fence, identity: { type: 'Root' } }],
    ['a pivot', { name: 'live-1.pivot.test', zone: 'Z0PIVOT' }],
    ['a pivot, with the zone’s long id', { name: 'live-0.pivot.test', zone: '/hostedzone/Z0PIVOT' }],
    ['a fence, by a function of ours that never writes one', { name: fence, identity: role('JudgeRole') }],
  ])('is told: %s', (_, event) => {
    expect(told(event)).toBe(true);
  });

  it.each([
    ['by Steer', { name: fence, identity: role('SteerRole') }],
    ['by the watch', { name: fence, identity: role('WatchRole') }],
    ['of a name that ExternalDNS writes too', { name: 'cart.example.test' }],
    ['of another zone', { name: fence, zone: 'Z0OTHER' }],
    ['that is none', { name: fence, eventName: 'ListResourceRecordSets' }],
  ])('is not told: %s', (_, event) => {
    expect(told(event)).toBe(false);
  });

  it('reaches people, through a topic that takes it', () => {
    expect(properties('ForeignWriterRule').Targets[0].Arn).toEqual({ Ref: 'Notices' });
    expect(JSON.stringify(properties('NoticesPolicy'))).toContain('"ForeignWriterRule","Arn"');
  });

  it('comes from us-east-1 by a stack that a linter has nothing to say about', (context) => {
    const template = join(root, 'observability/forward-route53.yaml');
    const { stdout, status } = spawnSync(peer('cfn-lint', context), ['-t', template], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  }, 120_000);
});

describe('the use of break-glass', () => {
  const roleArn = 'arn:aws:iam::111122223333:role/throwover-prod-break-glass';
  const told = (event: object) => {
    const pattern = JSON.stringify(properties('BreakGlassRule').EventPattern)
      .replace('{"Fn::GetAtt":["BreakGlassRole","Arn"]}', JSON.stringify(roleArn))
      .replace('{"Ref":"BreakGlassRole"}', '"throwover-prod-break-glass"');
    return eventMatcher(pattern)({ 'detail-type': 'AWS API Call via CloudTrail', ...event });
  };
  const taken = (arn: string) => ({
    source: 'aws.sts',
    detail: {
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      readOnly: true,
      userIdentity: { type: 'IAMUser', userName: 'ada' },
      requestParameters: { roleArn: arn, roleSessionName: 'ada' },
    },
  });
  const wrote = (userName: string, readOnly = false) => ({
    source: 'aws.ssm',
    detail: { eventSource: 'ssm.amazonaws.com', eventName: 'PutParameter', readOnly, userIdentity: role(userName) },
  });

  it('is told when somebody takes the role, and when something is changed with it', () => {
    expect(told(taken(roleArn))).toBe(true);
    expect(told(wrote('throwover-prod-break-glass'))).toBe(true);
  });

  it('is not told of other roles, nor of looks', () => {
    expect(told(taken('arn:aws:iam::111122223333:role/throwover-prod-break-glass-2'))).toBe(false);
    expect(told(wrote('WatchRole'))).toBe(false);
    expect(told(wrote('throwover-prod-break-glass', true))).toBe(false);
  });

  it('reaches people, through a topic that takes it, and is told apart from foreign writers of fences', () => {
    expect(properties('BreakGlassRule').Targets[0].Arn).toEqual({ Ref: 'Notices' });
    expect(JSON.stringify(properties('NoticesPolicy'))).toContain('"BreakGlassRule","Arn"');
    expect(properties('BreakGlassRule').Targets[0].InputTransformer.InputTemplate).toMatch(/^"BreakGlass\. /);
  });
});

describe('who started what', () => {
  const at = 'arn:aws:states:eu-west-1:111122223333';
  const kept = (detail: object) => {
    const pattern = JSON.stringify(properties('CallersRule').EventPattern).replace(
      /\{"Fn::Sub":"arn:\$\{AWS::Partition\}:states:\$\{AWS::Region\}:\$\{AWS::AccountId\}:([^"]+)"\}/g,
      `"${at}:$1"`,
    );
    const event = { source: 'aws.states', 'detail-type': 'AWS API Call via CloudTrail' };
    return eventMatcher(pattern)({ ...event, detail: { eventSource: 'states.amazonaws.com', ...detail } });
  };
  const started = (machine: string) => ({
    eventName: 'StartExecution',
    requestParameters: { stateMachineArn: `${at}:stateMachine:${machine}` },
  });

  it.each(['switch', 'drill', 'answer'])('is kept of the machine %s', (machine) => {
    expect(kept(started(`throwover-prod-${machine}`))).toBe(true);
    const requestParameters = { executionArn: `${at}:execution:throwover-prod-${machine}:r` };
    expect(kept({ eventName: 'StopExecution', requestParameters })).toBe(true);
  });

  it('is nobody’s business for other machines, other stages and looks', () => {
    expect(kept(started('payroll'))).toBe(false);
    expect(kept(started('throwover-test-switch'))).toBe(false);
    expect(kept({ ...started('throwover-prod-switch'), eventName: 'DescribeStateMachine' })).toBe(false);
  });

  it('goes to the function that keeps records, which lets this rule call it', () => {
    const Arn = { 'Fn::GetAtt': ['KeepDashrecordLambdaFunction', 'Arn'] };
    expect(properties('CallersRule').Targets[0].Arn).toEqual(Arn);
    expect(properties('CallersMayBeKept')).toMatchObject({
      FunctionName: Arn,
      SourceArn: { 'Fn::GetAtt': ['CallersRule', 'Arn'] },
    });
  });
});

describe('the dashboard', () => {
  const body = () => JSON.parse(properties('Dashboard').DashboardBody['Fn::Sub']);

  it('shows both clusters side by side in every graph about clusters, and why runs ended so', () => {
    const text = body().widgets.map((widget: object) => JSON.stringify(widget));
    const graphs = text.filter((one: string) => one.includes('by cluster'));
    expect(graphs.length).toBe(2);
    for (const graph of graphs) expect(graph).toMatch(/"label":"blue".*"label":"green"/);
    expect(text.filter((one: string) => one.includes("about.pair = 'shop'")).length).toBe(2);
    for (const end of ['Switched', 'Held', 'Abandoned', 'Superseded', 'Uncertain'])
      expect(text.join()).toContain(`Run${end}`);
  });

  it('has no two widgets in one place, and shows alarms that are there', () => {
    const places = body().widgets.map(({ x, y }: { x: number; y: number }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(places.length);
    const known = Object.values(resources)
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties.AlarmName);
    const shown: string[] = body().widgets.flatMap(
      (one: { properties: { alarms?: string[] } }) => one.properties.alarms ?? [],
    );
    expect(shown.length).toBeGreaterThan(3);
    for (const arn of shown) expect(known).toContain(arn.split(':alarm:')[1]);
  });
});
