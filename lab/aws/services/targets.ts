import { type Members, required, structure } from '../shape.ts';

/** What a target of EventBridge and one of Scheduler have in common. */
export const targetMembers: Members = {
  Arn: required('string'),
  RoleArn: 'string',
  Input: 'string',
  RetryPolicy: structure({ MaximumRetryAttempts: 'integer', MaximumEventAgeInSeconds: 'integer' }),
  DeadLetterConfig: structure({ Arn: 'string' }),
};
