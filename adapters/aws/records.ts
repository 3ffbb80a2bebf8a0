/** Records as objects of a bucket that only takes: whoever writes them can neither read nor delete. */
import type { Records } from '../../core/ports.ts';
import type { S3Calls } from './calls.ts';

export function recordsOver(s3: S3Calls, bucket: string): Records {
  return {
    async keep(key, record) {
      const Body = `${JSON.stringify(record)}\n`;
      await s3.putObject({ Bucket: bucket, Key: key, Body, ContentType: 'application/json' });
    },
  };
}
