/** Decisions in the table, in the order of time. */
import { again, type Decision, isSame, type Mark, marked } from '../core/decision.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'notes'>;

const PREFIX = 'decision#';
/** A year and a month: who looks back once a year still finds the last time. */
const KEPT_MILLISECONDS = 400 * 86_400_000;
const TRIES = 5;

/** @returns whether it is news: the same as before is only counted */
export async function noteDecision(decision: Decision, { notes }: Needs): Promise<boolean> {
  const [newest] = await notes.list(decision.pair, PREFIX, { newestFirst: true, limit: 1 });
  const before = newest?.item as Decision | undefined;
  // a report that is made again because its answer was lost
  if (before?.lastRun === decision.run) return false;
  if (newest !== undefined && isSame(before, decision)) {
    await notes.replace(decision.pair, newest, { ...again(before, decision) });
    return false;
  }
  const key = `${PREFIX}${new Date(decision.at).toISOString()}#${decision.run}`;
  await notes.add(decision.pair, key, { ...decision }, decision.at + KEPT_MILLISECONDS);
  return true;
}

/** The newest first. */
export async function decisionsOf(pair: string, limit: number, { notes }: Needs): Promise<Decision[]> {
  const found = await notes.list(pair, PREFIX, { newestFirst: true, limit });
  return found.map(({ item }) => item as unknown as Decision);
}

/** The decision in which that run took part. */
export async function decisionOfRun(pair: string, run: string, { notes }: Needs): Promise<Decision | undefined> {
  return (await noteOfRun(pair, run, { notes }))?.item as Decision | undefined;
}

/** Undefined: no decision knows that run. */
export async function markDecision(
  pair: string,
  run: string,
  mark: Mark,
  { notes }: Needs,
): Promise<Decision | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const note = await noteOfRun(pair, run, { notes });
    if (note === undefined) return undefined;
    const next = marked(note.item as unknown as Decision, mark);
    if ((await notes.replace(pair, note, { ...next })) === 'written') return next;
  }
  throw new Error(`the decision of ${run} could not be marked in ${TRIES} tries`);
}

async function noteOfRun(pair: string, run: string, { notes }: Needs) {
  const found = await notes.list(pair, PREFIX, { newestFirst: true });
  return found.find(({ item }) => item.run === run || item.lastRun === run);
}
