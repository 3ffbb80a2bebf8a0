import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyLedger, type Ledger } from '../../../core/ledger/ledger.ts';
import { change, type LedgerStore, LedgerUnreachable } from '../../../core/ledger/store.ts';
import { claimed } from '../../../core/ledger/transitions.ts';
import { holderOf, resting } from './example.ts';

/** What becomes of one write: `late` lands only when the item is written or read the next time. */
type Fate = 'written' | 'faster' | 'unknown, not done' | 'unknown, done' | 'unknown, late';

/** One item with a condition on rev, and a network that loses answers. `faster`: somebody else writes just before. */
class Item implements LedgerStore {
  readonly by = '1b74c5a8';
  item: Ledger | undefined;
  writes = 0;
  readonly #fates: Fate[];
  #late: { next: Ledger; rev: number } | undefined;

  constructor(item: Ledger | undefined, fates: readonly Fate[] = []) {
    this.item = item;
    this.#fates = [...fates];
  }

  async read(): Promise<Ledger | undefined> {
    return this.item;
  }

  async write(next: Ledger, rev: number): Promise<'written' | 'lost' | 'unknown'> {
    this.writes++;
    const fate = this.#fates.shift() ?? 'written';
    const late = this.#late;
    this.#late = undefined;
    if (late !== undefined) this.#put(late.next, late.rev);
    if (fate === 'faster') this.item = { ...(this.item ?? emptyLedger('shop')), rev: (this.item?.rev ?? 0) + 1 };
    if (fate === 'unknown, late') this.#late = { next, rev };
    if (fate === 'unknown, late' || fate === 'unknown, not done') return 'unknown';
    const put = this.#put(next, rev);
    return fate === 'unknown, done' ? 'unknown' : put ? 'written' : 'lost';
  }

  #put(next: Ledger, rev: number): boolean {
    if ((this.item?.rev ?? 0) !== rev) return false;
    this.item = next;
    return true;
  }

  async note(): Promise<void> {}

  async events(): Promise<[]> {
    return [];
  }
}

const mine = holderOf('failover by a person', { nonce: 'mine' });
const claim = (store: Item) =>
  change(
    store,
    emptyLedger('shop'),
    (ledger) => claimed(ledger, mine, [], 'd'),
    (ledger) => ledger.holder?.nonce === 'mine',
  );

describe('change', () => {
  it('writes once when nothing is in the way', async () => {
    const store = new Item(resting);
    expect(await claim(store)).toMatchObject({ kind: 'written', ledger: { rev: 11, epoch: 43 } });
    expect(store.writes).toBe(1);
  });

  it('makes the ledger where there is none', async () => {
    const store = new Item(undefined);
    expect(await claim(store)).toMatchObject({ kind: 'written', ledger: { rev: 1, epoch: 1 } });
  });

  it('decides again on what stands there when somebody was faster', async () => {
    const store = new Item(resting, ['faster', 'faster']);
    expect(await claim(store)).toMatchObject({ kind: 'written', ledger: { rev: 13, epoch: 43 } });
  });

  it('does not claim twice when only the answer was lost', async () => {
    const store = new Item(resting, ['unknown, done']);
    expect(await claim(store)).toMatchObject({ kind: 'written', ledger: { epoch: 43 } });
    expect([store.writes, store.item?.epoch]).toEqual([1, 43]);
  });

  it('claims again when the lost write was never done', async () => {
    const store = new Item(resting, ['unknown, not done']);
    expect(await claim(store)).toMatchObject({ kind: 'written', ledger: { epoch: 43 } });
    expect(store.writes).toBe(2);
  });

  it('sees a write that lands late as its own', async () => {
    const store = new Item(resting, ['unknown, late']);
    expect(await claim(store)).toMatchObject({ kind: 'written', ledger: { rev: 11, epoch: 43 } });
    expect(store.item?.epoch).toBe(43);
  });

  it('says no with the reason and the ledger that gave it', async () => {
    const taken: Ledger = { ...resting, holder: holderOf('break-glass') };
    expect(await claim(new Item(taken))).toMatchObject({
      kind: 'no',
      because: expect.stringContaining('does not take it'),
      ledger: taken,
    });
  });

  it('finds that its last try was written, though every answer was lost', async () => {
    const store = new Item(resting, [...Array<Fate>(4).fill('unknown, not done'), 'unknown, done']);
    expect(await claim(store)).toMatchObject({ kind: 'written', ledger: { epoch: 43 } });
  });

  it('gives up with a name that can be matched', async () => {
    const store = new Item(resting, Array<Fate>(5).fill('unknown, not done'));
    await expect(claim(store)).rejects.toThrow(LedgerUnreachable);
    await expect(claim(new Item(resting, Array<Fate>(5).fill('faster')))).rejects.toThrow(
      /could not be written in 5 tries/,
    );
  });

  it('tells the truth whatever becomes of its writes: written means that the pair is ours, at one new epoch', async () => {
    const fates = fc.array(
      fc.constantFrom<Fate>('written', 'faster', 'unknown, not done', 'unknown, done', 'unknown, late'),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(fates, async (story) => {
        const store = new Item(resting, story);
        const said = await claim(store).catch((error: unknown) => error);
        if (said instanceof LedgerUnreachable) return;
        expect(said).toMatchObject({ kind: 'written' });
        expect([store.item?.holder?.nonce, store.item?.epoch]).toEqual(['mine', 43]);
      }),
    );
  });
});
