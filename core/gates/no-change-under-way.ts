import type { Facts } from '../facts.ts';
import { isPlanned } from '../ledger/ledger.ts';
import { locksAt, lockTold } from '../ledger/locks.ts';
import { type ChangesSeen, changesIn, type ForeignChange } from '../observe/changes.ts';
import { command, WHO_CHANGED } from '../observe/commands.ts';
import type { Gate } from './gate.ts';
import { instant, someOf } from './wording.ts';

const NONE: ChangesSeen = { found: [], unknown: [] };

/**
 * Nobody changes either cluster: two equal clusters protect from a bad change only while it is in one of them, and a move
 * in the middle of it would bring users to what is half done. A lock is a pipeline's word; what EKS itself does is seen there,
 * whoever began it. A planned move waits for the end of the change, and for an answer about it.
 *
 * An unplanned move is told and not held: users are without service, and an update says nothing of the cluster's health.
 */
export function noChangeUnderWay(facts: Facts): Gate | undefined {
  const { ledger, now, pair, kind } = facts;
  const planned = isPlanned(kind);
  const locks = ledger === undefined ? [] : locksAt(ledger, now);
  // who moves users without service does not wait for EKS, and did not ask it
  const { found, unknown } = planned ? changesIn(facts) : NONE;
  if (!planned && locks.length === 0) return undefined;
  const missing = [...(ledger === undefined ? ['the ledger could not be read'] : []), ...unknown];
  const under = [...locks.map(lockTold), ...found.map(changeTold)];
  const told = someOf([...under, ...missing]);
  const state = under.length > 0 ? 'closed' : missing.length > 0 ? 'unknown' : 'open';
  return {
    name: 'NoChangeUnderWay',
    state: planned ? state : 'open',
    because:
      told === ''
        ? `nobody has locked a cluster of ${pair.name}, and EKS changes neither`
        : planned
          ? told
          : `${told}; an unplanned move is not held by that`,
    opensWhen: [
      ...locks.map(({ cluster, by }) => `the lock ends, or \`${command.unlock(pair.name, cluster, by)}\``),
      ...(found.length > 0 ? [`EKS has ended its update (who began it: \`${WHO_CHANGED}\`)`] : []),
      ...(missing.length > 0 ? ['EKS and the ledger answer'] : []),
      ...(told === '' ? ['it is open'] : []),
    ].join(' and '),
    applies: 'before claim',
    overridable: 'person',
  };
}

export function changeTold({ cluster, of, what, since, update }: ForeignChange): string {
  const begun = since === undefined ? '' : ` since ${instant(since)}`;
  return `EKS changes ${of} of ${cluster}${begun} (${what}${update === undefined ? '' : `, update ${update}`})`;
}
