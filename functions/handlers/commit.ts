import { CommitInput, commit } from '../commit.ts';
import { ledgerOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';

export const handler = entry('commit', CommitInput, connect, commit);

function connect(place: Place) {
  return {
    ...place,
    ledger: ledgerOn(place),
  };
}

export { commit as step };
