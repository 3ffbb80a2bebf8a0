import type { Sts } from '../../../models/sts.ts';
import { queryProtocol } from '../query-protocol.ts';
import { operation, type Service } from '../service.ts';

export function stsService(sts: Sts): Service {
  return {
    signingName: 'sts',
    title: 'STS',
    protocols: [queryProtocol({ namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' })],
    timestamps: new Set(),
    operations: { GetCallerIdentity: operation({}, () => sts.getCallerIdentity()) },
  };
}
