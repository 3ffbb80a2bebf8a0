/**
 * A strict stand-in for CloudFormation: stacks and change sets of exactly the resource types that our template has. Everything is
 * done within the call that asks for it: who polls finds the end at his first look, and each step among the events.
 */
import { type Calls, countCall } from '../calls.ts';
import type { Clock } from '../clock.ts';
import { type Ids, numberedIds } from '../ids.ts';
import { ServiceError } from '../service-error.ts';
import { type Account, sampleAccount } from '../sts.ts';
import { type Change, changesBetween, goalOf } from './plan.ts';
import { resourceTypes, type Services } from './resource-types.ts';
import { Stack, type StackEvent, type Wanted } from './stack.ts';
import { type ParameterDeclaration, parameterValues, parseTemplate, type Template, validation } from './template.ts';

export interface StackInput {
  StackName: string;
  TemplateBody?: string | undefined;
  /** Of an object in S3, with the bucket in its path. */
  TemplateURL?: string | undefined;
  Parameters?: { ParameterKey: string; ParameterValue?: string; UsePreviousValue?: boolean }[] | undefined;
  Capabilities?: string[] | undefined;
}

export interface ChangeSetInput extends StackInput {
  ChangeSetName: string;
  ChangeSetType?: 'CREATE' | 'UPDATE' | undefined;
}

interface ChangeSet {
  readonly name: string;
  readonly id: string;
  readonly stack: Stack;
  readonly wanted: Wanted;
  readonly changes: readonly Change[];
  readonly createdAt: number;
  done: boolean;
}

interface Named {
  StackName: string;
}

/** Of what stands in the request itself. Source: CloudFormation user guide, "Quotas". */
const BODY_BYTES_MAX = 51_200;
const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

export class CloudFormation {
  readonly calls: Calls = new Map();
  readonly #clock: Clock;
  readonly #account: Account;
  readonly #ids: Ids;
  readonly #services: Services;
  readonly #types;
  readonly #stacks: Stack[] = [];
  readonly #changeSets = new Map<string, ChangeSet>();

  constructor({
    clock,
    account = sampleAccount,
    ids = numberedIds(),
    ...services
  }: Services & { clock: Clock; account?: Account; ids?: Ids }) {
    this.#clock = clock;
    this.#account = account;
    this.#ids = ids;
    this.#services = services;
    this.#types = resourceTypes(services);
  }

  /** Changes nothing yet. A new stack is there from now on, under review. */
  createChangeSet(input: ChangeSetInput): { Id: string; StackId: string } {
    countCall(this.calls, 'CreateChangeSet');
    const isNew = input.ChangeSetType === 'CREATE';
    const known = this.#find(input.StackName);
    if (isNew && known !== undefined && known.status !== 'REVIEW_IN_PROGRESS') throw alreadyExists(known);
    const stack = isNew ? (known ?? this.#newStack(input.StackName)) : this.#updatable(input.StackName);
    const { wanted, changes } = this.#planned(stack, input);
    if (!this.#stacks.includes(stack)) this.#stacks.push(stack);
    const id = this.#arn('changeSet', `${input.ChangeSetName}/${this.#ids()}`);
    const createdAt = this.#clock.now();
    this.#changeSets.set(id, { name: input.ChangeSetName, id, stack, wanted, changes, createdAt, done: false });
    return { Id: id, StackId: stack.id };
  }

  describeChangeSet(input: { ChangeSetName: string; StackName?: string | undefined }) {
    countCall(this.calls, 'DescribeChangeSet');
    const { name, id, stack, wanted, changes, createdAt, done } = this.#changeSet(input);
    const isEmpty = changes.length === 0;
    return {
      ChangeSetName: name,
      ChangeSetId: id,
      StackId: stack.id,
      StackName: stack.name,
      CreationTime: createdAt,
      Parameters: parametersOf(wanted),
      ExecutionStatus: done ? 'EXECUTE_COMPLETE' : isEmpty ? 'UNAVAILABLE' : 'AVAILABLE',
      Status: isEmpty ? 'FAILED' : 'CREATE_COMPLETE',
      ...(isEmpty ? { StatusReason: NO_CHANGES } : {}),
      Changes: changes.map((change) => ({
        Type: 'Resource',
        ResourceChange: {
          Action: change.action,
          LogicalResourceId: change.resource.logicalId,
          ...(change.action === 'Add' ? {} : { PhysicalResourceId: change.resource.identity.ref }),
          ResourceType: change.resource.type,
          ...(change.action === 'Modify' ? { Replacement: change.replacement ? 'True' : 'False' } : {}),
        },
      })),
    };
  }

  executeChangeSet(input: { ChangeSetName: string; StackName?: string | undefined }): Record<string, never> {
    countCall(this.calls, 'ExecuteChangeSet');
    const set = this.#changeSet(input);
    if (set.done || set.changes.length === 0) {
      const status = set.done ? 'EXECUTE_COMPLETE' : 'UNAVAILABLE';
      throw new ServiceError(
        'InvalidChangeSetStatus',
        `ChangeSet [${set.id}] cannot be executed in its current execution status of [${status}]`,
      );
    }
    set.done = true;
    set.stack.become(set.wanted, set.changes);
    return {};
  }

  deleteChangeSet(input: { ChangeSetName: string; StackName?: string | undefined }): Record<string, never> {
    countCall(this.calls, 'DeleteChangeSet');
    const found = this.#findChangeSet(input);
    if (found !== undefined) this.#changeSets.delete(found.id);
    return {};
  }

  createStack(input: StackInput): { StackId: string } {
    countCall(this.calls, 'CreateStack');
    const known = this.#find(input.StackName);
    if (known !== undefined) throw alreadyExists(known);
    const stack = this.#newStack(input.StackName);
    const { wanted, changes } = this.#planned(stack, input);
    this.#stacks.push(stack);
    stack.become(wanted, changes);
    return { StackId: stack.id };
  }

  updateStack(input: StackInput): { StackId: string } {
    countCall(this.calls, 'UpdateStack');
    const stack = this.#updatable(input.StackName);
    const { wanted, changes } = this.#planned(stack, input);
    if (changes.length === 0) throw validation('No updates are to be performed.');
    stack.become(wanted, changes);
    return { StackId: stack.id };
  }

  deleteStack({ StackName }: Named): Record<string, never> {
    countCall(this.calls, 'DeleteStack');
    this.#find(StackName)?.remove();
    return {};
  }

  describeStacks({ StackName }: { StackName?: string | undefined } = {}) {
    countCall(this.calls, 'DescribeStacks');
    const asked =
      StackName === undefined ? this.#stacks.filter(({ isDeleted }) => !isDeleted) : [this.#stack(StackName)];
    return {
      Stacks: asked.map(({ id, name, createdAt, updatedAt, status, statusReason, is }) => ({
        StackId: id,
        StackName: name,
        ...(is?.template.description === undefined ? {} : { Description: is.template.description }),
        CreationTime: createdAt,
        ...(updatedAt === undefined ? {} : { LastUpdatedTime: updatedAt }),
        StackStatus: status,
        ...(statusReason === undefined ? {} : { StackStatusReason: statusReason }),
        Parameters: is === undefined ? [] : parametersOf(is),
        Outputs: is?.goal.outputs ?? [],
        Tags: [],
      })),
    };
  }

  /** Newest first. */
  describeStackEvents({ StackName }: Named): { StackEvents: StackEvent[] } {
    countCall(this.calls, 'DescribeStackEvents');
    return { StackEvents: this.#stack(StackName).events.toReversed() };
  }

  describeStackResource({ StackName, LogicalResourceId }: Named & { LogicalResourceId: string }) {
    countCall(this.calls, 'DescribeStackResource');
    const { StackResourceSummaries: all } = this.#resources(StackName);
    const found = all.find((one) => one.LogicalResourceId === LogicalResourceId);
    if (found !== undefined) return { StackResourceDetail: { StackName, ...found } };
    throw validation(`Resource ${LogicalResourceId} does not exist for stack ${StackName}`);
  }

  listStackResources({ StackName }: Named) {
    countCall(this.calls, 'ListStackResources');
    return this.#resources(StackName);
  }

  getTemplate({ StackName }: Named): { TemplateBody: string; StagesAvailable: string[] } {
    countCall(this.calls, 'GetTemplate');
    return { TemplateBody: this.#template({ StackName }).text, StagesAvailable: ['Original', 'Processed'] };
  }

  getTemplateSummary(input: Partial<StackInput>) {
    countCall(this.calls, 'GetTemplateSummary');
    const { parameters, resources, description } = this.#template(input);
    return {
      Parameters: declared(parameters),
      ...(description === undefined ? {} : { Description: description }),
      ResourceTypes: [...new Set(Object.values(resources).map(({ Type }) => Type))],
    };
  }

  validateTemplate(input: { TemplateBody?: string | undefined; TemplateURL?: string | undefined }) {
    countCall(this.calls, 'ValidateTemplate');
    const { parameters, description } = this.#template(input);
    return { Parameters: declared(parameters), ...(description === undefined ? {} : { Description: description }) };
  }

  #planned(stack: Stack, input: StackInput): { wanted: Wanted; changes: Change[] } {
    const template = this.#template(input);
    checkCapabilities(template, input.Capabilities ?? []);
    const given = input.Parameters ?? [];
    const own = given.flatMap(({ ParameterKey, ParameterValue }) =>
      ParameterValue === undefined ? [] : [[ParameterKey, ParameterValue] as const],
    );
    const previous = given.flatMap(({ ParameterKey, UsePreviousValue }) => (UsePreviousValue ? [ParameterKey] : []));
    const parameters = parameterValues(template, Object.fromEntries(own), stack.is?.parameters ?? {}, previous);
    const goal = goalOf(template, parameters, this.#types, {
      ...this.#account,
      stackName: stack.name,
      stackId: stack.id,
      nameFor: (logicalId) => `${stack.name}-${logicalId}-${endingOf(stack.id, logicalId)}`,
    });
    return { wanted: { template, parameters, goal }, changes: changesBetween(stack.is?.goal, goal) };
  }

  #template({ StackName, TemplateBody, TemplateURL }: Partial<StackInput>): Template {
    if (TemplateURL !== undefined) return parseTemplate(this.#downloaded(TemplateURL));
    if (TemplateBody !== undefined) {
      if (Buffer.byteLength(TemplateBody) > BODY_BYTES_MAX)
        throw validation(
          `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${BODY_BYTES_MAX}`,
        );
      return parseTemplate(TemplateBody);
    }
    const known = StackName === undefined ? undefined : this.#stack(StackName).is?.template;
    if (known !== undefined) return known;
    throw validation('Either Template URL or Template Body must be specified.');
  }

  #downloaded(url: string): string {
    const [, , host = '', Bucket = '', ...key] = url.split('/');
    if (!/^s3[.-]/.test(host) && !/^[\d.]+:\d+$/.test(host))
      throw validation('S3 error: Domain name specified in TemplateURL is not a valid S3 domain');
    const Key = decodeURIComponent(key.join('/'));
    try {
      return Buffer.from(this.#services.s3.getObject({ Bucket, Key }).Body).toString();
    } catch (cause) {
      throw validation(`S3 error: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }

  #resources(StackName: string) {
    const { is, updatedAt, createdAt } = this.#stack(StackName);
    return {
      StackResourceSummaries: (is?.goal.resources ?? []).map(({ logicalId, type, identity }) => ({
        LogicalResourceId: logicalId,
        PhysicalResourceId: identity.ref,
        ResourceType: type,
        LastUpdatedTimestamp: updatedAt ?? createdAt,
        ResourceStatus: 'CREATE_COMPLETE',
      })),
    };
  }

  #newStack(name: string): Stack {
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name))
      throw validation(
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    const around = { clock: this.#clock, ids: this.#ids, types: this.#types };
    return new Stack(name, this.#arn('stack', `${name}/${this.#ids()}`), around);
  }

  #updatable(name: string): Stack {
    const stack = this.#stack(name);
    if (stack.canBeUpdated) return stack;
    throw validation(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }

  /** By name a stack that is there; by its id also one that was deleted. */
  #find(nameOrId: string): Stack | undefined {
    return this.#stacks.find(({ name, id, isDeleted }) => id === nameOrId || (name === nameOrId && !isDeleted));
  }

  #stack(nameOrId: string): Stack {
    const found = this.#find(nameOrId);
    if (found !== undefined) return found;
    throw validation(`Stack with id ${nameOrId} does not exist`);
  }

  #findChangeSet({ ChangeSetName, StackName }: { ChangeSetName: string; StackName?: string | undefined }) {
    const named = [...this.#changeSets.values()].filter(({ name }) => name === ChangeSetName);
    return (
      this.#changeSets.get(ChangeSetName) ??
      named.findLast(({ stack }) => [stack.name, stack.id].includes(StackName ?? ''))
    );
  }

  #changeSet(input: { ChangeSetName: string; StackName?: string | undefined }): ChangeSet {
    const found = this.#findChangeSet(input);
    if (found !== undefined) return found;
    throw new ServiceError('ChangeSetNotFound', `ChangeSet [${input.ChangeSetName}] does not exist`, 404);
  }

  #arn(kind: string, rest: string): string {
    const { region, accountId } = this.#account;
    return `arn:aws:cloudformation:${region}:${accountId}:${kind}/${rest}`;
  }
}

function alreadyExists({ name }: Stack): ServiceError {
  return new ServiceError('AlreadyExistsException', `Stack [${name}] already exists`);
}

function parametersOf({ parameters }: Wanted): { ParameterKey: string; ParameterValue: string }[] {
  return Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
}

function declared(parameters: Readonly<Record<string, ParameterDeclaration>>) {
  return Object.entries(parameters).map(([ParameterKey, { Type, Default, Description }]) => ({
    ParameterKey,
    ...(Default === undefined ? {} : { DefaultValue: Default }),
    ParameterType: Type,
    ...(Description === undefined ? {} : { Description }),
  }));
}

/** Who makes roles says that he knows it. Source: CloudFormation API, CreateStack, "Capabilities". */
function checkCapabilities({ resources }: Template, given: readonly string[]): void {
  const iam = Object.values(resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  const isNamed = iam.some(({ Properties }) => 'RoleName' in Properties || 'ManagedPolicyName' in Properties);
  const needed = isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  if (iam.length === 0 || given.includes('CAPABILITY_NAMED_IAM') || given.includes(needed)) return;
  throw new ServiceError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
}

/** As the letters and digits at the end of a made name: another for each resource of each stack, the same at every look. */
function endingOf(stackId: string, logicalId: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of `${stackId}/${logicalId}`)
    hash = ((hash ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(36).toUpperCase().padStart(12, '0').slice(-12);
}
