/** The JSON Schema of throwover.yaml for editors, and the page that explains every setting of it. */
import * as z from 'zod/mini';
import { topologySchema } from '../../core/topology/index.ts';
import { onOneLine } from './json.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

export function topologySchemaText(): string {
  const { $schema, ...rest } = schema();
  const titled = {
    $schema,
    title: 'throwover.yaml',
    description: 'Made from core/topology/schema.ts by "npm run reference".',
    ...rest,
  };
  return `${onOneLine(JSON.stringify(titled, undefined, 2))}\n`;
}

export function topologyReference(): string {
  return `${[...opening, ...sections(schema(), [])].join('\n').trimEnd()}\n`;
}

function schema(): JsonSchema {
  return z.toJSONSchema(topologySchema, { target: 'draft-2020-12', io: 'input' }) as JsonSchema;
}

const opening = [
  '<!-- Made from core/topology/schema.ts by "npm run reference". Change it there. -->',
  '',
  '# throwover.yaml',
  '',
  'The pairs of clusters, what moves between them, and how careful to be. `npx throwover check` says everything that is',
  'wrong with a file, with the line, what was found and what is expected, and exits 2. The file is `--file` if given, else',
  '`THROWOVER_FILE`, else `throwover.yaml` in the working folder.',
  '',
  'Editors complete and check it with [topology.schema.json](topology.schema.json); the YAML language server reads its',
  'place from a first line like this:',
  '',
  '```yaml',
  '# yaml-language-server: $schema=./docs/reference/topology.schema.json',
  '```',
  '',
  'Units are in the names: `…Seconds` and `…Days` are whole ones, a `…Fraction` is between 0 and 1, `stepShares` are percent.',
  'A key that is not listed here is an error. Settings without a default are needed.',
  '',
];

/** One heading and table for each mapping, outermost first. */
function sections(mapping: JsonSchema, path: readonly string[]): string[] {
  const properties = Object.entries(mapping.properties ?? {}).filter(isSchema);
  const required = new Set(mapping.required ?? []);
  const rows = properties.map(([name, property]) => row(name, property, required.has(name)));
  const heading = path.length === 0 ? 'The whole file' : `\`${path.join('.')}\``;
  const table = ['| Setting | Value | Default | What it says |', '|---|---|---|---|', ...rows];
  const inner = properties.flatMap(([name, property]) => innerMappings(property, [...path, name]));
  return [`## ${heading}`, '', ...table, '', ...inner.flatMap(([place, nested]) => sections(nested, place))];
}

/** The mappings in a setting's value: itself, the values of a mapping by name, the items of a list, alternatives. */
function innerMappings(property: JsonSchema, path: readonly string[]): [string[], JsonSchema][] {
  if (property.properties !== undefined) return [[[...path], property]];
  if (isObject(property.additionalProperties)) return innerMappings(property.additionalProperties, [...path, '<name>']);
  if (isObject(property.items)) {
    const last = path.at(-1) ?? '';
    return innerMappings(property.items, [...path.slice(0, -1), `${last}[]`]);
  }
  return (property.anyOf ?? []).flatMap((alternative) => innerMappings(alternative as JsonSchema, path));
}

function row(name: string, property: JsonSchema, required: boolean): string {
  return `| \`${name}\` | ${valueText(property)} | ${defaultText(property, required)} | ${property.description ?? ''} |`;
}

function defaultText({ default: standard, properties }: JsonSchema, required: boolean): string {
  if (required) return '**needed**';
  if (standard === undefined) return 'left out';
  return properties === undefined ? `\`${JSON.stringify(standard)}\`` : 'see below';
}

function valueText(property: JsonSchema, plural = ''): string {
  if (property.const !== undefined) return `\`${property.const}\``;
  if (property.enum !== undefined) return property.enum.map((word) => `\`${word}\``).join(', ');
  switch (property.type) {
    case 'string':
      return 'text';
    case 'boolean':
      return '`true`, `false`';
    case 'integer':
      return `whole number${plural}${rangeText(property)}`;
    case 'number':
      return `number${plural}${rangeText(property)}`;
    case 'array':
      return isObject(property.items) ? `list of ${valueText(property.items, 's')}` : 'list';
    default:
      return `mapping${plural}`;
  }
}

/** Without the limits that every whole number has. */
function rangeText({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  if (exclusiveMinimum !== undefined)
    return `, above ${exclusiveMinimum}${maximum === undefined ? '' : `, to ${maximum}`}`;
  if (minimum === undefined) return '';
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? `, ${minimum} or more`
    : `, ${minimum} to ${maximum}`;
}

function isSchema(entry: [string, unknown]): entry is [string, JsonSchema] {
  return isObject(entry[1]);
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
