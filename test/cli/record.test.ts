import { describe, expect, it } from 'vitest';
import { outputTo } from '../../cli/output.ts';
import { exitCodeOfRecords, printRecord, recordsIn } from '../../cli/run/record.ts';
import { linesIn, stepOf } from '../../cli/run/story.ts';

const gate = (state: string) => ({
  name: 'Capacity',
  state,
  because: '6 pods fit, 9 wanted',
  opensWhen: 'more nodes',
  applies: 'always',
  overridable: 'never',
});

function exitCode(value: unknown): number {
  return exitCodeOfRecords(recordsIn(value) ?? []);
}

describe('a record', () => {
  it.each([
    ['Switched', {}, 0],
    ['Superseded', {}, 5],
    ['Uncertain', {}, 4],
    ['Abandoned', {}, 3],
    ['Refused', {}, 2],
    ['Held', { situation: 'Disputed' }, 4],
    ['Previewed', { situation: 'Disputed', gates: [gate('closed')] }, 4],
    ['Previewed', { gates: [gate('unknown')] }, 3],
    ['Previewed', { gates: [gate('open')] }, 0],
    ['Switched', { situation: 'Disputed' }, 0],
    ['of a later version', {}, 1],
  ])('%s with %j is exit code %i', (outcome, more, code) => {
    expect(exitCode({ outcome, ...more })).toBe(code);
  });

  it('of several pairs has the exit code of the worst', () => {
    expect(
      exitCode({
        outcome: 'Previewed',
        pairs: [{ outcome: 'Previewed' }, { outcome: 'Previewed', gates: [gate('closed')] }],
      }),
    ).toBe(3);
  });

  it.each([[undefined], [null], ['text'], [[]], [{ pairs: [] }]])('is not %j', (value) => {
    expect(recordsIn(value)).toBeUndefined();
  });

  it('that says nothing but its outcome is shown all the same', () => {
    let text = '';
    const stream = {
      write: (more: string) => {
        text += more;
      },
    };
    for (const record of recordsIn({
      outcome: 'Held',
      because: ['LedgerUnreachable: no answer'],
      next: 'throwover doctor',
    }) ?? [])
      printRecord(record, outputTo(stream, stream, {}));
    expect(text).toBe('Held  \n  LedgerUnreachable: no answer\nnext  throwover doctor\n');
  });

  it('does not offer to override a gate that nobody may', () => {
    let text = '';
    const stream = {
      write: (more: string) => {
        text += more;
      },
    };
    for (const record of recordsIn({ outcome: 'Held', pair: 'shop', gates: [gate('closed')] }) ?? [])
      printRecord(record, outputTo(stream, stream, {}));
    expect(text).toContain('Capacity closed: 6 pods fit, 9 wanted\n      opens when  more nodes\n');
    expect(text).not.toContain('--override');
  });
});

describe('the story of an execution', () => {
  const entered = (id: number, previousEventId: number, name: string, type = 'TaskStateEntered') => ({
    id,
    previousEventId,
    timestamp: id * 1_000,
    type,
    stateEnteredEventDetails: { name },
  });
  const answered = (id: number, previousEventId: number, Payload: unknown) => ({
    id,
    previousEventId,
    timestamp: id * 1_000,
    type: 'TaskSucceeded',
    taskSucceededEventDetails: { output: JSON.stringify({ Payload }) },
  });

  it('puts an answer to the state that asked, also when others ran beside it', () => {
    const history = [
      entered(1, 0, 'Prepare'),
      entered(2, 0, 'Own'),
      answered(3, 1, { because: 'ready' }),
      answered(4, 2, { because: 'ours' }),
    ];
    expect(linesIn(history, 0).map(({ state, text }) => [state, text])).toEqual([
      ['Prepare', 'ready'],
      ['Own', 'ours'],
    ]);
    expect(linesIn(history, 3).map(({ state }) => state)).toEqual(['Own']);
  });

  it('tells what a function threw in its own words', () => {
    const failed = {
      id: 2,
      previousEventId: 1,
      timestamp: 2_000,
      type: 'TaskFailed',
      taskFailedEventDetails: { error: 'ZoneUnreadable', cause: '{"errorMessage":"no answer"}' },
    };
    expect(linesIn([entered(1, 0, 'Steer'), failed], 0)).toEqual([
      { at: 2_000, state: 'Steer', text: 'ZoneUnreadable: no answer', tone: 'bad' },
    ]);
  });

  it.each([
    ['not JSON', 'surprise'],
    ['no payload', '{}'],
  ])('passes over an answer that is %s', (_, output) => {
    const odd = {
      id: 2,
      previousEventId: 1,
      timestamp: 1,
      type: 'TaskSucceeded',
      taskSucceededEventDetails: { output },
    };
    expect(linesIn([entered(1, 0, 'Steer'), odd], 0)).toEqual([]);
  });

  it('says in which state an execution is', () => {
    expect(stepOf([])).toBeUndefined();
    expect(stepOf([entered(1, 0, 'Claim'), entered(2, 1, 'Fence')])).toEqual({ state: 'Fence', since: 2_000 });
  });
});
