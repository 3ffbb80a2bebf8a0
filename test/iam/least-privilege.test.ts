/** Who may do what, asked of the compiled template: each row is one question to IAM. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parseTopology, type Topology } from '../../core/topology/index.ts';
import { functions } from '../../functions/list.ts';
import { type AccessRequest, isAllowed, type PolicyStatement } from '../../models/iam/evaluator.ts';
import { compiledResources, type Resources } from '../../scripts/build/compiled.ts';
import { roles as rolesOf } from '../../scripts/build/roles.ts';
import { NAMES_CHARACTERS_MAX } from '../../scripts/build/zone-rights.ts';
import { labTopology } from '../lab-topology.ts';
import { changeRequest } from './change-request.ts';
import { ACCOUNT, arn, REGION } from './intrinsics.ts';
import { type Roles, rolesIn } from './roles.ts';

let resources: Resources = {};
let roles: Roles = new Map();
beforeAll(() => {
  resources = compiledResources();
  roles = rolesIn(resources);
}, 180_000);

const EXAMPLE = 'Z0EXAMPLE';
const PIVOT = 'Z0PIVOT';
const FENCE = ['DELETE TXT shop._throwover.example.test', 'CREATE TXT shop._throwover.example.test'];
const PIVOT_FENCE = ['DELETE TXT shop._throwover.pivot.test', 'CREATE TXT shop._throwover.pivot.test'];
const swap = (name: string, type = 'A') => [`DELETE ${type} ${name}`, `CREATE ${type} ${name}`];
const change = changeRequest;
const to = (action: string, resource: string): AccessRequest => ({ action, resource });
const without = (key: string, { context = {}, ...rest }: AccessRequest): AccessRequest => ({
  ...rest,
  context: Object.fromEntries(Object.entries(context).filter(([name]) => !name.endsWith(key))),
});
const named = (names: string[], request: AccessRequest): AccessRequest => ({
  ...request,
  context: { ...request.context, 'route53:ChangeResourceRecordSetsNormalizedRecordNames': names },
});

const steered = change(EXAMPLE, ...FENCE, ...swap('example.example.test'), ...swap('cart.example.test', 'AAAA'));
const oneName = change(EXAMPLE, 'CREATE A example.example.test');
const cluster = (name: string, account = ACCOUNT) => `arn:aws:eks:${REGION}:${account}:cluster/${name}`;
const parameter = (path: string) => arn('ssm', `parameter${path}`);
const machine = (name: string) => arn('states', `stateMachine:${name}`);
const table = arn('dynamodb', 'table/throwover-prod');

/** What IAM is asked when a few attributes of the ledger are written. */
function update(...said: (string | { returned: string })[]): AccessRequest {
  const [{ returned } = { returned: 'NONE' }] = said.filter((one) => typeof one !== 'string');
  const attributes = ['pk', 'sk', ...said.filter((one) => typeof one === 'string')];
  const context = { 'dynamodb:Attributes': attributes, 'dynamodb:ReturnValues': returned };
  return { ...to('dynamodb:UpdateItem', table), context };
}

const allowed: [string, string, AccessRequest][] = [
  ['ChangeLockPolicy', 'a lock', update('locks', 'rev')],
  ['ChangeLockPolicy', 'the ledger, to read', to('dynamodb:GetItem', table)],
  ['SteerRole', 'both sides of a name under the fence', steered],
  ['SteerRole', 'a pivot under its fence', change(PIVOT, ...PIVOT_FENCE, ...swap('live-0.pivot.test'))],
  [
    'SteerRole',
    'a name that is written in capitals, which is the same name',
    change(EXAMPLE, 'CREATE A CART.Example.test'),
  ],
  ['SteerRole', 'a name with its last dot, which is the same name', change(EXAMPLE, 'CREATE A cart.example.test.')],
  ['SteerRole', 'reading its zone', to('route53:ListResourceRecordSets', `arn:aws:route53:::hostedzone/${EXAMPLE}`)],
  ['SteerRole', 'asking for a change', to('route53:GetChange', 'arn:aws:route53:::change/C123')],
  ['FenceRole', 'a fence', change(EXAMPLE, ...FENCE)],
  ['FenceRole', 'a first fence', change(PIVOT, 'CREATE TXT shop._throwover.pivot.test')],
  ['ControlRole', 'a fence that a person accepted', change(PIVOT, ...PIVOT_FENCE)],
  ['OwnRole', 'a registry text under the fence', change(EXAMPLE, ...FENCE, ...swap('a-cart.example.test', 'TXT'))],
  ['OwnRole', 'one with a suffix', change(EXAMPLE, ...FENCE, ...swap('cname-cart-txt.example.test', 'TXT'))],
  ['OwnRole', 'one with a prefix that has a dot', change(EXAMPLE, ...FENCE, ...swap('dns.cart.example.test', 'TXT'))],
  ['PayDebtsRole', 'ownership given back', change(EXAMPLE, ...FENCE, ...swap('aaaa-shop.example.test', 'TXT'))],
  ['PayDebtsRole', 'a name that stayed behind', steered],
  ['WatchRole', 'a name that stayed behind', steered],
  ['WatchRole', 'the published copy', to('ssm:PutParameter', parameter('/throwover/shop/active-cluster'))],
  ['PayDebtsRole', 'the published copy', to('ssm:PutParameter', parameter('/throwover/shop/state'))],
  ['ObserveInsideRole', 'its first cluster', to('eks:DescribeCluster', cluster('blue'))],
  ['ObserveInsideRole', 'its second cluster', to('eks:DescribeCluster', cluster('green'))],
  ['ClaimRole', 'the ledger', to('dynamodb:PutItem', table)],
  ['OnAlarmRole', 'a run of the switch', to('states:StartExecution', machine('throwover-prod-switch'))],
  ['StartLegRole', 'a leg of a drill', to('states:StartExecution', machine('throwover-prod-switch'))],
  ['DrillScheduleRole', 'a drill', to('states:StartExecution', machine('throwover-prod-drill'))],
  ['SwitchRole', 'its functions', to('lambda:InvokeFunction', arn('lambda', 'function:throwover-prod-steer'))],
  ['WatchScheduleRole', 'the watch', to('lambda:InvokeFunction', arn('lambda', 'function:throwover-prod-watch'))],
];

const denied: [string, string, AccessRequest][] = [
  ['ChangeLockPolicy', 'the holder of the pair', update('locks', 'rev', 'holder')],
  ['ChangeLockPolicy', 'who is active', update('active')],
  [
    'ChangeLockPolicy',
    'what it may not see, as the answer of a write',
    update('locks', 'rev', { returned: 'ALL_OLD' }),
  ],
  ['ChangeLockPolicy', 'a write that does not say what it writes', to('dynamodb:UpdateItem', table)],
  ['ChangeLockPolicy', 'a whole ledger', to('dynamodb:PutItem', table)],
  ['ChangeLockPolicy', 'an end of a ledger', to('dynamodb:DeleteItem', table)],
  ['ChangeLockPolicy', 'a run', to('states:StartExecution', machine('throwover-prod-switch'))],
  ['SteerRole', 'the same names in another zone', change('Z0OTHER', ...swap('example.example.test'))],
  ['SteerRole', 'names of one zone in the other', change(PIVOT, ...swap('example.example.test'))],
  ['SteerRole', 'a name that nobody declared', change(EXAMPLE, ...swap('www.example.test'))],
  ['SteerRole', 'the apex', change(EXAMPLE, ...swap('example.test'))],
  ['SteerRole', 'a name below a managed one', change(EXAMPLE, ...swap('x.cart.example.test'))],
  ['SteerRole', 'a name that ends as a managed one', change(EXAMPLE, ...swap('my-cart.example.test'))],
  ['SteerRole', 'a name that begins as a managed one', change(EXAMPLE, ...swap('cart.example.test.evil.test'))],
  ['SteerRole', 'the wildcard of the zone', change(EXAMPLE, ...swap('*.example.test'))],
  ['SteerRole', 'a batch with one foreign name in it', change(EXAMPLE, ...FENCE, ...swap('www.example.test'))],
  ['SteerRole', 'the fence of another pair', change(EXAMPLE, ...swap('books._throwover.example.test', 'TXT'))],
  ['SteerRole', 'the pivot of a ring that is not there', change(PIVOT, ...swap('live-7.pivot.test'))],
  ['SteerRole', 'a service’s own record in the layout pivot', change(PIVOT, ...swap('cart.pivot.test'))],
  ['SteerRole', 'a registry text', change(EXAMPLE, ...FENCE, ...swap('a-cart.example.test', 'TXT'))],
  ['SteerRole', 'a delegation', change(EXAMPLE, 'CREATE NS cart.example.test')],
  ['SteerRole', 'the start of authority', change(EXAMPLE, 'CREATE SOA example.test')],
  ['SteerRole', 'another type of a managed name', change(EXAMPLE, ...swap('cart.example.test', 'CNAME'))],
  ['SteerRole', 'mail of a managed name', change(EXAMPLE, ...swap('cart.example.test', 'MX'))],
  ['SteerRole', 'who may sign certificates', change(EXAMPLE, 'CREATE CAA cart.example.test')],
  ['SteerRole', 'overwriting without having read', change(EXAMPLE, 'UPSERT A cart.example.test')],
  ['SteerRole', 'an action in small letters', change(EXAMPLE, 'create A cart.example.test')],
  ['SteerRole', 'a key with capitals in it', named(['CART.example.test'], oneName)],
  ['SteerRole', 'a key with its last dot', named(['cart.example.test.'], oneName)],
  ['SteerRole', 'a key with an octal star', named(['\\052.example.test'], oneName)],
  ['SteerRole', 'no names', without('NormalizedRecordNames', oneName)],
  ['SteerRole', 'no types', without('RecordTypes', oneName)],
  ['SteerRole', 'no actions', without('Actions', oneName)],
  ['SteerRole', 'nothing about the batch', { ...oneName, context: {} }],
  ['SteerRole', 'a zone that goes', to('route53:DeleteHostedZone', `arn:aws:route53:::hostedzone/${EXAMPLE}`)],
  [
    'SteerRole',
    'a VPC that loses its zone',
    to('route53:DisassociateVPCFromHostedZone', `arn:aws:route53:::hostedzone/${EXAMPLE}`),
  ],
  ['SteerRole', 'health checks', to('route53:UpdateHealthCheck', 'arn:aws:route53:::healthcheck/1')],
  ['SteerRole', 'reading another zone', to('route53:ListResourceRecordSets', 'arn:aws:route53:::hostedzone/Z0OTHER')],
  ['FenceRole', 'traffic', steered],
  ['FenceRole', 'addresses at the fence’s name', change(EXAMPLE, ...swap('shop._throwover.example.test'))],
  ['FenceRole', 'a registry text', change(EXAMPLE, ...FENCE, ...swap('a-cart.example.test', 'TXT'))],
  ['ControlRole', 'traffic', steered],
  ['OwnRole', 'traffic', steered],
  ['OwnRole', 'addresses under a registry’s name', change(EXAMPLE, ...swap('a-cart.example.test'))],
  ['OwnRole', 'the text that proves whose the zone is', change(EXAMPLE, ...swap('example.test', 'TXT'))],
  ['OwnRole', 'the text for a certificate', change(EXAMPLE, ...swap('_acme-challenge.www.example.test', 'TXT'))],
  [
    'OwnRole',
    'registry and addresses in one batch',
    change(EXAMPLE, ...swap('cart.example.test'), ...swap('a-cart.example.test', 'TXT')),
  ],
  ['JudgeRole', 'traffic', steered],
  ['JudgeRole', 'a fence', change(EXAMPLE, ...FENCE)],
  ['ReportRole', 'a fence', change(EXAMPLE, ...FENCE)],
  ['ObserveOutsideRole', 'traffic', steered],
  ['OnAlarmRole', 'traffic', steered],
  ['LookOutRole', 'traffic', steered],
  ['ObserveInsideRole', 'a third cluster', to('eks:DescribeCluster', cluster('red'))],
  ['ObserveInsideRole', 'a cluster that begins as ours', to('eks:DescribeCluster', cluster('blue2'))],
  [
    'ObserveInsideRole',
    'a cluster of the same name elsewhere',
    to('eks:DescribeCluster', cluster('blue', '999999999999')),
  ],
  ['ObserveInsideRole', 'a change of its cluster', to('eks:UpdateClusterConfig', cluster('blue'))],
  ['TendClusterRole', 'who may enter a cluster', to('eks:CreateAccessEntry', cluster('blue'))],
  ['WatchRole', 'the parameters of another pair', to('ssm:PutParameter', parameter('/throwover/books/active-cluster'))],
  ['WatchRole', 'a parameter below ours', to('ssm:PutParameter', parameter('/throwover/shop/active-cluster/x'))],
  ['WatchRole', 'a parameter that goes', to('ssm:DeleteParameter', parameter('/throwover/shop/state'))],
  ['JudgeRole', 'the published copy', to('ssm:PutParameter', parameter('/throwover/shop/state'))],
  ['ClaimRole', 'another table', to('dynamodb:PutItem', arn('dynamodb', 'table/customers'))],
  ['ClaimRole', 'another stage’s ledger', to('dynamodb:PutItem', arn('dynamodb', 'table/throwover-test'))],
  ['ClaimRole', 'an item that goes', to('dynamodb:DeleteItem', table)],
  ['ClaimRole', 'the whole table', to('dynamodb:Scan', table)],
  ['ClaimRole', 'a table that goes', to('dynamodb:DeleteTable', table)],
  ['PrepareRole', 'writing the ledger from inside the VPC', to('dynamodb:PutItem', table)],
  ['OnAlarmRole', 'somebody else’s machine', to('states:StartExecution', machine('payroll'))],
  ['OnAlarmRole', 'a machine of another stage', to('states:StartExecution', machine('throwover-test-switch'))],
  [
    'OnAlarmRole',
    'another definition for our machine',
    to('states:UpdateStateMachine', machine('throwover-prod-switch')),
  ],
  ['WatchRole', 'stopping a run', to('states:StopExecution', arn('states', 'execution:throwover-prod-switch:r'))],
  [
    'WatchRole',
    'another code for a function',
    to('lambda:UpdateFunctionCode', arn('lambda', 'function:throwover-prod-steer')),
  ],
  ['SwitchRole', 'a function of somebody else', to('lambda:InvokeFunction', arn('lambda', 'function:payroll'))],
  [
    'DrillRole',
    'the functions that move traffic',
    to('lambda:InvokeFunction', arn('lambda', 'function:throwover-prod-steer')),
  ],
  ['DrillScheduleRole', 'the switch, around the drill', to('states:StartExecution', machine('throwover-prod-switch'))],
  ['SteerRole', 'another role', to('sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/admin`)],
];

describe('a role is allowed', () => {
  it.each(allowed)('%s: %s', (role, _, request) => {
    expect(isAllowed(statementsOf(role), request)).toBe(true);
  });
});

describe('a role is denied', () => {
  it.each(denied)('%s: %s', (role, _, request) => {
    expect(isAllowed(statementsOf(role), request)).toBe(false);
  });
});

describe('nobody', () => {
  const nobodyMay = (action: string, resource: string) =>
    expect(
      [...roles].filter(([, statements]) => isAllowed(statements, to(action, resource))).map(([role]) => role),
    ).toEqual([]);

  it.each([
    ['iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/SwitchRole`],
    ['iam:PutRolePolicy', `arn:aws:iam::${ACCOUNT}:role/SteerRole`],
    ['iam:CreateAccessKey', `arn:aws:iam::${ACCOUNT}:user/x`],
    ['route53:DeleteHostedZone', `arn:aws:route53:::hostedzone/${EXAMPLE}`],
    ['route53:CreateHostedZone', '*'],
    ['dynamodb:DeleteItem', table],
    ['dynamodb:DeleteTable', table],
    ['cloudwatch:DeleteAlarms', arn('cloudwatch', 'alarm:throwover-prod-drill-missed-shop')],
    ['cloudwatch:DisableAlarmActions', arn('cloudwatch', 'alarm:throwover-prod-drill-missed-shop')],
    ['eks:UpdateClusterConfig', cluster('blue')],
    ['kms:Decrypt', arn('kms', 'key/1')],
    ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:x')],
    ['s3:GetObject', 'arn:aws:s3:::any/thing'],
  ])('may %s', nobodyMay);

  it('may write a zone but the functions that do, each as much as it sends', () => {
    const writers = [...roles].filter(([, statements]) => isAllowed(statements, change(EXAMPLE, ...FENCE)));
    expect(writers.map(([role]) => role).sort()).toEqual(
      ['ControlRole', 'FenceRole', 'OwnRole', 'PayDebtsRole', 'SteerRole', 'WatchRole'].sort(),
    );
    const moving = writers.filter(([, statements]) => isAllowed(statements, steered));
    expect(moving.map(([role]) => role).sort()).toEqual(['PayDebtsRole', 'SteerRole', 'WatchRole']);
  });

  it('but the service itself may take a role', () => {
    const trusted = Object.entries(resources)
      .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
      .flatMap(([, { Properties }]) =>
        Properties.AssumeRolePolicyDocument.Statement.map((one: { Principal: object }) => one.Principal),
      );
    expect([...new Set(trusted.map((one) => JSON.stringify(one)))].sort()).toEqual([
      // people, for break-glass: people.test.ts
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the template
      '{"AWS":{"Fn::Sub":"arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}',
      '{"Service":"lambda.amazonaws.com"}',
      '{"Service":"scheduler.amazonaws.com"}',
      '{"Service":"states.amazonaws.com"}',
    ]);
  });
});

describe('policies', () => {
  it('are these: a change of rights is a change of this file', async () => {
    const shown = [...roles].flatMap(([role, statements]) => [role, ...statements.map(line), '']);
    await expect(shown.join('\n')).toMatchFileSnapshot('policies.txt');
  });

  it('say nothing twice', () => {
    for (const [role, statements] of roles) {
      const lines = statements.map(line);
      expect(new Set(lines).size, role).toBe(lines.length);
    }
  });

  it('fit into a role, and stay narrow but for the names, when a topology has more names than they have room for', () => {
    const topology = labTopology();
    const { shop } = topology.pairs;
    if (shop === undefined) throw new Error('no pair shop');
    const hosts = Array.from({ length: 2_000 }, (_, index) => `service-${index}.example.test`);
    const many = parseTopology({
      ...topology,
      pairs: { shop: { ...shop, services: { ...shop.services, many: { ...shop.services.cart, hosts } } } },
    });
    expect(many.problems).toEqual([]);
    if (many.topology === undefined) return;
    const made = madeFor(many.topology);
    for (const [role, statements] of made) expect(JSON.stringify(statements).length, role).toBeLessThan(10_240);
    expect(JSON.stringify(made.get('SteerRole')).length).toBeLessThan(NAMES_CHARACTERS_MAX);
    const wide = (request: AccessRequest) => isAllowed(made.get('SteerRole') ?? [], request);
    expect(wide(change(EXAMPLE, ...FENCE, ...swap('service-1999.example.test')))).toBe(true);
    expect(wide(change(EXAMPLE, ...swap('example.test')))).toBe(false);
    expect(wide(change(EXAMPLE, 'CREATE NS www.example.test'))).toBe(false);
    expect(wide(change(PIVOT, ...swap('cart.pivot.test')))).toBe(false);
    expect(isAllowed(made.get('OwnRole') ?? [], change(EXAMPLE, ...swap('service-7.example.test')))).toBe(false);
  });
});

describe('a managed Prometheus', () => {
  it.each([
    ['outside', 'ObserveOutsideRole', 'ObserveInsideRole'],
    ['inside', 'ObserveInsideRole', 'ObserveOutsideRole'],
  ])('that is asked from %s may be queried by %s, that workspace only', (askedFrom, asks, doesNot) => {
    const workspace = (id: string) => `arn:aws:aps:eu-central-1:${ACCOUNT}:workspace/${id}`;
    const url = 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1234';
    const made = madeFor(withPrometheus(url, askedFrom));
    const may = (role: string, action: string, id: string) =>
      isAllowed(made.get(role) ?? [], to(action, workspace(id)));
    expect(may(asks, 'aps:QueryMetrics', 'ws-1234')).toBe(true);
    expect(may(asks, 'aps:QueryMetrics', 'ws-12345')).toBe(false);
    expect(may(asks, 'aps:RemoteWrite', 'ws-1234')).toBe(false);
    const others = [...made.keys()].filter((role) => role !== asks && may(role, 'aps:QueryMetrics', 'ws-1234'));
    expect(others).toEqual([]);
    expect(made.get(doesNot)).toEqual(madeFor(labTopology()).get(doesNot));
  });

  it('is the only one that takes a right', () => {
    const url = 'https://prometheus.example.test/workspaces/ws-1234';
    expect([...madeFor(withPrometheus(url, 'outside'))]).toEqual([...madeFor(labTopology())]);
  });
});

function withPrometheus(url: string, askedFrom: string): Topology {
  const lab = labTopology();
  const asked = { query: 'min(probe_success)', min: 1 };
  const prometheus = { url, askedFrom, clusters: { blue: asked, green: asked } };
  const { topology, problems } = parseTopology({ ...lab, pairs: { shop: { ...lab.pairs.shop, prometheus } } });
  expect(problems).toEqual([]);
  return topology ?? lab;
}

/** The roles as the build would make them for another topology. */
function madeFor(topology: Topology): Roles {
  return rolesIn({
    LedgerTable: resources.LedgerTable,
    RecordsBucket: resources.RecordsBucket,
    DeadLetters: resources.DeadLetters,
    ...JSON.parse(JSON.stringify(rolesOf(functions, topology)).replaceAll(/\$\{sls:stage\}/g, 'prod')),
  } as Resources);
}

function statementsOf(role: string): readonly PolicyStatement[] {
  const statements = roles.get(role);
  if (statements === undefined) throw new Error(`the template has no ${role}`);
  return statements;
}

/** One statement in one line, as somebody reads it in a review. */
function line({ Effect, Action, Resource, Condition }: PolicyStatement): string {
  const condition = Condition === undefined ? '' : ` if ${JSON.stringify(Condition)}`;
  return `  ${Effect} ${[Action].flat().join(', ')} on ${[Resource].flat().join(', ')}${condition}`;
}
