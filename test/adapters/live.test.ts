import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, startLab } from '../../lab/lab.ts';
import { environmentOf } from '../../lab/lab-file.ts';
import { topologyIn } from '../../scripts/build.ts';
import { root } from '../tree/sources.ts';
import { echoes } from './contract/side.ts';
import type { Subject } from './live/claim.ts';
import { claims, tried } from './live/contract.ts';

/** Far more than it takes: a busy machine is no broken promise. */
const PATIENCE = { timeout: 240_000 };

describe('what we take for granted of AWS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-contract-'));
  let lab: Lab | undefined;

  beforeAll(async () => {
    lab = await startLab({
      topology: topologyIn(join(root, 'throwover.yaml')),
      seed: 1,
      active: 'blue',
      // people's time: nobody here holds the lab's clock
      speed: 100,
      startsAt: Date.parse('2026-11-20T07:00:00Z'),
      ports: { aws: 0, dns: 0, http: 0, https: 0, kubernetes: 0 },
      folder,
      dist: echoes(folder),
      customers: false,
    });
  });
  afterAll(async () => {
    await lab?.close();
    rmSync(folder, { recursive: true });
  });

  it('is kept by the lab, asked over its sockets by the script that asks anybody else', PATIENCE, async () => {
    if (lab === undefined) throw new Error('the lab did not start');
    const [name, id] = Object.entries(lab.file.zones)[0] ?? ['', ''];
    const args = [
      'scripts/test-contract.ts',
      '--endpoint',
      lab.file.endpoint,
      '--zone',
      `${id}=${name}`,
      '--as',
      'lab',
    ];
    const env = { ...process.env, ...environmentOf(lab.file) };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
    expect(stdout.trim().split('\n').at(-1)).toBe(
      `lab: ${claims.length} of ${claims.length} hold, 0 are known to be otherwise, 0 are otherwise, 0 hold again`,
    );
  });
});

describe('the list of what is known to be otherwise', () => {
  const [first] = claims;
  const key = `${first?.service}: ${first?.says}`;
  // nobody answers: nothing holds
  const nobody = { round: 'x' } as Subject;

  it('excuses what it names, and nothing else', async () => {
    const found = await tried(nobody, { [key]: 'it has no fences' }, ['route53']);
    expect(found.find(({ claim }) => claim === key)?.is).toBe('known');
    expect(new Set(found.filter(({ claim }) => claim !== key).map(({ is }) => is))).toEqual(new Set(['otherwise']));
  });
});
