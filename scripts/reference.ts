/** Writes docs/reference/, docs/situations.md and events/out/ from the code they describe: `npm run reference`. */
import { writeFileSync } from 'node:fs';
import { eventSchemas, eventsReference } from './reference/events.ts';
import { situationsPage } from './reference/situations.ts';
import { topologyReference, topologySchemaText } from './reference/topology.ts';

export const referenceFiles: Readonly<Record<string, () => string>> = {
  'docs/reference/topology.schema.json': topologySchemaText,
  'docs/reference/topology.md': topologyReference,
  'docs/situations.md': situationsPage,
  'docs/reference/events.md': eventsReference,
  ...eventSchemas,
};

if (process.argv[1] === import.meta.filename) {
  for (const [path, content] of Object.entries(referenceFiles)) {
    writeFileSync(new URL(`../${path}`, import.meta.url), content());
    console.log(`wrote ${path}`);
  }
}
