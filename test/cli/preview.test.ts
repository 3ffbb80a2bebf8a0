import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Connect } from '../../cli/console.ts';
import { activated, terminal } from './in-memory.ts';

/** A second pair beside the first, with everything of its own. */
function twoPairs(): string {
  const text = readFileSync(new URL('../../throwover.yaml', import.meta.url), 'utf8');
  const pair = text.slice(text.indexOf('  shop:\n'));
  const other = pair
    .replace('  shop:\n', '  bank:\n')
    .replaceAll('.test', '.bank')
    .replaceAll(/\b(blue|green):/g, '$1-bank:')
    .replaceAll(/(eksName|setIdentifier): (blue|green)/g, '$1: $2-bank')
    .replaceAll('Z0', 'Z1');
  const folder = mkdtempSync(join(tmpdir(), 'throwover-'));
  writeFileSync(join(folder, 'throwover.yaml'), `${text}\n${other}`);
  return folder;
}

describe('throwover preview', () => {
  it('judges and changes nothing: zones, ledger and parameter stay as they are to the byte', async () => {
    const at = await activated();
    const { route53 } = at.stage.inMemory.world;
    const changes = (await at.stage.changeLog()).length;
    const before = {
      ledger: await at.stage.ledger('shop'),
      parameter: await at.stage.parameter('/throwover/shop/active-cluster'),
      zones: ['Z0EXAMPLE', 'Z0PIVOT'].map((HostedZoneId) => route53.listResourceRecordSets({ HostedZoneId }, 'test')),
    };
    const { exitCode, stdout } = await at.type(['preview']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Previewed  shop blue -> green');
    expect(stdout).toMatch(/\n {2}10 of 10 gates open\n/);
    expect({
      ledger: await at.stage.ledger('shop'),
      parameter: await at.stage.parameter('/throwover/shop/active-cluster'),
      zones: ['Z0EXAMPLE', 'Z0PIVOT'].map((HostedZoneId) => route53.listResourceRecordSets({ HostedZoneId }, 'test')),
    }).toEqual(before);
    expect((await at.stage.changeLog()).length).toBe(changes);
  });

  it('says what is shut with exit code 3', async () => {
    const { exitCode, stdout } = await terminal().type(['preview', '--json']);
    expect(exitCode).toBe(3);
    const record = JSON.parse(stdout) as { outcome: string; gates: { name: string; state: string }[] };
    expect(record.outcome).toBe('Previewed');
    expect(record.gates.find(({ name }) => name === 'FacesAgree')?.state).toBe('closed');
  });

  describe('with several pairs', () => {
    const folder = twoPairs();
    const record = (pair: string, state: string) => ({
      outcome: 'Previewed',
      pair,
      mode: 'preview',
      because: [],
      next: '',
      zones: [],
      gates: [{ name: 'Capacity', state, because: '', opensWhen: '', applies: 'always', overridable: 'person' }],
      debts: [],
    });

    function answering(pairs: readonly object[], inputs: unknown[]): Connect {
      return async (topology) => {
        const { console } = terminal();
        const deployed = await console.deployed();
        const runs = {
          start: async (_: string, input: unknown) => {
            inputs.push(input);
            return 'arn:1';
          },
          describe: async () => ({
            status: 'SUCCEEDED',
            output: JSON.stringify({ outcome: 'Previewed', pairs }),
          }),
          history: async () => [],
        };
        return { ...console, topology, deployed: async () => ({ ...deployed, runs }) };
      };
    }

    it('asks for every pair at once and shows each; one closed gate is exit code 3', async () => {
      const inputs: unknown[] = [];
      const connect = answering([record('bank', 'open'), record('shop', 'closed')], inputs);
      const { exitCode, stdout } = await terminal().type(['preview'], { folder, connect });
      expect(inputs).toEqual([{ mode: 'preview' }]);
      expect(exitCode).toBe(3);
      expect(stdout).toContain('Previewed  bank');
      expect(stdout).toContain('Previewed  shop');
    });

    it('is exit code 0 when every gate of every pair is open', async () => {
      const connect = answering([record('bank', 'open'), record('shop', 'open')], []);
      expect((await terminal().type(['preview'], { folder, connect })).exitCode).toBe(0);
    });

    it('refuses a direction that would be meant for which of them?', async () => {
      const { exitCode, stderr } = await terminal().type(['preview', '--to', 'green'], { folder });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('say of which pair: --pair');
    });

    it('refuses a verb for one pair without its name', async () => {
      const { exitCode, stderr } = await terminal().type(['resume'], { folder });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('which pair? There are several: bank, shop');
    });
  });
});
