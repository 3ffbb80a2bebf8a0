/**
 * Server-side apply, as far as it can be done without managedFields: what one field manager applied before is remembered, and
 * what it leaves out now is taken away. Lists are taken as they come. Whose a field is, is known of `spec.replicas` alone:
 * any other conflict of one field manager with another is not seen here.
 */
import { mergePatch } from './patch.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param rendered the object as it stands
 * @param earlier what this field manager applied the last time
 * @param now what it applies
 */
export function applied(rendered: unknown, earlier: unknown, now: unknown): unknown {
  return mergePatch(without(rendered, earlier, now), withoutNulls(now));
}

/** Everything that stood in `earlier` and is not in `now` goes; an object that is empty then stays as an empty one. */
function without(target: unknown, earlier: unknown, now: unknown): unknown {
  if (!isFields(target) || !isFields(earlier) || !isFields(now)) return target;
  return Object.fromEntries(
    Object.entries(target).flatMap(([key, value]) => {
      if (!(key in earlier)) return [[key, value]];
      return key in now ? [[key, without(value, earlier[key], now[key])]] : [];
    }),
  );
}

/** `null` is what a client sends for a field that it does not say: `creationTimestamp: null`. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  const said = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(said.map(([key, one]) => [key, withoutNulls(one)]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
