/**
 * A strict stand-in for SSM Parameter Store, standard tier. There is no compare-and-set in it, only create-if-absent
 * and versions that grow: whatever is kept here is a copy.
 */
import { type Calls, countCall } from './calls.ts';
import type { Clock } from './clock.ts';
import { ServiceError } from './service-error.ts';
import { type Account, sampleAccount } from './sts.ts';

export interface Parameter {
  Name: string;
  Type: 'String' | 'StringList';
  Value: string;
  Version: number;
  /** Milliseconds since the epoch. */
  LastModifiedDate: number;
  ARN: string;
  DataType: 'text';
  /** Only when the request named a version: `:3`. */
  Selector?: string;
}

export interface ParameterHistory {
  Name: string;
  Type: Parameter['Type'];
  Value: string;
  Version: number;
  LastModifiedDate: number;
  Description?: string;
  DataType: 'text';
  Tier: 'Standard';
}

export interface PutParameterInput {
  Name: string | undefined;
  Value: string | undefined;
  Type?: string | undefined;
  Overwrite?: boolean | undefined;
  Description?: string | undefined;
}

const VERSIONS_KEPT = 100;
const VALUE_BYTES_MAX = 4096;
const NAMES_PER_CALL_MAX = 10;
const NAME_LENGTH_MAX = 1011;
const LEVELS_MAX = 15;

export class Ssm {
  readonly calls: Calls = new Map();
  readonly #clock: Clock;
  readonly #account: Account;
  /** Newest version last. */
  readonly #parameters = new Map<string, ParameterHistory[]>();

  constructor({ clock, account = sampleAccount }: { clock: Clock; account?: Account }) {
    this.#clock = clock;
    this.#account = account;
  }

  putParameter(input: PutParameterInput): { Version: number; Tier: 'Standard' } {
    countCall(this.calls, 'PutParameter');
    const name = checkedName(input.Name);
    const value = checkedValue(input.Value);
    const versions = this.#parameters.get(name);
    const current = versions?.at(-1);
    if (current !== undefined && input.Overwrite !== true) throw alreadyExists();
    const Type = typeFor(input.Type, current);
    const Version = (current?.Version ?? 0) + 1;
    const next: ParameterHistory = {
      Name: name,
      Type,
      Value: value,
      Version,
      LastModifiedDate: this.#clock.now(),
      ...(input.Description === undefined ? {} : { Description: input.Description }),
      DataType: 'text',
      Tier: 'Standard',
    };
    this.#parameters.set(name, [...(versions ?? []).slice(1 - VERSIONS_KEPT), next]);
    return { Version, Tier: 'Standard' };
  }

  /** `Name` may end in `:version`. */
  getParameter({ Name }: { Name: string | undefined; WithDecryption?: boolean | undefined }): { Parameter: Parameter } {
    countCall(this.calls, 'GetParameter');
    return { Parameter: this.#selected(required('Name', Name)) };
  }

  getParameters({ Names }: { Names: string[] | undefined; WithDecryption?: boolean | undefined }): {
    Parameters: Parameter[];
    InvalidParameters: string[];
  } {
    countCall(this.calls, 'GetParameters');
    const names = required('Names', Names);
    if (names.length < 1 || names.length > NAMES_PER_CALL_MAX) {
      throw validation(
        `1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to ${NAMES_PER_CALL_MAX}`,
      );
    }
    const Parameters: Parameter[] = [];
    const InvalidParameters: string[] = [];
    for (const name of new Set(names)) {
      try {
        Parameters.push(this.#selected(name));
      } catch {
        InvalidParameters.push(name);
      }
    }
    return { Parameters, InvalidParameters };
  }

  /** One page, in the order of the names. A page may hold fewer than asked for; NextToken says whether more follow. */
  getParametersByPath(input: {
    Path: string | undefined;
    Recursive?: boolean | undefined;
    MaxResults?: number | undefined;
    NextToken?: string | undefined;
    WithDecryption?: boolean | undefined;
  }): { Parameters: Parameter[]; NextToken?: string } {
    countCall(this.calls, 'GetParametersByPath');
    const path = checkedPath(input.Path);
    const limit = checkedMaxResults(input.MaxResults, NAMES_PER_CALL_MAX);
    const names = [...this.#parameters.keys()]
      .filter((name) => name.startsWith(path) && (input.Recursive === true || !name.slice(path.length).includes('/')))
      .sort();
    const { page, ...next } = paged(names, input.NextToken, limit);
    return { Parameters: page.map((name) => this.#selected(name)), ...next };
  }

  /** The last 100 versions, oldest first. */
  getParameterHistory(input: {
    Name: string | undefined;
    MaxResults?: number | undefined;
    NextToken?: string | undefined;
    WithDecryption?: boolean | undefined;
  }): { Parameters: ParameterHistory[]; NextToken?: string } {
    countCall(this.calls, 'GetParameterHistory');
    const versions = this.#parameters.get(required('Name', input.Name));
    if (versions === undefined) throw notFound(input.Name);
    const { page, ...next } = paged(versions, input.NextToken, checkedMaxResults(input.MaxResults, 50));
    return { Parameters: page.map((version) => ({ ...version })), ...next };
  }

  deleteParameter({ Name }: { Name: string | undefined }): Record<string, never> {
    countCall(this.calls, 'DeleteParameter');
    if (!this.#parameters.delete(required('Name', Name))) throw notFound(Name);
    return {};
  }

  #selected(selector: string): Parameter {
    const { name, version } = split(selector);
    const versions = this.#parameters.get(name);
    if (versions === undefined) throw notFound(selector);
    const found = version === undefined ? versions.at(-1) : versions.find((each) => each.Version === version);
    if (found === undefined) {
      throw new ServiceError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
      );
    }
    const { Name, Type, Value, Version, LastModifiedDate, DataType } = found;
    const selected = version === undefined ? {} : { Selector: `:${version}` };
    return { Name, Type, Value, Version, ...selected, LastModifiedDate, ARN: this.#arn(Name), DataType };
  }

  #arn(name: string): string {
    const { accountId, region } = this.#account;
    return `arn:aws:ssm:${region}:${accountId}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  }
}

function split(selector: string): { name: string; version?: number } {
  const [name = '', version] = selector.split(':');
  if (version === undefined) return { name };
  // Labels are the other kind of selector; nobody here uses them.
  if (!/^\d+$/.test(version)) throw notImplemented('parameter labels');
  return { name, version: Number(version) };
}

function typeFor(asked: string | undefined, current: ParameterHistory | undefined): Parameter['Type'] {
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

/** Rules of names: API, PutParameter. */
function checkedName(name: string | undefined): string {
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

function checkedValue(value: string | undefined): string {
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

function checkedPath(path: string | undefined): string {
  const given = required('Path', path);
  if (!given.startsWith('/')) {
    throw validation('The parameter path must begin with a forward slash "/".');
  }
  return given.endsWith('/') ? given : `${given}/`;
}

function checkedMaxResults(maxResults: number | undefined, most: number): number {
  if (maxResults === undefined) return most;
  if (Number.isInteger(maxResults) && maxResults >= 1 && maxResults <= most) return maxResults;
  throw validation(
    `1 validation error detected: Value '${maxResults}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
  );
}

/** The token is the position of the next element. */
function paged<Each>(
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

function required<Value>(member: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  const at = member.charAt(0).toLowerCase() + member.slice(1);
  throw validation(
    `1 validation error detected: Value null at '${at}' failed to satisfy constraint: Member must not be null`,
  );
}

function alreadyExists(): ServiceError {
  return new ServiceError(
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  );
}

/** The real service says nothing but the name of the error. */
function notFound(name: string | undefined): ServiceError {
  return new ServiceError('ParameterNotFound', '', 400, { Name: name });
}

function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', `This stand-in for SSM does not have ${what}.`, 501);
}

function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
