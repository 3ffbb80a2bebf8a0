/** What others left for somebody to read: the drill that moved the pair last, and the record of a run that died holding it. */
import { DRILL_NOTES, type DrillRecord, drillsIn } from '../../core/drill/drill.ts';
import { movedByDrill } from '../../core/drill/orphan.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { RunRecord } from '../../core/record.ts';
import type { Deployed } from '../console.ts';

export interface LeftBehind {
  /** Whose leg moved the pair last. */
  readonly drill?: DrillRecord;
  /** What the watch wrote in the place of a run that left no record. */
  readonly reaped?: Pick<RunRecord, 'because' | 'next'> & { readonly run: string };
}

/** Previews by hand may be newer. */
const LOOKS_BACK = 20;

export async function leftBehind(ledger: Ledger, { notes, ledger: store }: Deployed): Promise<LeftBehind> {
  const { pair, run = '', epoch, interrupted, awaitsPerson } = ledger;
  const drills = movedByDrill(ledger)
    ? drillsIn(await notes.list(pair, DRILL_NOTES, { newestFirst: true, limit: LOOKS_BACK }))
    : [];
  const drill = drills.find(({ name }) => run.startsWith(`${name}-`));
  // the reaper takes the pair at the next epoch
  const events = interrupted === undefined && awaitsPerson === undefined ? [] : await store.events(pair, epoch - 1);
  const found = events.findLast(({ key }) => key.startsWith(REAPED));
  const record = found?.facts.record as RunRecord | undefined;
  return {
    ...(drill === undefined ? {} : { drill }),
    ...(found === undefined || record === undefined
      ? {}
      : { reaped: { run: found.key.slice(REAPED.length), because: record.because, next: record.next } }),
  };
}

const REAPED = 'reaped#';
