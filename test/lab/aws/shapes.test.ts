import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Answering } from '../../../lab/aws/answering.ts';
import { awsServices } from '../../../lab/aws/services.ts';
import type { Scalar, Shape } from '../../../lab/aws/shape.ts';
import { startsAt, startWorld, TABLE, ZONE } from './world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.server.close());

const text = fc.oneof(
  fc.constantFrom('', 'blue-5xx', TABLE, ZONE, '/throwover/x', 'pk', 'sk', 'rate(1 minute)', '{}', '{"source":["x"]}'),
  fc.constantFrom('arn:aws:states:eu-west-1:123456789012:stateMachine:x', 'SET a = :a', 'attribute_exists(pk)', ':a'),
  fc.string({ maxLength: 12 }),
);

const scalars: Record<Scalar, fc.Arbitrary<unknown>> = {
  string: text,
  integer: fc.integer({ min: -2, max: 2_000 }),
  number: fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
  boolean: fc.boolean(),
  timestamp: fc.integer({ min: -90_000, max: 90_000 }).map((seconds) => startsAt / 1000 + seconds),
  blob: fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  json: fc.jsonValue({ maxDepth: 2 }),
};

/** JSON that has the shape, as far down as `depth`. */
function shaped(shape: Shape, depth = 4): fc.Arbitrary<unknown> {
  if (typeof shape === 'string') return scalars[shape];
  if (typeof shape === 'function') return depth <= 0 ? fc.constant({ S: 'deep' }) : shaped(shape(), depth - 1);
  if ('required' in shape) return shaped(shape.required, depth);
  if ('oneOf' in shape) return fc.constantFrom(...shape.oneOf);
  if ('list' in shape) return fc.array(shaped(shape.list, depth - 1), { maxLength: 3 });
  if ('map' in shape)
    return fc.dictionary(fc.constantFrom('pk', 'sk', '#a', ':a', 'b'), shaped(shape.map, depth - 1), { maxKeys: 3 });
  const names = Object.entries(shape.members);
  const requiredKeys = names.flatMap(([name, of]) => (typeof of === 'object' && 'required' in of ? [name] : []));
  const members = Object.fromEntries(names.map(([name, of]) => [name, shaped(of, depth - 1)]));
  return fc.record(members, { requiredKeys });
}

const inJson: Record<string, string> = {
  dynamodb: 'DynamoDB_20120810',
  events: 'AWSEvents',
  monitoring: 'GraniteServiceVersion20100801',
  ssm: 'AmazonSSM',
  states: 'AWSStepFunctions',
};

describe('requests that have the shape of their operation', () => {
  it.each(Object.keys(inJson))('never make the lab itself fail: %s', async (signingName) => {
    const services = awsServices(world);
    const faults: unknown[] = [];
    const answering = new Answering(services, { onFault: (error) => faults.push(error) }, () => 'request');
    const operations = services.find((service) => service.signingName === signingName)?.operations ?? {};
    for (const [name, { input }] of Object.entries(operations)) {
      await fc.assert(
        fc.asyncProperty(shaped(input), async (value) => {
          const headers = {
            authorization: `AWS4-HMAC-SHA256 Credential=a/20261120/eu-west-1/${signingName}/aws4_request`,
            'x-amz-target': `${inJson[signingName]}.${name}`,
          };
          const body = Buffer.from(JSON.stringify(value));
          const request = { method: 'POST', path: '/', query: new URLSearchParams(), headers, body };
          const answer = await answering.answer(request, (work) => work);
          expect(faults).toEqual([]);
          expect(answer?.status).not.toBe(500);
        }),
        { numRuns: 60 },
      );
    }
  });
});
