import { recordsOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { KeepRecordInput, keepRecord } from '../keep-record.ts';
import type { Place } from '../place.ts';

export const handler = entry('keep-record', KeepRecordInput, connect, keepRecord);

function connect(place: Place) {
  return {
    ...place,
    records: recordsOn(place),
  };
}

export { keepRecord as step };
