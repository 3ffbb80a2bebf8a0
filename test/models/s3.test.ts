import { describe, expect, it } from 'vitest';
import { S3 } from '../../models/s3.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { refusal } from './refusal.ts';

const Bucket = 'throwover-prod-records-123456789012-eu-west-1';
const START = Date.UTC(2026, 10, 20, 7, 0, 0, 123);

function store() {
  const clock = new SteppedClock(START);
  const s3 = new S3({ clock });
  s3.createBucket({ Bucket });
  return { clock, s3 };
}

const keysOf = ({ Contents, CommonPrefixes }: ReturnType<S3['listObjectsV2']>) => ({
  keys: Contents.map(({ Key }) => Key),
  folders: CommonPrefixes.map(({ Prefix }) => Prefix),
});

describe('an object', () => {
  it('is read as it was put, with its sum, its size and its time in whole seconds', () => {
    const { s3 } = store();
    const { ETag } = s3.putObject({ Bucket, Key: 'a', Body: 'hello', ContentType: 'text/plain' });
    expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const { Body, ...head } = s3.getObject({ Bucket, Key: 'a' });
    expect(Buffer.from(Body).toString()).toBe('hello');
    expect(head).toEqual({
      ETag,
      ContentLength: 5,
      ContentType: 'text/plain',
      Metadata: {},
      LastModified: START - 123,
    });
    expect(s3.headObject({ Bucket, Key: 'a' })).toEqual(head);
  });

  it('is written over by the next of the same key, unless that shall only be put where nothing is', () => {
    const { s3 } = store();
    s3.putObject({ Bucket, Key: 'a', Body: '1' });
    s3.putObject({ Bucket, Key: 'a', Body: '2' });
    expect(refusal(() => s3.putObject({ Bucket, Key: 'a', Body: '3', IfNoneMatch: '*' }))[0]).toBe(
      'PreconditionFailed',
    );
    expect(refusal(() => s3.putObject({ Bucket, Key: 'a', IfNoneMatch: '"5d41"' }))[0]).toBe('NotImplemented');
    expect(Buffer.from(s3.getObject({ Bucket, Key: 'a' }).Body).toString()).toBe('2');
  });

  it.each([
    ['ContentMD5', 'XUFAKrxLKna5cZ2REBfFkg=='],
    ['ChecksumCRC32', 'NhCmhg=='],
    ['ChecksumSHA256', 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='],
  ])('is taken only when %s is the sum of what came', (sum, right) => {
    const { s3 } = store();
    s3.putObject({ Bucket, Key: 'a', Body: 'hello', [sum]: right });
    expect(refusal(() => s3.putObject({ Bucket, Key: 'b', Body: 'hallo', [sum]: right }))[0]).toBe('BadDigest');
    expect(keysOf(s3.listObjectsV2({ Bucket })).keys).toEqual(['a']);
  });

  it('that is not there, in a bucket that is not there, under a key of more than 1,024 bytes: refused by name', () => {
    const { s3 } = store();
    expect(refusal(() => s3.getObject({ Bucket, Key: 'a' }))[0]).toBe('NoSuchKey');
    expect(refusal(() => s3.headObject({ Bucket, Key: 'a' }))[0]).toBe('NotFound');
    expect(refusal(() => s3.putObject({ Bucket: 'nobody', Key: 'a' }))[0]).toBe('NoSuchBucket');
    s3.putObject({ Bucket, Key: 'ü'.repeat(512) });
    expect(refusal(() => s3.putObject({ Bucket, Key: `${'ü'.repeat(512)}x` }))[0]).toBe('KeyTooLongError');
    expect(refusal(() => s3.createBucket({ Bucket: 'Not_A_Name' }))[0]).toBe('InvalidBucketName');
  });
});

describe('a list', () => {
  const filled = () => {
    const { s3 } = store();
    for (const Key of ['shop/runs/2', 'shop/drills/1', 'shop/runs/1', 'other/runs/1', 'top'])
      s3.putObject({ Bucket, Key });
    return s3;
  };

  it('is in the order of the keys, below a prefix, and shows folders once', () => {
    const s3 = filled();
    expect(keysOf(s3.listObjectsV2({ Bucket, Prefix: 'shop/' })).keys).toEqual([
      'shop/drills/1',
      'shop/runs/1',
      'shop/runs/2',
    ]);
    expect(keysOf(s3.listObjectsV2({ Bucket, Delimiter: '/' }))).toEqual({
      keys: ['top'],
      folders: ['other/', 'shop/'],
    });
  });

  it.each([1, 2, 3])('comes in pages of %i, nothing twice and nothing left out', (MaxKeys) => {
    const s3 = filled();
    const found: string[] = [];
    for (let token: string | undefined, page = 0; page < 10; page++) {
      const answer = s3.listObjectsV2({ Bucket, Delimiter: '/', MaxKeys, ContinuationToken: token });
      const { keys, folders } = keysOf(answer);
      expect(answer.KeyCount).toBe(keys.length + folders.length);
      found.push(...folders, ...keys);
      token = answer.NextContinuationToken;
      if (!answer.IsTruncated) break;
    }
    expect(found).toEqual(['other/', 'shop/', 'top']);
  });
});
