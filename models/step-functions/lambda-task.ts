import { StatesError } from '../../workflow/errors.ts';
import type { TaskRunner } from '../../workflow/ports.ts';

/** Calls a function by its name or ARN; rejects with the error it threw, or that Lambda answered (`Lambda.…`). */
export type InvokeLambda = (functionNameOrArn: string, payload: unknown) => Promise<unknown>;

const parameters: readonly string[] = [
  'FunctionName',
  'Payload',
  'InvocationType',
  'Qualifier',
  'ClientContext',
  'LogType',
];

/**
 * The integration `arn:aws:states:::lambda:invoke`. What the function throws becomes an Error of that name with a Cause
 * in JSON, as Lambda reports it; errors of Lambda itself (`Lambda.TooManyRequestsException`) keep their message.
 */
export function lambdaTask(invokeLambda: InvokeLambda, requestId: () => string): TaskRunner {
  return async (_resource, args) => {
    const { FunctionName, Payload = {}, InvocationType = 'RequestResponse' } = checked(args);
    if (InvocationType === 'Event') {
      // Nobody hears what becomes of it.
      invokeLambda(FunctionName, Payload).catch(() => undefined);
      return {
        SdkHttpMetadata: { HttpStatusCode: 202 },
        SdkResponseMetadata: { RequestId: requestId() },
        StatusCode: 202,
      };
    }
    const result = await invokeLambda(FunctionName, Payload).catch((error: unknown) => {
      throw asReported(error);
    });
    return {
      ExecutedVersion: '$LATEST',
      Payload: result ?? null,
      SdkHttpMetadata: { HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: requestId() },
      StatusCode: 200,
    };
  };
}

function checked(args: unknown): { FunctionName: string; Payload?: unknown; InvocationType?: string } {
  const given = (args ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(given).find((name) => !parameters.includes(name));
  if (unknown !== undefined) {
    throw new StatesError('States.Runtime', `The field '${unknown}' is not supported by Step Functions`);
  }
  if (typeof given.FunctionName !== 'string' || given.FunctionName === '') {
    throw new StatesError('States.Runtime', `The field 'FunctionName' is required but was missing`);
  }
  return given as { FunctionName: string };
}

function asReported(error: unknown): Error {
  if (error instanceof StatesError) return error;
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  if (name.startsWith('Lambda.')) return new StatesError(name, message);
  return new StatesError(
    name,
    JSON.stringify({ errorType: name, errorMessage: message, trace: [`${name}: ${message}`] }),
  );
}
