import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Retrier, retryDelayMs } from '../../workflow/retry.ts';
import { begin, errorNamed, pass, START, task } from './lab.ts';

/** Runs a task that always throws the given names in turn; seconds at which each try began. */
async function tries(Retry: unknown[], names: string[], random = () => 0.5) {
  const at: number[] = [];
  const lab = begin(
    {
      A: task('{% $states.context.State.RetryCount %}', { Retry, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }),
      B: pass('gave up'),
    },
    {
      start: { random },
      work: {
        A: (_payload, _call, attempt) => {
          at.push((lab.clock.now() - START) / 1000);
          const name = names[attempt - 1];
          return name === undefined ? 'done' : Promise.reject(errorNamed(name));
        },
      },
    },
  );
  const ended = await lab.untilEnd();
  return { at, output: ended.output, transitions: ended.transitions };
}

const busy = (count: number) => Array.from({ length: count }, () => 'ZoneBusy');

describe('Retry', () => {
  it('tries three more times after 1, 2 and 4 seconds when nothing else is said', async () => {
    expect(await tries([{ ErrorEquals: ['ZoneBusy'] }], busy(9))).toEqual({
      at: [0, 1, 3, 7],
      output: 'gave up',
      transitions: 5,
    });
  });

  it('waits IntervalSeconds, growing by BackoffRate, at most MaxDelaySeconds, MaxAttempts times', async () => {
    const retrier = {
      ErrorEquals: ['ZoneBusy'],
      IntervalSeconds: 3,
      BackoffRate: 3,
      MaxDelaySeconds: 20,
      MaxAttempts: 4,
    };
    expect((await tries([retrier], busy(9))).at).toEqual([0, 3, 12, 32, 52]);
  });

  it('does not try again with MaxAttempts 0', async () => {
    expect(
      (await tries([{ ErrorEquals: ['ZoneBusy'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }], busy(2))).at,
    ).toEqual([0]);
  });

  it('draws the delay from zero to the whole with JitterStrategy FULL', async () => {
    const retrier = { ErrorEquals: ['ZoneBusy'], IntervalSeconds: 10, MaxAttempts: 2, JitterStrategy: 'FULL' };
    expect((await tries([retrier], busy(9), () => 0.25)).at).toEqual([0, 2.5, 7.5]);
  });

  it('counts the tries of each retrier apart', async () => {
    const retriers = [
      { ErrorEquals: ['ZoneBusy'], MaxAttempts: 2, BackoffRate: 1 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 10 },
    ];
    const { at, output } = await tries(retriers, ['ZoneBusy', 'Other', 'ZoneBusy', 'ZoneBusy']);
    expect(at).toEqual([0, 1, 11, 12]);
    expect(output).toBe('gave up');
  });

  it('tries again and succeeds', async () => {
    expect((await tries([{ ErrorEquals: ['States.TaskFailed'] }], ['ZoneBusy'])).output).toBe('done');
  });

  it('does not retry what no retrier names', async () => {
    expect((await tries([{ ErrorEquals: ['ZoneBusy'] }], ['Superseded'])).at).toEqual([0]);
  });

  it('counts retries in $states.context.State.RetryCount and evaluates Arguments each time', async () => {
    const seen: unknown[] = [];
    const lab = begin(
      { A: task('{% $states.context.State.RetryCount %}', { Retry: [{ ErrorEquals: ['E'] }] }) },
      {
        work: {
          A: (payload, _call, attempt) => {
            seen.push(payload);
            return attempt < 3 ? Promise.reject(errorNamed('E')) : 'done';
          },
        },
      },
    );
    await lab.untilEnd();
    expect(seen).toEqual([0, 1, 2]);
  });

  it('keeps every delay between nothing and its limits, whatever is configured', () => {
    const retriers = fc.record({
      errorEquals: fc.constant(['E']),
      intervalSeconds: fc.integer({ min: 1, max: 99_999_999 }),
      maxAttempts: fc.integer({ min: 0, max: 1000 }),
      backoffRate: fc.double({ min: 1, max: 1000, noNaN: true }),
      maxDelaySeconds: fc.option(fc.integer({ min: 1, max: 31_622_399 }), { nil: undefined }),
      jitterStrategy: fc.constantFrom('NONE' as const, 'FULL' as const),
    });
    fc.assert(
      fc.property(
        retriers,
        fc.nat(1000),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (retrier: Retrier, attempt, drawn) => {
          const delay = retryDelayMs(retrier, attempt, () => drawn);
          const whole = retryDelayMs({ ...retrier, jitterStrategy: 'NONE' }, attempt, () => drawn);
          expect(Number.isInteger(delay) && delay >= 0 && delay <= whole).toBe(true);
          if (retrier.maxDelaySeconds !== undefined) expect(whole).toBeLessThanOrEqual(1000 * retrier.maxDelaySeconds);
          const next = retryDelayMs({ ...retrier, jitterStrategy: 'NONE' }, attempt + 1, () => drawn);
          expect(next).toBeGreaterThanOrEqual(whole);
          if (retrier.jitterStrategy === 'NONE') expect(delay).toBe(whole);
        },
      ),
    );
  });
});
