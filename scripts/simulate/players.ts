/** Threads that play worlds beside each other. What each finds does not depend on who plays it. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Done, Work } from './work.ts';

/** Every world is a thread's own: no more of them than there are cores. */
export const PLAYERS = Math.max(1, Math.min(8, availableParallelism()));

/**
 * Gives out work, one piece after the other, to whoever is free.
 * @param next undefined: nothing is left
 * @param tell of each piece as it is done, in no order; true ends it early
 */
export async function played(
  next: () => Work | undefined,
  tell: (result: Done) => boolean | undefined,
  players = PLAYERS,
): Promise<void> {
  let over = false;
  const one = async () => {
    const worker = new Worker(new URL('work.ts', import.meta.url));
    try {
      for (let work = next(); work !== undefined && !over; work = next()) {
        worker.postMessage(work);
        over = tell(await answerOf(worker)) === true || over;
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: players }, one));
}

function answerOf(worker: Worker): Promise<Done> {
  return new Promise((resolve, reject) => {
    const forget = () => {
      worker.off('message', answered);
      worker.off('error', failed);
    };
    const answered = (result: Done) => {
      forget();
      resolve(result);
    };
    const failed = (cause: Error) => {
      forget();
      reject(cause);
    };
    worker.on('message', answered);
    worker.on('error', failed);
  });
}
