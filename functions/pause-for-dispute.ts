/**
 * Somebody who is not us wrote fences or weights: automation pauses itself, says who wrote as far as that can be seen, and
 * leaves it to a person who is right. What a person has resumed for once is not paused for again while it stands.
 */
import type { Facts } from '../core/facts.ts';
import { emptyLedger, type Ledger } from '../core/ledger/ledger.ts';
import { change } from '../core/ledger/store.ts';
import { disputeOver, pausedForDispute } from '../core/ledger/transitions.ts';
import { instantOf, notice } from '../core/notices/notice.ts';
import { command } from '../core/observe/commands.ts';
import { type Dispute, disputeIn, WHO_WROTE } from '../core/observe/dispute.ts';
import type { ZoneFace } from '../core/observe/faces.ts';
import { whoWroteBetween } from '../core/observe/foreign-write.ts';
import type { NamedPair } from '../core/topology/pair.ts';
import { tellOrOwe } from './tell-or-owe.ts';
import { failed } from './troubles.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'ledger' | 'announcer' | 'clock'>;

/** A sentence in a ledger, not a report. */
const EVIDENCE_LONGEST = 400;

/**
 * @param faces of every zone that was looked at
 * @returns what was done
 */
export async function pauseForDispute(
  pair: NamedPair,
  ledger: Ledger,
  faces: readonly ZoneFace[],
  facts: Pick<Facts, 'zones'>,
  world: Needs,
): Promise<string[]> {
  // what a run that holds the pair finds there is its own to judge; after a move Settle knows one writer and judges first
  if (ledger.holder !== undefined || isSettling(ledger)) return [];
  const dispute = disputeIn(faces, facts);
  if (dispute !== undefined) return pause(pair, dispute, world);
  if (ledger.disputed !== undefined) await write(pair, (now) => disputeOver(now), world);
  return [];
}

function isSettling({ debts, epoch }: Ledger): boolean {
  return debts.some((debt) => debt.epoch === epoch && (debt.what === 'settle' || debt.watched === true));
}

/** What the zones show of a foreign change, and between which two looks of ours it was made, in milliseconds since the epoch. */
export interface Sighting {
  evidence: string;
  since: number;
  until: number;
}

/** Also for Settle, which has found a writer that it does not know, or one that came back: it has looked closer. */
export async function pause(
  pair: NamedPair,
  { zones, evidence }: Dispute,
  world: Needs,
  seen?: Sighting,
): Promise<string[]> {
  const said = evidence.slice(0, EVIDENCE_LONGEST);
  const between = seen && { since: instantOf(seen.since), until: instantOf(seen.until) };
  const whoWrote = between === undefined ? WHO_WROTE : whoWroteBetween(between.since, between.until);
  const reason = `Disputed: ${said}. Who wrote: \`${whoWrote}\`; then \`${command.accept(pair.name, '…')}\` (the zone is right) or \`${command.repair(pair.name)} --to …\``;
  const since = world.clock.now();
  const paused = await write(pair, (now) => pausedForDispute(now, said, { reason, since }), world);
  if (paused === undefined) return [];
  const { epoch, active } = paused;
  const detail = {
    pair: pair.name,
    epoch,
    zones: zones.join(', '),
    evidence: seen?.evidence ?? said,
    ...(active === undefined ? {} : { active }),
    ...between,
    whoWrote,
  };
  const troubles = await tellOrOwe(pair.name, 'foreign-writer', notice('Foreign Writer Seen', detail), world);
  return [`paused: ${reason}`, ...troubles.map((because) => failed(because))];
}

async function write(
  { name }: Pick<NamedPair, 'name'>,
  decide: (ledger: Ledger) => ReturnType<typeof disputeOver>,
  { ledger }: Needs,
): Promise<Ledger | undefined> {
  // a lost answer is seen as no further need: the next tick would find the same
  const written = await change(ledger, emptyLedger(name), decide, (now) => decide(now).kind === 'no');
  return written.kind === 'written' ? written.ledger : undefined;
}
