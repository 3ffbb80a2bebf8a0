/**
 * One write, worked out in two steps so that a single write and a transaction share them: everything that can be
 * refused from the request alone, then the condition and the new item against what is stored.
 */
import { ServiceError } from '../service-error.ts';
import { type AttributeMap, sizeOfItem, storedMap } from './attribute-value.ts';
import { Bindings, type Parsed } from './bindings.ts';
import { checkOperands, satisfies } from './condition.ts';
import type { ParsedCondition } from './condition-parser.ts';
import { condition, update } from './expressions.ts';
import { KEY_NAMES, type Key, keyAttributes, keyOf, keyOfItem } from './keys.ts';
import { type Path, project } from './path.ts';
import { onlyMembers, validation } from './refusals.ts';
import type { ConditionCheckInput, DeleteItemInput, PutItemInput, UpdateItemInput, WriteOutput } from './requests.ts';
import { checkedPaths, updated } from './update.ts';

export interface Write {
  kind: 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
  tableName: string | undefined;
  key: Key;
  condition: ParsedCondition | undefined;
  bindings: Bindings;
  returnsOldOnFailure: boolean;
  /** What an update writes, for ReturnValues UPDATED_*. */
  paths: readonly Path[];
  /** The item as it will be; undefined: gone. */
  after(before: AttributeMap | undefined): AttributeMap | undefined;
}

const ITEM_BYTES_MAX = 400 * 1024;
const COMMON = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
];
const PUT_MEMBERS = new Set([...COMMON, 'Item']);
const KEY_MEMBERS = new Set([...COMMON, 'Key']);
const UPDATE_MEMBERS = new Set([...COMMON, 'Key', 'UpdateExpression']);

export function plannedPut(input: PutItemInput): Write {
  onlyMembers(input, 'PutItem', PUT_MEMBERS);
  if (input.Item === undefined) throw missing('item');
  const item = storedMap(input.Item);
  const write = conditional('Put', input, []);
  const key = keyOfItem(item);
  if (sizeOfItem(item) > ITEM_BYTES_MAX) throw validation('Item size has exceeded the maximum allowed size');
  return { ...write, key, paths: [], after: () => item };
}

export function plannedDelete(input: DeleteItemInput): Write {
  onlyMembers(input, 'DeleteItem', KEY_MEMBERS);
  return { ...conditional('Delete', input, []), key: keyOf(input.Key), paths: [], after: () => undefined };
}

export function plannedCheck(input: ConditionCheckInput): Write {
  onlyMembers(input, 'ConditionCheck', KEY_MEMBERS);
  if (input.ConditionExpression === undefined) throw missing('conditionExpression');
  return { ...conditional('ConditionCheck', input, []), key: keyOf(input.Key), paths: [], after: (before) => before };
}

export function plannedUpdate(input: UpdateItemInput): Write {
  onlyMembers(input, 'UpdateItem', UPDATE_MEMBERS);
  const parsed = input.UpdateExpression === undefined ? undefined : update(input.UpdateExpression);
  const write = conditional('Update', input, parsed === undefined ? [] : [parsed]);
  const key = keyOf(input.Key);
  const paths = parsed === undefined ? [] : checkedPaths(parsed, write.bindings, KEY_NAMES);
  const after = (before: AttributeMap | undefined) => {
    const from = before ?? storedMap(keyAttributes(key));
    const item = parsed === undefined ? from : updated(from, parsed, write.bindings);
    if (sizeOfItem(item) > ITEM_BYTES_MAX) {
      throw validation('Item size to update has exceeded the maximum allowed size');
    }
    return item;
  };
  return { ...write, key, paths, after };
}

type Conditional = Pick<Write, 'kind' | 'tableName' | 'condition' | 'bindings' | 'returnsOldOnFailure'>;

function conditional(kind: Write['kind'], input: ConditionCheckInput | PutItemInput, others: Parsed[]): Conditional {
  const { ConditionExpression: text, ReturnValuesOnConditionCheckFailure: onFailure } = input;
  const parsed = text === undefined ? undefined : condition('ConditionExpression', text);
  const bindings = new Bindings(
    input,
    parsed === undefined ? others : [...others, parsed],
    kind === 'Update' ? ['UpdateExpression', 'ConditionExpression'] : ['ConditionExpression'],
  );
  if (parsed !== undefined) checkOperands(parsed, bindings);
  return {
    kind,
    tableName: input.TableName,
    condition: parsed,
    bindings,
    returnsOldOnFailure: onFailure === 'ALL_OLD',
  };
}

function missing(member: string): ServiceError {
  return validation(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export function conditionHolds(write: Write, before: AttributeMap | undefined): boolean {
  return write.condition === undefined || satisfies(before, write.condition.root, write.bindings);
}

/** The refusal of a single write; `Item` only when asked for, as in the SDK's exception. */
export function conditionFailed(write: Write, before: AttributeMap | undefined): ServiceError {
  const details = write.returnsOldOnFailure && before !== undefined ? { Item: before } : {};
  return new ServiceError('ConditionalCheckFailedException', 'The conditional request failed', 400, details);
}

/** Puts and deletes may return the old item only. */
export function checkReturnValues(returnValues: string | undefined): void {
  if (returnValues === undefined || returnValues === 'NONE' || returnValues === 'ALL_OLD') return;
  throw validation('ReturnValues can only be ALL_OLD or NONE');
}

export function returned(
  returnValues: string | undefined,
  write: Write,
  before: AttributeMap | undefined,
  after: AttributeMap | undefined,
): WriteOutput {
  const item = returnValues?.endsWith('_OLD') ? before : returnValues?.endsWith('_NEW') ? after : undefined;
  if (item === undefined) return {};
  if (!returnValues?.startsWith('UPDATED')) return { Attributes: { ...item } };
  const Attributes = project(item, write.paths);
  return Object.keys(Attributes).length === 0 ? {} : { Attributes };
}
