import * as z from 'zod/mini';
import { Refused } from '../core/errors.ts';

/** What does not fit is `Refused`: nothing has been read or changed. */
export function parsedOrRefused<Schema extends z.ZodMiniType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = z.safeParse(schema, input);
  if (!parsed.success) throw new Refused(z.prettifyError(parsed.error));
  return parsed.data;
}
