import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsTable } from '../../lab/aws/reference.ts';
import { awsServices } from '../../lab/aws/services.ts';
import { root } from '../tree/sources.ts';
import { startWorld } from './aws/world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.server.close());

describe('docs/reference/lab.md', () => {
  it('lists exactly the operations that are dispatched', () => {
    const text = readFileSync(join(root, 'docs/reference/lab.md'), 'utf8');
    const [, listed] = /<!-- operations:[^>]*-->\n([\s\S]*?)<!-- end of operations -->/.exec(text) ?? [];
    expect(listed?.trim()).toBe(operationsTable(awsServices(world)));
  });

  it('has the operations that people are told to type', () => {
    const offered = awsServices(world).flatMap(({ signingName, operations }) =>
      Object.keys(operations).map((name) => `${signingName} ${name}`),
    );
    expect(offered).toEqual(
      expect.arrayContaining([
        'ssm GetParameter',
        ...['StartExecution', 'ListStateMachines', 'DescribeExecution', 'GetExecutionHistory', 'StopExecution'].map(
          (name) => `states ${name}`,
        ),
        ...['ListHostedZones', 'ListResourceRecordSets', 'ChangeResourceRecordSets', 'GetChange'].map(
          (name) => `route53 ${name}`,
        ),
        'monitoring DescribeAlarms',
        'monitoring SetAlarmState',
        'eks DescribeCluster',
        'events PutEvents',
        'dynamodb GetItem',
      ]),
    );
  });
});
