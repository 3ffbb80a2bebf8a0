/**
 * A strict stand-in for SSM Parameter Store, standard tier. There is no compare-and-set in it, only create-if-absent
 * and versions that grow: whatever is kept here is a copy.
 */
import { type Calls, countCall } from './calls.ts';
import type { Clock } from './clock.ts';
import { ServiceError } from './service-error.ts';
import {
  alreadyExists,
  checkedMaxResults,
  checkedName,
  checkedPath,
  checkedValue,
  notFound,
  type ParameterType,
  paged,
  required,
  split,
  typeFor,
  validation,
} from './ssm/parameter-rules.ts';
import { type Account, sampleAccount } from './sts.ts';

export interface Parameter {
  Name: string;
  Type: ParameterType;
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
  Type: ParameterType;
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
const NAMES_PER_CALL_MAX = 10;

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
