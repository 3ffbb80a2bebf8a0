import { type Execution, type ExecutionStatus, startExecution } from '../../workflow/execution.ts';
import type { HistoryEvent } from '../../workflow/history.ts';
import { PAYLOAD_BYTES_MAX } from '../../workflow/json.ts';
import { loadMachine } from '../../workflow/load.ts';
import { type Machine, MachineInvalid } from '../../workflow/machine.ts';
import type { TaskRunner } from '../../workflow/ports.ts';
import type { TokenAnswer } from '../../workflow/tokens.ts';
import { type Calls, countCall } from '../calls.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { ServiceError } from '../service-error.ts';
import { type InvokeLambda, lambdaTask } from './lambda-task.ts';
import { checkArn, checkName } from './names.ts';
import { type PageRequest, page } from './pages.ts';
import { type ExecutionDescription, ExecutionRecord } from './record.ts';
import { type StatusChangeEvent, statusChangeEvent } from './status-event.ts';
import { uuidFrom } from './uuid.ts';

export interface StepFunctionsSetup {
  readonly clock: Clock;
  readonly random: Random;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly invokeLambda: InvokeLambda;
  /** As ExecutionStart has it: the Lambda that is called copies for itself. */
  readonly invokeCopies?: boolean;
  /** Names, tokens and event ids; made from `random` when left out. */
  readonly ids?: () => string;
  /** Receives what Step Functions sends to EventBridge. */
  readonly emit?: (event: StatusChangeEvent) => void;
  /** How far DescribeExecution and ListExecutions lag behind: AWS calls them eventually consistent. Default 0. */
  readonly consistencyDelayMs?: number;
}

export interface StateMachineRequest {
  readonly name: string;
  /** JSON text, as the API takes it; or a machine that is already loaded, which many worlds may share. */
  readonly definition: string | Machine;
  readonly roleArn?: string;
}

export interface UpdateStateMachineRequest {
  readonly stateMachineArn: string;
  /** JSON text. */
  readonly definition?: string;
  readonly roleArn?: string;
}

interface StateMachineRecord {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly machine: Machine;
  readonly definition: () => string;
  readonly roleArn: string;
  readonly creationDate: number;
}

/** How long AWS remembers the clientToken of a redrive. */
const REDRIVE_TOKEN_MS = 15 * 60_000;

/** AWS Step Functions with Standard workflows. Operations, shapes and refusals are the API's; times are milliseconds. */
export class StepFunctions {
  readonly calls: Calls = new Map();
  readonly #setup: StepFunctionsSetup;
  readonly #ids: () => string;
  readonly #invoke: TaskRunner;
  readonly #machines = new Map<string, StateMachineRecord>();
  readonly #executions = new Map<string, ExecutionRecord>();

  constructor(setup: StepFunctionsSetup) {
    this.#setup = setup;
    this.#ids = setup.ids ?? (() => uuidFrom(setup.random));
    this.#invoke = lambdaTask(setup.invokeLambda, this.#ids);
  }

  /** The same request again answers as the first; another one for the same name is StateMachineAlreadyExists. */
  createStateMachine({ name, definition, roleArn }: StateMachineRequest) {
    countCall(this.calls, 'CreateStateMachine');
    checkName(name);
    const { region, accountId, clock } = this.#setup;
    const stateMachineArn = `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
    const role = roleArn ?? `arn:aws:iam::${accountId}:role/${name}`;
    const text = typeof definition === 'string' ? () => definition : () => JSON.stringify(definition.definition);
    const known = this.#machines.get(stateMachineArn);
    if (known !== undefined) {
      const same = known.definition() === text() && known.roleArn === role;
      if (same) return { stateMachineArn, creationDate: known.creationDate };
      throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${stateMachineArn}'`);
    }
    const machine = typeof definition === 'string' ? machineFrom(definition) : definition;
    const creationDate = clock.now();
    const record = { stateMachineArn, name, machine, definition: text, roleArn: role, creationDate };
    this.#machines.set(stateMachineArn, record);
    return { stateMachineArn, creationDate };
  }

  /** Executions that run already keep the definition they began with; every later one has the new one. */
  updateStateMachine({ stateMachineArn, definition, roleArn }: UpdateStateMachineRequest) {
    countCall(this.calls, 'UpdateStateMachine');
    const known = this.#machine(stateMachineArn);
    const machine = definition === undefined ? known.machine : machineFrom(definition);
    this.#machines.set(stateMachineArn, {
      ...known,
      machine,
      definition: definition === undefined ? known.definition : () => definition,
      roleArn: roleArn ?? known.roleArn,
    });
    return { updateDate: this.#setup.clock.now() };
  }

  deleteStateMachine({ stateMachineArn }: { readonly stateMachineArn: string }) {
    countCall(this.calls, 'DeleteStateMachine');
    this.#machines.delete(stateMachineArn);
    return {};
  }

  listStateMachines(request: PageRequest = {}) {
    countCall(this.calls, 'ListStateMachines');
    const { items, ...more } = page([...this.#machines.values()], request, 'machines');
    const stateMachines = items.map(({ stateMachineArn, name, creationDate }) => {
      return { stateMachineArn, name, type: 'STANDARD' as const, creationDate };
    });
    return { stateMachines, ...more };
  }

  describeStateMachine({ stateMachineArn }: { readonly stateMachineArn: string }) {
    countCall(this.calls, 'DescribeStateMachine');
    const { name, definition, roleArn, creationDate } = this.#machine(stateMachineArn);
    return {
      stateMachineArn,
      name,
      status: 'ACTIVE' as const,
      definition: definition(),
      roleArn,
      type: 'STANDARD' as const,
      creationDate,
      loggingConfiguration: { level: 'OFF' as const, includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    };
  }

  /**
   * Standard semantics: the same name with the same input while it runs is the same execution; a name that is closed,
   * or with another input, is ExecutionAlreadyExists for 90 days.
   */
  startExecution({ stateMachineArn, name, input }: StartExecutionRequest) {
    countCall(this.calls, 'StartExecution');
    const machine = this.#machine(stateMachineArn);
    const given = name ?? this.#ids();
    checkName(given);
    const inputText = input ?? '{}';
    const value = parsedInput(inputText);
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${given}`;
    const now = this.#setup.clock.now();
    const known = this.#executions.get(executionArn);
    if (known !== undefined && !known.nameIsFree(now)) {
      if (known.execution.status === 'RUNNING' && known.inputText === inputText) {
        return { executionArn, startDate: known.execution.startedAt };
      }
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    const { clock, random, region } = this.#setup;
    const execution = startExecution(machine.machine, {
      ...{
        input: value,
        clock,
        random,
        region,
        ids: this.#ids,
        invoke: this.#invoke,
        invokeCopies: this.#setup.invokeCopies,
      },
      ...{ name: given, executionArn, stateMachineArn, stateMachineName: machine.name, roleArn: machine.roleArn },
      onEnd: () => this.#changed(record),
    });
    const record = new ExecutionRecord({ executionArn, stateMachineArn, name: given }, inputText, execution);
    // Removed first, so that a name used anew counts as the newest in lists.
    this.#executions.delete(executionArn);
    this.#executions.set(executionArn, record);
    this.#changed(record);
    return { executionArn, startDate: now };
  }

  describeExecution({ executionArn }: { readonly executionArn: string }): ExecutionDescription {
    countCall(this.calls, 'DescribeExecution');
    return this.#seen(this.#execution(executionArn));
  }

  /** Newest first. */
  listExecutions(request: ListExecutionsRequest) {
    countCall(this.calls, 'ListExecutions');
    const { stateMachineArn, statusFilter } = request;
    this.#machine(stateMachineArn);
    const all = [...this.#executions.values()]
      .filter((record) => record.stateMachineArn === stateMachineArn)
      .map((record) => this.#seen(record))
      .filter(({ status }) => statusFilter === undefined || status === statusFilter)
      .reverse();
    const { items, ...more } = page(all, request, `executions of ${stateMachineArn} ${statusFilter ?? ''}`);
    const executions = items.map((seen) => ({
      executionArn: seen.executionArn,
      stateMachineArn,
      name: seen.name,
      status: seen.status,
      startDate: seen.startDate,
      ...(seen.stopDate !== undefined && { stopDate: seen.stopDate }),
      redriveCount: seen.redriveCount,
      ...(seen.redriveDate !== undefined && { redriveDate: seen.redriveDate }),
    }));
    return { executions, ...more };
  }

  /** Oldest first unless `reverseOrder`. Without execution data inputs and outputs are left out. */
  getExecutionHistory(request: HistoryRequest): { events: HistoryEvent[]; nextToken?: string } {
    countCall(this.calls, 'GetExecutionHistory');
    const { executionArn, reverseOrder = false, includeExecutionData = true } = request;
    const { history } = this.#execution(executionArn).execution;
    const all = reverseOrder ? history.toReversed() : history;
    const { items, ...more } = page(all, request, `history of ${executionArn} ${reverseOrder}`);
    return { events: includeExecutionData ? items : items.map(withoutData), ...more };
  }

  /** Ends it as ABORTED; one that is closed already answers when that was. */
  stopExecution({ executionArn, error, cause }: StopRequest) {
    countCall(this.calls, 'StopExecution');
    const record = this.#execution(executionArn);
    record.execution.stop(error, cause);
    return { stopDate: record.execution.stoppedAt ?? this.#setup.clock.now() };
  }

  /** Within 14 days of the end, for what did not succeed; see `Execution.redrive`. */
  redriveExecution({ executionArn, clientToken }: { readonly executionArn: string; readonly clientToken?: string }) {
    countCall(this.calls, 'RedriveExecution');
    const record = this.#execution(executionArn);
    const { execution } = record;
    const now = this.#setup.clock.now();
    if (clientToken !== undefined && record.redriveToken === clientToken && execution.redrivenAt !== undefined) {
      if (now - execution.redrivenAt <= REDRIVE_TOKEN_MS) return { redriveDate: execution.redrivenAt };
    }
    const reason = record.notRedrivable(now);
    if (reason !== undefined) throw new ServiceError('ExecutionNotRedrivable', reason);
    record.redriveToken = clientToken;
    execution.redrive();
    this.#changed(record);
    return { redriveDate: now };
  }

  /** `output` is JSON text; InvalidOutput otherwise. A token nobody waits for any more is TaskTimedOut. */
  sendTaskSuccess({ taskToken, output }: { readonly taskToken: string; readonly output: string }) {
    countCall(this.calls, 'SendTaskSuccess');
    const value = parsedOutput(output);
    this.#answer((execution) => execution.tokens.sendTaskSuccess(taskToken, value));
    return {};
  }

  sendTaskFailure({ taskToken, error, cause }: TaskFailureRequest) {
    countCall(this.calls, 'SendTaskFailure');
    this.#answer((execution) => execution.tokens.sendTaskFailure(taskToken, error, cause));
    return {};
  }

  sendTaskHeartbeat({ taskToken }: { readonly taskToken: string }) {
    countCall(this.calls, 'SendTaskHeartbeat');
    this.#answer((execution) => execution.tokens.sendTaskHeartbeat(taskToken));
    return {};
  }

  /** The execution itself, for who runs in the same process: states being worked on, transitions, `done`. */
  executionOf(executionArn: string): Execution {
    return this.#execution(executionArn).execution;
  }

  /** Notes the new status and tells EventBridge. */
  #changed(record: ExecutionRecord): void {
    const { emit, clock, region, accountId } = this.#setup;
    const now = clock.now();
    record.changed(now);
    emit?.(statusChangeEvent(record.seenAt(now, now), { id: this.#ids(), now, region, accountId }));
  }

  #seen(record: ExecutionRecord): ExecutionDescription {
    const now = this.#setup.clock.now();
    return record.seenAt(now - (this.#setup.consistencyDelayMs ?? 0), now);
  }

  #answer(answer: (execution: Execution) => TokenAnswer): void {
    for (const { execution } of this.#executions.values()) {
      const said = answer(execution);
      if (said === 'accepted') return;
      if (said === 'gone') {
        throw new ServiceError('TaskTimedOut', `Task Timed Out: 'Provided task does not exist anymore'`);
      }
    }
    throw new ServiceError('InvalidToken', `Invalid Token: 'Invalid token'`);
  }

  #machine(stateMachineArn: string): StateMachineRecord {
    checkArn(stateMachineArn, 'stateMachine');
    const record = this.#machines.get(stateMachineArn);
    if (record !== undefined) return record;
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
  }

  #execution(executionArn: string): ExecutionRecord {
    checkArn(executionArn, 'execution');
    const record = this.#executions.get(executionArn);
    if (record !== undefined) return record;
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  }
}

export interface StartExecutionRequest {
  readonly stateMachineArn: string;
  readonly name?: string;
  /** JSON text; `{}` when left out. */
  readonly input?: string;
}

export interface ListExecutionsRequest extends PageRequest {
  readonly stateMachineArn: string;
  readonly statusFilter?: ExecutionStatus;
}

export interface HistoryRequest extends PageRequest {
  readonly executionArn: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
}

export interface StopRequest {
  readonly executionArn: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface TaskFailureRequest {
  readonly taskToken: string;
  readonly error?: string;
  readonly cause?: string;
}

function machineFrom(definition: string): Machine {
  try {
    return loadMachine(JSON.parse(definition));
  } catch (error) {
    if (!(error instanceof MachineInvalid) && !(error instanceof SyntaxError)) throw error;
    const found = error instanceof MachineInvalid ? error.problems : [{ path: '/', message: error.message }];
    const all = found.map(({ path, message }) => `SCHEMA_VALIDATION_FAILED: ${message} at ${path}`).join(', ');
    throw new ServiceError('InvalidDefinition', `Invalid State Machine Definition: '${all}'`);
  }
}

function parsedInput(text: string): unknown {
  if (Buffer.byteLength(text) > PAYLOAD_BYTES_MAX) {
    const limit = `Member must have length less than or equal to ${PAYLOAD_BYTES_MAX}`;
    throw new ServiceError('ValidationException', `Value at 'input' failed to satisfy constraint: ${limit}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = text === '' ? 'Invalid execution input.' : (error as Error).message;
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`);
  }
}

function parsedOutput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ServiceError('InvalidOutput', `Invalid Output: '${(error as Error).message}'`);
  }
}

const data: readonly string[] = ['input', 'inputDetails', 'output', 'outputDetails'];

function withoutData(event: HistoryEvent): HistoryEvent {
  const members = Object.entries(event).map(([member, value]) => {
    if (typeof value !== 'object' || value === null) return [member, value];
    return [member, Object.fromEntries(Object.entries(value).filter(([key]) => !data.includes(key)))];
  });
  return Object.fromEntries(members) as HistoryEvent;
}
