import {
  announcerThrough,
  dnsOn,
  executionsOn,
  insideOn,
  ledgerOn,
  notesOn,
  observersOn,
  zonesOn,
} from '../connect.ts';
import { entry } from '../entry.ts';
import { LookOutInput, lookOut } from '../look-out.ts';
import type { Place } from '../place.ts';

export const handler = entry('look-out', LookOutInput, connect, lookOut);

function connect(place: Place) {
  return {
    ...place,
    announcer: announcerThrough(place),
    dns: dnsOn(place),
    executions: executionsOn(place),
    inside: insideOn(place),
    ledger: ledgerOn(place),
    notes: notesOn(place),
    observers: observersOn(place),
    zones: zonesOn(place),
  };
}

export { lookOut as step };
