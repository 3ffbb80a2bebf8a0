import { describe, expect, it } from 'vitest';
import { weightOf } from '../../core/plan/reading.ts';
import { readStanding } from '../../functions/zones-read.ts';
import { type GivenZone, PAIR, recordsOf } from '../core/given.ts';

const [EXAMPLE] = PAIR.zones;
const NAMES = ['cart.example.test.', 'example.example.test.', 'shop.example.test.'];

/** Reads one zone; says which names were asked for each time. */
async function standing(given: GivenZone) {
  if (EXAMPLE === undefined) throw new Error('no zone');
  const pair = { ...PAIR, zones: [EXAMPLE] };
  const records = recordsOf(PAIR, EXAMPLE, given);
  const asked: string[][] = [];
  const zones = {
    readNames: async (_: string, names: readonly string[]) => {
      asked.push(names.filter((name) => NAMES.includes(name)));
      return records.filter(({ name }) => names.includes(name));
    },
  };
  const [reading] = await readStanding(pair, { zones: zones as never });
  return { asked, reading };
}

describe('where a zone stands after a move', () => {
  it('is read from its fence and one name of each ring', async () => {
    const { asked, reading } = await standing({});
    expect(asked).toEqual([['example.example.test.', 'cart.example.test.']]);
    expect(reading?.names.map(({ name }) => name).sort()).toEqual(['cart.example.test.', 'example.example.test.']);
  });

  it.each([
    ['one of them stands elsewhere than the fence says', { weights: { 1: [0, 100] } }],
    ['one of them stands on both', { weights: { 0: [50, 50] } }],
    ['the fence says that a move is under way', { fence: moving() }],
    ['there is no fence', { fence: null }],
    ['the fence cannot be read', { fence: 'gone' }],
  ] as [string, GivenZone][])('is read from every name when %s', async (_, given) => {
    const { asked, reading } = await standing(given);
    expect(asked.at(-1)?.toSorted()).toEqual(NAMES);
    expect(reading?.names).toHaveLength(3);
  });

  it('is what the zone says, not what was meant', async () => {
    const { reading } = await standing({ weights: { 1: [0, 100] } });
    const cart = reading?.names.find(({ name }) => name === 'cart.example.test.')?.groups[0];
    expect(cart && weightOf(cart, 'green')).toBe(100);
  });

  it('takes a ring that the fence places elsewhere to be where it says', async () => {
    const { asked } = await standing({ fence: ringOnGreen(), weights: { 1: [0, 100] } });
    expect(asked).toHaveLength(1);
  });
});

function moving(): string {
  return 'v=1 by=0badcafe epoch=42 seq=9 active=blue to=green share=10 run=run-42';
}

function ringOnGreen(): string {
  return 'v=1 by=0badcafe epoch=42 seq=9 active=blue rings=1:green run=run-42';
}
