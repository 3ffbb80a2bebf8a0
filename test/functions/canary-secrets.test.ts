/** Invariant S20: a secret that somebody sends along is in no answer, no error, no note, no record, no zone and no parameter. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { pairOf } from '../../core/topology/index.ts';
import { entry } from '../../functions/entry.ts';
import type { Place } from '../../functions/place.ts';
import { type FunctionKey, steps } from '../../functions/steps.ts';
import { runInMemory } from '../../lab/in-memory/run.ts';
import { RECORDS, TABLE } from '../../lab/world/names.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { labTopology } from '../lab-topology.ts';

const CANARY = 'CANARY7f3a';
const SECRETS = {
  token: CANARY,
  authorization: `Bearer ${CANARY}`,
  password: CANARY,
  cookie: CANARY,
  sessionToken: CANARY,
  url: `https://user:${CANARY}@example.test/?X-Amz-Signature=${CANARY}`,
};

/** The same with secrets at every level. */
function leaking(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(leaking);
  if (typeof value !== 'object' || value === null) return value;
  return { ...SECRETS, ...Object.fromEntries(Object.entries(value).map(([name, one]) => [name, leaking(one)])) };
}

const folder = new URL('../../events/', import.meta.url);
const samples = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
const execution = { id: 'arn:aws:states:eu-west-1:123456789012:execution:throwover-lab-switch:r', name: 'r' };
const inputs = [
  SECRETS,
  `Bearer ${CANARY}`,
  [CANARY],
  leaking({ pair: 'shop' }),
  leaking({ input: { pair: 'shop', mode: 'switchover', to: 'green', reason: 'test' }, execution }),
  leaking({ input: { mode: 'pause', reason: 'test' }, execution }),
  { pair: CANARY },
  { pair: `${CANARY} `.repeat(1_000) },
  { input: { pair: CANARY, mode: 'preview' }, execution },
  { input: { pair: CANARY, mode: 'approve' }, execution },
  { input: { mode: 'switchover', to: CANARY }, execution },
  { input: `Bearer ${CANARY}`, execution },
  { input: [CANARY], execution },
  leaking({ run: { pair: 'shop', epoch: 1, nonce: 'n' }, zone: 'example.test.', facts: {} }),
  ...samples,
  ...samples.map(leaking),
];

describe('a secret that is sent along', () => {
  it.each(Object.keys(steps) as FunctionKey[])('to %s comes out nowhere, its log included', async (key) => {
    const clock = new SteppedClock(Date.parse('2026-11-20T07:01:00Z'));
    const topology = labTopology();
    const { world, ports } = runInMemory({
      clock,
      topology,
      pair: pairOf(topology),
      seed: 1,
      active: 'blue',
      addresses: { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } },
      nameServers: ['127.0.0.1', '127.0.0.2'],
    });
    const said: string[] = [];
    const logged: string[] = [];
    const keep = (text: string | Uint8Array) => logged.push(String(text)) > 0;
    const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(keep));
    const place = { topology, clock: ports.clock } as unknown as Place;
    const opened = () => ({ place, begin: async () => {}, end: async () => {} });
    const handler = entry(
      key,
      z.unknown(),
      () => ports,
      (input, world) => steps[key](input, world),
      opened,
    );
    const invokedFunctionArn = `arn:aws:lambda:eu-west-1:123456789012:function:throwover-prod-${key}`;
    for (const input of inputs) {
      const before = said.length;
      const work = handler(input, { awsRequestId: '1', invokedFunctionArn, functionName: 'f' } as Context);
      work.then(
        (answer) => said.push(JSON.stringify(answer) ?? ''),
        (cause: Error & { facts?: unknown }) => said.push(`${cause}${JSON.stringify(cause.facts ?? {})}`),
      );
      await clock.runUntil(() => said.length > before);
    }
    const left = [
      world.dynamoDb.scan({ TableName: TABLE }).Items,
      world.pair.zones.map(({ id }) => world.route53.recordSets(id)),
      world.ssm.getParametersByPath({ Path: '/', Recursive: true }),
      world.s3
        .listObjectsV2({ Bucket: RECORDS })
        .Contents.map(({ Key }) => Buffer.from(world.s3.getObject({ Bucket: RECORDS, Key }).Body).toString()),
    ];
    for (const spy of spies) spy.mockRestore();
    expect(said).toHaveLength(inputs.length);
    expect(logged.length).toBeGreaterThanOrEqual(inputs.length);
    expect([...said, ...logged, JSON.stringify(left)].filter((text) => text.includes(CANARY))).toEqual([]);
  });
});
