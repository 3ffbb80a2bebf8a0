/**
 * The packages that may enter a bundle, each with its licence. What runs in the account is what stands here: a package that comes
 * in with an update, or under another licence, fails a test until somebody has looked at it.
 */
import type { Metafile } from 'esbuild';

const APACHE = 'Apache-2.0';

export const ALLOWED: Readonly<Record<string, string>> = {
  '@aws-lambda-powertools/commons': 'MIT-0',
  '@aws-lambda-powertools/logger': 'MIT-0',
  '@aws-lambda-powertools/metrics': 'MIT-0',
  '@aws-sdk/checksums': APACHE,
  '@aws-sdk/client-cloudwatch': APACHE,
  '@aws-sdk/client-dynamodb': APACHE,
  '@aws-sdk/client-eks': APACHE,
  '@aws-sdk/client-eventbridge': APACHE,
  '@aws-sdk/client-lambda': APACHE,
  '@aws-sdk/client-route-53': APACHE,
  '@aws-sdk/client-s3': APACHE,
  '@aws-sdk/client-sfn': APACHE,
  '@aws-sdk/client-ssm': APACHE,
  '@aws-sdk/client-sts': APACHE,
  '@aws-sdk/core': APACHE,
  '@aws-sdk/dynamodb-codec': APACHE,
  '@aws-sdk/endpoint-cache': APACHE,
  '@aws-sdk/middleware-endpoint-discovery': APACHE,
  '@aws-sdk/middleware-sdk-route53': APACHE,
  '@aws-sdk/middleware-sdk-s3': APACHE,
  '@aws-sdk/signature-v4-multi-region': APACHE,
  '@aws-sdk/xml-builder': APACHE,
  '@aws/lambda-invoke-store': APACHE,
  '@middy/core': 'MIT',
  '@middy/util': 'MIT',
  '@smithy/core': APACHE,
  '@smithy/middleware-compression': APACHE,
  '@smithy/node-http-handler': APACHE,
  '@smithy/signature-v4': APACHE,
  '@smithy/types': APACHE,
  bowser: 'MIT',
  mnemonist: 'MIT',
  obliterator: 'MIT',
  zod: 'MIT',
};

/** The folders below node_modules that something was taken from, as the lock file calls them. */
export function packagesIn({ inputs }: Pick<Metafile, 'inputs'>): string[] {
  // a folder of modules may stand outside the tree, behind a link
  const folders = Object.keys(inputs).flatMap(
    (path) => /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(folders)].sort();
}

/** `node_modules/a/node_modules/@b/c` is `@b/c`. */
export function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
