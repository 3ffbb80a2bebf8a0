import { announcerOn, insideOn, ledgerOn, metricsOn, publishedOn, recordsThrough, zonesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { PayDebtsInput, payDebts } from '../pay-debts.ts';
import type { Place } from '../place.ts';

export const handler = entry('pay-debts', PayDebtsInput, connect, payDebts);

function connect(place: Place) {
  return {
    ...place,
    announcer: announcerOn(place),
    inside: insideOn(place),
    ledger: ledgerOn(place),
    metrics: metricsOn(place),
    published: publishedOn(place),
    records: recordsThrough(place),
    zones: zonesOn(place),
  };
}

export { payDebts as step };
