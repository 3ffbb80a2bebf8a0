/**
 * `npm run test:deploy -- --endpoint URL [--stage prod] [--release folder] [--bucket name] [--tool aws|thin]`: a rehearsal of the
 * deployment at anything that claims to be AWS. The packaged template is deployed, one execution is started with `{}`, which is a
 * preview and changes nothing, and its outcome is looked at. Exit 0: it ended as `Previewed`. Credentials and Region come from the
 * environment, as for every tool of AWS.
 *
 *   npx throwover lab --empty            in one terminal
 *   npm run test:deploy -- --endpoint http://127.0.0.1:4566
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  DescribeExecutionCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { systemClock } from '../adapters/clock/system.ts';
import { FUNCTIONS, RELEASE_TEMPLATE, releaseInto } from './build/release.ts';
import { awsCommand } from './deploy/aws-command.ts';
import type { DeployClient } from './deploy/client.ts';
import { thinClient } from './deploy/thin-client.ts';

const LOOK_MILLISECONDS = 500;
const LOOKS_MAX = 600;

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string' },
    stage: { type: 'string', default: 'prod' },
    release: { type: 'string' },
    bucket: { type: 'string', default: 'throwover-rehearsal' },
    subnets: { type: 'string', default: 'subnet-0' },
    'security-groups': { type: 'string', default: 'sg-0' },
    tool: { type: 'string' },
  },
});
const { endpoint, stage, bucket, tool } = values;
if (endpoint === undefined) {
  console.error('say where: npm run test:deploy -- --endpoint http://127.0.0.1:4566');
  process.exit(2);
}
const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'eu-west-1';
process.env.AWS_REGION = region;
process.env.AWS_DEFAULT_REGION = region;

const folder = values.release ?? mkdtempSync(join(tmpdir(), 'throwover-rehearsal-'));
try {
  if (values.release === undefined) releaseInto(folder, stage);
  await deploy(await clientOf(endpoint));
  process.exitCode = (await preview(new SFNClient({ endpoint, region }))) === 'Previewed' ? 0 : 1;
} catch (cause) {
  // a command says on its stderr what was wrong; its stack would say where we called it
  const { stderr = '', message } = cause as Error & { stderr?: string };
  console.error(stderr.trim() || message);
  process.exitCode = 1;
} finally {
  if (values.release === undefined) rmSync(folder, { recursive: true });
}

async function clientOf(url: string): Promise<DeployClient> {
  const aws = tool === 'thin' ? undefined : await awsCommand(url);
  if (aws === undefined && tool === 'aws') throw new Error('there is no aws command here');
  return aws ?? thinClient({ endpoint: url, region });
}

async function deploy(client: DeployClient): Promise<void> {
  const name = `throwover-${stage}`;
  console.log(`deploying ${name} with ${client.tool}`);
  await client.makeBucket(bucket).catch((cause: unknown) => {
    if (!/BucketAlreadyOwnedByYou/.test(String(cause))) throw cause;
  });
  await client.upload(join(folder, FUNCTIONS), bucket, `${stage}/${FUNCTIONS}/`);
  const { subnets: SubnetIds, 'security-groups': SecurityGroupIds } = values;
  const parameters = { ArtefactsBucket: bucket, ArtefactsPrefix: `${stage}/`, SubnetIds, SecurityGroupIds };
  await client.deploy({ name, template: join(folder, RELEASE_TEMPLATE), bucket, parameters });
  console.log(`the stack ${name} stands`);
}

/** The outcome of a run with `{}`. */
async function preview(states: SFNClient): Promise<string> {
  const { stateMachines = [] } = await states.send(new ListStateMachinesCommand({}));
  const machine = stateMachines.find(({ name }) => name === `throwover-${stage}-switch`);
  if (machine === undefined) throw new Error(`the stack has made no machine throwover-${stage}-switch`);
  const { executionArn } = await states.send(
    new StartExecutionCommand({ stateMachineArn: machine.stateMachineArn, input: '{}' }),
  );
  for (let look = 0; look < LOOKS_MAX; look++) {
    const { status, output, cause } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') {
      const record = JSON.parse(output ?? cause ?? '{}') as { outcome?: string; because?: readonly string[] };
      console.log(`${executionArn}: ${status}`);
      console.log([record.outcome ?? 'no outcome', ...(record.because ?? [])].join('\n  '));
      return record.outcome ?? 'none';
    }
    await systemClock.wait(LOOK_MILLISECONDS);
  }
  throw new Error(`${executionArn} does not end`);
}
