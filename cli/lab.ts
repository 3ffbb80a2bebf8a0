/** `throwover lab`: a whole pair on loopback, for people and for tools that nobody here wrote. */
import { resolve } from 'node:path';
import { BUTTONS } from '../lab/faults.ts';
import { environmentOf, type LabFile, readLabFile } from '../lab/lab-file.ts';
import { exitCodes } from './exit-codes.ts';
import { stayUp } from './lab/stay-up.ts';
import type { Output } from './output.ts';
import { Refused, type Surroundings, type Verb } from './verb.ts';

const DEFAULT_FOLDER = '.lab';

export const lab: Verb = {
  declare: (command) =>
    command
      .argument(
        '[action]',
        'env: print the exports for other tools; fault: press a button; nothing: start the lab and stay up',
      )
      .argument('[fault]', `with fault: ${Object.keys(BUTTONS).join(', ')}`)
      .argument('[name]', 'with fault: which cluster, zone or observer')
      .option('--speed <number>', 'lab seconds per second; 1 is real time', '10')
      .option('--seed <number>', 'another seed, another course of things', '1')
      .option('--empty', 'an account without Throwover in it, to deploy it to')
      .option('--aws-port <port>', 'the AWS services and the controls; 0 takes any free port', '4566')
      .option('--dns-port <port>', 'the name servers, UDP and TCP', '5300')
      .option('--http-port <port>', 'the clusters’ load balancers, HTTP', '8080')
      .option('--https-port <port>', 'the clusters’ load balancers, HTTPS', '8443')
      .option('--kubernetes-port <port>', 'the clusters’ Kubernetes APIs', '6443')
      .option('--folder <folder>', 'where lab.json and kubeconfig are written', DEFAULT_FOLDER)
      .option('--json', 'print lab.json, or what was done, as one line of JSON'),
  examples: [
    ['npx throwover lab', 'start it; Ctrl-C ends all of it'],
    ['eval "$(npx throwover lab env)"', 'in another terminal: aws, dig and throwover itself talk to the lab'],
    ['npx throwover lab fault kill blue', 'the active cluster dies'],
    ['npx throwover lab fault heal', 'everything is well again'],
    ['npx throwover lab --empty', 'a pair and an account to rehearse a deployment in: docs/deploy.md'],
    [
      'npx throwover lab --aws-port 0 --dns-port 0 --http-port 0 --https-port 0 --kubernetes-port 0',
      'on any free ports',
    ],
  ],
  async run({ args, options }, surroundings) {
    const [action, fault, name] = args;
    const folder = resolve(surroundings.folder, String(options.folder ?? DEFAULT_FOLDER));
    if (action === undefined) return stayUp(setupOf(options, folder), surroundings);
    const running = readLabFile(folder);
    if (running === undefined)
      throw new Refused(`no lab has written ${options.folder}/lab.json: start one with "npx throwover lab"`);
    if (action === 'env') return printEnvironment(running, surroundings.output, options.json === true);
    if (action === 'fault') return inflict(running, fault, name, surroundings, options.json === true);
    throw new Refused(`the lab knows env and fault, found ${action}`);
  },
};

function setupOf(options: Readonly<Record<string, unknown>>, folder: string) {
  return {
    folder,
    json: options.json === true,
    deployed: options.empty !== true,
    speed: number('--speed', options.speed, 0.01, 1_000),
    seed: whole('--seed', options.seed, 2 ** 31),
    ports: {
      aws: whole('--aws-port', options.awsPort, 65_535),
      dns: whole('--dns-port', options.dnsPort, 65_535),
      http: whole('--http-port', options.httpPort, 65_535),
      https: whole('--https-port', options.httpsPort, 65_535),
      kubernetes: whole('--kubernetes-port', options.kubernetesPort, 65_535),
    },
  };
}

function whole(flag: string, value: unknown, most: number): number {
  const read = number(flag, value, 0, most);
  if (!Number.isInteger(read)) throw new Refused(`${flag} takes a whole number, found ${value}`);
  return read;
}

function number(flag: string, value: unknown, least: number, most: number): number {
  const read = Number(value);
  if (!(read >= least && read <= most))
    throw new Refused(`${flag} takes a number from ${least} to ${most}, found ${value}`);
  return read;
}

/** Literal exports, so that the block also works pasted by hand. */
function printEnvironment(running: LabFile, output: Output, json: boolean): number {
  const environment = environmentOf(running);
  if (json) output.printJson(environment);
  else for (const [name, value] of Object.entries(environment)) output.print(`export ${name}=${value}`);
  return exitCodes.done;
}

async function inflict(
  running: LabFile,
  fault: string | undefined,
  name: string | undefined,
  { output }: Surroundings,
  json: boolean,
): Promise<number> {
  if (fault === undefined || BUTTONS[fault] === undefined) {
    const known = Object.entries(BUTTONS).map(
      ([button, { of, does }]) => `  ${button}${of === 'nothing' ? '' : ` <${of}>`}: ${does}`,
    );
    throw new Refused(
      `${fault === undefined ? 'which fault?' : `there is no fault ${fault};`} known: ${known.join('; ')}`,
    );
  }
  const body = JSON.stringify({ fault, ...(name === undefined ? {} : { name }) });
  const response = await fetch(`${running.endpoint}/_lab/fault`, { method: 'POST', body }).catch((cause: unknown) => {
    throw new Error(`the lab at ${running.endpoint} does not answer: is it still running?`, { cause });
  });
  const answer = (await response.json()) as { done?: string; error?: string };
  if (!response.ok) throw new Refused(answer.error ?? `the lab says ${response.status}`);
  if (json) output.printJson(answer);
  else output.print(`${answer.done}: ${BUTTONS[fault]?.does}`);
  return exitCodes.done;
}
