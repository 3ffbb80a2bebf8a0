import { describe, expect, it } from 'vitest';
import { pause } from '../../models/clock.ts';
import { type FunctionDefinition, Lambda, type LambdaContext } from '../../models/lambda.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { refusal } from './refusal.ts';

function functions(...definitions: (Partial<FunctionDefinition> & Pick<FunctionDefinition, 'handler'>)[]) {
  const clock = new SteppedClock(Date.UTC(2026, 10, 20));
  const lambda = new Lambda({ clock });
  for (const definition of definitions) lambda.createFunction({ name: 'steer', timeoutSeconds: 30, ...definition });
  return { clock, lambda };
}

/** The answer, or the refusal, of a call that time must pass for. */
async function settled<Answer>(clock: SteppedClock, call: Promise<Answer>): Promise<Answer | Error | 'pending'> {
  let result: Answer | Error | 'pending' = 'pending';
  call.then(
    (answer) => {
      result = answer;
    },
    (error) => {
      result = error;
    },
  );
  await clock.run(3_600_000);
  return result;
}

describe('a synchronous invocation', () => {
  it('answers with what the handler returned, as JSON carries it', async () => {
    const { clock, lambda } = functions({
      handler: async (event) => ({ heard: event, nothing: undefined }),
    });
    const Payload = { pair: 'shop' };
    expect(await settled(clock, lambda.invoke({ FunctionName: 'steer', Payload }))).toEqual({
      StatusCode: 200,
      Payload: { heard: { pair: 'shop' } },
      ExecutedVersion: '$LATEST',
    });
  });

  it('gives each invocation its own copy of the event', async () => {
    const { clock, lambda } = functions({
      handler: async (event) => {
        (event as { pair: string }).pair = 'changed';
      },
    });
    const Payload = { pair: 'shop' };
    await settled(clock, lambda.invoke({ FunctionName: 'steer', Payload }));
    expect(Payload).toEqual({ pair: 'shop' });
  });

  it('answers 200 also when the handler failed; FunctionError tells', async () => {
    const { clock, lambda } = functions({
      handler: async () => {
        throw Object.assign(new Error('epoch 44 acts'), { name: 'Superseded' });
      },
    });
    expect(await settled(clock, lambda.invoke({ FunctionName: lambda.functionArn('steer') }))).toEqual({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: { errorType: 'Superseded', errorMessage: 'epoch 44 acts' },
      ExecutedVersion: '$LATEST',
    });
  });

  it('is given up at the time-out while its work goes on and lands later', async () => {
    const landed: number[] = [];
    const { clock, lambda } = functions({
      timeoutSeconds: 3,
      handler: async () => {
        await pause(clock, 10_000);
        landed.push(clock.now());
      },
    });
    const start = clock.now();
    let answeredAt = 0;
    const call = lambda.invoke({ FunctionName: 'steer' }).then((answer) => {
      answeredAt = clock.now();
      return answer;
    });
    expect(await settled(clock, call)).toMatchObject({
      FunctionError: 'Unhandled',
      Payload: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 3\.00 seconds$/),
      },
    });
    expect(answeredAt - start).toBe(3_000);
    expect(landed).toEqual([start + 10_000]);
  });

  it('knows who it is and how long it has', async () => {
    const seen: [string, number][] = [];
    const watch = async (_event: unknown, context: LambdaContext) => {
      await pause(clock, 1_000);
      seen.push([context.awsRequestId, context.getRemainingTimeInMillis()]);
    };
    const { clock, lambda } = functions({ handler: watch, timeoutSeconds: 5 });
    await settled(clock, lambda.invoke({ FunctionName: 'steer' }));
    await settled(clock, lambda.invoke({ FunctionName: 'steer' }));
    expect(seen).toEqual([
      ['00000000-0000-4000-8000-000000000001', 4_000],
      ['00000000-0000-4000-8000-000000000002', 4_000],
    ]);
  });
});

describe('what Lambda itself refuses', () => {
  it('functions it does not know, names taken, definitions out of bounds', async () => {
    const { clock, lambda } = functions({ handler: async () => null });
    const unknown = await settled(clock, lambda.invoke({ FunctionName: 'nobody' }));
    expect(unknown).toMatchObject({ name: 'ResourceNotFoundException', httpStatus: 404 });
    const again = { name: 'steer', timeoutSeconds: 3, handler: async () => null };
    expect(refusal(() => lambda.createFunction(again))[0]).toBe('ResourceConflictException');
    const long = { ...again, name: 'long', timeoutSeconds: 901 };
    expect(refusal(() => lambda.createFunction(long))[0]).toBe('InvalidParameterValueException');
  });

  it('more at once than was reserved, until one has ended or timed out', async () => {
    const { clock, lambda } = functions({
      reservedConcurrency: 1,
      timeoutSeconds: 3,
      handler: async () => pause(clock, 10_000),
    });
    const first = lambda.invoke({ FunctionName: 'steer' });
    await expect(lambda.invoke({ FunctionName: 'steer' })).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      httpStatus: 429,
      details: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
    await settled(clock, first);
    expect(await settled(clock, lambda.invoke({ FunctionName: 'steer' }))).toMatchObject({ StatusCode: 200 });
  });

  it('payloads beyond 6 MB, or 1 MB for events', async () => {
    const { clock, lambda } = functions({ handler: async () => null });
    const invoke = (InvocationType: 'Event' | 'RequestResponse', length: number) =>
      settled(clock, lambda.invoke({ FunctionName: 'steer', InvocationType, Payload: 'x'.repeat(length) }));
    expect(await invoke('Event', 1024 * 1024)).toMatchObject({ name: 'RequestTooLargeException', httpStatus: 413 });
    expect(await invoke('RequestResponse', 1024 * 1024)).toMatchObject({ StatusCode: 200 });
    expect(await invoke('RequestResponse', 6 * 1024 * 1024)).toMatchObject({ name: 'RequestTooLargeException' });
  });
});

describe('an asynchronous event', () => {
  const failing =
    (tries: [number, string][], clock: () => SteppedClock) => async (_: unknown, context: LambdaContext) => {
      tries.push([clock().now() - Date.UTC(2026, 10, 20), context.awsRequestId]);
      throw new Error('no');
    };

  it('is accepted before it runs', async () => {
    let ran = false;
    const { clock, lambda } = functions({
      handler: async () => {
        ran = true;
      },
    });
    expect(await lambda.invoke({ FunctionName: 'steer', InvocationType: 'Event' })).toEqual({ StatusCode: 202 });
    expect(ran).toBe(false);
    await clock.run(0);
    expect(ran).toBe(true);
  });

  it('is tried three times with the same id, one and two minutes apart, then handed to the failures', async () => {
    const tries: [number, string][] = [];
    const { clock, lambda } = functions({ handler: failing(tries, () => clock) });
    await settled(clock, lambda.invoke({ FunctionName: 'steer', InvocationType: 'Event', Payload: { kind: 'alarm' } }));
    expect(tries.map(([at]) => at)).toEqual([0, 60_000, 180_000]);
    expect(new Set(tries.map(([, id]) => id)).size).toBe(1);
    expect(lambda.failedEvents).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { kind: 'alarm' },
        responsePayload: { errorType: 'Error', errorMessage: 'no' },
      },
    ]);
  });

  it('keeps to fewer retries and to its age', async () => {
    const once: [number, string][] = [];
    const aged: [number, string][] = [];
    const { clock, lambda } = functions(
      { handler: failing(once, () => clock), asynchronous: { maximumRetryAttempts: 0 } },
      { name: 'aged', handler: failing(aged, () => clock), asynchronous: { maximumEventAgeSeconds: 100 } },
    );
    await settled(clock, lambda.invoke({ FunctionName: 'steer', InvocationType: 'Event' }));
    await settled(clock, lambda.invoke({ FunctionName: 'aged', InvocationType: 'Event' }));
    expect(once).toHaveLength(1);
    expect(aged).toHaveLength(2);
    expect(lambda.failedEvents.map(({ requestContext }) => requestContext.condition)).toEqual([
      'RetriesExhausted',
      'EventAgeExceeded',
    ]);
  });

  it('waits while throttled without using up its retries', async () => {
    const started: number[] = [];
    const { clock, lambda } = functions({
      reservedConcurrency: 1,
      asynchronous: { maximumRetryAttempts: 0 },
      handler: async () => {
        started.push(clock.now() - Date.UTC(2026, 10, 20));
        await pause(clock, 5_000);
      },
    });
    void lambda.invoke({ FunctionName: 'steer', InvocationType: 'Event' });
    await settled(clock, lambda.invoke({ FunctionName: 'steer', InvocationType: 'Event' }));
    expect(started).toEqual([0, 7_000]);
    expect(lambda.failedEvents).toEqual([]);
  });

  it('may come twice without an error', async () => {
    let ran = 0;
    const { clock, lambda } = functions({
      handler: async () => {
        ran++;
      },
    });
    lambda.passage.faults = { random: () => 0, duplicated: 1 };
    await settled(clock, lambda.invoke({ FunctionName: 'steer', InvocationType: 'Event' }));
    expect(ran).toBe(2);
    expect(lambda.calls.get('Invoke')).toBe(1);
  });
});
