/** Gathers, with the patience of a person: little for the first answer of anybody, then as long as it takes to read a zone. */
import type { NamedPair } from '../../core/topology/pair.ts';
import type { Console } from '../console.ts';
import { reached, Unreachable, unreachable } from '../reach.ts';
import { Refused, type Surroundings } from '../verb.ts';
import { type Gathered, gathered } from './gathering.ts';

/** A read of a zone is tried again for half a minute, which is for functions: a person has other sources. */
const ZONE_MILLISECONDS = 10_000;

/** Throws `Unreachable` when not even one source of the truth about a pair could be read. */
export async function lookedAt(pair: NamedPair, console: Console, surroundings: Surroundings): Promise<Gathered> {
  const { clock, env } = surroundings;
  const deployed = console.deployed();
  const published = console.published.read(pair.name);
  const all = gathered(pair, {
    ...console,
    deployed: () => deployed,
    published: { ...console.published, read: () => published },
    zones: {
      ...console.zones,
      read: (id) => clock.within(ZONE_MILLISECONDS, () => console.zones.read(id)),
      readNames: (id, names) => clock.within(ZONE_MILLISECONDS, () => console.zones.readNames(id, names)),
    },
  });
  all.catch(() => {}); // whoever does not wait for it has said why
  try {
    await reached('AWS', () => Promise.any([heard(deployed), heard(published)]), surroundings);
  } catch (cause) {
    const refused = cause instanceof Unreachable ? cause.cause : cause;
    throw refused instanceof AggregateError ? unreachable('AWS', refused.errors[0], env) : cause;
  }
  const seen = await all;
  const { ledger, published: copy, zones } = seen.facts;
  if (ledger !== undefined || copy !== undefined || zones.some(({ reading }) => reading !== undefined)) return seen;
  const [{ what, because } = { what: 'it', because: 'no answer' }] = seen.unread;
  throw unreachable('AWS', new Error(`${what}: ${because}`), env);
}

/** A service that says no has answered: what it denies is named among what could not be read. */
async function heard(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (cause) {
    const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === undefined && !(cause instanceof Refused)) throw cause;
  }
}
