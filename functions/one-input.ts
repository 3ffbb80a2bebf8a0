/** The input of an execution, read once: an object that fits, or the sentence that says why it does not. */
import * as z from 'zod/mini';

/** @param example of an input that is understood, for whoever sent one that is not */
export function oneInput<Schema extends z.ZodMiniType>(
  schema: Schema,
  input: unknown,
  example: string,
): z.output<Schema> | string {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return `the input of an execution is an object such as ${example}, found ${kindOf(input)}`;
  const parsed = z.safeParse(schema, input);
  return parsed.success ? parsed.data : z.prettifyError(parsed.error);
}

/** Not the value itself: it goes into records and logs. */
function kindOf(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  return input === null || input === undefined ? 'nothing' : `a ${typeof input}`;
}
