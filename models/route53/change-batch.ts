import { ServiceError } from '../service-error.ts';
import { constraintsBroken, fieldsAtOdds } from './record-set.ts';
import type { Rules } from './rules.ts';
import type { Change, ChangeResourceRecordSetsInput } from './shapes.ts';
import { invalidBatch } from './working-copy.ts';

/** What a batch costs of the bucket of changes. */
export function costOf(changes: readonly Change[], { budget }: Rules): number {
  return changes.reduce((sum, { Action }) => sum + (budget.tokens[Action] ?? 0), 0);
}

/** Refuses what is wrong with a batch by itself: broken shapes with InvalidInput, its size with InvalidChangeBatch. */
export function refuseMalformed(
  { Comment, Changes }: ChangeResourceRecordSetsInput['ChangeBatch'],
  rules: Rules,
): void {
  const broken = Changes.flatMap((change, at) => constraintsBroken(change, at + 1));
  const commentMax = rules.commentCharactersMax;
  if ((Comment?.length ?? 0) > commentMax) {
    const constraint = `Member must have length less than or equal to ${commentMax}`;
    broken.unshift(`Value '${Comment}' at 'changeBatch.comment' failed to satisfy constraint: ${constraint}`);
  }
  if (Changes.length === 0) {
    const constraint = 'Member must have length greater than or equal to 1';
    broken.push(`Value '[]' at 'changeBatch.changes' failed to satisfy constraint: ${constraint}`);
  }
  if (broken.length > 0) {
    const count = `${broken.length} validation error${broken.length === 1 ? '' : 's'} detected`;
    throw new ServiceError('InvalidInput', `${count}: ${broken.join('; ')}`);
  }
  const odds = Changes.flatMap(fieldsAtOdds);
  if (odds.length > 0) throw new ServiceError('InvalidInput', `Invalid request: ${odds.join(', and ')}`);
  refuseTooMuch(Changes, rules);
}

/** An alias counts as one element; an UPSERT counts twice, in elements and in characters. */
function refuseTooMuch(changes: readonly Change[], rules: Rules): void {
  let elements = 0;
  let characters = 0;
  for (const { Action, ResourceRecordSet: set } of changes) {
    const times = Action === 'UPSERT' ? 2 : 1;
    elements += times * (set.ResourceRecords?.length ?? 1);
    for (const { Value } of set.ResourceRecords ?? []) characters += times * Value.length;
  }
  const problems: string[] = [];
  if (elements > rules.elementsPerBatchMax) {
    problems.push(`Number of records limit of ${rules.elementsPerBatchMax} exceeded.`);
  }
  if (characters > rules.valueCharactersPerBatchMax) {
    problems.push(`Number of characters limit of ${rules.valueCharactersPerBatchMax} exceeded.`);
  }
  if (problems.length > 0) throw invalidBatch(problems);
}
