/** What the documents say to type, typed: against a lab of this test, by the programs that people have. */
import { type ChildProcess, spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest';
import type { LabFile } from '../../lab/lab-file.ts';
import { pythonWithBoto3 } from '../peers.ts';
import { root } from '../tree/sources.ts';
import { ranInLab } from './executed.ts';
import type { Block } from './markdown.ts';
import { shell, type Typed } from './shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'throwover-docs-'));
let lab: ChildProcess;
let there: LabFile;
let complaints = '';

beforeAll(async () => {
  const ports = ['aws', 'dns', 'http', 'https', 'kubernetes'].flatMap((which) => [`--${which}-port`, '0']);
  const args = [join(root, 'bin/throwover.mjs'), 'lab', ...ports, '--folder', folder, '--json'];
  lab = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  lab.stderr?.on('data', (said) => {
    complaints += said;
  });
  await new Promise((resolve, reject) => {
    lab.stdout?.once('data', resolve);
    lab.once('exit', () => reject(new Error(`the lab ended before it was up: ${complaints}`)));
  });
  there = JSON.parse(readFileSync(join(folder, 'lab.json'), 'utf8')) as LabFile;
  await fenceOnBothServers();
}, 60_000);

afterAll(async () => {
  if (lab.exitCode === null) {
    const ended = new Promise((resolve) => lab.once('exit', resolve));
    lab.kill('SIGINT');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
  // a clean clone has no packaged functions yet, and says so
  expect(complaints.replace(/^The functions are built first.*\n/, '')).toBe('');
});

/** The lab activates its pair by itself; a name server shows that in its own time. */
async function fenceOnBothServers(): Promise<void> {
  const [address = '', port = ''] = there.dns.split(':');
  for (const server of [address, '127.0.0.2']) {
    const asked = new Resolver();
    asked.setServers([`${server}:${port}`]);
    await vi.waitFor(() => asked.resolveTxt('shop._throwover.example.test'), { timeout: 30_000, interval: 200 });
  }
}

function typed(context: Pick<TestContext, 'skip'>, { code }: Pick<Block, 'code'>): Promise<Typed> {
  return shell(context, code, {
    AWS_ENDPOINT_URL: there.endpoint,
    THROWOVER_DNS: there.dns,
    THROWOVER_CLOCK_URL: `${there.endpoint}/_lab/clock`,
    LAB: folder,
  });
}

describe('in a lab, what the documents say to type', () => {
  it('before the first activation: doctor looks, accept activates', async (context) => {
    const looked = await typed(context, ranInLab.firstLook);
    expect([0, 3, 4], looked.stderr).toContain(looked.code);
    const accepted = await typed(context, ranInLab.activation);
    expect(accepted.code, accepted.stdout + accepted.stderr).toBe(0);
    expect(accepted.stdout).toContain('Recorded');
  });

  it('says in four ways which cluster is active', async (context) => {
    const { code, stdout, stderr } = await typed(context, ranInLab.whichIsActive);
    expect(code, stderr).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(['blue', 'blue', 'active=blue', 'active']);
  });

  it('says it to Node', async (context) => {
    const script = `"$NODE" --input-type=module --eval ${quoted(ranInLab.inNode.code)}`;
    expect((await typed(context, { code: script })).stdout).toBe('blue\n');
  });

  it('says it to Python', async (context) => {
    const script = `${quoted(pythonWithBoto3(context))} -c ${quoted(ranInLab.inPython.code)}`;
    expect((await typed(context, { code: script })).stdout).toBe('blue\n');
  });

  it('at three in the morning: all six commands answer, and a healthy cluster is not left', async (context) => {
    const { code, stdout, stderr } = await typed(context, ranInLab.threeInTheMorning);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^next {2}/m);
    expect(stdout).toContain('looking at it');
    expect(stdout).toContain('EnoughObservers');
    expect(stdout).toMatch(/^"v=1 by=[0-9a-f]{8} .*active=blue/m);
  }, 60_000);

  it('in the console: a preview by the aws command, and the ledger', async (context) => {
    const preview = await typed(context, ranInLab.inTheConsole);
    expect(preview.code, preview.stderr).toBe(0);
    expect(preview.stdout).toMatch(/"(RUNNING|SUCCEEDED)"/);
    const table = { code: ranInLab.theLedger.code.replaceAll('throwover-prod', 'throwover-lab') };
    const ledger = await typed(context, table);
    expect(ledger.code, ledger.stderr).toBe(0);
    expect(JSON.parse(ledger.stdout)).toMatchObject({ Item: { active: { S: 'blue' } } });
  }, 60_000);

  it('in a pipeline: a lock is taken and given back', async (context) => {
    const { code, stdout, stderr } = await typed(context, ranInLab.changeLock);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/green is locked by cni-upgrade\/17 since .*: vpc-cni 1.21\n[\s\S]*green is free again/);
  }, 60_000);

  it('when things are uncertain, and when the standby or an API is: what other programs say', async (context) => {
    const blocks = [ranInLab.whereUsersAre, ranInLab.standbyUnfit, ranInLab.apiDown];
    const { code, stdout, stderr } = await typed(context, { code: blocks.map(withoutVerbs).join('\n') });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^127\.0\.0\.11\n"v=1 .*\nNAME +STATUS[\s\S]*"ACTIVE"/);
  }, 60_000);
});

/** The verbs of these blocks are run above. */
function withoutVerbs({ code }: Block): string {
  return code.replace(/^npx throwover .*$/gm, '');
}

function quoted(code: string): string {
  return `'${code.replaceAll("'", `'\\''`)}'`;
}
