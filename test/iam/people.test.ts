/** Who of the people may do what: starter, approver, reader, break-glass; each row is one question to IAM. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parseTopology, type Topology } from '../../core/topology/index.ts';
import { type AccessRequest, isAllowed } from '../../models/iam/evaluator.ts';
import { compiledResources, type Resources } from '../../scripts/build/compiled.ts';
import { peopleResources } from '../../scripts/build/people.ts';
import { labTopology } from '../lab-topology.ts';
import { changeRequest } from './change-request.ts';
import { ACCOUNT, arn, REGION } from './intrinsics.ts';
import { type Roles, rolesIn } from './roles.ts';

let resources: Resources = {};
let shipped: Roles = new Map();
let apart: Roles = new Map();
beforeAll(() => {
  resources = compiledResources();
  shipped = rolesIn(resources);
  apart = madeFor(changed({ approvals: { fourEyes: true } }));
}, 180_000);

const to = (action: string, resource: string): AccessRequest => ({ action, resource });
const start = (name: string) => to('states:StartExecution', arn('states', `stateMachine:throwover-prod-${name}`));
const execution = (name: string, action: string) => to(action, arn('states', `execution:throwover-prod-${name}:run-1`));
const call = (key: string) => to('lambda:InvokeFunction', arn('lambda', `function:throwover-prod-${key}`));
const table = arn('dynamodb', 'table/throwover-prod');
const records = `arn:aws:s3:::throwover-prod-records-${ACCOUNT}-${REGION}`;
const FENCE = ['DELETE TXT shop._throwover.example.test', 'CREATE TXT shop._throwover.example.test'];
const moved = changeRequest('Z0EXAMPLE', ...FENCE, 'DELETE A cart.example.test', 'CREATE A cart.example.test');
const owned = changeRequest('Z0EXAMPLE', ...FENCE, 'DELETE TXT a-cart.example.test', 'CREATE TXT a-cart.example.test');
const parameter = arn('ssm', 'parameter/throwover/shop/active-cluster');
const withMfa = ({ context, ...request }: AccessRequest, value = 'true'): AccessRequest => ({
  ...request,
  context: { ...context, 'aws:MultiFactorAuthPresent': value },
});

const may = (policies: Roles, policy: string, request: AccessRequest) =>
  isAllowed(policies.get(policy) ?? expect.fail(`no ${policy}`), request);

const allowed: [string, string, AccessRequest][] = [
  ['StarterPolicy', 'a move', start('switch')],
  ['StarterPolicy', 'a drill', start('drill')],
  ['StarterPolicy', 'what became of it', execution('switch', 'states:GetExecutionHistory')],
  ['ApproverPolicy', 'an answer', start('answer')],
  ['ApproverPolicy', 'what is asked', to('dynamodb:Query', table)],
  ['ApproverPolicy', 'what became of it', execution('answer', 'states:DescribeExecution')],
  ['ReaderPolicy', 'the ledger', to('dynamodb:GetItem', table)],
  ['ReaderPolicy', 'a zone', to('route53:ListResourceRecordSets', 'arn:aws:route53:::hostedzone/Z0EXAMPLE')],
  ['ReaderPolicy', 'the published copy', to('ssm:GetParameters', parameter)],
  ['ReaderPolicy', 'a cluster', to('eks:DescribeCluster', arn('eks', 'cluster/blue'))],
  ['ReaderPolicy', 'a record', to('s3:GetObject', `${records}/shop/runs/2026-01-31/r.json`)],
  ['ReaderPolicy', 'a run', execution('switch', 'states:GetExecutionHistory')],
  ['ReaderPolicy', 'the alarms', to('cloudwatch:DescribeAlarms', '*')],
];

/** What nobody but break-glass may: it is asked of every other policy. */
const neverWithoutGlass: [string, AccessRequest][] = [
  ['traffic', moved],
  ['a registry text', owned],
  ['a fence', changeRequest('Z0EXAMPLE', ...FENCE)],
  ['the ledger', to('dynamodb:PutItem', table)],
  ['an approval, as written by hand', to('dynamodb:UpdateItem', table)],
  ['the published copy', to('ssm:PutParameter', parameter)],
  ['a record', to('s3:PutObject', `${records}/shop/runs/2026-01-31/r.json`)],
  ['a version of a record that goes', to('s3:DeleteObjectVersion', `${records}/shop/runs/2026-01-31/r.json`)],
  ['the function that takes answers, around its machine', call('answer')],
  ['the function that moves, around its machine', call('steer')],
  ['waking a run with its token', to('states:SendTaskSuccess', '*')],
  ['failing a run with its token', to('states:SendTaskFailure', '*')],
  ['stopping a run', execution('switch', 'states:StopExecution')],
  ['going on with an old run', execution('switch', 'states:RedriveExecution')],
  ['another definition', to('states:UpdateStateMachine', arn('states', 'stateMachine:throwover-prod-switch'))],
  ['a machine of another stage', to('states:StartExecution', arn('states', 'stateMachine:throwover-test-switch'))],
  ['more rights', to('iam:AttachUserPolicy', `arn:aws:iam::${ACCOUNT}:user/ada`)],
  ['passing a role', to('iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/SwitchRole`)],
  ['silencing an alarm', to('cloudwatch:DisableAlarmActions', arn('cloudwatch', 'alarm:throwover-prod-x'))],
];

describe('people are allowed', () => {
  it.each(allowed)('%s: %s', (policy, _, request) => {
    expect(may(shipped, policy, request)).toBe(true);
    expect(may(apart, policy, request)).toBe(true);
  });
});

describe('people are denied', () => {
  it.each(['StarterPolicy', 'ApproverPolicy', 'ReaderPolicy'])('%s: what only break-glass does', (policy) => {
    for (const [what, request] of neverWithoutGlass) expect(may(shipped, policy, withMfa(request)), what).toBe(false);
  });

  it.each([
    ['StarterPolicy', 'an answer', start('answer')],
    ['StarterPolicy', 'what is asked, and its token', to('dynamodb:GetItem', table)],
    ['ApproverPolicy', 'a move', start('switch')],
    ['ApproverPolicy', 'a drill', start('drill')],
    ['ReaderPolicy', 'a move', start('switch')],
    ['ReaderPolicy', 'a drill', start('drill')],
    ['ReaderPolicy', 'an answer', start('answer')],
  ])('%s: %s', (policy, _, request) => {
    expect(may(shipped, policy, request)).toBe(false);
  });

  it('anything that changes, in what a reader may: its actions are looks by name', () => {
    const actions = (shipped.get('ReaderPolicy') ?? []).flatMap(({ Action }) => [Action].flat());
    expect(actions.length).toBeGreaterThan(12);
    expect(actions.filter((action) => !/:(Get|List|Describe|Query$)/.test(action))).toEqual([]);
  });
});

describe('where planned moves want two people (approvals.fourEyes)', () => {
  const both = () => [...(apart.get('StarterPolicy') ?? []), ...(apart.get('ApproverPolicy') ?? [])];

  it('nobody who has both policies starts and approves: each forbids what the other allows', () => {
    for (const machine of ['switch', 'drill', 'answer']) expect(isAllowed(both(), start(machine)), machine).toBe(false);
  });

  it('and where they do not, one person may be both', () => {
    const statements = [...(shipped.get('StarterPolicy') ?? []), ...(shipped.get('ApproverPolicy') ?? [])];
    for (const machine of ['switch', 'drill', 'answer'])
      expect(isAllowed(statements, start(machine)), machine).toBe(true);
  });

  it('no machine starts the one of answers, and none calls its function but that one', () => {
    const people = ['ApproverPolicy'];
    const others = [...shipped].filter(([name]) => !people.includes(name));
    expect(others.filter(([, statements]) => isAllowed(statements, start('answer'))).map(([name]) => name)).toEqual([]);
    const callers = others.filter(([, statements]) => isAllowed(statements, call('answer')));
    expect(callers.map(([name]) => name)).toEqual(['AnswerMachineRole']);
  });

  it('only the functions for it wake a run', () => {
    const wakes = [...shipped].filter(([, statements]) => isAllowed(statements, to('states:SendTaskSuccess', '*')));
    expect(wakes.map(([name]) => name).sort()).toEqual(['AnswerRole', 'TendApprovalsRole']);
  });
});

describe('break-glass', () => {
  const needed: [string, AccessRequest][] = [
    ['traffic, both sides under the fence', moved],
    ['records taken from a dead ExternalDNS', owned],
    ['the ledger', to('dynamodb:PutItem', table)],
    ['the published copy', to('ssm:PutParameter', parameter)],
    ['nodes', to('eks:UpdateNodegroupConfig', arn('eks', 'nodegroup/blue/a/1'))],
    ['a record', to('s3:PutObject', `${records}/shop/runs/2026-01-31/r.json`)],
    ['finding the stage', to('states:ListStateMachines', '*')],
  ];

  it.each(needed)('with a second factor may change %s', (_, request) => {
    expect(may(shipped, 'BreakGlassRole', withMfa(request))).toBe(true);
  });

  it.each(needed)('without one, or where nobody says so, may not: %s', (_, request) => {
    for (const name of ['BreakGlassPolicy', 'BreakGlassLedgerPolicy', 'BreakGlassRole']) {
      expect(may(shipped, name, request), name).toBe(false);
      expect(may(shipped, name, withMfa(request, 'false')), name).toBe(false);
    }
  });

  it.each([
    ['another zone', changeRequest('Z0OTHER', 'CREATE A cart.example.test')],
    ['a delegation', changeRequest('Z0EXAMPLE', 'CREATE NS cart.example.test')],
    ['a name that nobody declared', changeRequest('Z0EXAMPLE', 'CREATE A www.example.test')],
    ['another table', to('dynamodb:PutItem', arn('dynamodb', 'table/customers'))],
    ['a ledger that goes', to('dynamodb:DeleteItem', table)],
    ['more rights', to('iam:AttachRolePolicy', `arn:aws:iam::${ACCOUNT}:role/throwover-prod-break-glass`)],
    ['who may enter a cluster', to('eks:CreateAccessEntry', arn('eks', 'cluster/blue'))],
    ['an alarm that is silenced', to('cloudwatch:DeleteAlarms', arn('cloudwatch', 'alarm:throwover-prod-x'))],
    ['a rule that is silenced', to('events:DisableRule', arn('events', 'rule/throwover-prod-break-glass'))],
    ['the trail', to('cloudtrail:StopLogging', arn('cloudtrail', 'trail/x'))],
  ])('may not even so: %s', (_, request) => {
    expect(may(shipped, 'BreakGlassRole', withMfa(request))).toBe(false);
  });

  it('is taken by people of this account who showed a second factor', () => {
    const { AssumeRolePolicyDocument, RoleName } = resources.BreakGlassRole?.Properties ?? {};
    expect(RoleName).toBe('throwover-prod-break-glass');
    expect(AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } },
        Action: 'sts:AssumeRole',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
    ]);
  });
});

describe('each policy', () => {
  it('has room in IAM, also for a topology with two thousand names', () => {
    const shop = labTopology().pairs.shop ?? expect.fail('no pair shop');
    const hosts = Array.from({ length: 2_000 }, (_, index) => `service-${index}.example.test`);
    const many = madeFor(changed({ services: { ...shop.services, many: { ...shop.services.cart, hosts } } }));
    for (const policies of [shipped, many])
      for (const name of [
        'ReaderPolicy',
        'StarterPolicy',
        'ApproverPolicy',
        'BreakGlassPolicy',
        'BreakGlassLedgerPolicy',
      ])
        expect(JSON.stringify({ Version: '2012-10-17', Statement: policies.get(name) }).length, name).toBeLessThan(
          6_144,
        );
    const cart = changeRequest('Z0EXAMPLE', ...FENCE, 'CREATE A service-1999.example.test');
    expect(may(many, 'BreakGlassRole', withMfa(cart))).toBe(true);
    expect(may(many, 'BreakGlassRole', withMfa(changeRequest('Z0EXAMPLE', 'CREATE A example.test')))).toBe(false);
  });
});

function changed(settings: object): Topology {
  const lab = labTopology();
  const { topology, problems } = parseTopology({ ...lab, pairs: { shop: { ...lab.pairs.shop, ...settings } } });
  expect(problems).toEqual([]);
  return topology ?? lab;
}

/** As the build would make them for another topology. */
function madeFor(topology: Topology): Roles {
  const made = JSON.stringify(peopleResources(topology)).replaceAll(/\$\{sls:stage\}/g, 'prod');
  const { LedgerTable, RecordsBucket } = resources;
  return rolesIn({ LedgerTable, RecordsBucket, ...JSON.parse(made) } as Resources);
}
