import { appendFileSync, renameSync, rmSync } from 'node:fs';

/** A lab may stay up for days, and its watch writes every minute. */
const BYTES_MAX = 5_000_000;

/**
 * What functions write, in one file. When it is full it becomes `<path>.1`, and the one before that is gone; what an earlier
 * lab has written is removed.
 */
export function functionsLog(path: string, bytesMax = BYTES_MAX): (key: string, text: string) => void {
  let bytes = 0;
  rmSync(path, { force: true });
  rmSync(`${path}.1`, { force: true });
  return (key, text) => {
    const line = `${key} ${text}`;
    const length = Buffer.byteLength(line);
    if (bytes > 0 && bytes + length > bytesMax) {
      renameSync(path, `${path}.1`);
      bytes = 0;
    }
    appendFileSync(path, line);
    bytes += length;
  };
}
