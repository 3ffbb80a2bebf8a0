/** Does a notice keep to what is published? For whoever receives it, and for tests. */
import { details } from './details.ts';
import type { Notice } from './notice.ts';

/** How a notice differs from its schema; undefined: it does not. For those who receive, and for tests. */
export function problemOf({ type, detail }: Notice): string | undefined {
  const { v, text, ...rest } = detail;
  if (v !== 1) return `v is ${String(v)}`;
  if (typeof text !== 'string' || text === '') return 'it has no text';
  const parsed = details[type].safeParse(rest);
  return parsed.success
    ? undefined
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
