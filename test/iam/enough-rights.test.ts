/**
 * Least privilege, played: every call that a function makes is asked of its own role, as IAM would. What a role does not allow
 * answers AccessDenied; these runs go on to their ends all the same, so the rights are not too few.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { type AccessRequest, isAllowed } from '../../models/iam/evaluator.ts';
import { sampleAccount } from '../../models/sts.ts';
import { compiledResources } from '../../scripts/build/compiled.ts';
import { Crash, type Given, given, type Scenario } from '../scenarios/scenario.ts';
import { ACCOUNT, REGION } from './intrinsics.ts';
import { type Roles, rolesIn } from './roles.ts';

let roles: Roles = new Map();
beforeAll(() => {
  // the lab's stage and account have the same roles
  const here = [...rolesIn(compiledResources())];
  const there = JSON.stringify(here)
    .replaceAll('throwover-prod', 'throwover-lab')
    .replaceAll(ACCOUNT, sampleAccount.accountId)
    .replaceAll(REGION, sampleAccount.region);
  roles = new Map(JSON.parse(there));
}, 180_000);

interface UnderIam {
  scenario: Scenario;
  denied: string[];
  /** @param right as in `FenceRole route53:ChangeResourceRecordSets` */
  takeAway(right: string): void;
}

async function underIam(setup: Given = {}): Promise<UnderIam> {
  const denied: string[] = [];
  const less = new Set<string>();
  const allows = (role: string) => (request: AccessRequest) => {
    const asked = `${role} ${request.action}`;
    if (!less.has(asked) && isAllowed(roles.get(role) ?? [], request)) return true;
    denied.push(`${asked} on ${request.resource}`);
    return false;
  };
  const scenario = await given({ ...setup, allows });
  return { scenario, denied, takeAway: (right) => void less.add(right) };
}

const HOUR = 3_600;

describe('under its own roles', () => {
  it('a failover moves both layouts, takes ownership and gives it back', async () => {
    const { scenario, denied } = await underIam();
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    scenario.cluster('blue').heal('kill');
    await scenario.pass(HOUR);
    expect(denied).toEqual([]);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('green');
    expect((await scenario.ledger()).debts).toEqual([]);
  });

  it('a switchover moves in steps, and a person pauses, accepts what stands, and moves back', async () => {
    const { scenario, denied } = await underIam({ customers: true });
    expect((await scenario.run({ mode: 'switchover', reason: 'rights' })).outcome).toBe('Switched');
    await scenario.pass(900);
    expect((await scenario.run({ mode: 'pause', reason: 'rights' })).outcome).toBe('Recorded');
    expect((await scenario.run({ mode: 'accept', active: 'green', reason: 'rights' })).outcome).toBe('Recorded');
    expect((await scenario.run({ mode: 'resume' })).outcome).toBe('Recorded');
    expect((await scenario.run({ mode: 'preview' })).outcome).toBe('Previewed');
    await scenario.pass(HOUR);
    const back = await scenario.run({ mode: 'switchover', to: 'blue', reason: 'back' });
    expect(back.outcome, back.record.because.join('; ')).toBe('Switched');
    expect(denied).toEqual([]);
  });

  it('a run asks a person, whose answer wakes it', async () => {
    const { scenario, denied } = await underIam({
      topology: (file) => Object.assign(file.pairs.shop, { mode: 'approve' }),
    });
    scenario.cluster('blue').inflict('kill');
    const arn = await scenario.started('failover');
    await scenario.untilState(arn, 'AskPerson');
    await scenario.pass(120);
    expect((await scenario.answer({ mode: 'approve', by: 'person:ada' })).outcome).toBe('Recorded');
    expect((await scenario.end(arn)).outcome).toBe('Switched');
    expect(denied).toEqual([]);
  });

  it('drills of every kind begin, look, return and report, and one that is due is missed aloud', async () => {
    const { scenario, denied } = await underIam({
      topology: (file) => Object.assign(file.pairs.shop, { drills: { ageDaysMax: 30 } }),
    });
    for (const kind of ['preview', 'ring', 'full']) {
      const { record } = await scenario.end(scenario.rehearse({ kind, reason: 'rights' }));
      expect(record.outcome, `${kind}: ${record.because.join('; ')}`).toBe('Succeeded');
      await scenario.pass(1_200);
    }
    await scenario.pass(HOUR);
    expect(denied).toEqual([]);
  });

  it('a move that was cut off is reaped by the watch and repaired', async () => {
    const { scenario, denied } = await underIam();
    scenario.start({ mode: 'switchover', reason: 'rights' });
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'judge-step') throw new Crash('the service failed');
      },
    };
    await scenario.until(() => scenario.invocations.some(({ key }) => key === 'judge-step'));
    scenario.meddling = {};
    const repaired = await scenario.end(await scenario.started('repair'));
    await scenario.pass(900);
    expect(['Switched', 'Abandoned']).toContain(repaired.outcome);
    expect((await scenario.ledger()).holder).toBeUndefined();
    expect(denied).toEqual([]);
  });

  it('nodes are raised on suspicion, counted, and taken back', async () => {
    const { scenario, denied } = await underIam();
    scenario.cluster('blue').inflict('apps-broken');
    await scenario.pass(240);
    scenario.cluster('blue').heal('apps-broken');
    await scenario.pass(2 * HOUR);
    expect(denied).toEqual([]);
  });

  it('a published copy that somebody spoiled is written again', async () => {
    const { scenario, denied } = await underIam();
    scenario.world.ssm.putParameter({ Name: '/throwover/shop/active-cluster', Value: 'green', Overwrite: true });
    await scenario.pass(180);
    const { Parameter } = scenario.world.ssm.getParameter({ Name: '/throwover/shop/active-cluster' });
    expect(Parameter?.Value).toBe('blue');
    expect(denied).toEqual([]);
  });

  it.each([
    'AdmitRole dynamodb:GetItem',
    'JudgeRole route53:ListResourceRecordSets',
    'ClaimRole dynamodb:PutItem',
    'FenceRole route53:ChangeResourceRecordSets',
  ])('without %s a run moves nobody', async (right) => {
    const { scenario, denied, takeAway } = await underIam();
    takeAway(right);
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(new Set(denied.map((one) => one.split(' on ')[0]))).toEqual(new Set([right]));
    expect(ended.outcome).not.toBe('Switched');
    expect(scenario.standing()).toBe('blue');
  });

  it('without Steer’s right to write a run does not end as if it had moved, and says what it may not', async () => {
    const { scenario, denied, takeAway } = await underIam();
    takeAway('SteerRole route53:ChangeResourceRecordSets');
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(denied.length).toBeGreaterThan(0);
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('not authorized');
    expect(scenario.breaches).toEqual([]);
  });
});
