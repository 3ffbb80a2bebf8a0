import { describe, expect, it } from 'vitest';
import { Recorder } from '../../../models/customers/recorder.ts';

const begin = 1_000_000_000_000;
/** Each letter is one second with ten requests: `.` all well, `x` all failed, `o` one failed, space nobody asked. */
function recorded(seconds: string, kind: 'honest' | 'tail' = 'honest'): Recorder {
  const recorder = new Recorder(begin + 300);
  [...seconds].forEach((what, second) => {
    for (let request = 0; request < 10 && what !== ' '; request++) {
      const failed = what === 'x' || (what === 'o' && request === 0);
      recorder.record(begin + second * 1_000 + request * 90, kind, failed ? undefined : 'blue');
    }
  });
  return recorder;
}
const restored = (seconds: string, faultSecond = 0) => {
  const at = recorded(seconds).restoredAt(begin + faultSecond * 1_000);
  return at === undefined ? undefined : (at - begin) / 1_000;
};

describe('restored', () => {
  it('is the end of the first ten seconds in which 99 % succeed', () => {
    expect(restored(`xxxxx${'.'.repeat(12)}`)).toBe(15);
    expect(restored(`xxxxx${'.'.repeat(9)}`)).toBeUndefined();
  });

  it('tolerates one of a hundred, not two', () => {
    expect(restored(`x.........o...`)).toBe(11);
    expect(restored(`x........oo.........`)).toBe(20);
  });

  it('does not count seconds that began before the fault', () => {
    expect(restored('.'.repeat(30), 5)).toBe(15);
    const recorder = recorded('.'.repeat(30));
    expect(recorder.restoredAt(begin + 4_500)).toBe(begin + 15_000);
  });

  it('is not proven by silence', () => {
    expect(restored(`xxx${' '.repeat(20)}${'.'.repeat(3)}`)).toBe(24);
    expect(restored(' '.repeat(30))).toBeUndefined();
  });

  it('is about honest customers alone', () => {
    const recorder = recorded('.'.repeat(12));
    for (let second = 0; second < 12; second++) recorder.record(begin + second * 1_000, 'tail', undefined);
    expect(recorder.restoredAt(begin)).toBe(begin + 10_000);
    expect(recorded('.'.repeat(12), 'tail').restoredAt(begin)).toBeUndefined();
  });
});

describe('counts', () => {
  it('are by kind and time', () => {
    const recorder = recorded('..xx..');
    recorder.record(begin + 5_500, 'tail', undefined);
    expect([recorder.sent(), recorder.sent('honest'), recorder.failed(), recorder.failed('tail')]).toEqual([
      61, 60, 21, 1,
    ]);
    expect(recorder.failed('honest', begin + 3_000)).toBe(10);
    expect(recorder.failed('honest', begin + 4_000)).toBe(0);
    expect(recorder.failed('honest', undefined, begin + 3_000)).toBe(10);
  });

  it('say who answered, and until when', () => {
    const recorder = recorded('...xx');
    recorder.record(begin + 4_100, 'honest', 'green');
    expect(recorder.served('blue')).toBe(30);
    expect(recorder.servedInSecond('blue', begin + 2_500)).toBe(10);
    expect(recorder.servedInSecond('blue', begin + 3_500)).toBe(0);
    expect(recorder.lastServedAt('blue')).toBe(begin + 2_000);
    expect(recorder.lastServedAt('green')).toBe(begin + 4_000);
    expect(recorder.lastServedAt('red')).toBeUndefined();
  });
});
