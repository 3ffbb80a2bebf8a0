import type { Facts } from '../facts.ts';
import { command } from '../observe/commands.ts';
import type { Gate } from './gate.ts';
import { instant } from './wording.ts';

/**
 * One automatic move, then a person looks: no second one before somebody acknowledged the first, nor within the
 * cooldown. Two clusters that fail in turn would otherwise throw users back and forth all night.
 */
export function cooldown(facts: Facts): Gate | undefined {
  if (facts.kind !== 'automatic failover') return undefined;
  const { ledger, now, pair } = facts;
  const last = ledger?.lastAutomaticMove;
  const ends = last === undefined ? undefined : last.at + pair.timing.cooldownSeconds * 1_000;
  const over = ends === undefined || now >= ends;
  const acknowledged = ledger?.acknowledged === true;
  const seconds = last === undefined ? 0 : Math.round((now - last.at) / 1_000);
  return {
    name: 'Cooldown',
    state: ledger === undefined ? 'unknown' : over && acknowledged ? 'open' : 'closed',
    because:
      ledger === undefined
        ? 'the ledger could not be read'
        : `${last === undefined ? 'no automatic move yet' : `the last automatic move (epoch ${last.epoch}) was ${seconds} s ago, ${pair.timing.cooldownSeconds} s needed`}, ${acknowledged ? 'acknowledged' : 'not acknowledged'}`,
    opensWhen: [
      ...(acknowledged ? [] : [`\`${command.acknowledge(pair.name)}\``]),
      ...(over || ends === undefined ? [] : [`it is ${instant(ends)}`]),
      ...(over && acknowledged ? ['it is open'] : []),
    ].join(' and '),
    applies: 'before claim',
    overridable: 'never',
  };
}
