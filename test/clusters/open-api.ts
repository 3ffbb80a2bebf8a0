/**
 * Are objects what the API server would take? The recorded OpenAPI documents of Kubernetes 1.36 say which members there
 * are and of which type. Strict, as `kubectl apply` is: a member that the schema does not name is a complaint.
 */
import { readFileSync } from 'node:fs';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
}

const folder = new URL('../fixtures/kubernetes/openapi/', import.meta.url);
const read = new Map<string, Readonly<Record<string, Schema>>>();

/** What is wrong, each with its path: `spec.template.spec.containers.0.imagge: is not known`. */
export function complaintsAbout(object: KubernetesObject): string[] {
  const schemas = schemasOf(object.apiVersion);
  const [group = '', version = ''] = object.apiVersion.includes('/')
    ? object.apiVersion.split('/')
    : ['', object.apiVersion];
  const found = Object.values(schemas).find((schema) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (one) => one.group === group && one.version === version && one.kind === object.kind,
    ),
  );
  if (found === undefined) return [`${object.apiVersion} ${object.kind} is not known`];
  return check(object, found, schemas, []);
}

function schemasOf(apiVersion: string): Readonly<Record<string, Schema>> {
  const name = apiVersion.includes('/') ? `apis_${apiVersion.replace('/', '_')}` : `api_${apiVersion}`;
  const known = read.get(name);
  if (known !== undefined) return known;
  const document = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  const schemas = document.components.schemas as Readonly<Record<string, Schema>>;
  read.set(name, schemas);
  return schemas;
}

type Path = readonly (string | number)[];

function check(value: unknown, schema: Schema, all: Readonly<Record<string, Schema>>, path: Path): string[] {
  const at = (what: string) => [`${path.join('.') || '(object)'}: ${what}`];
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    const target = all[name];
    return target === undefined ? at(`${name} is not in the document`) : check(value, target, all, path);
  }
  if (schema.allOf !== undefined) return schema.allOf.flatMap((one) => check(value, one, all, path));
  if (schema.oneOf !== undefined) {
    const fits = schema.oneOf.some((one) => check(value, one, all, path).length === 0);
    return fits ? [] : at('fits none of the types');
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) return at(`is none of ${schema.enum.join(', ')}`);
  if (schema.type === undefined) return [];
  if (typeOf(value, schema.type) !== schema.type) return at(`is ${typeOf(value, schema.type)}, not ${schema.type}`);
  if (schema.type === 'array') {
    return (value as unknown[]).flatMap((item, index) => check(item, schema.items ?? {}, all, [...path, index]));
  }
  return schema.type === 'object' ? checkMembers(value as Record<string, unknown>, schema, all, path) : [];
}

function checkMembers(
  value: Record<string, unknown>,
  { properties = {}, additionalProperties, required = [] }: Schema,
  all: Readonly<Record<string, Schema>>,
  path: Path,
): string[] {
  const missing = required.filter((name) => !(name in value)).map((name) => `${[...path, name].join('.')}: is missing`);
  const free = Object.keys(properties).length === 0 && additionalProperties === undefined;
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const schema = properties[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (schema !== undefined) return check(member, schema, all, [...path, name]);
    return free || additionalProperties === true ? [] : [`${[...path, name].join('.')}: is not known`];
  });
  return [...missing, ...wrong];
}

function typeOf(value: unknown, wanted: string): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return wanted === 'integer' && Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
