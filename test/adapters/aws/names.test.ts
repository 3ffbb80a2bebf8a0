import { describe, expect, it } from 'vitest';
import { deploymentOf, functionName, ledgerId, machineArn, tableName } from '../../../adapters/aws/names.ts';

const arn = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

describe('what a function learns from its own ARN', () => {
  const prod = deploymentOf(arn('throwover-prod-observe-inside'), 'observe-inside');

  it('is the names of everything of its deployment', () => {
    expect(functionName(prod, 'claim')).toBe('throwover-prod-claim');
    expect(tableName(prod)).toBe('throwover-prod');
    expect(machineArn(prod, 'switch')).toBe('arn:aws:states:eu-west-1:123456789012:stateMachine:throwover-prod-switch');
  });

  it('holds for stages with hyphens, versions and other partitions', () => {
    expect(deploymentOf(`${arn('throwover-blue-team-steer')}:7`, 'steer').stage).toBe('blue-team');
    const china = deploymentOf('arn:aws-cn:lambda:cn-north-1:123456789012:function:throwover-x-steer', 'steer');
    expect(machineArn(china, 'switch')).toMatch(/^arn:aws-cn:states:cn-north-1:/);
  });

  it.each(['throwover--steer', 'throwover-steer', 'other-prod-steer', 'throwover-prod-claim', ''])(
    'is refused for %j',
    (name) => {
      expect(() => deploymentOf(arn(name), 'steer')).toThrow(/throwover-<stage>-steer/);
    },
  );

  it('is one ledger id per table: 8 hex digits that other accounts, Regions and stages do not share', () => {
    const others = [
      deploymentOf(arn('throwover-dev-steer'), 'steer'),
      deploymentOf(arn('throwover-prod-steer').replace('eu-west-1', 'eu-west-2'), 'steer'),
      deploymentOf(arn('throwover-prod-steer').replace('123456789012', '123456789013'), 'steer'),
    ];
    const ids = [prod, ...others].map(ledgerId);
    expect(new Set(ids).size).toBe(4);
    expect(ids.every((id) => /^[0-9a-f]{8}$/.test(id))).toBe(true);
  });
});
