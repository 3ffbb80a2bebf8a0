import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Eks } from '../../models/eks.ts';
import { rulesFrom } from '../../models/route53/rules.ts';
import { startWorld } from '../lab/aws/world.ts';
import { ranAgainstRoute53 } from './executed.ts';
import { documentAt } from './markdown.ts';
import { shell } from './shell.ts';

const page = documentAt('docs/unverified.md');
let world: Awaited<ReturnType<typeof startWorld>>;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.server.close());

describe('docs/unverified.md', () => {
  it('names every switch of the Route 53 model, with the reading that is the default', () => {
    const rules = rulesFrom();
    const switches = Object.entries(rules).filter(
      ([, value]) => typeof value === 'boolean' || typeof value === 'string',
    );
    expect(switches.length).toBeGreaterThan(5);
    const told = switches.filter(([name, value]) => {
      const said = value === true ? 'on' : value === false ? 'off' : `\`${value}\``;
      return new RegExp(`\`${name}\`,\\s+${said.replaceAll('\\', '\\\\')}`).test(page.text);
    });
    expect(told.map(([name]) => name)).toEqual(switches.map(([name]) => name));
    for (const quota of ['budget', 'processingMs', 'propagationMs']) expect(page.text).toContain(`\`${quota}\``);
  });

  it('says of each place how to look: no place is without commands', () => {
    const parts = page.text.split(/^(?=##+ )/m).slice(1);
    const places = parts.filter((part, at) => /^### /.test(part) || !/^### /.test(parts[at + 1] ?? ''));
    expect(places.length).toBeGreaterThan(25);
    expect(places.filter((part) => !part.includes('```bash')).map((part) => part.split('\n')[0])).toEqual([]);
  });

  it('names the switch of the EKS model', () => {
    expect(Eks).toBeDefined();
    expect(page.text).toContain('`minAboveDesired`, `refused`');
  });

  it('has checks of Route 53 that run, and the model answers as the page says it does', async (context) => {
    const script = ranAgainstRoute53.map(({ code }) => code).join('\n');
    const { code, stdout, stderr } = await shell(context, script, { AWS_ENDPOINT_URL: world.server.endpoint });
    expect(code, stderr).toBe(0);
    // what was made, the weight, the same record set, the clean-up, and the alias to nobody there and away are taken; three
    // batches are refused
    expect(stdout.trim().split(/\s+/)).toEqual(Array.from({ length: 6 }, () => 'PENDING'));
    expect(stderr.match(/\(InvalidChangeBatch\)/g)).toHaveLength(3);
  }, 60_000);
});
