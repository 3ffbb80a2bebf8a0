import { expect, it } from 'vitest';
import { Sts } from '../../models/sts.ts';

it('says who is calling, and counts it', () => {
  const sts = new Sts({ accountId: '210987654321', region: 'eu-west-1' }, 'assumed-role/throwover-steer/steer');
  expect(sts.getCallerIdentity()).toMatchObject({
    Account: '210987654321',
    Arn: 'arn:aws:sts::210987654321:assumed-role/throwover-steer/steer',
  });
  expect(new Sts().getCallerIdentity().Arn).toBe('arn:aws:iam::123456789012:user/throwover');
  expect(sts.calls.get('GetCallerIdentity')).toBe(1);
});
