/** What doctor says of ExternalDNS, and the page that explains it. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findingNames } from '../../core/external-dns/finding.ts';

it('docs/runbook/external-dns.md has a chapter for every finding, in the order of the list', () => {
  const page = readFileSync(new URL('../../docs/runbook/external-dns.md', import.meta.url), 'utf8');
  const chapters = [...page.matchAll(/^## (\S+)$/gm)].map(([, name]) => name);
  expect(chapters).toEqual([...findingNames]);
});
