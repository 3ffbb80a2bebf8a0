import {
  announcerThrough,
  executionsOn,
  insideOn,
  ledgerOn,
  metricsOn,
  notesOn,
  publishedOn,
  recordsThrough,
  zonesOn,
} from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { WatchInput, watch } from '../watch.ts';

export const handler = entry('watch', WatchInput, connect, watch);

function connect(place: Place) {
  return {
    ...place,
    announcer: announcerThrough(place),
    executions: executionsOn(place),
    inside: insideOn(place),
    ledger: ledgerOn(place),
    metrics: metricsOn(place),
    notes: notesOn(place),
    published: publishedOn(place),
    records: recordsThrough(place),
    zones: zonesOn(place),
  };
}

export { watch as step };
