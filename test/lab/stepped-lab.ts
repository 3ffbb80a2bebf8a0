/** The whole lab behind its sockets, on a stepped clock, with the packaged functions. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtFunctions } from '../../cli/lab/built-functions.ts';
import { outputTo } from '../../cli/output.ts';
import type { RunRecord } from '../../core/record.ts';
import type { Topology } from '../../core/topology/schema.ts';
import { type Lab, startLab } from '../../lab/lab.ts';

const STARTED = Date.UTC(2026, 0, 1, 3);
const LONGEST_SECONDS = 600;
const ANY_FREE = { aws: 0, dns: 0, http: 0, https: 0, kubernetes: 0 };

export interface SteppedLab {
  readonly lab: Lab;
  /** One request below `/_lab`, by nothing but Node's own HTTP. */
  asked(method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, unknown>>;
  pass(milliseconds: number): Promise<unknown>;
  /** Starts an execution and lets time pass until it has ended. */
  run(input: object): Promise<RunRecord>;
  close(): Promise<void>;
}

/** Blue is active when it is there. @param deployed false: an empty account, whose users are sent to blue */
export async function startSteppedLab(topology: Topology, deployed = true): Promise<SteppedLab> {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-lab-'));
  const nobody = { write: () => true };
  const dist = deployed ? await builtFunctions({ output: outputTo(nobody, nobody, {}) }) : '';
  const setup = { topology, seed: 1, active: 'blue', startsAt: STARTED, ports: ANY_FREE, folder, dist, deployed };
  const lab = await startLab({ ...setup, speed: 'stepped' });

  const asked: SteppedLab['asked'] = (method, path, body) =>
    new Promise((resolve, reject) => {
      const sent = request(`${lab.file.endpoint}/_lab${path}`, { method, agent: false }, async (response) => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve(JSON.parse(text));
      });
      sent.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  const pass = (milliseconds: number) => asked('POST', '/clock/pass', { milliseconds });
  const run = async (input: object) => {
    const { stepFunctions } = lab.world;
    const { executionArn } = stepFunctions.startExecution({
      stateMachineArn: lab.file.stateMachineArn,
      input: JSON.stringify(input),
    });
    for (let second = 0; second < LONGEST_SECONDS; second++) {
      await pass(1_000);
      const { status, output, cause } = stepFunctions.describeExecution({ executionArn });
      if (status !== 'RUNNING') return JSON.parse(output ?? cause ?? '{}') as RunRecord;
    }
    throw new Error(`${executionArn} does not end`);
  };
  await pass(10_000);
  await lab.activated;
  return {
    lab,
    asked,
    pass,
    run,
    close: async () => {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
