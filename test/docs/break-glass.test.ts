/** The page about break-glass: twelve lines, typed here while Lambda, Step Functions and DynamoDB are down, and after. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { activated } from '../cli/in-memory.ts';
import { documentAt } from './markdown.ts';

const page = documentAt('docs/runbook/break-glass.md');
const FILE = join(import.meta.dirname, '../../throwover.yaml');

/** The words of each line, without `npx throwover` and what stands behind #. */
function commands(): string[][] {
  const [block] = page.blocks.filter(({ language }) => language === 'bash');
  return (block?.code ?? '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '').slice(2));
}

describe('the page about break-glass', () => {
  it('has twelve lines', () => {
    expect(page.text.split('\n').filter((line) => line.trim() !== '')).toHaveLength(12);
  });

  it('does what it says: users are moved, then the ledger is made again, and automation goes on', async () => {
    const at = await activated();
    const folder = mkdtempSync(join(tmpdir(), 'throwover-break-glass-'));
    const env = { USER: 'ada', THROWOVER_FILE: FILE };
    const type = (words: readonly string[]) => at.type(words, { folder, env, ask: async () => 'y' });
    const [move = [], repair = [], resume = []] = commands();
    expect((await type(['kit'])).exitCode).toBe(0);
    const down = ['lambda-down', 'step-functions-down', 'dynamodb-down'];
    await at.stage.inflict('kill', 'blue');
    for (const fault of down) await at.stage.inflict(fault);
    await at.clock.run(5_000);

    const moved = await type(move);
    expect(moved.exitCode, moved.stdout + moved.stderr).toBe(0);
    for (const name of ['DynamoDB', 'Lambda', 'cluster blue'])
      expect(moved.stdout).toMatch(new RegExp(`not checked {2}${name} does not answer`));
    expect(moved.stdout).toContain('Switched');

    await at.stage.inflict('heal');
    expect(await at.stage.ledger('shop')).toMatchObject({ active: 'blue', epoch: 1 });
    const repaired = await type(repair);
    expect(repaired.exitCode, repaired.stdout + repaired.stderr).toBe(0);
    expect(await at.stage.ledger('shop')).toMatchObject({
      active: 'green',
      epoch: 1_003,
      acknowledged: false,
      pause: { by: 'throwover' },
    });
    expect(await type(resume)).toMatchObject({ exitCode: 0 });
    expect(await at.stage.ledger('shop')).not.toHaveProperty('pause');
    expect(await at.stage.parameter('/throwover/shop/active-cluster')).toBe('green');
  });
});
