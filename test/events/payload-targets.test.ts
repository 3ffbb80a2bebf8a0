/** An event says that somebody should look, never where or with what: whatever else stands in it changes nothing of what is heard. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { heardIn } from '../../events/heard.ts';

const folder = new URL('../../events/', import.meta.url);
const samples = readdirSync(folder).filter((name) => name.endsWith('.json'));
const NOW = Date.parse('2026-11-20T07:01:00Z');

/** What somebody would like us to use. */
const WISHES = {
  to: 'red',
  target: 'red',
  targetCluster: 'red',
  url: 'http://169.254.169.254/latest/meta-data/',
  probeUrl: 'http://evil.test/',
  roleArn: 'arn:aws:iam::666666666666:role/evil',
  stateMachineArn: 'arn:aws:states:eu-west-1:666666666666:stateMachine:evil',
  hostedZoneId: 'Z0EVIL',
  recordName: 'www.evil.test.',
  override: ['EnoughObservers'],
  epoch: 9_999,
};

/** The same wishes at every level, in JSON that stands in a text too. */
function wishing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wishing);
  if (typeof value === 'string') return wishingText(value);
  if (typeof value !== 'object' || value === null) return value;
  const own = Object.entries(value).map(([name, member]) => [name, wishing(member)]);
  return { ...WISHES, ...Object.fromEntries(own) };
}

function wishingText(text: string): string {
  if (!/^\s*\{/.test(text)) return text;
  try {
    return JSON.stringify(wishing(JSON.parse(text)));
  } catch {
    return text;
  }
}

describe('targets, ARNs and URLs in an event', () => {
  it.each(samples.filter((name) => name !== 'manual.json'))('are nothing to us: %s', (name) => {
    const event: unknown = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    const heard = heardIn(event, NOW);
    const wished = heardIn(wishing(event), NOW);
    expect(wished.refused).toEqual(heard.refused);
    expect(wished.signals).toEqual(heard.signals);
    expect(JSON.stringify(wished.signals)).not.toMatch(/evil|666666666666|169\.254|9999|EnoughObservers/);
  });
});
