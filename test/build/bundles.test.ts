import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build as esbuild, type Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topologyDigest } from '../../core/topology/index.ts';
import { functions, type Use } from '../../functions/list.ts';
import { bundling } from '../../scripts/build/bundles.ts';
import { leanSdk } from '../../scripts/build/lean-sdk.ts';
import { build, topologyIn } from '../../scripts/build.ts';
import { filesIn, root } from '../tree/sources.ts';

const KILOBYTE = 1_000;
const folder = mkdtempSync(join(tmpdir(), 'throwover-build-'));
const [first, second] = [join(folder, 'first'), join(folder, 'second')];
const topology = topologyIn(join(root, 'throwover.yaml'));
let metafile: Metafile;

beforeAll(async () => {
  await build(first, topology);
  metafile = JSON.parse(readFileSync(join(first, 'metafile.json'), 'utf8'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const keys = functions.map(({ key }) => key);
const contents = (out: string) =>
  Object.fromEntries(
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'metafile.json')
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [relative(out, path), readFileSync(path, 'utf8')]),
  );

/** What stands in a bundle, by path from the root. */
function inputsOf(key: string): string[] {
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(`/${key}/index.cjs`))?.[1];
  return Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
}

const packageOf = (path: string) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
const clientsIn = (key: string) => [
  ...new Set(inputsOf(key).flatMap((path) => /node_modules\/@aws-sdk\/(client-[\w-]+)\//.exec(path)?.[1] ?? [])),
];

/** The SDK's clients behind each port. */
const clientsFor: Readonly<Record<Use, readonly string[]>> = {
  alarms: ['client-cloudwatch'],
  announcer: ['client-eventbridge'],
  'announcer, by a function': ['client-lambda'],
  clusters: ['client-eks'],
  controlPlanes: ['client-eks'],
  dns: [],
  executions: ['client-sfn'],
  'executions, read only': ['client-sfn'],
  inside: ['client-lambda'],
  ledger: ['client-dynamodb'],
  'ledger, read only': ['client-dynamodb'],
  metrics: ['client-cloudwatch'],
  nodeGroups: ['client-eks'],
  'nodeGroups, read only': ['client-eks'],
  notes: ['client-dynamodb'],
  'notes, read only': ['client-dynamodb'],
  observers: ['client-lambda'],
  probe: [],
  published: ['client-ssm'],
  'published, read only': ['client-ssm'],
  records: ['client-s3'],
  'records, by a function': ['client-lambda'],
  waiting: ['client-sfn'],
  zones: ['client-route-53', 'client-sts'],
  'zones, fence only': ['client-route-53', 'client-sts'],
  'zones, ownership only': ['client-route-53', 'client-sts'],
  'zones, read only': ['client-route-53', 'client-sts'],
  'zones, traffic only': ['client-route-53', 'client-sts'],
};

describe('a build', () => {
  it('of the same sources gives the same bytes, whatever stood there before', async () => {
    mkdirSync(join(second, 'claim'), { recursive: true });
    writeFileSync(join(second, 'left-over.txt'), '');
    writeFileSync(join(second, 'claim/index.cjs'), 'stale');
    await build(second, topology);
    expect(contents(second)).toEqual(contents(first));
    expect(Object.keys(contents(first)).length).toBe(2 * functions.length + 8);
  });

  it('says by the time of metafile.json when it was right last, though it had nothing to write', async () => {
    const read = join(first, 'metafile.json');
    utimesSync(read, 1, 1);
    const before = statSync(join(first, 'claim/index.cjs')).mtimeMs;
    await build(first, topology);
    expect(statSync(read).mtimeMs).toBeGreaterThan(before);
    expect(statSync(join(first, 'claim/index.cjs')).mtimeMs).toBe(before);
  });

  it('has one file for each handler on the list, and a handler for each file', () => {
    expect(filesIn('functions/handlers')).toEqual(functions.map(({ entry }) => entry).sort());
  });

  it('puts the checked topology with its defaults beside every function', () => {
    for (const key of keys) {
      const written = JSON.parse(readFileSync(join(first, key, 'topology.json'), 'utf8'));
      expect(topologyDigest(written)).toBe(topologyDigest(topology));
    }
    expect(topology.pairs.shop?.timing.confirmSeconds).toBe(60);
  });

  it('is not made of a topology that is wrong', () => {
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, 'version: 1\npairs: {}\n');
    expect(() => topologyIn(wrong)).toThrow(/pairs/);
  });
});

describe('a bundle', () => {
  it('loads in Node as Lambda loads it, and exports its handler and its step', () => {
    const load = `for (const path of process.argv.slice(1)) console.log(Object.keys(require(path)).sort().join());`;
    const paths = keys.map((key) => join(first, key, 'index.cjs'));
    const printed = execFileSync(process.execPath, ['-e', load, ...paths], { encoding: 'utf8', env: {} });
    expect(printed.trim().split('\n')).toEqual(keys.map(() => 'handler,step'));
  });

  it.each(functions.map(({ key, uses }) => [key, uses] as const))(
    'of %s has the AWS clients of its ports and no others',
    (key, uses) => {
      expect(clientsIn(key).sort()).toEqual([...new Set(uses.flatMap((use) => clientsFor[use]))].sort());
    },
  );

  it.each(keys)('of %s has at most 450 KB', (key) => {
    expect(readFileSync(join(first, key, 'index.cjs')).length / KILOBYTE).toBeLessThanOrEqual(450);
  });

  it('has nothing of the lab, the models, the interpreter or the CLI', () => {
    const rooms = keys.flatMap(inputsOf).filter((path) => !path.includes('node_modules/'));
    expect([...new Set(rooms.map((path) => path.split('/')[0]))].sort()).toEqual([
      'adapters',
      'core',
      'events',
      'functions',
    ]);
    expect(rooms.filter((path) => path.startsWith('adapters/memory/'))).toEqual([]);
  });

  it('has the small form of the schema library and one language of it', () => {
    const zod = [...new Set(keys.flatMap(inputsOf).filter((path) => packageOf(path) === 'zod'))];
    expect(zod.filter((path) => path.includes('/classic/'))).toEqual([]);
    expect(zod.filter((path) => path.includes('/locales/')).map((path) => path.split('/').at(-1))).toEqual(['en.js']);
  });

  it('has no way to credentials but the environment', () => {
    const packages = new Set(keys.flatMap(inputsOf).map(packageOf));
    const ways = [...packages].filter((name) => /credential-provider|token-providers|nested-clients/.test(name ?? ''));
    expect(ways).toEqual([]);
  });

  it('has of the SDK no event streams, no shape that none of its commands has, and of a description only the version', () => {
    expect(keys.flatMap(inputsOf).filter((path) => path.includes('/event-streams/'))).toEqual([]);
    for (const key of keys) {
      const text = readFileSync(join(first, key, 'index.cjs'), 'utf8');
      // a list of structures of SSM, and a word that stands in every description of a package
      for (const word of ['InventoryItemList', 'devDependencies']) expect(text, key).not.toContain(word);
    }
  });

  it('has no package twice, and none that nobody looked at', () => {
    const paths = [...new Set(keys.flatMap(inputsOf))];
    expect(paths.filter((path) => path.split('node_modules/').length > 2)).toEqual([]);
    const known =
      /^(@aws-sdk\/(client-[\w-]+|core|dynamodb-codec|endpoint-cache|middleware-endpoint-discovery|middleware-sdk-(route53|s3)|signature-v4-multi-region|xml-builder|checksums)|@smithy\/[\w-]+|@aws\/lambda-invoke-store|@aws-lambda-powertools\/(commons|logger|metrics)|@middy\/core|zod|mnemonist|obliterator)$/;
    expect([...new Set(paths.map(packageOf))].filter((name) => name !== undefined && !known.test(name))).toEqual([]);
  });
});

describe('what is left out of the SDK', () => {
  it('changes no name and no message of an error, nor how a client introduces itself', async () => {
    // what a JSON service answers: one exception that is registered in a bundle, one that is not, one that nobody knows
    const agents = new Set<string | undefined>();
    const server = createServer((request, response) => {
      let text = '';
      agents.add(request.headers['user-agent']);
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        const { Name } = JSON.parse(text) as { Name: string };
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify({ __type: Name, message: `it is ${Name}` }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const entry = join(folder, 'ask.ts');
    writeFileSync(
      entry,
      `import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
       export const ask = async (endpoint, Name) => {
         const client = new SSMClient({ region: 'eu-west-1', endpoint, maxAttempts: 1 });
         return client.send(new GetParameterCommand({ Name })).catch(({ name, message }) => ({ name, message }));
       };`,
    );
    const outfile = join(folder, 'ask.cjs');
    const { outExtension: _, ...rest } = bundling;
    await esbuild({
      ...rest,
      entryPoints: [entry],
      outfile,
      nodePaths: [join(root, 'node_modules')],
      plugins: [leanSdk(root)],
    });
    const ask = createRequire(outfile)(outfile).ask as (endpoint: string, name: string) => Promise<unknown>;
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const before = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'lab', AWS_SECRET_ACCESS_KEY: 'lab' });
    try {
      for (const name of ['ParameterNotFound', 'ParameterVersionNotFound', 'SomethingNew']) {
        expect(await ask(endpoint, name)).toEqual({ name, message: `it is ${name}` });
      }
      const { version } = createRequire(import.meta.url)('@aws-sdk/client-ssm/package.json');
      expect([...agents]).toEqual([expect.stringContaining(`api/ssm#${version}`)]);
    } finally {
      process.env = before;
      server.close();
    }
  });
});
