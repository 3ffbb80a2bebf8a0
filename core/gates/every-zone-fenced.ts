import type { Facts } from '../facts.ts';
import { command } from '../observe/commands.ts';
import type { Situation } from '../observe/situation.ts';
import type { Gate } from './gate.ts';
import { someOf } from './wording.ts';

/** Every zone carries this run and its epoch, so that whoever comes late with an older one is refused by the zone. */
export function everyZoneFenced(facts: Facts, { faces }: Situation): Gate | undefined {
  if (facts.stage !== 'after fence') return undefined;
  const { run, ledger } = facts;
  // the fence carries the run's name for people; the ledger says which name belongs to this nonce
  const name = ledger?.holder?.nonce === run?.nonce ? ledger?.holder?.run : undefined;
  const known = run !== undefined && name !== undefined;
  const unfit = faces.filter(({ fence }) => fence?.epoch !== run?.epoch || fence?.run !== name);
  const unread = faces.some((face) => face.state === 'unread');
  return {
    name: 'EveryZoneFenced',
    state: !known || unread ? 'unknown' : unfit.length === 0 ? 'open' : 'closed',
    because: known
      ? `${faces.length - unfit.length} of ${faces.length} zones carry epoch ${run.epoch} of run ${name}${unfit.length === 0 ? '' : `; ${someOf(unfit.map((face) => `${face.zone} carries ${face.fence === undefined ? 'no fence of ours' : `epoch ${face.fence.epoch} of run ${face.fence.run}`}`))}`}`
      : 'the ledger does not name this run as the holder',
    opensWhen: `this run fences every zone; when a newer one did, that one acts: \`${command.status(facts.pair.name)}\``,
    applies: 'after fence',
    overridable: 'never',
  };
}
