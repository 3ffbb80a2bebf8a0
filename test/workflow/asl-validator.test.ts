import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { loadMachine } from '../../workflow/load.ts';
import { LAMBDA, pass, task } from './lab.ts';

// It comes without types.
const validate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  errors: { Message: string }[];
};

const block = (states: Record<string, unknown>) => ({ StartAt: Object.keys(states)[0], States: states });
const machine = (states: Record<string, unknown>) => ({ QueryLanguage: 'JSONata', ...block(states) });

/** One machine with every feature that is supported. */
const everything = {
  Comment: 'every feature once',
  TimeoutSeconds: 3600,
  ...machine({
    Look: task('{% $states.input %}', {
      TimeoutSeconds: 60,
      HeartbeatSeconds: 20,
      Assign: { pair: 'shop', seen: '{% $states.result.Payload %}' },
      Retry: [
        {
          ErrorEquals: ['ZoneBusy'],
          IntervalSeconds: 2,
          MaxAttempts: 5,
          BackoffRate: 1.5,
          MaxDelaySeconds: 30,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [
        { ErrorEquals: ['States.ALL'], Assign: { failure: '{% $states.errorOutput %}' }, Output: 1, Next: 'Uncertain' },
      ],
      End: undefined,
      Next: 'Ask',
    }),
    Ask: task('{% $states.context.Task.Token %}', {
      Resource: `${LAMBDA}.waitForTaskToken`,
      TimeoutSeconds: '{% $states.input.limit %}',
      Output: '{% $states.result %}',
      End: undefined,
      Next: 'IsEverythingSteered',
    }),
    IsEverythingSteered: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $seen.more %}', Next: 'Pause', Assign: { n: 1 }, Output: 2 }],
      Default: 'Both',
    },
    Pause: { Type: 'Wait', Seconds: '{% 5 %}', Next: 'Until' },
    Until: { Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Arguments: { n: 1 },
      Branches: [block({ X: pass('{% $states.input.n %}') }), block({ Y: { Type: 'Succeed' } })],
      Output: '{% $states.result %}',
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      Items: '{% $states.input %}',
      ItemSelector: { zone: '{% $states.context.Map.Item.Value %}' },
      MaxConcurrency: 2,
      // asl-validator wants an object or an expression as Output; AWS takes any JSON.
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...block({ I: pass({ done: true }) }) },
      Next: 'Switched',
    },
    Switched: { Type: 'Succeed', Output: { outcome: 'Switched' } },
    Uncertain: { Type: 'Fail', Error: 'Uncertain', Cause: '{% $failure.Cause %}' },
  }),
};

/** asl-validator writes into what it is given, and wants plain JSON. */
function complaints(definition: unknown): string[] {
  return validate(JSON.parse(JSON.stringify(definition))).errors.map(({ Message }) => Message);
}

function loads(definition: unknown): boolean {
  try {
    loadMachine(JSON.parse(JSON.stringify(definition)));
    return true;
  } catch {
    return false;
  }
}

describe('asl-validator', () => {
  it('accepts a machine with every feature that is supported here', () => {
    expect(loads(everything)).toBe(true);
    expect(complaints(everything)).toEqual([]);
  });

  it.each([
    ['a way to nowhere', machine({ A: { Type: 'Pass', Next: 'B' } })],
    ['an unreachable state', machine({ A: pass(1), B: pass(2) })],
    ['no end', machine({ A: { Type: 'Pass' } })],
    ['an unknown field', machine({ A: pass(1, { Colour: 'red' }) })],
    ['a wrong type', machine({ A: task(1, { Retry: [{ ErrorEquals: ['E'], MaxAttempts: '3' }] }) })],
    ['a field of JSONPath', machine({ A: pass(1, { InputPath: '$.a' }) })],
    ['an expression that does not parse', machine({ A: pass('{% $a ?? 1 %}') })],
  ])('refuses with us %s', (_what, definition) => {
    expect([loads(definition), complaints(definition).length > 0]).toEqual([false, true]);
  });
});
