/** The rights are not too few either: every batch and every parameter of these runs is asked of the role that sends it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { functions } from '../../functions/list.ts';
import { compiledResources } from '../../scripts/build/compiled.ts';
import { given, type Scenario } from '../scenarios/scenario.ts';
import { changeRequest } from './change-request.ts';
import { isAllowed } from './evaluator.ts';
import { arn } from './intrinsics.ts';
import { type Roles, rolesIn } from './roles.ts';

let roles: Roles = new Map();
beforeAll(() => {
  roles = rolesIn(compiledResources());
}, 180_000);

/** Denies what the role of the calling function does not allow; gives who sent batches, and what was denied. */
function underIam(scenario: Scenario) {
  const senders = new Set<string>();
  const denied: string[] = [];
  scenario.meddling = {
    ...scenario.meddling,
    world: ({ key }, world) => {
      const statements = roles.get(functions.find((one) => one.key === key)?.role ?? '') ?? [];
      const { zones, published } = world;
      return {
        ...world,
        zones: {
          ...zones,
          apply: async (zone, batch) => {
            senders.add(key);
            const changes = batch.changes.map(({ action, record }) => `${action} ${record.type} ${record.name}`);
            if (isAllowed(statements, changeRequest(zone, ...changes))) return zones.apply(zone, batch);
            denied.push(`${key}: ${changes.join(', ')}`);
            return { kind: 'denied', because: 'AccessDenied' };
          },
        },
        published: {
          ...published,
          write: async (pair, active, state) => {
            for (const name of ['active-cluster', 'state']) {
              const resource = arn('ssm', `parameter/throwover/${pair}/${name}`);
              if (!isAllowed(statements, { action: 'ssm:PutParameter', resource })) denied.push(`${key}: ${resource}`);
            }
            return published.write(pair, active, state);
          },
        },
      };
    },
  };
  return { senders, denied };
}

describe('under its own roles', () => {
  it('a failover moves both layouts, takes ownership and gives it back', async () => {
    const scenario = await given();
    const { senders, denied } = underIam(scenario);
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    scenario.cluster('blue').heal('kill');
    await scenario.pass(3_600);
    expect(denied).toEqual([]);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('green');
    expect([...senders]).toEqual(expect.arrayContaining(['fence', 'own', 'steer']));
    expect((await scenario.ledger()).debts).toEqual([]);
  });

  it('a switchover moves in steps, and a person accepts what stands', async () => {
    const scenario = await given();
    const { senders, denied } = underIam(scenario);
    expect((await scenario.run({ mode: 'switchover', reason: 'rights' })).outcome).toBe('Switched');
    await scenario.pass(900);
    expect((await scenario.run({ mode: 'accept', active: 'green', reason: 'rights' })).outcome).toBe('Recorded');
    expect(denied).toEqual([]);
    expect([...senders]).toEqual(expect.arrayContaining(['fence', 'steer', 'control']));
  });

  it('and what a role does not allow ends before a user moved', async () => {
    const scenario = await given();
    const { denied } = underIam(scenario);
    roles = new Map([...roles].filter(([role]) => role !== 'FenceRole'));
    const ended = await scenario.run({ mode: 'failover', to: 'green', reason: 'rights' });
    expect(denied.every((one) => one.startsWith('fence'))).toBe(true);
    expect(ended.outcome).not.toBe('Switched');
    expect(scenario.standing()).toBe('blue');
  });
});
