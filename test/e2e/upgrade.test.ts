/**
 * A deployed version is replaced by the next one, at rest and in the middle of a run. Everything is real but the account: the
 * packaged template and zips, and the functions in them, in the lab.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesIn } from '../../lab/functions/zip.ts';
import { FUNCTIONS_CALLER } from '../../lab/lab-controls.ts';
import { FUNCTIONS, type ReleaseTemplate } from '../../scripts/build/release.ts';
import { topologyIn } from '../../scripts/build.ts';
import { type SteppedLab, startSteppedLab } from '../lab/stepped-lab.ts';
import { released } from '../packaged.ts';
import { root } from '../tree/sources.ts';
import { zipOf } from './zip.ts';

const BUCKET = 'artefacts';
const StackName = 'throwover-prod';
const Capabilities = ['CAPABILITY_NAMED_IAM'];
let release: string;
let stepped: SteppedLab;
let template: ReleaseTemplate;

/** As the next version would be packed: every bundle differs by a line, and so does every name. */
function upload(version: string): void {
  const { s3, cloudFormation } = stepped.lab.world;
  for (const name of readdirSync(join(release, FUNCTIONS))) {
    const files = filesIn(readFileSync(join(release, FUNCTIONS, name)));
    const marked = new Map([...files].map(([path, text]) => [path, marking(path, text, version)]));
    s3.putObject({ Bucket: BUCKET, Key: `${version}/${FUNCTIONS}/${name}`, Body: zipOf(marked) });
  }
  const next = structuredClone(template);
  const definition = next.Resources.SwitchMachine?.Properties.Definition as { Comment: string };
  definition.Comment = `version ${version}`;
  s3.putObject({ Bucket: BUCKET, Key: `${version}.json`, Body: JSON.stringify(next) });
  const values = {
    ArtefactsBucket: BUCKET,
    ArtefactsPrefix: `${version}/`,
    SubnetIds: 'subnet-0',
    SecurityGroupIds: 'sg-0',
  };
  const input = {
    StackName,
    Capabilities,
    TemplateURL: `https://s3.eu-west-1.amazonaws.com/${BUCKET}/${version}.json`,
    Parameters: Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  };
  if (version === '1') cloudFormation.createStack(input);
  else cloudFormation.updateStack(input);
}

function marking(path: string, text: Buffer, version: string): Buffer {
  return path.endsWith('.cjs') ? Buffer.concat([text, Buffer.from(`\n// version ${version}\n`)]) : text;
}

const status = () => stepped.lab.world.cloudFormation.describeStacks({ StackName }).Stacks[0]?.StackStatus;
const machineArn = () => stepped.lab.file.stateMachineArn;
const ledger = () => {
  const Key = { pk: { S: 'pair#shop' }, sk: { S: 'ledger' } };
  const { rev, ...item } =
    stepped.lab.world.dynamoDb.getItem({ TableName: 'throwover-prod', Key, ConsistentRead: true }).Item ?? {};
  return { rev, epoch: item.epoch, active: item.active, phase: item.phase };
};
const zones = () =>
  stepped.lab.world.pair.zones.map(
    ({ id }) => stepped.lab.world.route53.listResourceRecordSets({ HostedZoneId: id }).ResourceRecordSets,
  );

beforeAll(async () => {
  const made = await released();
  release = made.folder;
  template = JSON.parse(readFileSync(made.template, 'utf8')) as ReleaseTemplate;
  stepped = await startSteppedLab(topologyIn(join(root, 'throwover.yaml')), false);
  stepped.lab.world.s3.createBucket({ Bucket: BUCKET });
  upload('1');
  await stepped.run({ mode: 'accept', active: 'blue', reason: 'first activation' });
}, 300_000);

afterAll(() => stepped.close());

describe('an upgrade', () => {
  it('at rest keeps ledger and fences, and moves nothing', async () => {
    await stepped.pass(70_000);
    expect(status()).toBe('CREATE_COMPLETE');
    const before = { ledger: ledger(), zones: zones() };
    expect(before.ledger).toMatchObject({ active: { S: 'blue' } });
    upload('2');
    expect(status()).toBe('UPDATE_COMPLETE');
    expect({ ledger: ledger(), zones: zones() }).toEqual(before);
    await stepped.pass(130_000);
    const after = ledger();
    expect({ epoch: after.epoch, active: after.active }).toEqual({
      epoch: before.ledger.epoch,
      active: before.ledger.active,
    });
    expect(zones()).toEqual(before.zones);
  }, 180_000);

  it('in the middle of a run leaves it its definition, and the run comes to its end', async () => {
    const { stepFunctions, route53 } = stepped.lab.world;
    const input = JSON.stringify({ mode: 'switchover', to: 'green', reason: 'upgrade test' });
    const { executionArn } = stepFunctions.startExecution({ stateMachineArn: machineArn(), input });
    const calls = () => route53.counters.of(FUNCTIONS_CALLER).changeCalls;
    const atStart = calls();
    // until users have begun to move: the fence is in two zones, and a batch more is out
    for (let second = 0; calls() < atStart + 3 && second < 600; second++) await stepped.pass(1_000);
    expect(stepFunctions.describeExecution({ executionArn }).status).toBe('RUNNING');
    const before = { ledger: ledger(), zones: zones(), calls: calls() };
    upload('3');
    expect(status()).toBe('UPDATE_COMPLETE');
    expect({ ledger: ledger(), zones: zones(), calls: calls() }).toEqual(before);

    for (
      let second = 0;
      stepFunctions.describeExecution({ executionArn }).status === 'RUNNING' && second < 1_800;
      second++
    )
      await stepped.pass(1_000);
    const { output } = stepFunctions.describeExecution({ executionArn });
    expect(JSON.parse(output ?? '{}')).toMatchObject({
      outcome: 'Switched',
      from: 'blue',
      to: 'green',
      active: 'green',
    });
    expect(stepFunctions.executionOf(executionArn).machine.definition).toMatchObject({ Comment: 'version 2' });
    expect(ledger().active).toEqual({ S: 'green' });
  }, 300_000);

  it('gives the next run the new definition, and it finds the ledger as the old one left it', async () => {
    const record = await stepped.run({ mode: 'preview', to: 'blue' });
    expect(record).toMatchObject({ outcome: 'Previewed', active: 'green' });
    const { definition } = stepped.lab.world.stepFunctions.describeStateMachine({ stateMachineArn: machineArn() });
    expect(JSON.parse(definition).Comment).toBe('version 3');
  });

  it('that fails leaves the version before in its place, and traffic where it is', async () => {
    const before = { ledger: ledger(), zones: zones() };
    template.Resources.Broken = {
      Type: 'AWS::Lambda::Function',
      Properties: { Handler: 'dist/none/index.handler', Code: { S3Bucket: BUCKET, S3Key: 'nothing.zip' } },
    };
    upload('4');
    expect(status()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect({ ledger: ledger(), zones: zones() }).toEqual(before);
    expect(await stepped.run({})).toMatchObject({ outcome: 'Previewed', active: 'green' });
  });
});
