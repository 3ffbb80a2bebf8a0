import type { ListObjectsV2Input, ListObjectsV2Output, ObjectHead, S3 } from '../../../models/s3.ts';
import { METADATA, s3Protocol } from '../s3-protocol.ts';
import { operation, type Service, type WireAnswer } from '../service.ts';
import { map, oneOf, required } from '../shape.ts';
import { membersText, xmlText } from '../xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const timestamps: ReadonlySet<string> = new Set(['LastModified', 'CreationDate']);
const style = { item: (list: string) => list.slice(0, -1), timestamps };

const EMPTY: WireAnswer = { status: 200, headers: {}, body: '' };
const Bucket = required('string');
const Key = required('string');

export function s3Service(s3: S3): Service {
  return {
    signingName: 's3',
    title: 'S3',
    protocols: [s3Protocol],
    timestamps,
    operations: {
      CreateBucket: operation(
        // the Region that the body names is the only one that there is
        { Bucket, Body: 'blob', ContentType: 'string' },
        ({ Bucket: name }: { Bucket: string }) => s3.createBucket({ Bucket: name }),
        { at: 'PUT /{Bucket}', headers: { 'content-type': 'ContentType' }, answer: () => EMPTY },
      ),
      GetObject: operation({ Bucket, Key }, s3.getObject.bind(s3), { at: 'GET /{Bucket}/{Key+}', answer: wholeObject }),
      HeadBucket: operation({ Bucket }, s3.headBucket.bind(s3), {
        at: 'HEAD /{Bucket}',
        answer: () => EMPTY,
      }),
      HeadObject: operation({ Bucket, Key }, s3.headObject.bind(s3), {
        at: 'HEAD /{Bucket}/{Key+}',
        answer: (head: ObjectHead) => wholeObject({ ...head, Body: new Uint8Array(head.ContentLength) }),
      }),
      ListBuckets: operation({}, () => s3.listBuckets(), {
        at: 'GET /',
        answer: (output: object) => xml('ListAllMyBucketsResult', membersText(output, style)),
      }),
      ListObjectsV2: operation(
        {
          Bucket,
          ListType: required(oneOf('2')),
          Prefix: 'string',
          Delimiter: 'string',
          MaxKeys: 'integer',
          StartAfter: 'string',
          ContinuationToken: 'string',
          EncodingType: oneOf('url'),
        },
        ({ EncodingType, ...input }: ListObjectsV2Input & { EncodingType?: 'url' }) => ({
          EncodingType,
          ...s3.listObjectsV2(input),
        }),
        {
          at: 'GET /{Bucket}',
          query: {
            'list-type': 'ListType',
            prefix: 'Prefix',
            delimiter: 'Delimiter',
            'max-keys': 'MaxKeys',
            'start-after': 'StartAfter',
            'continuation-token': 'ContinuationToken',
            'encoding-type': 'EncodingType',
          },
          answer: listed,
        },
      ),
      PutObject: operation(
        {
          Bucket,
          Key,
          Body: 'blob',
          ContentType: 'string',
          ContentMD5: 'string',
          ChecksumAlgorithm: oneOf('CRC32', 'SHA256'),
          ChecksumCRC32: 'string',
          ChecksumSHA256: 'string',
          IfNoneMatch: 'string',
          Metadata: map('string'),
          // what S3 does with every object anyway
          ServerSideEncryption: oneOf('AES256'),
        },
        s3.putObject.bind(s3),
        {
          at: 'PUT /{Bucket}/{Key+}',
          headers: {
            'content-type': 'ContentType',
            'content-md5': 'ContentMD5',
            'x-amz-sdk-checksum-algorithm': 'ChecksumAlgorithm',
            'x-amz-checksum-crc32': 'ChecksumCRC32',
            'x-amz-checksum-sha256': 'ChecksumSHA256',
            'if-none-match': 'IfNoneMatch',
            'x-amz-server-side-encryption': 'ServerSideEncryption',
          },
          answer: ({ ETag }: { ETag: string }) => ({ status: 200, headers: { etag: ETag }, body: '' }),
        },
      ),
    },
  };
}

function wholeObject({
  Body,
  ETag,
  ContentType,
  LastModified,
  Metadata,
}: ObjectHead & { Body: Uint8Array }): WireAnswer {
  const own = Object.entries(Metadata).map(([name, value]) => [`${METADATA}${name}`, value]);
  const headers = {
    ...Object.fromEntries(own),
    'content-type': ContentType,
    etag: ETag,
    'last-modified': new Date(LastModified).toUTCString(),
  };
  return { status: 200, headers, body: Body };
}

/** Both lists stand in the answer item by item, without an element around them. Keys may hold what XML cannot. */
function listed({ EncodingType, ...output }: ListObjectsV2Output & { EncodingType?: 'url' }): WireAnswer {
  const { Contents, CommonPrefixes, Prefix, ...others } = output;
  const text = (key: string) => (EncodingType === 'url' ? encodeURIComponent(key).replaceAll('%2F', '/') : key);
  return xml(
    'ListBucketResult',
    [
      membersText({ ...others, Prefix: text(Prefix), EncodingType }, style),
      ...Contents.map((one) => xmlText('Contents', { ...one, Key: text(one.Key) }, style)),
      ...CommonPrefixes.map((one) => xmlText('CommonPrefixes', { Prefix: text(one.Prefix) }, style)),
    ].join(''),
  );
}

function xml(name: string, inside: string): WireAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${NAMESPACE}">${inside}</${name}>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}
