/** Gathers, with the patience of a person: 3 s for the first answer of anybody, and then as long as the adapters wait. */
import type { NamedPair } from '../../core/topology/pair.ts';
import type { Console } from '../console.ts';
import { reached, unreachable } from '../reach.ts';
import type { Surroundings } from '../verb.ts';
import { type Gathered, gathered } from './gathering.ts';

/** Throws `Unreachable` when not even one source of the truth about a pair could be read. */
export async function lookedAt(pair: NamedPair, console: Console, surroundings: Surroundings): Promise<Gathered> {
  let heard = () => {};
  const first = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const hearing = <T>(asked: Promise<T>): Promise<T> => {
    asked.then(heard, () => {});
    return asked;
  };
  const all = gathered(pair, {
    ...console,
    deployed: () => hearing(console.deployed()),
    published: { ...console.published, read: (name) => hearing(console.published.read(name)) },
    zones: { ...console.zones, read: (id) => hearing(console.zones.read(id)) },
  });
  await reached('AWS', () => Promise.race([first, all]), surroundings);
  const seen = await all;
  const { ledger, published, zones } = seen.facts;
  if (ledger !== undefined || published !== undefined || zones.some(({ reading }) => reading !== undefined))
    return seen;
  const [{ what, because } = { what: 'it', because: 'no answer' }] = seen.unread;
  throw unreachable('AWS', new Error(`${what}: ${because}`), surroundings.env);
}
