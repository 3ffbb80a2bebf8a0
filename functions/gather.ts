/** Gathers what a verdict is made from, with one `now`. What cannot be read is left undefined: its gate stays closed. */
import * as z from 'zod/mini';
import { type Approval, mayNeedApproval } from '../core/approval.ts';
import type { Facts, TargetFacts, ZoneFacts } from '../core/facts.ts';
import { emptyLedger, type Ledger } from '../core/ledger/ledger.ts';
import type { Observation } from '../core/observe/observation.ts';
import type { RoomSeen } from '../core/observe/room.ts';
import type { ZoneAsRead } from '../core/plan/reading.ts';
import { type NamedPair, pairOf, titleOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import { approvalOf } from './approvals.ts';
import { lastDrill } from './last-drill.ts';
import { Run } from './run.ts';
import type { World } from './world.ts';
import { answersOf, balancerAddresses } from './zone-answers.ts';
import { readServed } from './zones-read.ts';

/** What the observers brought. Their shapes are our own functions' and were parsed there. */
export const Seen = z.object({
  observations: z.custom<Observation[]>((value) => Array.isArray(value), 'expected a list of observations'),
  clusters: z._default(z.record(z.string(), z.custom<TargetFacts>()), {}),
  nodesMax: z._default(z.record(z.string(), z.record(z.string(), z.number())), {}),
  /** What the clusters run with; brought only to who asks for it. */
  counts: z.exactOptional(z.record(z.string(), z.string())),
});
export type Seen = z.output<typeof Seen>;

export const JudgeInput = z.object({
  run: Run,
  seen: Seen,
  /** When Prepare began, once it has. */
  preparedSince: z.exactOptional(z.number()),
  /** When it was first found, after the fence, that only evidence is wanting. */
  lookingSince: z.exactOptional(z.number()),
});
export type JudgeInput = z.output<typeof JudgeInput>;

/** Who does not read the published copy leaves it out: no unplanned move depends on it. */
export type GatherWorld = Pick<World, 'topology' | 'ledger' | 'notes' | 'zones' | 'dns' | 'inside' | 'clock'> &
  Partial<Pick<World, 'published'>>;

/** Whose move is judged: a run, or one that somebody thinks of starting. */
export interface Judging extends Pick<JudgeInput, 'seen' | 'preparedSince' | 'lookingSince'> {
  /** As it was read a moment ago; left out: it is read now. */
  ledger?: Ledger;
  /** What whoever asks remembers of both clusters. */
  usual?: Facts['usual'];
  run: Pick<Run, 'pair' | 'kind' | 'startedBy' | 'from' | 'to' | 'ring' | 'epoch' | 'nonce' | 'run' | 'execution'>;
}

/** How much of a zone is read. */
export type ReadZone = (pair: NamedPair, zone: Zone, world: GatherWorld) => Promise<ZoneAsRead>;

/** @param zones `unread` spares Route 53 while a suspicion is not even confirmed; `read`: all that gates ask */
export async function gather(
  input: Judging,
  stage: Facts['stage'],
  world: GatherWorld,
  zones: 'read' | 'unread' | ReadZone,
): Promise<Facts> {
  const { run, seen, preparedSince, lookingSince } = input;
  const pair = pairOf(world.topology, run.pair);
  const [ledger, asked, published, read] = await Promise.all([
    orUndefined(input.ledger === undefined ? world.ledger.read(run.pair) : Promise.resolve(input.ledger)),
    askedOf(pair, run, world),
    zones === 'unread' || world.published === undefined ? undefined : orUndefined(world.published.read(run.pair)),
    zones === 'unread'
      ? pair.zones.map((zone): ZoneFacts => ({ zone: titleOf(zone), answers: [] }))
      : zoneFacts(pair, zones === 'read' ? readServed : zones, world),
  ]);
  const [target, source] = [seen.clusters[run.to], seen.clusters[run.from]];
  return {
    now: world.clock.now(),
    by: world.ledger.by,
    pair,
    kind: run.kind,
    startedBy: run.startedBy,
    from: run.from,
    to: run.to,
    ...(run.ring === undefined ? {} : { ring: run.ring }),
    stage,
    observations: seen.observations,
    ...(target === undefined ? {} : { target: withNodesToCome(target, seen.nodesMax[run.to]) }),
    ...(source === undefined ? {} : { source }),
    ...(input.usual === undefined ? {} : { usual: input.usual }),
    zones: read,
    ...(ledger.kind === 'read' ? { ledger: ledger.value ?? emptyLedger(run.pair) } : {}),
    ...(published?.kind === 'read' ? { published: published.value } : {}),
    self: { run: run.run, execution: run.execution, nonce: run.nonce },
    ...asked,
    ...(run.epoch === undefined ? {} : { run: { nonce: run.nonce, epoch: run.epoch } }),
    ...(preparedSince === undefined ? {} : { preparedSince }),
    ...(lookingSince === undefined ? {} : { lookingSince }),
  };
}

type Asked<T> = { kind: 'read'; value: T } | { kind: 'unreadable' };

async function orUndefined<T>(asked: Promise<T>): Promise<Asked<T>> {
  try {
    return { kind: 'read', value: await asked };
  } catch {
    // a fact like any other: the gates that need it are unknown, and say what could not be read
    return { kind: 'unreadable' };
  }
}

/** What people were asked, and what was rehearsed; runs that need neither do not ask the table. */
async function askedOf(
  pair: NamedPair,
  run: Judging['run'],
  world: Pick<World, 'notes'>,
): Promise<Pick<Facts, 'approval' | 'drill'>> {
  if (!mayNeedApproval(pair, run.kind)) return {};
  const [approval, drill] = await Promise.all([
    orUndefined(approvalOf(pair.name, run.run, world)),
    pair.drills.ageDaysMax === undefined ? undefined : orUndefined(lastDrill(pair.name, world)),
  ]);
  const asked: { approval?: Approval; drill?: { lastSucceededAt?: number } } = {};
  if (approval.kind === 'read' && approval.value !== undefined) asked.approval = approval.value;
  if (drill?.kind === 'read') asked.drill = drill.value;
  return asked;
}

/** Who makes nodes inside the cluster was asked there. */
function withNodesToCome(target: TargetFacts, most: RoomSeen['most']): TargetFacts {
  return most === undefined || target.capacity.most !== undefined
    ? target
    : { ...target, capacity: { ...target.capacity, most } };
}

async function zoneFacts(pair: NamedPair, readZone: ReadZone, world: GatherWorld): Promise<ZoneFacts[]> {
  const owner = await balancerAddresses(pair, world);
  return Promise.all(
    pair.zones.map(async (zone): Promise<ZoneFacts> => {
      const [reading, answers] = await Promise.all([
        orUndefined(readZone(pair, zone, world)),
        answersOf(pair, zone, owner, world),
      ]);
      return {
        zone: titleOf(zone),
        answers,
        ...(reading.kind === 'read' ? { reading: reading.value } : {}),
      };
    }),
  );
}
