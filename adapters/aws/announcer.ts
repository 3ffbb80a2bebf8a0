/** Events on the default bus, source `throwover`. */
import type { Announcer } from '../../core/ports.ts';
import type { EventBridgeCalls } from './calls.ts';

export function announcerOver(eventBridge: EventBridgeCalls): Announcer {
  return {
    async announce({ type, detail }) {
      const entry = { Source: 'throwover', DetailType: type, Detail: JSON.stringify(detail) };
      const { FailedEntryCount = 0, Entries = [] } = await eventBridge.putEvents({ Entries: [entry] });
      if (FailedEntryCount > 0)
        throw new Error(`${type} was not taken by the bus: ${Entries[0]?.ErrorMessage ?? 'no reason given'}`);
    },
  };
}
