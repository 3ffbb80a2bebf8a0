import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const here = import.meta.dirname;
const document = readFileSync(`${here}/../../docs/reference/workflow.md`, 'utf8');
const tests = readdirSync(here)
  .filter((file) => file.endsWith('.test.ts') && file !== 'conformance.test.ts')
  .map((file) => readFileSync(`${here}/${file}`, 'utf8'))
  .join('\n');

/** Rows `| feature | supported · refused | test |` of the conformance table. */
const rows = document
  .split('\n')
  .filter((line) => /^\| .+ \| (supported|refused at load|not kept) \| .* \|$/.test(line))
  .map((line) => line.slice(2, -2).split(' | '))
  .map(([feature = '', here = '', shownBy = '']) => ({ feature, here, shownBy }));

describe('the conformance table', () => {
  it('covers every feature of the States Language with JSONata', () => {
    const features = rows.map(({ feature }) => feature).join('\n');
    const words = [
      ...[
        'Task',
        'Choice',
        'Wait',
        'Pass',
        'Succeed',
        'Fail',
        'Parallel',
        'Map',
        'Distributed Map',
        'StartAt',
        'Comment',
      ],
      ...[
        'Assign',
        'Arguments',
        'Output',
        'Items',
        'ItemSelector',
        'MaxConcurrency',
        'ToleratedFailureCount',
        'ItemBatcher',
      ],
      ...[
        'Retry',
        'Catch',
        'ErrorEquals',
        'IntervalSeconds',
        'BackoffRate',
        'MaxAttempts',
        'MaxDelaySeconds',
        'JitterStrategy',
      ],
      ...[
        'TimeoutSeconds',
        'HeartbeatSeconds',
        'waitForTaskToken',
        '.sync',
        'activity',
        'Credentials',
        'QueryLanguage',
      ],
      ...['States.ALL', 'States.Timeout', 'States.TaskFailed', 'States.HeartbeatTimeout', 'States.NoChoiceMatched'],
      ...['States.DataLimitExceeded', 'States.Runtime', 'States.QueryEvaluationError', 'States.Permissions'],
      ...['$states.input', '$states.result', '$states.errorOutput', '$states.context', '$partition', '$range', '$hash'],
      ...[
        '$random',
        '$uuid',
        '$parse',
        '$eval',
        '256 KB',
        '25,000',
        '10 MiB',
        'redrive',
        'stop',
        'Express',
        'JSONPath',
      ],
    ];
    expect(words.filter((word) => !features.includes(word))).toEqual([]);
  });

  it('names for each supported or refused feature a test that exists', () => {
    const claims = rows.filter(({ here }) => here !== 'not kept');
    expect(claims.length).toBeGreaterThan(60);
    const wrong = claims.filter(({ shownBy }) => !tests.includes(`'${shownBy}'`) && !tests.includes(`"${shownBy}"`));
    expect(wrong).toEqual([]);
  });

  it('says of what is not kept why', () => {
    for (const { feature, here, shownBy } of rows)
      if (here === 'not kept') expect([feature, shownBy.length > 20]).toEqual([feature, true]);
  });
});
