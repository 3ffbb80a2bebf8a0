import { badRequest } from './status.ts';

type Fields = Readonly<Record<string, unknown>>;

/** RFC 7386: null removes, objects merge, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  return merged(target, patch, (_, list) => list);
}

/**
 * The strategic merge of Kubernetes, as far as people use it by hand: like a merge patch, but lists of named things
 * (containers, ports, gates) merge by name, and keep the order they had. Directives that take something away are refused.
 */
export function strategicMergePatch(target: unknown, patch: unknown): unknown {
  return merged(target, patch, (before, list) => {
    if (!Array.isArray(before) || !list.every(isNamed)) return list;
    const rest = before.map((item) => {
      const change = isNamed(item) ? list.find((one) => isNamed(one) && one.name === item.name) : undefined;
      return change === undefined ? item : strategicMergePatch(item, change);
    });
    const added = list.filter((one) => !before.some((item) => isNamed(item) && isNamed(one) && item.name === one.name));
    return [...rest, ...added];
  });
}

function merged(target: unknown, patch: unknown, list: (before: unknown, list: unknown[]) => unknown): unknown {
  if (Array.isArray(patch)) return list(target, patch);
  if (!isFields(patch)) return patch;
  const result: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    // kubectl apply sends the order beside every list that it merges; nothing here depends on it.
    if (key.startsWith('$setElementOrder/')) continue;
    if (key.startsWith('$')) throw badRequest(`strategic merge directive ${key} is not supported by this API model`);
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value, list);
  }
  return result;
}

/** RFC 6902: add, remove, replace and test; the target is not changed. */
export function jsonPatch(target: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw badRequest('a JSON patch is a list of operations');
  return operations.reduce((document: unknown, operation: unknown) => {
    if (!isFields(operation) || typeof operation.path !== 'string') throw badRequest('an operation needs op and path');
    const keys = operation.path.split('/').slice(1).map(unescapedKey);
    return changedAt(document, keys, operation);
  }, target);
}

function changedAt(document: unknown, keys: readonly string[], operation: Fields): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) throw badRequest('a JSON patch of the whole document is not supported by this API model');
  if (Array.isArray(document)) {
    const at = key === '-' ? document.length : Number(key);
    const adds = rest.length === 0 && operation.op === 'add';
    if (!Number.isInteger(at) || at < 0 || at > document.length - (adds ? 0 : 1)) throw noSuchPath(operation);
    const copy = [...document];
    if (rest.length > 0) copy[at] = changedAt(copy[at], rest, operation);
    else if (operation.op === 'remove') copy.splice(at, 1);
    else copy.splice(at, adds ? 0 : 1, newValue(operation, copy[at]));
    return copy;
  }
  if (!isFields(document)) throw noSuchPath(operation);
  const copy: Record<string, unknown> = { ...document };
  if (!(key in copy) && (rest.length > 0 || operation.op !== 'add')) throw noSuchPath(operation);
  if (rest.length > 0) copy[key] = changedAt(copy[key], rest, operation);
  else if (operation.op === 'remove') delete copy[key];
  else copy[key] = newValue(operation, copy[key]);
  return copy;
}

function newValue(operation: Fields, before: unknown): unknown {
  if (operation.op === 'add' || operation.op === 'replace') return operation.value;
  if (operation.op !== 'test') throw badRequest(`JSON patch operation ${String(operation.op)} is not supported here`);
  if (JSON.stringify(before) !== JSON.stringify(operation.value)) {
    throw badRequest(`testing value ${String(operation.path)} failed`);
  }
  return before;
}

function noSuchPath(operation: Fields) {
  return badRequest(`the server rejected our request: ${String(operation.op)} ${String(operation.path)}: no such path`);
}

function unescapedKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamed(value: unknown): value is { name: string } & Fields {
  return isFields(value) && typeof value.name === 'string';
}
