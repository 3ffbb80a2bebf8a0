import { announcerOn, ledgerOn, notesOn, recordsThrough } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { ReportDrillInput, reportDrill } from '../report-drill.ts';

export const handler = entry('report-drill', ReportDrillInput, connect, reportDrill);

function connect(place: Place) {
  return {
    ...place,
    announcer: announcerOn(place),
    ledger: ledgerOn(place),
    notes: notesOn(place),
    records: recordsThrough(place),
  };
}

export { reportDrill as step };
