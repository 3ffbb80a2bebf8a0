import { describe, expect, it } from 'vitest';
import { filesIn } from '../../../lab/functions/zip.ts';
import { zipOf } from '../../e2e/zip.ts';

describe('an uploaded zip', () => {
  it('is unpacked, file by file', () => {
    const files = new Map([
      ['dist/claim/index.cjs', Buffer.from('exports.handler = 1')],
      ['dist/claim/topology.json', Buffer.from('{}')],
    ]);
    expect(filesIn(zipOf(files))).toEqual(files);
  });

  it('that leads out of its folder, or is none, is refused', () => {
    expect(() => filesIn(zipOf(new Map([['../../etc/x', Buffer.from('x')]])))).toThrow('leads out of it');
    expect(() => filesIn(zipOf(new Map([['/etc/x', Buffer.from('x')]])))).toThrow('leads out of it');
    expect(() => filesIn(Buffer.from('this is no zip, as long as it may be'))).toThrow('it has no directory');
  });
});
