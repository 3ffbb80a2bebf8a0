import type { Facts } from '../facts.ts';
import { AUTOMATION, pausedAt } from '../ledger/ledger.ts';
import { command } from '../observe/commands.ts';
import { waysToSayWhatIsTrue } from '../observe/faces.ts';
import type { Situation } from '../observe/situation.ts';
import type { Gate } from './gate.ts';
import { byMachine } from './move.ts';
import { instant } from './wording.ts';

/** No person has told automation to keep its hands off, and no run has ended in a way that only a person can answer. */
export function notPaused(facts: Facts, { faces }: Pick<Situation, 'faces'>): Gate | undefined {
  if (!byMachine(facts)) return undefined;
  const { ledger, now, pair, from } = facts;
  const pause = ledger === undefined ? undefined : pausedAt(ledger, now);
  const awaits = ledger?.awaitsPerson;
  const until = pause?.until === undefined ? '' : ` until ${instant(pause.until)}`;
  return {
    name: 'NotPaused',
    state: ledger === undefined ? 'unknown' : pause === undefined && awaits === undefined ? 'open' : 'closed',
    because:
      ledger === undefined
        ? 'the ledger could not be read'
        : pause !== undefined
          ? `paused by ${pause.by}${until}: ${pause.reason}`
          : awaits !== undefined
            ? `automation waits for a person: ${awaits}`
            : 'nobody paused automation',
    opensWhen:
      (pause === undefined && awaits !== undefined) || pause?.by === AUTOMATION
        ? `a person says what is true: ${waysToSayWhatIsTrue(pair.name, faces, from)}`
        : `\`${command.resume(pair.name)}\``,
    applies: 'always',
    overridable: 'never',
  };
}
