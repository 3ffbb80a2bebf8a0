import { describe, expect, it } from 'vitest';
import { closing, fateOf, type Intent, intentsIn, markOf } from '../../../core/ledger/intents.ts';

function intent(epoch: number, seq: number, replaces?: string, run = `r${epoch}`): Intent {
  const key = `${String(seq).padStart(6, '0')}#example.test`;
  const rest = replaces === undefined ? {} : { replaces };
  return { key, epoch, zone: 'example.test', seq, at: 0, writes: markOf({ epoch, seq, run }), ...rest };
}

const fence = (epoch: number, seq: number, run = `r${epoch}`) => ({ epoch, seq, run });

describe('a batch whose fence', () => {
  const first = intent(7, 4, '6/3 r6');
  const lost = intent(7, 5, '7/4 r7');
  const again = intent(7, 6, '7/4 r7');

  it('stands in the zone was applied, and so was all that it was built on', () => {
    const known = [first, lost, again];
    expect(known.map((one) => fateOf(one, fence(7, 6), known))).toEqual(['applied', 'not applied', 'applied']);
  });

  it('would come after the one that stands was not applied', () => {
    const known = [first, lost];
    expect(known.map((one) => fateOf(one, fence(7, 4), known))).toEqual(['applied', 'not applied']);
    expect(fateOf(first, fence(6, 3), known)).toBe('not applied');
  });

  it('was replaced by a newer epoch is found through what that replaced', () => {
    const newer = intent(8, 6, '7/5 r7');
    const known = [first, lost, newer];
    expect(known.map((one) => fateOf(one, fence(8, 6), known))).toEqual(['applied', 'applied', 'applied']);
    const passing = intent(8, 4, '6/3 r6');
    expect(fateOf(first, fence(8, 4), [first, passing])).toBe('not applied');
  });

  it('cannot be followed, because a newer one took the place of something else, cannot be told', () => {
    expect(fateOf(first, fence(9, 9), [first])).toBe('cannot be told');
    expect(fateOf(first, fence(9, 1), [first, intent(9, 1)])).toBe('cannot be told');
  });

  it('has the number of another run was not that run’s', () => {
    expect(fateOf(first, fence(7, 4, 'theirs'), [first])).toBe('cannot be told');
  });

  it('goes round in a circle ends, too', () => {
    const [one, other] = [intent(8, 9, '8/8 r8'), intent(8, 8, '8/9 r8')];
    expect(fateOf(first, fence(8, 9), [first, one, other])).toBe('cannot be told');
  });
});

describe('the events of an epoch', () => {
  it('tell intents from steps, and which of them are closed', () => {
    const [one, other] = [intent(7, 4, '6/3 r6'), intent(7, 5, '7/4 r7')];
    const noted = [one, other].map(({ key, epoch, zone, seq, at, writes, replaces }) => ({
      key,
      epoch,
      at,
      what: 'fence raised',
      facts: { zone, seq, writes, replaces },
    }));
    const step = { key: 'report#r7', epoch: 7, at: 9, what: 'Switched', facts: { record: {} } };
    const closed = closing(one, 'applied', 10);
    expect(closed).toMatchObject({ epoch: 7, what: 'applied', at: 10 });
    const read = intentsIn([...noted, step, closed]);
    expect(read.intents).toEqual([one, other]);
    expect(read.closed).toEqual(new Set([one.key]));
  });
});
