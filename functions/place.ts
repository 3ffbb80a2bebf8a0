/** Where a function runs: what it knows before it asks anybody. Opened once per cold start. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Deployment, deploymentOf } from '../adapters/aws/names.ts';
import { clockFromEnvironment, type Environment } from '../adapters/clock/from-environment.ts';
import { isLoopback } from '../adapters/clock/loopback.ts';
import type { TimedClock } from '../adapters/clock/timed.ts';
import { ConfigInvalid } from '../core/errors.ts';
import { topologyDigest } from '../core/topology/digest.ts';
import type { Topology } from '../core/topology/schema.ts';
import type { World } from './world.ts';

export interface Place extends Pick<World, 'topology' | 'digest' | 'stage' | 'ids'> {
  readonly clock: TimedClock;
  readonly deployment: Deployment;
  /** `address:port`; undefined: the system's resolver. */
  readonly resolver: string | undefined;
  /** Everything is on this machine's loopback. */
  readonly lab: boolean;
}

/** A place, and what surrounds each invocation in it. */
export interface OpenPlace {
  readonly place: Place;
  begin(requestId: string): Promise<void>;
  end(): Promise<void>;
}

/** @param key of the function with this ARN */
export function openPlace(key: string, functionArn: string, topology: Topology, env: Environment): OpenPlace {
  const chosen = clockFromEnvironment(env);
  let requestId = '';
  let named = 0;
  const deployment = deploymentOf(functionArn, key);
  const place: Place = {
    topology,
    stage: deployment.stage,
    digest: topologyDigest(topology),
    clock: chosen.clock,
    // a request id is unlike any other; so is what is made from it, and the same run of the lab makes the same names
    ids: { fresh: () => shortName(`${requestId} ${named++}`) },
    deployment,
    resolver: env.THROWOVER_DNS || topology.dns.resolver,
    lab: isLoopback(env.AWS_ENDPOINT_URL),
  };
  return {
    place,
    async begin(id) {
      requestId = id;
      named = 0;
      if (chosen.kind === 'lab') await chosen.clock.begin(id);
    },
    async end() {
      if (chosen.kind === 'lab') await chosen.clock.end();
    },
  };
}

/** 12 letters and digits: 62 bits. */
function shortName(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  return digest.readBigUInt64BE().toString(36).padStart(12, '0').slice(-12);
}

/** The topology beside the bundle: checked, with every default, when the bundle was built. Throws `ConfigInvalid`. */
export function readTopology(folder: string): Topology {
  const path = join(folder, 'topology.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Topology;
  } catch (cause) {
    throw new ConfigInvalid(`${path} cannot be read: the build puts it beside every function`, { path }, { cause });
  }
}
