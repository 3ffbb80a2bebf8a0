/**
 * `npm run test:contract -- [--endpoint URL | --live] --zone ID=NAME [--as WHO] [--service NAME …] [--role ARN]`: what we take
 * for granted of Route 53, DynamoDB, SSM and Step Functions, tried against anything that claims to be AWS: the lab, an
 * emulator (--endpoint or AWS_ENDPOINT_URL), or with --live the account of the credentials at hand. It makes a table, a machine
 * and records named `throwover-contract-…`, and takes them away again. What is known to be otherwise stands in
 * test/adapters/live/deviations.json under WHO. Exit 1 when anything else is otherwise, or the list is out of date.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { systemClock } from '../adapters/clock/system.ts';
import type { Subject } from '../test/adapters/live/claim.ts';
import { type Deviations, tried } from '../test/adapters/live/contract.ts';

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string' },
    live: { type: 'boolean', default: false },
    zone: { type: 'string', default: '' },
    as: { type: 'string' },
    service: { type: 'string', multiple: true, default: [] },
    role: { type: 'string', default: 'arn:aws:iam::000000000000:role/throwover-contract' },
  },
});
const endpoint = values.endpoint ?? process.env.AWS_ENDPOINT_URL;
const [id = '', name = ''] = values.zone.split('=');
if ((endpoint === undefined) !== values.live || id === '' || name === '') {
  console.error(
    'either --endpoint URL (or AWS_ENDPOINT_URL), or --live for the account of your credentials; and --zone Z0…=example.test',
  );
  process.exit(2);
}

const where = endpoint === undefined ? {} : { endpoint };
const subject: Subject = {
  route53: new Route53Client(where),
  dynamoDb: new DynamoDBClient(where),
  ssm: new SSMClient(where),
  states: new SFNClient(where),
  zone: { id, name },
  roleArn: values.role,
  round: systemClock.now().toString(36),
  wait: (milliseconds) => systemClock.wait(milliseconds),
};
const as = values.as ?? (values.live ? 'aws' : 'lab');
const list = JSON.parse(
  readFileSync(new URL('../test/adapters/live/deviations.json', import.meta.url), 'utf8'),
) as Deviations;
const found = await tried(subject, list[as], values.service);
for (const { claim, is, because } of found)
  console.log(`${is.padEnd(11)}  ${claim}${because === '' ? '' : `: ${because}`}`);
const count = (what: string) => found.filter(({ is }) => is === what).length;
const wrong = count('otherwise') + count('holds again');
console.log(
  `${as}: ${count('holds')} of ${found.length} hold, ${count('known')} are known to be otherwise, ${count('otherwise')} are otherwise, ${count('holds again')} hold again`,
);
process.exitCode = wrong === 0 && found.length > 0 ? 0 : 1;
