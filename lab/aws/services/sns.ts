import type { Sns } from '../../../models/sns.ts';
import { queryProtocol } from '../query-protocol.ts';
import { operation, type Service } from '../service.ts';
import { map, required, structure } from '../shape.ts';

export function snsService(sns: Sns): Service {
  return {
    signingName: 'sns',
    title: 'SNS',
    protocols: [
      queryProtocol({ namespace: 'http://sns.amazonaws.com/doc/2010-03-31/', constraint: 'InvalidParameter' }),
    ],
    timestamps: new Set(),
    operations: {
      CreateTopic: operation({ Name: required('string') }, sns.createTopic.bind(sns)),
      Publish: operation(
        {
          TopicArn: 'string',
          Message: 'string',
          Subject: 'string',
          MessageAttributes: map(structure({ DataType: required('string'), StringValue: 'string' }), 'Name', 'Value'),
        },
        sns.publish.bind(sns),
      ),
      Subscribe: operation(
        {
          TopicArn: 'string',
          Protocol: 'string',
          Endpoint: 'string',
          Attributes: map('string'),
          // A subscription of a function needs no confirmation, so its ARN is always there.
          ReturnSubscriptionArn: 'boolean',
        },
        sns.subscribe.bind(sns),
      ),
    },
  };
}
