import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeliveryFaults, Passage, targetRetries, tryUntilDelivered } from '../../models/delivery.ts';
import { seeded } from '../../models/random.ts';
import { ServiceError } from '../../models/service-error.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { refusal } from './refusal.ts';

/** Which of 200 events, sent a second apart, arrive when. */
async function arrivals(faults?: DeliveryFaults): Promise<{ event: number; at: number }[]> {
  const clock = new SteppedClock(0);
  const passage = new Passage(clock, { delayMs: 100, faults });
  const seen: { event: number; at: number }[] = [];
  for (let event = 0; event < 200; event++) {
    clock.after(event * 1_000, () => passage.send(() => seen.push({ event, at: clock.now() })));
  }
  await clock.run(1_000_000);
  return seen;
}

describe('a passage', () => {
  it('brings every event once, in order and after its delay, in normal weather', async () => {
    const seen = await arrivals();
    expect(seen).toEqual(Array.from({ length: 200 }, (_, event) => ({ event, at: event * 1_000 + 100 })));
  });

  it('loses, doubles and reorders by shares, the same for the same seed', async () => {
    const bad = (seed: number): DeliveryFaults => ({
      random: seeded(seed),
      lost: 0.2,
      duplicated: 0.2,
      late: 0.3,
      lateMsMax: 10_000,
    });
    const seen = await arrivals(bad(1));
    const events = seen.map(({ event }) => event);
    expect(new Set(events).size).toBeLessThan(200);
    expect(events.length).toBeGreaterThan(new Set(events).size);
    expect(events).not.toEqual([...events].sort((a, b) => a - b));
    expect(Math.max(...seen.map(({ event, at }) => at - event * 1_000))).toBeLessThanOrEqual(10_100);
    expect(await arrivals(bad(1))).toEqual(seen);
    expect(await arrivals(bad(2))).not.toEqual(seen);
  });

  it('can turn bad and good again while it is in use', async () => {
    const clock = new SteppedClock(0);
    const passage = new Passage(clock);
    let arrived = 0;
    const send = () => passage.send(() => arrived++);
    passage.faults = { random: () => 0, lost: 1 };
    send();
    passage.faults = undefined;
    send();
    await clock.run(1);
    expect(arrived).toBe(1);
  });
});

describe('retrying', () => {
  const refusing = async () => {
    throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429);
  };

  it('goes on until the target takes the event', async () => {
    const clock = new SteppedClock(0);
    const tries: number[] = [];
    const attempt = async () => {
      tries.push(clock.now());
      if (tries.length < 4) await refusing();
    };
    let result: unknown = 'pending';
    void tryUntilDelivered(clock, attempt, targetRetries()).then((undelivered) => {
      result = undelivered;
    });
    await clock.run(60_000);
    expect(tries).toEqual([0, 1_000, 3_000, 7_000]);
    expect(result).toBeUndefined();
  });

  it('stops after the retries allowed, or when the event is too old, whichever is first', async () => {
    const given = async (policy: Parameters<typeof targetRetries>[0]) => {
      const clock = new SteppedClock(0);
      let result: unknown;
      void tryUntilDelivered(clock, refusing, targetRetries(policy)).then((undelivered) => {
        result = undelivered;
      });
      await clock.run(100_000_000);
      return result;
    };
    expect(await given({ MaximumRetryAttempts: 2 })).toEqual({
      errorCode: 'TooManyRequestsException',
      errorMessage: 'Rate Exceeded.',
      retries: 2,
      exhausted: 'MaximumRetryAttempts',
    });
    expect(await given({ MaximumRetryAttempts: 0 })).toMatchObject({ retries: 0 });
    // 1 + 2 + 4 + 8 + 16 = 31 s; the next pause of 32 s would make it older than a minute.
    expect(await given({ MaximumEventAgeInSeconds: 60 })).toMatchObject({
      retries: 5,
      exhausted: 'MaximumEventAgeInSeconds',
    });
    expect(await given({})).toMatchObject({ exhausted: 'MaximumEventAgeInSeconds' });
  });

  it('does not retry what no retry can mend', async () => {
    const clock = new SteppedClock(0);
    const missing = async () => {
      throw new ServiceError('ResourceNotFoundException', 'Function not found', 404);
    };
    expect(await tryUntilDelivered(clock, missing, targetRetries())).toMatchObject({
      retries: 0,
      exhausted: 'NoRetry',
    });
  });

  it('is allowed 0 to 185 times within 60 to 86,400 seconds', () => {
    expect(refusal(() => targetRetries({ MaximumRetryAttempts: 186 }))[1]).toMatch(/between 0 and 185/);
    expect(refusal(() => targetRetries({ MaximumEventAgeInSeconds: 59 }))[1]).toMatch(/between 60 and 86400/);
    expect(targetRetries({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 }).retriesMax).toBe(185);
  });

  it('never tries after the age allowed', () => {
    return fc.assert(
      fc.asyncProperty(fc.integer({ min: 60, max: 2_000 }), async (MaximumEventAgeInSeconds) => {
        const clock = new SteppedClock(0);
        let last = 0;
        const attempt = async () => {
          last = clock.now();
          await refusing();
        };
        void tryUntilDelivered(clock, attempt, targetRetries({ MaximumEventAgeInSeconds }));
        await clock.run(10_000_000);
        expect(last).toBeLessThanOrEqual(MaximumEventAgeInSeconds * 1_000);
      }),
      { numRuns: 20 },
    );
  });
});
