import { jsonProtocol } from './json-protocol.ts';
import { queryProtocol } from './query-protocol.ts';
import { restJsonProtocol } from './rest-json-protocol.ts';
import { route53Protocol } from './route53-protocol.ts';
import type { Protocol, Service } from './service.ts';

const anyJson: Protocol = {
  ...jsonProtocol({ version: '1.0', target: '' }),
  speaks: ({ headers }) => headers['x-amz-target'] !== undefined,
};
const anyForm = queryProtocol({ namespace: 'https://throwover.dev/lab/' });
const anyRest = restJsonProtocol({ title: 'REST with JSON', constraint: 'ValidationException' });

/** A service that the lab does not have, or a request that does not say for whom it is: refused in its own protocol. */
export function unknownService(signingName: string): Service {
  return {
    signingName,
    title: signingName === '' ? 'any service' : `the service ${signingName}, which the lab does not have at all`,
    protocols: [anyJson, route53Protocol, anyForm, anyRest],
    operations: {},
    timestamps: new Set(),
  };
}
