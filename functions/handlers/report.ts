import { announcerOn, dnsOn, insideOn, ledgerOn, notesOn, recordsThrough, zonesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { ReportInput, report } from '../report.ts';

export const handler = entry('report', ReportInput, connect, report);

function connect(place: Place) {
  return {
    ...place,
    announcer: announcerOn(place),
    dns: dnsOn(place),
    inside: insideOn(place),
    ledger: ledgerOn(place),
    notes: notesOn(place),
    records: recordsThrough(place),
    zones: zonesOn(place),
  };
}

export { report as step };
