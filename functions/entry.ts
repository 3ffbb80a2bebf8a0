/**
 * What is around every function, written once. A function's file has three parts: the handler that AWS calls, `connect` for
 * the cold start, and the inner step for every invocation; nothing happens when it is imported.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { measuresOf, metricsOf, writeMeasures } from './measures.ts';
import { parsedOrRefused } from './parse.ts';
import { type OpenPlace, openPlace, type Place, readTopology } from './place.ts';
import { redacted } from './redact.ts';
import type { FunctionKey } from './steps.ts';
import { troublesIn } from './troubles.ts';

/** Called by AWS. */
export type Handler = (event: unknown, context: Context) => Promise<unknown>;

/**
 * @param connect makes the ports that the step needs; called once per cold start
 * @param step reads facts, asks the core, acts, answers. Its errors keep their names: the state machine matches them
 */
export function entry<Schema extends z.ZodMiniType, Needs>(
  key: FunctionKey,
  schema: Schema,
  connect: (place: Place) => Needs,
  step: (input: z.output<Schema>, needs: Needs) => Promise<unknown>,
  opened: (functionArn: string) => OpenPlace = (functionArn) =>
    openPlace(key, functionArn, readTopology(import.meta.dirname), process.env),
): Handler {
  const logger = new Logger({ serviceName: `throwover-${key}`, jsonReplacerFn: redacted });
  const metrics = metricsOf();
  z.config(en());
  let there: OpenPlace | undefined;
  let needs: Needs | undefined;

  async function invoke(event: unknown, { awsRequestId, invokedFunctionArn }: Context): Promise<unknown> {
    there ??= opened(invokedFunctionArn);
    await there.begin(awsRequestId);
    try {
      needs ??= connect(there.place);
      const answer = await step(parsedOrRefused(schema, event), needs);
      logger.info('done', { about: aboutOf(event), because: memberOf(answer, 'because') });
      for (const { pair, because } of troublesIn(answer)) logger.warn('trouble', { about: { pair }, because });
      writeMeasures(metrics, measuresOf(key, answer));
      return answer;
    } catch (cause) {
      logger.error(cause instanceof Error ? cause.name : 'failed', { about: aboutOf(event), error: cause as Error });
      throw cause;
    } finally {
      await there.end();
    }
  }

  // middy's own early time-out would run on the machine's clock; Lambda ends what takes too long
  return middy({ timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(logger, { clearState: true }))
    .handler(invoke) as unknown as Handler;
}

/** What may be such a name; anything else that was sent in its place stays out of the log. */
const NAMES = { pair: /^[a-z][a-z0-9-]{0,39}$/, run: /^[\w-]{1,80}$/, mode: /^[a-z-]{1,20}$/ };

/** Pair, epoch and run of an input, so that all lines of one run can be found. */
function aboutOf(event: unknown): Record<string, unknown> {
  const run = memberOf(event, 'run') ?? event;
  const named = Object.entries(NAMES).map(([name, form]) => [name, memberOf(run, name), form] as const);
  const epoch = memberOf(run, 'epoch');
  return {
    ...Object.fromEntries(named.filter(([, value, form]) => typeof value === 'string' && form.test(value))),
    ...(typeof epoch === 'number' ? { epoch } : {}),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
