/**
 * What is owed after a run. In this order a person would do it too; what waits for something says until when.
 *
 * Ownership of records is given back to both sides after every run, also after one that took none: a move that followed
 * too soon cancelled what the one before it owed, and those records would be nobody's for ever. Where nothing of ours is
 * found it costs one look.
 *
 * What asks for every record of a zone waits until the watch comes by: in the first seconds nobody else has written yet, and
 * the run would spend requests that a next move may need.
 */
import { type Debt, isPlanned, type Kind } from './ledger.ts';

export interface Moved {
  epoch: number;
  from: string;
  to: string;
  ring?: number;
  now: number;
  settleSeconds: number;
  /** What moved it; left out where a person said what is true. */
  kind?: Kind;
  /** Zones that took no change: the watch goes on there. */
  behind: readonly string[];
  /** The pair stands elsewhere than before: the company is told. */
  isNews: boolean;
  /** Rings that were found to stand elsewhere than `to`: both clusters are told so, too. */
  rings?: Readonly<Record<string, string>>;
}

const FIRST_LOOK_MILLISECONDS = 30_000;

export function owedAfter({
  epoch,
  from,
  to,
  ring,
  now,
  settleSeconds,
  behind,
  isNews,
  kind,
  rings = {},
}: Moved): Debt[] {
  const debt = debtOf(epoch, ring, now);
  const later = { nextTryAt: now + FIRST_LOOK_MILLISECONDS };
  const unplanned = kind === undefined || !isPlanned(kind);
  const beside = Object.entries(rings).flatMap(([one, there]) => {
    const ofRing = debtOf(epoch, Number(one), now);
    return [ofRing('roles', { about: there }), ofRing('roles', { about: there === to ? from : to })];
  });
  const batch = Object.entries(rings).map(([one, there]) =>
    debtOf(epoch, Number(one), now)('batch', { about: there, unplanned }),
  );
  return [
    ...beside,
    debt('roles', { about: to }),
    debt('publish'),
    ...(isNews ? [debt('announce')] : []),
    // before the old side is lowered: in a zone that is behind it still has the users
    ...behind.map((zone) => debt('behind', { about: zone })),
    debt('roles', { about: from }),
    // once both sides know their roles: what may not run twice ends there before it runs here
    debt('batch', { about: to, unplanned }),
    ...batch,
    debt('settle', { until: now + settleSeconds * 1000, unplanned, ...later }),
    debt('stand down', { about: from, made: { epoch, at: now }, ...later }),
    debt('return ownership', { about: from, ...later }),
    debt('return ownership', { about: to, ...later }),
  ];
}

/**
 * What a move of one ring leaves standing of what was owed before it: other rings are as it found them, and their old side
 * would stay awake for ever. What is owed to the company and to ExternalDNS is owed anew by every move.
 */
export function stillOwed(before: readonly Debt[], ring: number | undefined, epoch: number): Debt[] {
  if (ring === undefined) return [];
  return before
    .filter((debt) => debt.ring !== ring && !OWED_ANEW.includes(debt.what))
    .map((debt) => ({ ...debt, epoch }));
}

const OWED_ANEW: readonly Debt['what'][] = ['publish', 'announce', 'return ownership'];

/**
 * A run that moved nobody, or whose users are back: its target goes to sleep again.
 * @param visited users were on it, and the side they are back on was told its weight by hand
 */
export function owedAfterNothing(
  { epoch, from, to, ring, now }: Pick<Moved, 'epoch' | 'from' | 'to' | 'ring' | 'now'>,
  visited: boolean,
): Debt[] {
  const debt = debtOf(epoch, ring, now);
  return [
    ...(visited ? [debt('roles', { about: from }), debt('roles', { about: to })] : []),
    debt(visited ? 'stand down' : 'undo prepare', { about: to }),
    debt('return ownership', { about: from }),
    debt('return ownership', { about: to }),
  ];
}

function debtOf(epoch: number, ring: number | undefined, now: number) {
  return (what: Debt['what'], more: Partial<Debt> = {}): Debt => ({
    what,
    epoch,
    ...(ring === undefined ? {} : { ring }),
    nextTryAt: now,
    tries: 0,
    ...more,
  });
}
