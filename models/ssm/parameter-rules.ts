/** What Parameter Store accepts, and how it refuses. Source: API, PutParameter and GetParametersByPath. */
import { ServiceError } from '../service-error.ts';

export type ParameterType = 'String' | 'StringList';

const VALUE_BYTES_MAX = 4096;
const NAME_LENGTH_MAX = 1011;
const LEVELS_MAX = 15;

export function split(selector: string): { name: string; version?: number } {
  const [name = '', version] = selector.split(':');
  if (version === undefined) return { name };
  // Labels are the other kind of selector; nobody here uses them.
  if (!/^\d+$/.test(version)) throw notImplemented('parameter labels');
  return { name, version: Number(version) };
}

export function typeFor(asked: string | undefined, current: { Type: ParameterType } | undefined): ParameterType {
  const type = asked ?? current?.Type;
  if (type === undefined) {
    throw validation('A parameter type is required when you create a parameter.');
  }
  if (type === 'SecureString') throw notImplemented('SecureString: what is published here is no secret');
  if (type !== 'String' && type !== 'StringList') {
    throw new ServiceError(
      'UnsupportedParameterType',
      `The parameter type ${type} is not supported. Use String, StringList or SecureString.`,
    );
  }
  if (current !== undefined && current.Type !== type) {
    throw validation(
      `The following parameter type can't be changed: ${current.Type}. Delete the parameter and create it again as ${type}.`,
    );
  }
  return type;
}

export function checkedName(name: string | undefined): string {
  const given = required('Name', name);
  const levels = given.split('/').slice(given.startsWith('/') ? 1 : 0);
  if (given.length > NAME_LENGTH_MAX) {
    throw validation(`Parameter name must not be longer than ${NAME_LENGTH_MAX} characters.`);
  }
  if (!/^[\w./-]+$/.test(given) || levels.some((level) => level === '')) {
    throw validation(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (/^(aws|ssm)/i.test(levels[0] ?? '')) {
    throw validation(`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive): ${given}`);
  }
  if (given.includes('/') && !given.startsWith('/')) {
    throw validation('Parameter name must be a fully qualified name.');
  }
  if (levels.length > LEVELS_MAX) {
    throw new ServiceError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${LEVELS_MAX} levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.`,
    );
  }
  return given;
}

export function checkedValue(value: string | undefined): string {
  const given = required('Value', value);
  if (given === '') {
    throw validation(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  if (Buffer.byteLength(given) > VALUE_BYTES_MAX) {
    throw validation(
      'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.',
    );
  }
  return given;
}

export function checkedPath(path: string | undefined): string {
  const given = required('Path', path);
  if (!given.startsWith('/')) {
    throw validation('The parameter path must begin with a forward slash "/".');
  }
  return given.endsWith('/') ? given : `${given}/`;
}

export function checkedMaxResults(maxResults: number | undefined, most: number): number {
  if (maxResults === undefined) return most;
  if (Number.isInteger(maxResults) && maxResults >= 1 && maxResults <= most) return maxResults;
  throw validation(
    `1 validation error detected: Value '${maxResults}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
  );
}

/** The token is the position of the next element. */
export function paged<Each>(
  all: readonly Each[],
  token: string | undefined,
  limit: number,
): { page: Each[]; NextToken?: string } {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0)
    throw new ServiceError('InvalidNextToken', 'The specified token is not valid.');
  const end = start + limit;
  return { page: all.slice(start, end), ...(end < all.length ? { NextToken: String(end) } : {}) };
}

export function required<Value>(member: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  const at = member.charAt(0).toLowerCase() + member.slice(1);
  throw validation(
    `1 validation error detected: Value null at '${at}' failed to satisfy constraint: Member must not be null`,
  );
}

export function alreadyExists(): ServiceError {
  return new ServiceError(
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  );
}

/** The real service says nothing but the name of the error. */
export function notFound(name: string | undefined): ServiceError {
  return new ServiceError('ParameterNotFound', '', 400, { Name: name });
}

function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', `This stand-in for SSM does not have ${what}.`, 501);
}

export function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
