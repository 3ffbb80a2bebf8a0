/** Puts the packaged functions where the lab runs them, each with the lab's own topology beside it: its ports are the lab's. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Topology } from '../../core/topology/schema.ts';
import { asynchronous, functions } from '../../functions/list.ts';
import { functionName } from '../world/names.ts';
import type { PairWorld } from '../world.ts';
import type { Containers } from './containers.ts';

export interface Deployment {
  /** Where the build put them: one folder each. */
  dist: string;
  folder: string;
  topology: Topology;
}

/** @returns the path of a function's bundle */
export function deployFiles({ dist, folder, topology }: Deployment): (key: string) => string {
  const compiled = JSON.stringify(topology);
  for (const { key } of functions) {
    const own = join(folder, key);
    mkdirSync(own, { recursive: true });
    copyFileSync(join(dist, key, 'index.cjs'), join(own, 'index.cjs'));
    writeFileSync(join(own, 'topology.json'), compiled);
  }
  return (key) => join(folder, key, 'index.cjs');
}

/** Makes the functions known to Lambda: called by name, run in containers. */
export function deployFunctions(world: PairWorld, containers: Containers): void {
  for (const { key, timeoutSeconds, memoryMb, concurrencyPerPair, calledBy } of functions) {
    const name = functionName(key);
    world.lambda.createFunction({
      name,
      timeoutSeconds,
      // the lab has one pair
      ...(concurrencyPerPair === undefined ? {} : { reservedConcurrency: concurrencyPerPair }),
      asynchronous: asynchronous(calledBy),
      handler: (event, { awsRequestId, invokedFunctionArn }) =>
        containers.invoke(key, event, { requestId: awsRequestId, arn: invokedFunctionArn, memoryMb, timeoutSeconds }),
    });
  }
}
