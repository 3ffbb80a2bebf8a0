/**
 * Functions whose code came as a zip, through CloudFormation: unpacked, and run in containers as the lab's own are. Only the
 * topology beside the code is changed, because the lab's clusters answer at other ports than the file says.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Topology } from '../../core/topology/schema.ts';
import type { UploadedCode } from '../../models/cloudformation/resource-types.ts';
import type { FunctionDefinition } from '../../models/lambda.ts';
import type { Containers } from './containers.ts';
import { filesIn } from './zip.ts';

export interface UploadedSetup {
  /** Where it is unpacked: one folder for each upload. */
  folder: string;
  /** The same topology with the ports of the lab's sockets. */
  adapted(topology: Topology): Topology;
  containers(): Containers;
}

/** What is known of one upload, by the key under which containers run it. */
export interface Unpacked {
  readonly bundle: string;
  readonly functionName: string;
  readonly insideVpc: boolean;
}

export class UploadedFunctions {
  readonly #setup: UploadedSetup;
  readonly #unpacked = new Map<string, Unpacked>();

  constructor(setup: UploadedSetup) {
    this.#setup = setup;
  }

  /** Undefined: it is not one of these. */
  at(key: string): Unpacked | undefined {
    return this.#unpacked.get(key);
  }

  load(code: UploadedCode): FunctionDefinition['handler'] {
    const { functionName, zip, handler, memoryMb, timeoutSeconds, insideVpc } = code;
    // code that is uploaded anew runs in containers of its own; what still runs in the old ones ends there
    const key = `${functionName}@${this.#unpacked.size + 1}`;
    const folder = join(this.#setup.folder, key);
    const [module = '', exported] = [handler.slice(0, handler.lastIndexOf('.')), handler.split('.').at(-1)];
    const files = filesIn(zip);
    if (!files.has(`${module}.cjs`) || exported !== 'handler')
      throw new Error(
        `Runtime.ImportModuleError: Cannot find module '${module}' (only ${module}.cjs with \`handler\`)`,
      );
    for (const [path, content] of files) this.#write(join(folder, path), path, content);
    this.#unpacked.set(key, { bundle: join(folder, `${module}.cjs`), functionName, insideVpc });
    return (event, { awsRequestId, invokedFunctionArn }) =>
      this.#setup
        .containers()
        .invoke(key, event, { requestId: awsRequestId, arn: invokedFunctionArn, memoryMb, timeoutSeconds });
  }

  #write(place: string, path: string, content: Buffer): void {
    mkdirSync(dirname(place), { recursive: true });
    const isTopology = path.endsWith('/topology.json');
    writeFileSync(
      place,
      isTopology ? JSON.stringify(this.#setup.adapted(JSON.parse(content.toString()) as Topology)) : content,
    );
  }
}
