/**
 * The fence is one TXT string, and a TXT string holds 255 characters (RFC 1035, 3.3.14). Cluster names and rings are
 * what grows in it, so a topology is measured with every ring listed before it is accepted.
 */
import type { Pair } from './schema.ts';

export const fenceTextLengthMax = 255;
/** Room for the name of a run: an execution's name is a UUID unless somebody chose another. */
export const runNameLengthMax = 40;

/** Length of the longest fence text (design: `v=1 by= epoch= seq= active= to= share= rings= run=`) that a pair can have. */
export function longestFenceText(pair: Pick<Pair, 'clusters'>, rings: readonly number[]): number {
  const cluster = Object.keys(pair.clusters).sort((a, b) => b.length - a.length)[0] ?? '';
  const text = [
    'v=1',
    'by=00000000',
    'epoch=999999999',
    'seq=999999',
    `active=${cluster}`,
    `to=${cluster}`,
    'share=100',
    `rings=${rings.map((ring) => `${ring}:${cluster}`).join(',')}`,
    `run=${'0'.repeat(runNameLengthMax)}`,
  ];
  return text.join(' ').length;
}
