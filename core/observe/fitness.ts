/** Two questions about a side, answered from votes: does it serve, and is it dead? They are not each other's opposite. */
import type { Vote } from './votes.ts';

/** Can users be sent here? Any bad word from a class that sees it makes it sick: sending users somewhere needs more than keeping them. */
export function fitnessOf(votes: readonly Vote[]): 'healthy' | 'sick' | 'unknown' {
  if (votes.some(({ says }) => says === 'dead' || says === 'apps down')) return 'sick';
  return votes.some(({ says, userPath }) => says === 'well' && userPath === 'serves') ? 'healthy' : 'unknown';
}

/**
 * Dead by enough classes now; whether for long enough is asked elsewhere. Well by one that looked itself: what is counted may
 * be minutes old, and then says how it was.
 */
export function livenessOf(votes: readonly Vote[], classesMin: number): 'healthy' | 'dead' | 'unknown' {
  if (votes.filter(({ says }) => says === 'dead').length >= classesMin) return 'dead';
  return votes.some(({ says, looksItself }) => says === 'well' && looksItself) ? 'healthy' : 'unknown';
}
