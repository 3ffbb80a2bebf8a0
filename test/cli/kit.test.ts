import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { activated, type Terminal } from './in-memory.ts';

const FILE = join(import.meta.dirname, '../../throwover.yaml');

/** A folder of its own, and what is typed in it. */
function inFolder(at: Terminal) {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-kit-'));
  return { folder, type: (...argv: string[]) => at.type([...argv, '--file', FILE], { folder, env: { USER: 'ada' } }) };
}

async function written(at: Terminal) {
  const there = inFolder(at);
  expect((await there.type('kit')).exitCode).toBe(0);
  const path = join(there.folder, 'throwover-kit.md');
  return { ...there, path, text: readFileSync(path, 'utf8') };
}

describe('throwover kit', () => {
  it('writes every id, name and command: none of them has to be looked up', async () => {
    const at = await activated();
    const { text } = await written(at);
    const { pair } = at.stage.inMemory.world;
    const said = [
      at.stage.inMemory.switchArn,
      'throwover-lab',
      at.stage.inMemory.ports.ledger.by,
      '/throwover/shop/active-cluster',
      ...pair.zones.map(({ id }) => id),
      ...Object.values(pair.clusters).flatMap(({ eksName, loadBalancer }) => [eksName, loadBalancer.host]),
      'npx throwover break-glass move --pair shop --to green',
      'npx throwover break-glass move --pair shop --to blue',
    ];
    expect(said.filter((one) => !text.includes(one))).toEqual([]);
    expect(text).not.toContain('undefined');
  });

  it('is right until something changes', async () => {
    const { type } = await written(await activated());
    expect(await type('kit', 'verify')).toMatchObject({ exitCode: 0, stdout: 'throwover-kit.md is right\n' });
  });

  it('says each difference to what is deployed and to what stands there', async () => {
    const at = await activated();
    const { type, path, text } = await written(at);
    writeFileSync(
      path,
      text.replace(/throwover-lab-switch"/, 'throwover-old-switch"').replace(/"ledger": "\w+"/, '"ledger": "00000000"'),
    );
    await at.stage.inflict('api-down', 'blue');
    const { exitCode, stdout } = await type('kit', 'verify');
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/machine: the kit says .*throwover-old-switch, it is .*throwover-lab-switch/);
    expect(stdout).toContain('zone example.test: its fence was written by ledger 1ab01ab0, not 00000000');
    expect(stdout).toMatch(/cluster blue: /);
  });

  it('that is no kit, or of another pair, is refused', async () => {
    const { type, path, text } = await written(await activated());
    expect((await type('kit', 'verify', '--kit', 'nowhere.md')).exitCode).toBe(2);
    writeFileSync(path, text.replace('"v": 1', '"v": 2'));
    expect(await type('kit', 'verify')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is no kit') });
    writeFileSync(path, text.replace('"pair": "shop"', '"pair": "bank"'));
    const move = ['break-glass', 'move', '--to', 'green', '--reason', 'x', '--yes', '--kit', 'throwover-kit.md'];
    expect(await type(...move)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('the kit of bank') });
  });
});
