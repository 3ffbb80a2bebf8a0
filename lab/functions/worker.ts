/**
 * One container: a thread that has loaded one bundle and does one invocation at a time, as Lambda's containers do. What the
 * function sees of the world is its environment and its sockets.
 */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

export interface ContainerData {
  /** Path of the bundle, `…/index.cjs`. */
  bundle: string;
}

export interface Invocation {
  id: number;
  event: unknown;
  context: {
    awsRequestId: string;
    functionName: string;
    invokedFunctionArn: string;
    memoryLimitInMB: string;
    deadline: number;
  };
}

export type Result =
  | { id: number; payload: unknown }
  | { id: number; error: { name: string; message: string; stack: string } };

const { bundle } = workerData as ContainerData;
const { handler } = createRequire(bundle)(bundle) as {
  handler: (event: unknown, context: unknown) => Promise<unknown>;
};

parentPort?.on('message', async ({ id, event, context }: Invocation) => {
  const { deadline, ...rest } = context;
  try {
    const payload = await handler(event, {
      ...rest,
      functionVersion: '$LATEST',
      logGroupName: `/aws/lambda/${rest.functionName}`,
      logStreamName: 'lab',
      callbackWaitsForEmptyEventLoop: true,
      // the lab's own time-out ends an invocation; what is left is only told
      getRemainingTimeInMillis: () => deadline,
    });
    parentPort?.postMessage({ id, payload } satisfies Result);
  } catch (cause) {
    const { name, message, stack = '' } = cause instanceof Error ? cause : new Error(String(cause));
    parentPort?.postMessage({ id, error: { name, message, stack } } satisfies Result);
  }
});
