import type { InvokeInput, InvokeOutput, Lambda } from '../../../models/lambda.ts';
import { ServiceError } from '../../../models/service-error.ts';
import { restJsonProtocol } from '../rest-json-protocol.ts';
import { operation, type Service, type WireAnswer } from '../service.ts';
import { oneOf, required } from '../shape.ts';

type Sent = InvokeInput & { LogType?: 'None' | 'Tail' };

/** The HTTP status does not show that a function failed: X-Amz-Function-Error does. */
function answer({ StatusCode, FunctionError, Payload, ExecutedVersion }: InvokeOutput): WireAnswer {
  return {
    status: StatusCode,
    headers: {
      'content-type': 'application/json',
      ...(FunctionError === undefined ? {} : { 'x-amz-function-error': FunctionError }),
      ...(ExecutedVersion === undefined ? {} : { 'x-amz-executed-version': ExecutedVersion }),
    },
    body: StatusCode === 202 ? '' : JSON.stringify(Payload ?? null),
  };
}

export function lambdaService(lambda: Lambda): Service {
  return {
    signingName: 'lambda',
    title: 'Lambda',
    protocols: [
      restJsonProtocol({ title: 'REST with JSON, `/2015-03-31/`', constraint: 'InvalidParameterValueException' }),
    ],
    timestamps: new Set(),
    operations: {
      Invoke: operation(
        {
          FunctionName: required('string'),
          InvocationType: 'string',
          LogType: oneOf('None', 'Tail'),
          Payload: 'json',
        },
        ({ LogType, ...input }: Sent) => {
          if (LogType !== 'Tail') return lambda.invoke(input);
          throw new ServiceError('NotImplemented', 'The lab does not send the tail of a log along.', 501);
        },
        {
          at: 'POST /2015-03-31/functions/{FunctionName}/invocations',
          headers: { 'x-amz-invocation-type': 'InvocationType', 'x-amz-log-type': 'LogType' },
          payload: 'Payload',
          answer,
        },
      ),
    },
  };
}
