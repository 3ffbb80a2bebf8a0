/**
 * The packaged functions, run as they would be deployed: each bundle in threads of its own. An invocation takes a free
 * container or a new one; while it runs, lab time is held for it except where it waits itself.
 */
import { Worker } from 'node:worker_threads';
import type { HeldClock } from '../clock/held-clock.ts';
import type { ContainerData, Result, Told } from './worker.ts';

export interface ContainersSetup {
  /** Path of a function's bundle. */
  bundleOf(key: string): string;
  /** What a function finds in its environment; nothing else of the lab's. */
  environmentOf(key: string): Readonly<Record<string, string>>;
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
  /** Takes the result of what it is doing; undefined: it is free. */
  answer: ((result: Result) => void) | undefined;
}

export class Containers {
  readonly #setup: ContainersSetup;
  readonly #containers = new Map<string, Container[]>();
  #cutOff: ReadonlySet<string> = new Set();
  #closed = false;

  constructor(setup: ContainersSetup) {
    this.#setup = setup;
  }

  /** What the handler answered. Rejects with the error that it threw, by its name. */
  async invoke(key: string, event: unknown, { requestId, arn, memoryMb, timeoutSeconds }: Call): Promise<unknown> {
    // what is tried again because its container was ended must not start another one: nobody would ever end that
    if (this.#closed) throw new Error(`the lab is closed: ${key} is not called any more`);
    const { held } = this.#setup;
    held.hold(requestId);
    try {
      const result = await this.#run(this.#free(key), {
        invocation: {
          event,
          context: {
            awsRequestId: requestId,
            functionName: key,
            invokedFunctionArn: arn,
            memoryLimitInMB: String(memoryMb),
            deadline: timeoutSeconds * 1000,
          },
        },
      });
      if ('payload' in result) return result.payload;
      const { name, message, stack } = result.error;
      // a container that dies knows no request; Lambda puts it in front
      throw Object.assign(new Error(name === EXIT ? `RequestId: ${requestId} ${message}` : message), { name, stack });
    } finally {
      held.release(requestId);
    }
  }

  /** From now on the containers of these functions reach nobody, and all others everybody. */
  cutOff(keys: ReadonlySet<string>): void {
    this.#cutOff = keys;
    for (const [key, containers] of this.#containers) {
      const told: Told = { isCutOff: keys.has(key) };
      for (const { worker } of containers) worker.postMessage(told);
    }
  }

  /** Ends every container, whatever it is doing. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#containers.values()].flat();
    this.#containers.clear();
    await Promise.all(all.map(({ worker }) => worker.terminate()));
  }

  #run(container: Container, told: Told): Promise<Result> {
    return new Promise((resolve) => {
      container.answer = resolve;
      container.worker.postMessage(told);
    });
  }

  #free(key: string): Container {
    const all = this.#containers.get(key) ?? [];
    const idle = all.find(({ answer }) => answer === undefined);
    if (idle !== undefined) return idle;
    const container = this.#start(key);
    this.#containers.set(key, [...all, container]);
    return container;
  }

  #start(key: string): Container {
    const { bundleOf, environmentOf } = this.#setup;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { bundle: bundleOf(key), isCutOff: this.#cutOff.has(key) } satisfies ContainerData,
      env: { AWS_LAMBDA_FUNCTION_NAME: key, ...environmentOf(key) },
      stdout: true,
      stderr: true,
    });
    const container: Container = { worker, answer: undefined };
    const answered = (result: Result) => {
      const { answer } = container;
      container.answer = undefined;
      answer?.(result);
    };
    const log = (text: string) => {
      if (!this.#closed) this.#setup.log(key, text);
    };
    worker.stdout.on('data', (chunk: Buffer) => log(chunk.toString()));
    worker.stderr.on('data', (chunk: Buffer) => log(chunk.toString()));
    worker.on('message', answered);
    worker.on('error', (cause: Error) => log(`${cause.stack ?? cause.message}\n`));
    worker.on('exit', (status) => {
      const left = (this.#containers.get(key) ?? []).filter((one) => one !== container);
      this.#containers.set(key, left);
      answered(exited(status));
    });
    return container;
  }
}

/** The name by which Lambda reports a container that ended by itself, and its sentence. */
const EXIT = 'Runtime.ExitError';

function exited(status: number): Result {
  const message = `Error: Runtime exited with error: exit status ${status}`;
  return { error: { name: EXIT, message, stack: '' } };
}
