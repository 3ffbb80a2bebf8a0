/** What stood in the zones before, in a file of the person who adopts: the way back needs nothing else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod/mini';
import type { Adoption } from '../../core/plan/adopt.ts';
import { Refused, type Surroundings } from '../verb.ts';

const Record = z.strictObject({
  name: z.string(),
  type: z.string(),
  policy: z.enum(['simple', 'weighted', 'other']),
  setIdentifier: z.exactOptional(z.string()),
  weight: z.exactOptional(z.int()),
  ttlSeconds: z.exactOptional(z.int()),
  values: z.exactOptional(z.array(z.string())),
  alias: z.exactOptional(z.strictObject({ zone: z.string(), name: z.string(), evaluateTargetHealth: z.boolean() })),
  healthCheck: z.exactOptional(z.string()),
});

const Snapshot = z.strictObject({
  v: z.literal(1),
  pair: z.string(),
  service: z.string(),
  /** By the id of the zone. */
  zones: z.record(
    z.string(),
    z.strictObject({
      on: z.string(),
      names: z.array(z.string()),
      before: z.array(Record),
      after: z.array(Record),
    }),
  ),
});
export type Snapshot = z.output<typeof Snapshot>;

/** Never over another one: that one may be the only way back. */
export function writeSnapshot(
  file: string,
  pair: string,
  service: string,
  zones: ReadonlyMap<string, Adoption>,
  { folder }: Pick<Surroundings, 'folder'>,
): void {
  const text = JSON.stringify({ v: 1, pair, service, zones: Object.fromEntries(zones) }, null, 1);
  try {
    writeFileSync(resolve(folder, file), `${text}\n`, { flag: 'wx' });
  } catch (cause) {
    throw new Refused(
      `the snapshot ${file} cannot be written: it is there already, or the folder is not. Say --snapshot <file>.`,
      { cause },
    );
  }
}

export function readSnapshot(file: string, { folder }: Pick<Surroundings, 'folder'>): Snapshot {
  let text: unknown;
  try {
    text = JSON.parse(readFileSync(resolve(folder, file), 'utf8'));
  } catch (cause) {
    throw new Refused(`the snapshot ${file} cannot be read.`, { cause });
  }
  const parsed = z.safeParse(Snapshot, text);
  if (parsed.success) return parsed.data;
  throw new Refused(
    `${file} is no snapshot of adopt: ${parsed.error.issues[0]?.path.join('.')} is not as it should be.`,
  );
}
