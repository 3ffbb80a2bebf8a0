import type { Facts } from '../facts.ts';
import { command } from '../observe/commands.ts';
import { type Room, roomIn, type Shortage } from '../observe/room.ts';
import type { PodSize } from '../plan/packing.ts';
import type { Gate } from './gate.ts';
import { isUnplanned } from './move.ts';

/** Room for the pods on the target, before it is claimed; after the fence the pods themselves say it (TargetReady). */
export function capacity(facts: Facts): Gate {
  const { target, to, pair } = facts;
  const needed = isUnplanned(facts) ? pair.timing.readyFractionFloor : 1;
  const percent = Math.round(needed * 100);
  const seen = target?.cluster === to && target.api === 'healthy' ? target.capacity : undefined;
  const room = seen && roomIn(seen, needed, pair.clusters[to]?.nodeSizes);
  const more = room?.short?.more;
  return {
    name: 'Capacity',
    state: room === undefined ? 'unknown' : stateOf(room, seen?.most !== undefined),
    because:
      room === undefined
        ? `nobody could count the room on ${to}`
        : [
            `${room.fitting} pods fit on ${to}, ${room.wanted} wanted, ${percent} % needed`,
            ...(room.short === undefined || room.wanted === 0 ? [] : [shortOf(room.short)]),
            ...(room.short === undefined ? [] : unknownOf(room.unknown, seen?.most)),
            ...undeclared(seen?.wanted ?? []),
            ...(seen?.sized === undefined ? [] : [seen.sized]),
          ].join('; '),
    opensWhen: `the nodes of ${to} can take ${percent} % of the pods${more === undefined ? '' : `, as with ${more.nodes} more like those of ${more.group}`}: raise what its node groups may have; \`${command.status(pair.name)}\` counts again`,
    applies: 'before claim',
    overridable: 'person',
  };
}

/** Too little of what is known is no proof while something is not. */
function stateOf({ short, unknown, wanted }: Room, limitsKnown: boolean): Gate['state'] {
  if (short === undefined) return 'open';
  return wanted > 0 && (unknown.length > 0 || !limitsKnown) ? 'unknown' : 'closed';
}

function shortOf({ pods, lacks, largest }: Shortage): string {
  const short = [
    ...(lacks.cpuMillis > 0 ? [`CPU by ${lacks.cpuMillis} millicores`] : []),
    ...(lacks.memoryMiB > 0 ? [`memory by ${lacks.memoryMiB} MiB`] : []),
    ...(lacks.pods > 0 ? [`places for pods by ${lacks.pods}`] : []),
  ];
  if (short.length > 0) return `${pods} more have to fit and are short of ${short.join(', ')}`;
  return `${pods} more have to fit, and no node has room for one of ${largest.cpuMillis} millicores and ${largest.memoryMiB} MiB`;
}

function unknownOf(groups: readonly string[], most: object | undefined): string[] {
  if (most === undefined) return ['how many nodes may come is not known'];
  if (groups.length === 0) return [];
  return [
    `what a node of ${groups.join(', ')} gives is not known while none is there: \`nodeSizes\` in the topology says it`,
  ];
}

/** Kubernetes places them wherever there is a place, and so they count as nothing. */
function undeclared(wanted: readonly PodSize[]): string[] {
  const pods = wanted.reduce((sum, one) => sum + (one.cpuMillis === 0 || one.memoryMiB === 0 ? one.pods : 0), 0);
  return pods === 0 ? [] : [`${pods} of them do not say what CPU or memory they need and count as 0`];
}
