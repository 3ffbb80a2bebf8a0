import { checkBlock } from './check.ts';
import { FieldReader } from './fields.ts';
import { type Machine, MachineInvalid, type Problem } from './machine.ts';
import { readBlock } from './states.ts';
import { substituted } from './substitute.ts';

export interface LoadOptions {
  /** Values for `${Name}` in any string, as CloudFormation's DefinitionSubstitutions puts them there. */
  readonly substitutions?: Readonly<Record<string, string | number>>;
  /** The resources the runner can do, without `.waitForTaskToken`. Others are refused here, not when they are reached. */
  readonly resources?: readonly string[];
  /** Refuse also what is legal but probably not meant (`Machine.warnings`). */
  readonly lint?: boolean;
}

/** AWS accepts definitions up to this size. */
const DEFINITION_BYTES_MAX = 1_048_576;

/**
 * Reads a definition in Amazon States Language with JSONata. What this interpreter does not do is refused here, with
 * its place: nothing is ever passed through because it was not understood. Throws MachineInvalid with all problems.
 */
export function loadMachine(definition: unknown, options: LoadOptions = {}): Machine {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const whole = substituted(definition, options.substitutions ?? {}, problems, warnings);
  const top = new FieldReader(whole, '', problems);
  top.only(['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'], 'a state machine');
  if (top.fields.QueryLanguage !== 'JSONata') {
    top.wrong('QueryLanguage', `must be JSONata (JSONPath, the default, is not supported)`);
  }
  if (top.has('Version') && top.fields.Version !== '1.0') top.wrong('Version', 'must be "1.0"');
  if (Buffer.byteLength(JSON.stringify(whole) ?? '') > DEFINITION_BYTES_MAX) {
    top.wrong('', `is larger than ${DEFINITION_BYTES_MAX} bytes`);
  }
  const timeoutSeconds = top.number('TimeoutSeconds', 1, 99_999_999, true);
  const block = readBlock(top, options.resources ?? ['arn:aws:states:::lambda:invoke']);
  checkBlock(block, '', problems, warnings);
  const refused = options.lint === true ? [...problems, ...warnings] : problems;
  if (refused.length > 0) throw new MachineInvalid(refused);
  return { ...block, comment: top.text('Comment'), timeoutSeconds, warnings, definition: whole };
}
