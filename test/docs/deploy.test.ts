/** docs/deploy.md, followed word by word in a lab with an empty account: the release, the stack, the first activation, ring 0. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { systemClock } from '../../adapters/clock/system.ts';
import { functions } from '../../functions/list.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { environmentOf } from '../../lab/lab-file.ts';
import { topologyIn } from '../../scripts/build.ts';
import { released } from '../packaged.ts';
import { root } from '../tree/sources.ts';
import { ranInEmptyLab } from './executed.ts';
import { type Block, documentAt } from './markdown.ts';
import { shell, type Typed } from './shell.ts';

/** Fast enough that the steps of a planned move pass, slow enough that functions come in time. */
const SPEED = 20;
const folder = mkdtempSync(join(tmpdir(), 'throwover-deploy-'));
let release: string;
let lab: Lab;

beforeAll(async () => {
  release = (await released()).folder;
  const topology = topologyIn(join(root, 'throwover.yaml'));
  const ports = { aws: 0, dns: 0, http: 0, https: 0, kubernetes: 0 };
  const setup = { topology, seed: 1, active: 'blue', speed: SPEED, ports, folder, dist: '', deployed: false };
  lab = await startLab({ ...setup, startsAt: systemClock.now() });
}, 300_000);

afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

function typed(context: Pick<TestContext, 'skip'>, { code }: Block): Promise<Typed> {
  const env = { ...environmentOf(lab.file), AWS_ENDPOINT_URL: lab.file.endpoint, LAB: folder };
  return shell(context, code.replaceAll('release/', `${release}/`), env);
}

describe('docs/deploy.md', () => {
  it('2: what was filled in is right', async (context) => {
    expect((await typed(context, ranInEmptyLab.check)).code).toBe(0);
  });

  it('3: the release becomes a stack, and nothing of it failed', async (context) => {
    const { code, stdout, stderr } = await typed(context, ranInEmptyLab.deploy);
    expect(code, stderr).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe('CREATE_COMPLETE');
    expect((await typed(context, ranInEmptyLab.events)).stdout.trim()).toBe('');
  }, 180_000);

  it('1: puts into the VPC what the page says, and nothing else', () => {
    const inside = functions.filter(({ vpc }) => vpc === 'inside').map(({ key }) => key);
    for (const key of inside) expect(documentAt('docs/deploy.md').text).toContain(`\`${key}\``);
  });

  it('5: the alarms are there', async (context) => {
    const { stdout } = await typed(context, ranInEmptyLab.alarms);
    expect(stdout).toMatch(/throwover-prod-shop-blue-seen-dead/);
    expect(stdout).toMatch(/throwover\/prod\/watch-is-silent\/shop/);
  });

  it('6: doctor looks, accept activates, and the pair says who is active', async (context) => {
    const looked = await typed(context, ranInEmptyLab.doctor);
    expect([0, 3, 4], looked.stderr).toContain(looked.code);
    const { code, stdout, stderr } = await typed(context, ranInEmptyLab.activation);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/Recorded[\s\S]*^blue$/m);
  }, 120_000);

  it('7: ring 0 goes there and comes back', async (context) => {
    const { code, stdout, stderr } = await typed(context, ranInEmptyLab.ringZero);
    expect(stdout.match(/^Switched/gm)?.length, stdout + stderr).toBe(2);
    expect(code, stdout + stderr).toBe(0);
  }, 300_000);
});
