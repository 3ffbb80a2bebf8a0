import type { Service } from './service.ts';

/** What docs/reference/lab.md says between its two marks: one line a service, from the table that dispatches. */
export function operationsTable(services: readonly Service[]): string {
  const lines = services.map(({ title, signingName, protocols, operations }) => {
    const spoken = protocols.map((protocol) => protocol.title).join('; or ');
    const names = Object.keys(operations).sort().join(', ');
    return `| ${title} (\`${signingName}\`) | ${spoken} | ${names} |`;
  });
  return ['| Service | Protocol | Operations |', '|---|---|---|', ...lines].join('\n');
}
