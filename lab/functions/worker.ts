/**
 * One container: a thread that has loaded one bundle and does one invocation at a time, as Lambda's containers do. What the
 * function sees of the world is its environment and its sockets.
 */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { guardNetwork } from './network.ts';

export interface ContainerData {
  /** Path of the bundle, `…/index.cjs`. */
  bundle: string;
  isCutOff: boolean;
}

export interface Invocation {
  event: unknown;
  context: {
    awsRequestId: string;
    functionName: string;
    invokedFunctionArn: string;
    memoryLimitInMB: string;
    deadline: number;
  };
}

/** What a container is told: do this, or whether it reaches anybody. */
export type Told = { invocation: Invocation } | { isCutOff: boolean };

export type Result = { payload: unknown } | { error: { name: string; message: string; stack: string } };

const { bundle, ...first } = workerData as ContainerData;
let { isCutOff } = first;
guardNetwork(process.env.THROWOVER_CLOCK_URL, () => isCutOff);

const { handler } = createRequire(bundle)(bundle) as {
  handler: (event: unknown, context: unknown) => Promise<unknown>;
};

parentPort?.on('message', (told: Told) => {
  if ('isCutOff' in told) ({ isCutOff } = told);
  else void invoke(told.invocation).then((result) => parentPort?.postMessage(result));
});

async function invoke({ event, context }: Invocation): Promise<Result> {
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
    // as JSON carries it: what is no JSON does not arrive
    return { payload: JSON.parse(JSON.stringify(payload) ?? 'null') };
  } catch (cause) {
    const { name, message, stack = '' } = cause instanceof Error ? cause : new Error(String(cause));
    return { error: { name, message, stack } };
  }
}
