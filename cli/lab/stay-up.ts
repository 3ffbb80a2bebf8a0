/** Starts the lab, says where everything is, and stays up until somebody ends it: Ctrl-C, a signal, or the end of whoever started it. */
import { join } from 'node:path';
import { systemClock } from '../../adapters/clock/system.ts';
import { type LabSetup, startLab } from '../../lab/lab.ts';
import { removeLabFile, writeLabFile } from '../../lab/lab-file.ts';
import { exitCodes } from '../exit-codes.ts';
import { readTopology } from '../topology-file.ts';
import type { Surroundings } from '../verb.ts';
import { builtFunctions } from './built-functions.ts';
import { LAB_TOPOLOGY } from './topology.ts';

export interface StayUp {
  folder: string;
  json: boolean;
  speed: number;
  seed: number;
  ports: LabSetup['ports'];
}

const ACTIVE = 'blue';
const LOOK_MILLISECONDS = 1_000;

export async function stayUp(
  { folder, json, speed, seed, ports }: StayUp,
  surroundings: Surroundings,
): Promise<number> {
  const { output } = surroundings;
  const parent = process.ppid;
  const topology = readTopology(LAB_TOPOLOGY, surroundings);
  const lab = await startLab({
    topology,
    seed,
    active: ACTIVE,
    speed,
    ports,
    folder,
    dist: await builtFunctions(surroundings),
    startsAt: systemClock.now(),
  });
  // who comes now finds everything as it is at rest
  await lab.activated;
  writeLabFile(folder, lab.file);
  if (json) output.printJson(lab.file);
  else {
    output.print(
      `The lab runs at ${speed} lab seconds a second: ${topologyLine(lab.file.clusters)}; ${ACTIVE} is active.`,
    );
    output.print(`  AWS         ${lab.file.endpoint}`);
    output.print(`  DNS         ${lab.file.dns}`);
    for (const [name, { http, https, kubernetes }] of Object.entries(lab.file.clusters)) {
      output.print(`  ${name.padEnd(11)} ${http}  ${https}  Kubernetes ${kubernetes}`);
    }
    output.print(`  written to  ${join(folder, 'lab.json')}, ${join(folder, 'kubeconfig')}`);
    output.print('In another terminal: eval "$(npx throwover lab env)". Ctrl-C ends all of it.');
  }
  await ended(parent, surroundings);
  removeLabFile(folder);
  await lab.close();
  return exitCodes.done;
}

function topologyLine(clusters: object): string {
  return Object.keys(clusters).join(' and ');
}

/** A killed npx does not reach its children: when the parent changes, whoever started the lab is gone. */
function ended(parent: number, { interrupted }: Surroundings): Promise<void> {
  return new Promise((resolve) => {
    let over = false;
    const end = () => {
      over = true;
      resolve();
    };
    interrupted(end);
    // they stay: a signal that comes twice must not cut the closing short
    process.on('SIGTERM', end);
    process.on('SIGHUP', end);
    void (async () => {
      while (!over) {
        if (process.ppid !== parent) end();
        await systemClock.wait(LOOK_MILLISECONDS);
      }
    })();
  });
}
