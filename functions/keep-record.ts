/**
 * Keeps for good what is worth it: records, for functions whose bundle has no room for another client, and who called our
 * machines, as CloudTrail knows it.
 */
import * as z from 'zod/mini';
import type { World } from './world.ts';

/** Made by our own functions. */
const Kept = z.object({
  key: z.string().check(z.regex(/^[^/]+\/(runs|drills)\/\d{4}-\d\d-\d\d\/[^/]+\.json$/)),
  record: z.record(z.string(), z.unknown()),
});

const text = z.string().check(z.maxLength(2_048));

/** StartExecution, StopExecution or RedriveExecution, as EventBridge hands it on. What it was given is not looked at. */
const Called = z.object({
  'detail-type': z.literal('AWS API Call via CloudTrail'),
  detail: z.object({
    eventID: z.uuid(),
    eventTime: z.iso.datetime(),
    eventSource: z.literal('states.amazonaws.com'),
    eventName: z.enum(['StartExecution', 'StopExecution', 'RedriveExecution']),
    sourceIPAddress: z.optional(text),
    errorCode: z.optional(text),
    userIdentity: z.object({ type: z.optional(text), arn: z.optional(text), invokedBy: z.optional(text) }),
    requestParameters: z.object({
      stateMachineArn: z.optional(text),
      executionArn: z.optional(text),
      name: z.optional(text),
    }),
    responseElements: z.nullish(z.object({ executionArn: z.optional(text) })),
  }),
});

export const KeepRecordInput = z.union([Kept, Called]);

export async function keepRecord(
  input: z.output<typeof KeepRecordInput>,
  { records }: Pick<World, 'records'>,
): Promise<void> {
  const { key, record } = 'key' in input ? input : calledRecord(input);
  await records.keep(key, record);
}

/** `callers/2026-01-31/<its id in CloudTrail>.json`: the same event handed on twice is one object. */
function calledRecord({ detail }: z.output<typeof Called>): z.output<typeof Kept> {
  const { eventID, eventTime, eventName, userIdentity, sourceIPAddress, errorCode, requestParameters } = detail;
  return {
    key: `callers/${eventTime.slice(0, 10)}/${eventID}.json`,
    record: {
      what: eventName,
      at: eventTime,
      caller: userIdentity,
      from: sourceIPAddress,
      execution: detail.responseElements?.executionArn ?? requestParameters.executionArn,
      machine: requestParameters.stateMachineArn,
      name: requestParameters.name,
      // somebody tried, and was not let
      refused: errorCode,
    },
  };
}
