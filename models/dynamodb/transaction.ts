import { ServiceError } from '../service-error.ts';
import type { AttributeMap } from './attribute-value.ts';
import { validation } from './refusals.ts';
import type { CancellationReason, TransactWriteItem, TransactWriteItemsInput } from './requests.ts';
import { conditionHolds, plannedCheck, plannedDelete, plannedPut, plannedUpdate, type Write } from './writes.ts';

const ACTIONS_MAX = 100;

/** The writes of a transaction, after every check that needs no item. */
export function plannedWrites(items: TransactWriteItem[] | undefined): Write[] {
  if (items === undefined || items.length === 0) throw sizeRefused('greater than or equal to 1');
  if (items.length > ACTIONS_MAX) throw sizeRefused(`less than or equal to ${ACTIONS_MAX}`);
  const writes = items.map(plannedWrite);
  const targets = writes.map(({ tableName, key }) => JSON.stringify([tableName, key.pk, key.sk]));
  if (new Set(targets).size < targets.length) {
    throw validation('Transaction request cannot include multiple operations on one item');
  }
  return writes;
}

function sizeRefused(bound: string): Error {
  return validation(
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

function plannedWrite(item: TransactWriteItem): Write {
  const asked = Object.values(item).filter((action) => action !== undefined);
  if (asked.length !== 1) {
    throw validation(
      'TransactItems can only contain one of Check, Put, Update or Delete. The action or operation requested is invalid. Verify that the action is typed correctly.',
    );
  }
  if (item.Put !== undefined) return plannedPut(item.Put);
  if (item.Update !== undefined) return plannedUpdate(item.Update);
  if (item.Delete !== undefined) return plannedDelete(item.Delete);
  if (item.ConditionCheck !== undefined) return plannedCheck(item.ConditionCheck);
  throw validation('The action or operation requested is invalid. Verify that the action is typed correctly.');
}

export interface Outcome {
  write: Write;
  after: AttributeMap | undefined;
}

/** All or nothing: every write's new item, or one refusal with a reason for each write in its place. */
export function outcomes(writes: readonly Write[], read: (write: Write) => AttributeMap | undefined): Outcome[] {
  const judged = writes.map((write) => judge(write, read(write)));
  const reasons = judged.map(({ reason }) => reason);
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
  return judged.map(({ outcome }) => outcome);
}

function judge(write: Write, before: AttributeMap | undefined): { reason: CancellationReason; outcome: Outcome } {
  if (!conditionHolds(write, before)) {
    const item = write.returnsOldOnFailure && before !== undefined ? { Item: before } : {};
    const reason = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...item };
    return { reason, outcome: { write, after: before } };
  }
  try {
    return { reason: { Code: 'None' }, outcome: { write, after: write.after(before) } };
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause;
    return { reason: { Code: 'ValidationError', Message: cause.message }, outcome: { write, after: before } };
  }
}

function cancelled(CancellationReasons: CancellationReason[]): ServiceError {
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  return new ServiceError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons },
  );
}

/** Remembers the tokens of transactions that were done, for ten minutes. Source: API, TransactWriteItems. */
export class RequestTokens {
  static readonly KEPT_MS = 10 * 60_000;
  readonly #done = new Map<string, { request: string; at: number }>();

  /** Whether this very request was done already; the same token with another request is refused. */
  isDone({ ClientRequestToken: token, TransactItems }: TransactWriteItemsInput, now: number): boolean {
    if (token === undefined) return false;
    if (token.length < 1 || token.length > 36) {
      throw validation(
        `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36`,
      );
    }
    const done = this.#done.get(token);
    if (done === undefined || now - done.at >= RequestTokens.KEPT_MS) return false;
    if (done.request === JSON.stringify(TransactItems)) return true;
    throw new ServiceError(
      'IdempotentParameterMismatchException',
      'DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.',
    );
  }

  remember({ ClientRequestToken: token, TransactItems }: TransactWriteItemsInput, now: number): void {
    if (token === undefined) return;
    for (const [known, { at }] of this.#done) {
      if (now - at < RequestTokens.KEPT_MS) break;
      this.#done.delete(known);
    }
    this.#done.delete(token);
    this.#done.set(token, { request: JSON.stringify(TransactItems), at: now });
  }
}
