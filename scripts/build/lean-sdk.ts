/**
 * Leaves out of the AWS SDK what a function cannot use. esbuild by itself keeps all of it: the shapes of every operation
 * (an object with computed keys counts as a side effect) and every exception (each registers itself).
 *   - Shapes are marked as free of side effects, so those that no command refers to fall out.
 *   - Exceptions that our adapters do not ask for by name are not registered. The SDK then makes its general exception with
 *     the same name and message; test/build holds that.
 *   - Credentials come from the environment (adapters/aws/clients/environment-credentials.ts).
 *   - There are no event streams (adapters/aws/clients/no-event-streams.ts).
 *   - Of a package's description there is its version, which is all that a client reads of it.
 * Where a later SDK is written in another way nothing is left out, and the limits of test/bench/bundles.bench.ts say so.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Exceptions that carry more than a message, or whose message is where the general one does not look. */
const REGISTERED = [
  'ConditionalCheckFailedException',
  'ExecutionAlreadyExists',
  'ExecutionDoesNotExist',
  'InvalidChangeBatch',
  'InvalidInput',
  'NoSuchChange',
  'NoSuchHostedZone',
  'ParameterNotFound',
  'PriorRequestNotComplete',
  'ResourceNotFoundException',
  'ThrottlingException',
  'TooManyRequestsException',
];

const SCHEMAS = /@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_0\.js$/;
const SHAPE = /^((?:export )?var \w+\$? = )(\[[\s\S]*?\]);$/gm;
const DESCRIPTION = /@aws-sdk\/client-[\w-]+\/package\.json$/;
const REGISTRATION = /^n0_registry\.registerError\(\w+\$, (\w+)\);$/gm;

const STAND_INS = [
  [/^@aws-sdk\/credential-provider-node$/, 'environment-credentials.ts'],
  [/^@smithy\/core\/event-streams$/, 'no-event-streams.ts'],
] as const;

/** @param root the root of the repository */
export function leanSdk(root: string): Plugin {
  return {
    name: 'lean-sdk',
    setup(build) {
      for (const [replaced, file] of STAND_INS) {
        build.onResolve({ filter: replaced }, () => ({
          path: join(root, 'adapters/aws/clients', file),
          sideEffects: false,
        }));
      }
      build.onLoad({ filter: DESCRIPTION }, async ({ path }) => ({
        contents: JSON.stringify({ version: JSON.parse(await readFile(path, 'utf8')).version }),
        loader: 'json',
      }));
      build.onLoad({ filter: SCHEMAS }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8'))
          .replace(SHAPE, '$1/* @__PURE__ */ (() => $2)();')
          .replace(REGISTRATION, (line, name: string) => (REGISTERED.includes(name) ? line : '')),
        loader: 'js',
      }));
    },
  };
}
