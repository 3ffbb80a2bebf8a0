/**
 * A strict stand-in for S3, as far as objects are put, read and listed: whole objects, the newest of each key. Reads are
 * consistent: what was put is there.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Calls, countCall } from './calls.ts';
import type { Clock } from './clock.ts';
import { ServiceError } from './service-error.ts';

export interface PutObjectInput {
  Bucket: string;
  Key: string;
  Body?: Uint8Array | string | undefined;
  ContentType?: string | undefined;
  /** Base64, as the three that a client may send; what does not fit the body is refused. */
  ContentMD5?: string | undefined;
  ChecksumCRC32?: string | undefined;
  ChecksumSHA256?: string | undefined;
  /** What somebody writes beside it: kept, and given back. */
  Metadata?: Readonly<Record<string, string>> | undefined;
  /** Only `*`: put it if there is nothing under this key. */
  IfNoneMatch?: string | undefined;
}

export interface ObjectHead {
  ETag: string;
  /** Bytes. */
  ContentLength: number;
  ContentType: string;
  Metadata: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, in whole seconds as HTTP has it. */
  LastModified: number;
}

export interface ListObjectsV2Input {
  Bucket: string;
  Prefix?: string | undefined;
  Delimiter?: string | undefined;
  MaxKeys?: number | undefined;
  StartAfter?: string | undefined;
  ContinuationToken?: string | undefined;
}

export interface ListObjectsV2Output {
  Name: string;
  Prefix: string;
  Delimiter?: string;
  MaxKeys: number;
  KeyCount: number;
  IsTruncated: boolean;
  NextContinuationToken?: string;
  Contents: { Key: string; LastModified: number; ETag: string; Size: number; StorageClass: 'STANDARD' }[];
  CommonPrefixes: { Prefix: string }[];
}

interface Kept extends ObjectHead {
  Body: Uint8Array;
}

const KEY_BYTES_MAX = 1024;
const PAGE_MAX = 1000;

export class S3 {
  readonly calls: Calls = new Map();
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { createdAt: number; objects: Map<string, Kept> }>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  createBucket({ Bucket }: { Bucket: string }): void {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(Bucket))
      throw new ServiceError('InvalidBucketName', 'The specified bucket is not valid.');
    if (this.#buckets.has(Bucket))
      throw new ServiceError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded.',
        409,
      );
    this.#buckets.set(Bucket, { createdAt: this.#clock.now(), objects: new Map() });
  }

  /** Only an empty one. */
  deleteBucket({ Bucket }: { Bucket: string }): void {
    countCall(this.calls, 'DeleteBucket');
    if (this.#objects(Bucket).size > 0)
      throw new ServiceError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    this.#buckets.delete(Bucket);
  }

  headBucket({ Bucket }: { Bucket: string }): Record<string, never> {
    countCall(this.calls, 'HeadBucket');
    if (!this.#buckets.has(Bucket)) throw new ServiceError('NotFound', 'Not Found', 404);
    return {};
  }

  listBuckets(): { Buckets: { Name: string; CreationDate: number }[] } {
    countCall(this.calls, 'ListBuckets');
    const names = [...this.#buckets].sort(([a], [b]) => (a < b ? -1 : 1));
    return { Buckets: names.map(([Name, { createdAt }]) => ({ Name, CreationDate: createdAt })) };
  }

  putObject(input: PutObjectInput): { ETag: string } {
    countCall(this.calls, 'PutObject');
    const objects = this.#objects(input.Bucket);
    const { Key, Body: given = '', ContentType = 'binary/octet-stream', IfNoneMatch, Metadata = {} } = input;
    if (Key === '' || Buffer.byteLength(Key) > KEY_BYTES_MAX)
      throw new ServiceError('KeyTooLongError', 'Your key is too long');
    const Body = new Uint8Array(Buffer.from(given));
    checkWhole(Body, input);
    if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
      throw new ServiceError('NotImplemented', 'This stand-in for S3 has no If-None-Match but *.', 501);
    if (IfNoneMatch === '*' && objects.has(Key))
      throw new ServiceError(
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
        412,
      );
    const ETag = `"${createHash('md5').update(Body).digest('hex')}"`;
    const LastModified = Math.floor(this.#clock.now() / 1000) * 1000;
    objects.set(Key, { Body, ETag, ContentLength: Body.length, ContentType, Metadata, LastModified });
    return { ETag };
  }

  getObject({ Bucket, Key }: { Bucket: string; Key: string }): ObjectHead & { Body: Uint8Array } {
    countCall(this.calls, 'GetObject');
    const found = this.#objects(Bucket).get(Key);
    if (found === undefined) throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404, { Key });
    return { ...found };
  }

  headObject({ Bucket, Key }: { Bucket: string; Key: string }): ObjectHead {
    countCall(this.calls, 'HeadObject');
    const found = this.#objects(Bucket).get(Key);
    if (found === undefined) throw new ServiceError('NotFound', 'Not Found', 404);
    const { Body: _, ...head } = found;
    return head;
  }

  /** One page, in the order of the keys' bytes. What shares a prefix up to the delimiter is one entry of the page. */
  listObjectsV2(input: ListObjectsV2Input): ListObjectsV2Output {
    countCall(this.calls, 'ListObjectsV2');
    const objects = this.#objects(input.Bucket);
    const { Bucket, Prefix = '', Delimiter = '', ContinuationToken, StartAfter = '' } = input;
    const MaxKeys = Math.min(PAGE_MAX, input.MaxKeys ?? PAGE_MAX);
    if (MaxKeys < 0) throw new ServiceError('InvalidArgument', 'Argument maxKeys must be an integer greater than 0');
    const after = ContinuationToken === undefined ? StartAfter : Buffer.from(ContinuationToken, 'base64').toString();
    const entries = new Map<string, Kept | undefined>();
    const keys = [...objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const key of keys.filter((one) => one.startsWith(Prefix))) {
      const end = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length);
      const entry = end < 0 ? key : key.slice(0, end + Delimiter.length);
      if (Buffer.compare(Buffer.from(entry), Buffer.from(after)) > 0)
        entries.set(entry, end < 0 ? objects.get(key) : undefined);
    }
    const page = [...entries].slice(0, MaxKeys);
    const last = page.at(-1)?.[0];
    const IsTruncated = last !== undefined && entries.size > page.length;
    return {
      Name: Bucket,
      Prefix,
      ...(Delimiter === '' ? {} : { Delimiter }),
      MaxKeys,
      KeyCount: page.length,
      IsTruncated,
      ...(IsTruncated ? { NextContinuationToken: Buffer.from(last).toString('base64') } : {}),
      Contents: page.flatMap(([Key, kept]) =>
        kept === undefined
          ? []
          : [
              {
                Key,
                LastModified: kept.LastModified,
                ETag: kept.ETag,
                Size: kept.ContentLength,
                StorageClass: 'STANDARD' as const,
              },
            ],
      ),
      CommonPrefixes: page.flatMap(([entry, kept]) => (kept === undefined ? [{ Prefix: entry }] : [])),
    };
  }

  #objects(bucket: string): Map<string, Kept> {
    const found = this.#buckets.get(bucket);
    if (found !== undefined) return found.objects;
    throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: bucket });
  }
}

/** What came is what was sent, as far as the sender said what that is. */
function checkWhole(body: Uint8Array, { ContentMD5, ChecksumCRC32, ChecksumSHA256 }: PutObjectInput): void {
  const hashed = (algorithm: string) => createHash(algorithm).update(body).digest('base64');
  if (ContentMD5 !== undefined && ContentMD5 !== hashed('md5'))
    throw new ServiceError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  if (ChecksumCRC32 !== undefined && ChecksumCRC32 !== sum.toString('base64')) throw badChecksum('CRC32');
  if (ChecksumSHA256 !== undefined && ChecksumSHA256 !== hashed('sha256')) throw badChecksum('SHA256');
}

function badChecksum(algorithm: string): ServiceError {
  return new ServiceError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}
