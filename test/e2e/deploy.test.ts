/** The deployment, rehearsed as docs/deploy.md says it: by the real `aws` command, without one, and by serverless, into a lab's empty account. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../adapters/clock/system.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { topologyIn } from '../../scripts/build.ts';
import { released } from '../packaged.ts';
import { peer } from '../peers.ts';
import { root } from '../tree/sources.ts';

const PORTS = { aws: 0, dns: 0, http: 0, https: 0, kubernetes: 0 };
const home = mkdtempSync(join(tmpdir(), 'throwover-rehearsed-'));
let release: string;
const labs: Lab[] = [];

interface Ended {
  code: number;
  said: string;
}

async function emptyLab(): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-empty-'));
  const topology = topologyIn(join(root, 'throwover.yaml'));
  const setup = { topology, seed: 1, active: 'blue', speed: 10, ports: PORTS, folder, dist: '', deployed: false };
  const lab = await startLab({ ...setup, startsAt: systemClock.now(), customers: false });
  labs.push(lab);
  return lab;
}

/** With the lab's environment and no other credentials; this process goes on serving the lab. */
function typed(lab: Lab, command: string, ...args: string[]): Promise<Ended> {
  const env = {
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
    HOME: home,
    ...(process.env.PYENV_VERSION === undefined ? {} : { PYENV_VERSION: process.env.PYENV_VERSION }),
    AWS_ENDPOINT_URL: lab.file.endpoint,
    AWS_REGION: lab.file.region,
    AWS_ACCESS_KEY_ID: 'lab',
    AWS_SECRET_ACCESS_KEY: 'lab',
    AWS_EC2_METADATA_DISABLED: 'true',
    SLS_AWS_MONITORING_FREQUENCY: '200',
    NO_COLOR: '1',
  };
  return new Promise((resolve) => {
    execFile(command, args, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), said: `${stdout}${stderr}` });
    });
  });
}

const rehearse = (lab: Lab, ...args: string[]) =>
  typed(lab, 'node', 'scripts/test-deploy.ts', '--endpoint', lab.file.endpoint, '--release', release, ...args);
const stacks = (lab: Lab) =>
  lab.world.cloudFormation.describeStacks().Stacks.map(({ StackName, StackStatus }) => `${StackName} ${StackStatus}`);

beforeAll(async () => {
  release = (await released()).folder;
}, 300_000);

afterAll(async () => {
  for (const lab of labs) await lab.close();
  rmSync(home, { recursive: true });
});

describe('npm run test:deploy', () => {
  it('deploys by the real aws command, and a run of what it deployed ends as a preview', async (context) => {
    peer('aws', context);
    const lab = await emptyLab();
    const { code, said } = await rehearse(lab, '--tool', 'aws');
    expect(said).toMatch(/deploying throwover-prod with aws-cli/);
    expect(said).toMatch(/SUCCEEDED\nPreviewed\n {2}NeverActivated/);
    expect(code).toBe(0);
    expect(stacks(lab)).toEqual(['throwover-prod CREATE_COMPLETE']);
    // once more is no change, and no error
    expect((await rehearse(lab, '--tool', 'aws')).code).toBe(0);
    expect(stacks(lab)).toEqual(['throwover-prod CREATE_COMPLETE']);
  }, 300_000);

  it('deploys without that command', async () => {
    const lab = await emptyLab();
    const { code, said } = await rehearse(lab, '--tool', 'thin', '--subnets', 'subnet-1,subnet-2');
    expect(said).toMatch(/SUCCEEDED\nPreviewed/);
    expect(code).toBe(0);
    expect((await rehearse(lab, '--tool', 'thin', '--subnets', 'subnet-1')).code).toBe(0);
    expect(stacks(lab)).toEqual(['throwover-prod UPDATE_COMPLETE']);
  }, 300_000);

  it('says what is wrong, when the account refuses', async () => {
    const lab = await emptyLab();
    const { code, said } = await rehearse(lab, '--tool', 'thin', '--subnets', 'none');
    expect(said).toContain('pass --param subnetIds=subnet-…,subnet-…');
    expect(code).toBe(1);
    expect((await typed(lab, 'node', 'scripts/test-deploy.ts')).code).toBe(2);
  }, 120_000);
});

describe('npx serverless deploy', () => {
  it('makes the stack in two steps, the first without our parameters', async () => {
    const lab = await emptyLab();
    const params = ['--param', 'subnetIds=subnet-1,subnet-2', '--param', 'securityGroupIds=sg-1'];
    const { code, said } = await typed(lab, 'serverless', 'deploy', '--stage', 'prod', ...params);
    expect(said).toContain('throwover-prod-steer');
    expect(code).toBe(0);
    expect(stacks(lab)).toEqual(['throwover-prod UPDATE_COMPLETE']);
    const { lambda } = lab.world;
    expect(lambda.listFunctions().Functions.length).toBeGreaterThan(30);
  }, 600_000);
});
