import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Connect } from '../../cli/console.ts';
import { activated, type Terminal, terminal } from './in-memory.ts';

let at: Terminal;
beforeAll(async () => {
  at = await activated();
});

/** A console in which nobody ever answers. */
const silent: Connect = async (topology) => {
  const never = () => new Promise<never>(() => {});
  return {
    ...at.console,
    topology,
    deployed: never,
    published: { ...at.console.published, read: never },
    zones: { ...at.console.zones, read: never, readNames: never },
    dns: { ...at.console.dns, ask: never, askServer: never, serversOf: never },
  };
};

describe('throwover active', () => {
  it.each([[[]], [['--from', 'ssm']], [['--from', 'dns']], [['--from', 'ledger']], [['--pair', 'shop']]])(
    '%j prints the name and nothing else',
    async (options) => {
      expect(await at.type(['active', ...options])).toEqual({ exitCode: 0, stdout: 'blue\n', stderr: '' });
    },
  );

  it('says it as JSON when asked', async () => {
    const { stdout } = await at.type(['active', '--from', 'dns', '--json']);
    expect(JSON.parse(stdout)).toEqual({ pair: 'shop', active: 'blue', from: 'dns' });
  });

  it.each([['ssm'], ['dns'], ['ledger']])('prints nothing to stdout when %s knows nothing', async (from) => {
    const { exitCode, stdout, stderr } = await terminal().type(['active', '--from', from]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^throwover: .* says nothing about shop\. Ask elsewhere with --from .*\n$/);
  });

  it('does not repeat what is no name of a cluster', async () => {
    const corrupt = await activated();
    await corrupt.done(corrupt.console.published.write('shop', 'purple', '{}'));
    const { exitCode, stdout, stderr } = await corrupt.type(['active']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('/throwover/shop/active-cluster says "purple", which is no cluster of shop');
  });

  it('refuses a source that it does not have', async () => {
    const { exitCode, stderr } = await at.type(['active', '--from', 'carrier-pigeon']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--from takes ssm, dns or ledger; found carrier-pigeon');
  });
});

describe('when nobody answers', () => {
  it.each([
    [['active']],
    [['active', '--from', 'dns']],
    [['active', '--from', 'ledger']],
    [['status']],
    [['doctor']],
    [['preview']],
    [['switch', '--to', 'green', '--reason', 'x']],
    [['pause', '--reason', 'x']],
    [['abort', '--back', '--reason', 'x']],
    [['resume']],
    [['ack']],
    [['accept', '--active', 'blue']],
    [['repair', '--reason', 'x']],
    [['release']],
    [['stand-down', '--reason', 'x']],
    [['approve', 'shop-1-1-failover']],
    [['reject', 'shop-1-1-failover', '--reason', 'x']],
    [['lock', 'list']],
    [['drill', '--reason', 'x']],
    [['drills']],
    [['decisions']],
    [['signals']],
    [['report']],
  ])('%j says so in one sentence within 3 s: exit code 1', async (argv) => {
    const began = at.clock.now();
    const { exitCode, stdout, stderr } = await at.type(argv, { connect: silent });
    expect(at.clock.now() - began).toBeLessThan(3_000);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /^throwover: \w+ does not answer: no answer in 2 s\. In a terminal beside the lab: [^\n]+\n$/,
    );
  });

  it('names the endpoint that was asked', async () => {
    const { stderr } = await at.type(['active'], {
      connect: silent,
      env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
    });
    expect(stderr).toBe(
      'throwover: SSM at http://127.0.0.1:4566 does not answer: no answer in 2 s. Is the lab running (`npx throwover lab`)?\n',
    );
  });

  it('says it as a process that finds no settings of AWS at all, whatever it was to do', async () => {
    const child = spawn(process.execPath, ['bin/throwover.mjs', 'status'], {
      env: { PATH: process.env.PATH, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
    expect(said).toMatch(/^throwover: [^\n]+ In a terminal beside the lab: eval "[^\n]+\n$/);
  });

  it('ends the process too, though the endpoint holds the connection open', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const child = spawn(process.execPath, ['bin/throwover.mjs', 'active'], {
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_ACCESS_KEY_ID: 'x',
        AWS_SECRET_ACCESS_KEY: 'x',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'exit');
    server.close();
    expect(code).toBe(1);
    expect(said).toBe(
      `throwover: SSM at http://127.0.0.1:${port} does not answer: no answer in 2 s. Is the lab running (\`npx throwover lab\`)?\n`,
    );
  });
});
