/**
 * The packaged functions, run as they would be deployed: each bundle in threads of its own. An invocation takes a free
 * container or a new one; while it runs, lab time is held for it except where it waits itself.
 */
import { Worker } from 'node:worker_threads';
import type { HeldClock } from '../clock/held-clock.ts';
import type { ContainerData, Invocation, Result } from './worker.ts';

export interface ContainersSetup {
  /** Path of a function's bundle. */
  bundleOf(key: string): string;
  /** What a function finds in its environment; nothing else of the lab's. */
  environment: Readonly<Record<string, string>>;
  held: HeldClock;
  /** What functions write to stdout and stderr. */
  log(key: string, text: string): void;
}

export interface Call {
  requestId: string;
  arn: string;
  memoryMb: number;
  timeoutSeconds: number;
}

interface Container {
  worker: Worker;
  busy: boolean;
  answer: ((result: Result) => void) | undefined;
}

export class Containers {
  readonly #setup: ContainersSetup;
  readonly #containers = new Map<string, Container[]>();
  #calls = 0;

  constructor(setup: ContainersSetup) {
    this.#setup = setup;
  }

  /** What the handler answered. Rejects with the error that it threw, by its name. */
  async invoke(key: string, event: unknown, { requestId, arn, memoryMb, timeoutSeconds }: Call): Promise<unknown> {
    const { held } = this.#setup;
    held.hold(requestId);
    const container = this.#free(key);
    container.busy = true;
    try {
      const result = await this.#run(container, {
        id: ++this.#calls,
        event,
        context: {
          awsRequestId: requestId,
          functionName: key,
          invokedFunctionArn: arn,
          memoryLimitInMB: String(memoryMb),
          deadline: timeoutSeconds * 1000,
        },
      });
      if ('payload' in result) return result.payload;
      throw Object.assign(new Error(result.error.message), { name: result.error.name, stack: result.error.stack });
    } finally {
      container.busy = false;
      held.release(requestId);
    }
  }

  /** Ends every container, whatever it is doing. */
  async close(): Promise<void> {
    await Promise.all([...this.#containers.values()].flat().map(({ worker }) => worker.terminate()));
    this.#containers.clear();
  }

  #run(container: Container, invocation: Invocation): Promise<Result> {
    return new Promise((resolve) => {
      container.answer = resolve;
      container.worker.postMessage(invocation);
    });
  }

  #free(key: string): Container {
    const all = this.#containers.get(key) ?? [];
    const idle = all.find(({ busy }) => !busy);
    if (idle !== undefined) return idle;
    const container = this.#start(key);
    this.#containers.set(key, [...all, container]);
    return container;
  }

  #start(key: string): Container {
    const { bundleOf, environment, log } = this.#setup;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { bundle: bundleOf(key) } satisfies ContainerData,
      env: { ...environment, AWS_LAMBDA_FUNCTION_NAME: key },
      stdout: true,
      stderr: true,
    });
    const container: Container = { worker, busy: false, answer: undefined };
    worker.stdout.on('data', (chunk: Buffer) => log(key, chunk.toString()));
    worker.stderr.on('data', (chunk: Buffer) => log(key, chunk.toString()));
    worker.on('message', (result: Result) => {
      const { answer } = container;
      container.answer = undefined;
      answer?.(result);
    });
    worker.on('error', (cause: Error) => {
      // a container that dies answers whoever waits for it, and is not used again
      this.#containers.set(
        key,
        (this.#containers.get(key) ?? []).filter((one) => one !== container),
      );
      container.answer?.({
        id: 0,
        error: { name: 'Runtime.ExitError', message: cause.message, stack: cause.stack ?? '' },
      });
    });
    return container;
  }
}
