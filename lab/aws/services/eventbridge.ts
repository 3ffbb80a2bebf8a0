import type { EventBridge } from '../../../models/eventbridge/eventbridge.ts';
import { jsonProtocol } from '../json-protocol.ts';
import { operation, type Service } from '../service.ts';
import { list, oneOf, required, structure } from '../shape.ts';
import { targetMembers } from './targets.ts';

const EventBusName = 'string';
const Name = required('string');

export function eventBridgeService(events: EventBridge): Service {
  return {
    signingName: 'events',
    title: 'EventBridge',
    protocols: [jsonProtocol({ version: '1.1', target: 'AWSEvents' })],
    timestamps: new Set(),
    operations: {
      DescribeRule: operation({ Name, EventBusName }, events.describeRule.bind(events)),
      DisableRule: operation({ Name, EventBusName }, events.disableRule.bind(events)),
      EnableRule: operation({ Name, EventBusName }, events.enableRule.bind(events)),
      ListRules: operation({ NamePrefix: 'string', EventBusName }, events.listRules.bind(events)),
      ListTargetsByRule: operation({ Rule: Name, EventBusName }, events.listTargetsByRule.bind(events)),
      PutEvents: operation(
        {
          Entries: required(
            list(
              structure({
                Source: 'string',
                DetailType: 'string',
                Detail: 'string',
                Resources: list('string'),
                Time: 'timestamp',
                EventBusName,
              }),
            ),
          ),
        },
        events.putEvents.bind(events),
      ),
      PutRule: operation(
        {
          Name,
          EventPattern: 'string',
          State: oneOf('ENABLED', 'DISABLED'),
          Description: 'string',
          EventBusName,
        },
        events.putRule.bind(events),
      ),
      PutTargets: operation(
        {
          Rule: Name,
          EventBusName,
          Targets: required(list(structure({ Id: required('string'), ...targetMembers }))),
        },
        events.putTargets.bind(events),
      ),
    },
  };
}
