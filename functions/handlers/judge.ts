import { dnsOn, insideOn, ledgerOn, notesOn, publishedOn, zonesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { JudgeInput, judge } from '../judge.ts';
import type { Place } from '../place.ts';

export const handler = entry('judge', JudgeInput, connect, judge);

function connect(place: Place) {
  return {
    ...place,
    dns: dnsOn(place),
    inside: insideOn(place),
    ledger: ledgerOn(place),
    notes: notesOn(place),
    published: publishedOn(place),
    zones: zonesOn(place),
  };
}

export { judge as step };
