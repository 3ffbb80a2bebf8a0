import { remembered } from '../remembered.ts';
import type { Labels, Rendered } from './objects.ts';
import { badRequest } from './status.ts';

type Test = (object: Rendered) => boolean;

const everything: Test = () => true;

/** `app=web,tier!=test,ring in (0,1),!legacy,exists`: equality and set based requirements, joined by commas. */
export function labelSelector(text: string | undefined): Test {
  return text === undefined || text === '' ? everything : labelTest(text);
}

const labelTest = remembered((text: string): Test => {
  const tests = text.split(/,(?![^(]*\))/).map((part) => labelRequirement(part.trim()));
  return (object) => tests.every((test) => test(object.metadata.labels ?? {}));
});

function labelRequirement(part: string): (labels: Labels) => boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return operator === 'in'
      ? (labels) => values.includes(labels[key] ?? '') && key in labels
      : (labels) => !(key in labels) || !values.includes(labels[key] ?? '');
  }
  const equality = /^([^=!\s]+)\s*(==|=|!=)\s*([^=!\s]*)$/.exec(part);
  if (equality !== null) {
    const [, key = '', operator, value = ''] = equality;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const exists = /^(!?)([^=!\s()]+)$/.exec(part);
  if (exists === null) throw badRequest(`unable to parse requirement: ${part}`);
  const [, not, key = ''] = exists;
  return not === '!' ? (labels) => !(key in labels) : (labels) => key in labels;
}

/** `metadata.name=web,status.phase!=Running`: any path of the answered object; real servers allow a few per kind. */
export function fieldSelector(text: string | undefined): Test {
  if (text === undefined || text === '') return everything;
  const tests = text.split(',').map((part): Test => {
    const found = /^([A-Za-z.]+)(==|=|!=)(.*)$/.exec(part.trim());
    if (found === null) throw badRequest(`unable to parse field selector: ${part}`);
    const [, path = '', operator, value] = found;
    const keys = path.split('.');
    return (object) => (fieldAt(object, keys) === value) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

function fieldAt(object: unknown, keys: readonly string[]): string {
  let at: unknown = object;
  for (const key of keys) at = (at as Record<string, unknown> | undefined)?.[key];
  return at === undefined || at === null ? '' : String(at);
}
