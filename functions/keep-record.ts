/** Keeps a record for good, for functions whose bundle has no room for another client. */
import * as z from 'zod/mini';
import type { World } from './world.ts';

/** Made by our own functions. */
export const KeepRecordInput = z.object({
  key: z.string().check(z.regex(/^[^/]+\/(runs|drills)\/\d{4}-\d\d-\d\d\/[^/]+\.json$/)),
  record: z.record(z.string(), z.unknown()),
});

export async function keepRecord(
  { key, record }: z.output<typeof KeepRecordInput>,
  { records }: Pick<World, 'records'>,
): Promise<void> {
  await records.keep(key, record);
}
