import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { awsText } from '../program.ts';
import { BUCKET, refusal, startsAt, startWorld } from './world.ts';

const Bucket = BUCKET;
let world: Awaited<ReturnType<typeof startWorld>>;
let client: S3Client;

beforeAll(async () => {
  world = await startWorld();
  client = new S3Client(world.client);
});

afterAll(async () => {
  client.destroy();
  await world.server.close();
  expect(world.faults).toEqual([]);
});

describe('S3 through the SDK', () => {
  const Key = 'shop/runs/2026-11-20/run ü+1.json';

  it('puts an object, with the sum that the SDK makes of it, and gets it back', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: '{"ä":1}', ContentType: 'application/json' }));
    const { Body, ContentType, LastModified } = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe('{"ä":1}');
    expect(ContentType).toBe('application/json');
    expect(LastModified).toEqual(new Date(startsAt - 123));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({ ContentLength: 8, ContentType: 'application/json' });
  });

  it('keeps bytes as they are', async () => {
    const Body = new Uint8Array([0, 255, 128, 10]);
    await client.send(new PutObjectCommand({ Bucket, Key: 'bytes', Body }));
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'bytes' }));
    expect(await got.Body?.transformToByteArray()).toEqual(Body);
  });

  it('refuses what did not come as it was sent', async () => {
    const wrong = new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'hallo', ChecksumCRC32: 'NhCmhg==' });
    expect(await refusal(client.send(wrong))).toMatchObject({ name: 'BadDigest' });
  });

  it('lists keys and folders, a page at a time', async () => {
    for (const run of ['a', 'b'])
      await client.send(new PutObjectCommand({ Bucket, Key: `list/runs/${run}&<.json`, Body: '-' }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'list/index', Body: '-' }));
    const first = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', Delimiter: '/', MaxKeys: 1 }));
    expect(first).toMatchObject({ IsTruncated: true, KeyCount: 1, Contents: [{ Key: 'list/index', Size: 1 }] });
    const rest = await client.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: 'list/',
        Delimiter: '/',
        ContinuationToken: first.NextContinuationToken,
      }),
    );
    expect(rest).toMatchObject({ IsTruncated: false, CommonPrefixes: [{ Prefix: 'list/runs/' }] });
    const below = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/runs/' }));
    expect(below.Contents?.map((one) => one.Key)).toEqual(['list/runs/a&<.json', 'list/runs/b&<.json']);
  });

  it('refuses in the words of the service', async () => {
    expect(await refusal(client.send(new GetObjectCommand({ Bucket, Key: 'nobody' })))).toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    });
    expect(await refusal(client.send(new HeadObjectCommand({ Bucket, Key: 'nobody' })))).toMatchObject({
      name: 'NotFound',
    });
    expect(await refusal(client.send(new PutObjectCommand({ Bucket: 'nobody', Key, Body: '-' })))).toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  it('says what it does not have, instead of leaving it out', async () => {
    const sent = [
      [new DeleteObjectCommand({ Bucket, Key }), 'DELETE'],
      [new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/bytes` }), 'x-amz-copy-source'],
      [new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-1' }), 'the header range'],
      [new PutObjectCommand({ Bucket, Key: 'folder/', Body: '-' }), 'a key with a slash at its end'],
    ] as const;
    for (const [command, named] of sent) {
      const error = await refusal((client.send as (command: unknown) => Promise<unknown>)(command));
      expect(error).toMatchObject({ name: 'NotImplemented', message: expect.stringContaining(named) });
    }
  });
});

describe('S3 through the aws command', () => {
  const typed = (context: Pick<TestContext, 'skip'>, ...args: string[]) =>
    awsText(context, world.server.endpoint, ['s3', ...args]);

  it('copies a file there and back, and lists it', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'throwover-s3-'));
    const [there, back] = [join(folder, 'there.json'), join(folder, 'back.json')];
    writeFileSync(there, '{"outcome":"Switched"}\n');
    await typed(context, 'cp', there, `s3://${Bucket}/cli/runs/one.json`);
    await typed(context, 'cp', `s3://${Bucket}/cli/runs/one.json`, back);
    expect(readFileSync(back, 'utf8')).toBe('{"outcome":"Switched"}\n');
    rmSync(folder, { recursive: true });
    expect(await typed(context, 'ls', `s3://${Bucket}/cli/`)).toMatch(/PRE runs\/\n$/);
    expect(await typed(context, 'ls', `s3://${Bucket}/cli/`, '--recursive')).toMatch(/ 23 cli\/runs\/one\.json\n$/);
    expect(await typed(context, 'ls')).toContain(` ${Bucket}\n`);
  });
});
