/** Starts the lab, says where everything is, and stays up until somebody ends it: Ctrl-C, a signal, or the end of whoever started it. */
import { join } from 'node:path';
import { systemClock } from '../../adapters/clock/system.ts';
import { TimedOut } from '../../adapters/clock/timed.ts';
import { type Lab, type LabSetup, startLab } from '../../lab/lab.ts';
import { removeLabFile, writeLabFile } from '../../lab/lab-file.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { readTopology } from '../topology-file.ts';
import type { Surroundings } from '../verb.ts';
import { builtFunctions } from './built-functions.ts';
import { starterIsGone } from './started-by.ts';
import { LAB_TOPOLOGY } from './topology.ts';

export interface StayUp {
  folder: string;
  json: boolean;
  /** False: an empty account. */
  deployed: boolean;
  speed: number;
  seed: number;
  ports: LabSetup['ports'];
}

const ACTIVE = 'blue';
const LOOK_MILLISECONDS = 1_000;

export async function stayUp({ folder, json, ...setup }: StayUp, surroundings: Surroundings): Promise<number> {
  const { output } = surroundings;
  const { ended, end } = ending(surroundings);
  try {
    const topology = readTopology(LAB_TOPOLOGY, surroundings);
    // an empty account runs what is deployed to it
    const dist = setup.deployed ? await builtFunctions(surroundings) : '';
    const lab = await startLab({ ...setup, topology, active: ACTIVE, folder, dist, startsAt: systemClock.now() });
    // who comes when it is written down finds everything as it is at rest
    if ((await Promise.race([lab.activated.then(() => 'up'), ended])) === 'up') {
      writeLabFile(folder, lab.file);
      if (json) output.printJson(lab.file);
      else printWhere(lab, folder, output, setup.deployed);
      await ended;
    }
    removeLabFile(folder);
    await lab.close();
    return exitCodes.done;
  } finally {
    end();
  }
}

function printWhere({ file }: Lab, folder: string, output: Output, isDeployed: boolean): void {
  const { speed, endpoint, dns, vpcDns, clusters } = file;
  const names = Object.keys(clusters).join(' and ');
  output.print(
    `The lab runs at ${speed} lab seconds a second: ${names}; ${
      isDeployed ? `${ACTIVE} is active` : `users are sent to ${ACTIVE}, and the account is empty`
    }.`,
  );
  output.print(`  AWS         ${endpoint}`);
  output.print(`  DNS         ${dns}, inside the VPC ${vpcDns}`);
  for (const [name, { http, https, kubernetes }] of Object.entries(clusters)) {
    output.print(`  ${name.padEnd(11)} ${http}  ${https}  Kubernetes ${kubernetes}`);
  }
  output.print(`  written to  ${join(folder, 'lab.json')}, ${join(folder, 'kubeconfig')}`);
  output.print('In another terminal: eval "$(npx throwover lab env)". Ctrl-C ends all of it.');
}

/** A killed npx does not reach its children: when whoever started the lab is gone, it ends as well. */
function ending({ interrupted }: Surroundings): { ended: Promise<unknown>; end: () => void } {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  interrupted(end);
  // they are listened to for ever: a signal that comes twice must not cut the closing short
  process.on('SIGTERM', end);
  process.on('SIGHUP', end);
  void (async () => {
    while (!starterIsGone()) {
      try {
        return await systemClock.within(LOOK_MILLISECONDS, () => ended);
      } catch (cause) {
        if (!(cause instanceof TimedOut)) throw cause;
      }
    }
    end();
  })();
  return { ended, end };
}
