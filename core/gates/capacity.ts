import type { Facts } from '../facts.ts';
import { command } from '../observe/commands.ts';
import type { Gate } from './gate.ts';
import { isUnplanned } from './move.ts';

/** Room for the pods on the target, before it is claimed; after the fence the pods themselves say it (TargetReady). */
export function capacity(facts: Facts): Gate {
  const { target, to, pair } = facts;
  const needed = isUnplanned(facts) ? pair.timing.readyFractionFloor : 1;
  const percent = Math.round(needed * 100);
  const room = target?.cluster === to ? target.capacity : undefined;
  const fits = room !== undefined && room.podsWanted > 0 && room.podsFitting / room.podsWanted >= needed;
  return {
    name: 'Capacity',
    state: room === undefined || target?.api !== 'healthy' ? 'unknown' : fits ? 'open' : 'closed',
    because:
      room === undefined
        ? `nobody could count the room on ${to}`
        : `${room.podsFitting} pods fit on ${to}, ${room.podsWanted} wanted, ${percent} % needed${room.sized === undefined ? '' : `; ${room.sized}`}`,
    opensWhen: `the nodes of ${to} can take ${percent} % of the pods: raise its node groups; \`${command.status(pair.name)}\` counts again`,
    applies: 'before claim',
    overridable: 'person',
  };
}
