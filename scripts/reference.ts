/** Writes docs/reference/ and events/out/ from the code it describes: `npm run reference`. */
import { writeFileSync } from 'node:fs';
import { eventSchemas, eventsReference } from './reference/events.ts';
import { topologyReference, topologySchemaText } from './reference/topology.ts';

export const referenceFiles: Readonly<Record<string, () => string>> = {
  'docs/reference/topology.schema.json': topologySchemaText,
  'docs/reference/topology.md': topologyReference,
  'docs/reference/events.md': eventsReference,
  ...eventSchemas,
};

if (process.argv[1] === import.meta.filename) {
  for (const [path, content] of Object.entries(referenceFiles)) {
    writeFileSync(new URL(`../${path}`, import.meta.url), content());
    console.log(`wrote ${path}`);
  }
}
