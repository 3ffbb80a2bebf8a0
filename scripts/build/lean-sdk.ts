/**
 * Leaves out of the AWS SDK what a function cannot use. esbuild by itself keeps all of it: the shapes of every operation
 * (an object with computed keys counts as a side effect) and every exception (each registers itself).
 *   - Shapes are marked as free of side effects, so those that no command refers to fall out.
 *   - Exceptions that our adapters do not ask for by name are not registered. The SDK then makes its general exception with
 *     the same name and message; test/build holds that.
 *   - Credentials come from the environment (adapters/aws/clients/environment-credentials.ts).
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
const SHAPE = /^(export var \w+\$ = )(\[[\s\S]*?\]);$/gm;
const REGISTRATION = /^n0_registry\.registerError\(\w+\$, (\w+)\);$/gm;

/** @param root the root of the repository */
export function leanSdk(root: string): Plugin {
  return {
    name: 'lean-sdk',
    setup(build) {
      build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
        path: join(root, 'adapters/aws/clients/environment-credentials.ts'),
        sideEffects: false,
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
