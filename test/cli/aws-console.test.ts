import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld } from '../lab/aws/world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;
let stepFunctions: SFNClient;

const record = { outcome: 'Previewed', pair: 'shop', mode: 'preview', because: ['all is well'], gates: [], zones: [] };

async function deploy(stage: string): Promise<void> {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Previewed',
    States: { Previewed: { Type: 'Succeed', Output: record } },
  };
  const roleArn = 'arn:aws:iam::123456789012:role/x';
  const name = `throwover-${stage}-switch`;
  await stepFunctions.send(new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn }));
}

/** `throwover …` as a process of its own, which knows AWS by its endpoint alone. */
async function throwover(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['bin/throwover.mjs', ...argv], {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: world.server.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'lab',
      AWS_SECRET_ACCESS_KEY: 'lab',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...env,
    },
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  const [exitCode] = await once(child, 'close');
  return { exitCode, ...said };
}

beforeAll(async () => {
  world = await startWorld();
  stepFunctions = new SFNClient(world.client);
});

afterAll(async () => {
  stepFunctions.destroy();
  await world.server.close();
});

describe('the console on AWS', () => {
  it('says that nothing is deployed', async () => {
    const { exitCode, stdout, stderr } = await throwover(['preview']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(
      'throwover: there is no state machine throwover-<stage>-switch in eu-west-1: is Throwover deployed there?\n',
    );
  });

  it('finds the one stage there is by its state machine, starts it and prints its output', async () => {
    await deploy('lab');
    const { exitCode, stdout, stderr } = await throwover(['preview', '--json']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(record);
  });

  it('asks which of several stages is meant, and takes the one that is named', async () => {
    await deploy('prod');
    const { exitCode, stderr } = await throwover(['preview']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('several stages are deployed (lab, prod): say which with THROWOVER_STAGE.');
    expect((await throwover(['preview'], { THROWOVER_STAGE: 'prod' })).exitCode).toBe(0);
    const { stderr: unknown } = await throwover(['preview'], { THROWOVER_STAGE: 'test' });
    expect(unknown).toContain('no state machine throwover-test-switch in eu-west-1; stages there: lab, prod.');
  });

  it('reads the published parameter without a stage', async () => {
    const ssm = new SSMClient(world.client);
    const Name = '/throwover/shop/active-cluster';
    await ssm.send(new PutParameterCommand({ Name, Value: 'green', Type: 'String' }));
    ssm.destroy();
    expect(await throwover(['active'])).toEqual({ exitCode: 0, stdout: 'green\n', stderr: '' });
  });

  it('refuses a clock of somebody else', async () => {
    const { exitCode, stderr } = await throwover(['active'], { THROWOVER_CLOCK_URL: 'http://clock.example.com/' });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^throwover: THROWOVER_CLOCK_URL is for the lab only: [^\n]+\n$/);
  });
});
