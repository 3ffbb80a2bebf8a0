import { describe, expect, it } from 'vitest';
import { clockFromEnvironment } from '../../../adapters/clock/from-environment.ts';
import { systemClock } from '../../../adapters/clock/system.ts';

const lab = 'http://127.0.0.1:4566';

describe('the clock of an environment', () => {
  it('is the system’s where nothing else is said', () => {
    expect(clockFromEnvironment({})).toEqual({ kind: 'system', clock: systemClock });
    expect(clockFromEnvironment({ AWS_ENDPOINT_URL: lab }).kind).toBe('system');
  });

  it.each(['http://127.0.0.1:4566', 'http://localhost:4566', 'http://[::1]:4566', 'http://127.0.0.2:1'])(
    'is the lab’s where both URLs are on loopback, as %s',
    (endpoint) => {
      const chosen = clockFromEnvironment({ THROWOVER_CLOCK_URL: `${lab}/_lab/clock`, AWS_ENDPOINT_URL: endpoint });
      expect(chosen.kind).toBe('lab');
    },
  );

  it.each([
    [`${lab}/_lab/clock`, undefined],
    [`${lab}/_lab/clock`, 'https://route53.amazonaws.com'],
    ['https://clock.example.com', lab],
    ['http://127.0.0.1.example.com/', lab],
    ['http://127.0.0.1@example.com/', lab],
    ['file:///127.0.0.1', lab],
    ['not a URL', lab],
  ])('is nobody’s else: %s beside the endpoint %s is refused', (THROWOVER_CLOCK_URL, AWS_ENDPOINT_URL) => {
    expect(() => clockFromEnvironment({ THROWOVER_CLOCK_URL, AWS_ENDPOINT_URL })).toThrow(/both be on loopback/);
  });
});

describe('the system’s clock', () => {
  it('gives back what a call in time gives back, and keeps no timer', async () => {
    expect(await systemClock.within(3_600_000, async () => 'in time')).toBe('in time');
  });

  it('passes on the error of a call', async () => {
    await expect(systemClock.within(3_600_000, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });

  it('ends a call that takes too long, and aborts it', async () => {
    let signal: AbortSignal | undefined;
    const never = systemClock.within(1, (late) => {
      signal = late;
      return new Promise(() => {});
    });
    await expect(never).rejects.toMatchObject({ name: 'TimedOut', message: 'no answer in 0.001 s' });
    expect(signal?.aborted).toBe(true);
  });
});
