import { dnsOn, insideOn, ledgerOn, zonesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { ReportInput, report } from '../report.ts';

export const handler = entry('report', ReportInput, connect, report);

function connect(place: Place) {
  return {
    ...place,
    dns: dnsOn(place),
    inside: insideOn(place),
    ledger: ledgerOn(place),
    zones: zonesOn(place),
  };
}

export { report as step };
