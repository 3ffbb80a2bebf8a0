import type { Problem } from './machine.ts';

const placeholder = /\$\{([A-Za-z0-9_]+)\}/g;

/** The definition with each `${Name}` replaced inside its strings. Notes names without a value, and values unused. */
export function substituted(
  definition: unknown,
  values: Readonly<Record<string, string | number>>,
  problems: Problem[],
  warnings: Problem[],
): unknown {
  const used = new Set<string>();
  const whole = replaced(definition, '');
  for (const name of Object.keys(values)) {
    if (!used.has(name)) warnings.push({ path: '/', message: `the substitution ${name} is not used` });
  }
  return whole;

  function replaced(value: unknown, path: string): unknown {
    if (typeof value === 'string') return inText(value, path);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item, at) => replaced(item, `${path}[${at}]`));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, `${path}/${key}`)]));
  }

  function inText(text: string, path: string): string {
    return text.replace(placeholder, (whole, name: string) => {
      used.add(name);
      if (Object.hasOwn(values, name)) return String(values[name]);
      problems.push({ path, message: `${whole} has no value` });
      return whole;
    });
  }
}
