/** A template as CloudFormation reads it: in JSON, every name in it known, resources in the order in which they can be made. */
import { ServiceError } from '../service-error.ts';
import { type Names, namesIn, resolved } from './intrinsics.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: 'Delete' | 'Retain' | 'RetainExceptOnCreate';
  readonly UpdateReplacePolicy?: 'Delete' | 'Retain';
}

export interface ParameterDeclaration {
  readonly Type: string;
  readonly Default?: string;
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
  readonly Description?: string;
}

export interface Output {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Export?: { readonly Name: unknown };
}

export interface Template {
  readonly text: string;
  readonly description: string | undefined;
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, Output>>;
}

const SECTIONS = ['AWSTemplateFormatVersion', 'Description', 'Parameters', 'Conditions', 'Resources', 'Outputs'];
const RESOURCE_MEMBERS = ['Type', 'Properties', 'Condition', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy'];
/** Of a template that comes from S3. Source: CloudFormation user guide, "Quotas". */
const BYTES_MAX = 1_000_000;

/** Refused as a whole when anything in it is not understood. */
export function parseTemplate(text: string): Template {
  if (Buffer.byteLength(text) > BYTES_MAX) throw validation(`Template may not exceed ${BYTES_MAX} bytes in size.`);
  const value = jsonOf(text);
  for (const section of Object.keys(value)) if (!SECTIONS.includes(section)) throw notImplemented(`section ${section}`);
  const resources = (value.Resources ?? {}) as Record<string, Resource>;
  if (Object.keys(resources).length === 0)
    throw validation('Template format error: At least one Resources member must be defined.');
  for (const [logicalId, resource] of Object.entries(resources)) {
    const [unknown] = Object.keys(resource).filter((member) => !RESOURCE_MEMBERS.includes(member));
    if (unknown !== undefined) throw notImplemented(`${unknown} of ${logicalId}`);
  }
  const template: Template = {
    text,
    description: value.Description as string | undefined,
    parameters: (value.Parameters ?? {}) as Template['parameters'],
    conditions: (value.Conditions ?? {}) as Template['conditions'],
    resources: Object.fromEntries(
      Object.entries(resources).map(([id, one]) => [id, { ...one, Properties: one.Properties ?? {} }]),
    ),
    outputs: (value.Outputs ?? {}) as Template['outputs'],
  };
  checkNames(template);
  return template;
}

/** The logical ids, each after those it speaks of or depends on. */
export function inOrder(resources: Template['resources']): string[] {
  const order: string[] = [];
  const visit = (logicalId: string, path: readonly string[]) => {
    const resource = resources[logicalId];
    if (resource === undefined || order.includes(logicalId)) return;
    if (path.includes(logicalId))
      throw validation(`Circular dependency between resources: [${[...path].sort().join(', ')}]`);
    for (const before of dependencies(resource)) visit(before, [...path, logicalId]);
    order.push(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return order;
}

/** The values of the parameters. @param previous of the stack that is there already */
export function parameterValues(
  { parameters }: Template,
  given: Readonly<Record<string, string>>,
  previous: Readonly<Record<string, string>>,
  usePrevious: readonly string[],
): Record<string, string> {
  const said = [...Object.keys(given), ...usePrevious];
  if (said.length > 0 && Object.keys(parameters).length === 0)
    throw validation('Parameter values specified for a template which does not require them.');
  const unknown = said.filter((name) => !Object.hasOwn(parameters, name));
  if (unknown.length > 0) throw validation(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values = Object.entries(parameters).map(([name, { Default }]) => {
    return [name, given[name] ?? (usePrevious.includes(name) ? previous[name] : undefined) ?? Default] as const;
  });
  const without = values.filter(([, value]) => value === undefined).map(([name]) => name);
  if (without.length > 0) throw validation(`Parameters: [${without.join(', ')}] must have values`);
  for (const [name, value] of values) checkValue(name, String(value), parameters[name]);
  return Object.fromEntries(values.map(([name, value]) => [name, String(value)]));
}

/** Only the resources whose condition holds. */
export function madeHere({ conditions, resources }: Template, names: Names): Template['resources'] {
  const holds = new Map(Object.entries(conditions).map(([name, value]) => [name, resolved(value, names) === true]));
  return Object.fromEntries(
    Object.entries(resources).filter(([, { Condition }]) => Condition === undefined || holds.get(Condition)),
  );
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw validation('Template format error: unsupported structure. This stand-in reads templates in JSON only.');
}

function checkNames({ parameters, conditions, resources, outputs }: Template): void {
  const known = (name: string) => Object.hasOwn(parameters, name) || Object.hasOwn(resources, name);
  for (const [where, value] of [
    ['Resources', Object.values(resources).flatMap(dependencies)],
    ['Outputs', [...namesIn(Object.values(outputs))]],
    ['Conditions', [...namesIn(conditions)]],
  ] as const) {
    const unknown = [...new Set(value.filter((name) => !known(name)))];
    if (unknown.length > 0)
      throw validation(
        `Template format error: Unresolved resource dependencies [${unknown.join(', ')}] in the ${where} block of the template`,
      );
  }
  const conditionsOf = Object.values(resources).flatMap(({ Condition }) => Condition ?? []);
  const [unknown] = conditionsOf.filter((name) => !Object.hasOwn(conditions, name));
  if (unknown !== undefined)
    throw validation(`Template format error: Unresolved condition dependency ${unknown} in the Resources block`);
}

function dependencies({ Properties, DependsOn = [] }: Resource): string[] {
  return [...namesIn(Properties), ...[DependsOn].flat()];
}

function checkValue(name: string, value: string, declared: ParameterDeclaration | undefined): void {
  const { Type = 'String', AllowedPattern, ConstraintDescription } = declared ?? {};
  if (Type !== 'String') throw notImplemented(`parameters of type ${Type}`);
  if (AllowedPattern === undefined || new RegExp(`^(?:${AllowedPattern})$`).test(value)) return;
  throw validation(
    ConstraintDescription === undefined
      ? `Parameter ${name} failed to satisfy constraint: must match pattern ${AllowedPattern}`
      : `Parameter ${name} failed to satisfy constraint: ${ConstraintDescription}`,
  );
}

export function validation(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', `This stand-in for CloudFormation does not have ${what}.`, 501);
}
