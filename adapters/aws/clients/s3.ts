import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Calls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

export function s3Client(connection: Connection): S3Calls {
  const client = new S3Client(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    putObject: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) => client.send(new PutObjectCommand(input), { abortSignal })),
  };
}
